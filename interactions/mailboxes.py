"""How mailboxes fare: in words, in figures that must agree, and told to people when one fails for long."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from prometheus_client import Gauge
from pydantic import BaseModel, Field

from access.model import Permission
from core.actor import Actor
from core.clock import Clock
from core.events import Event
from core.http import Call, route
from core.values import Value
from interactions.store import sql
from notices.model import Document, DocumentRef, Notice
from notices.service import Notices
from storage.database import Database, Row, Tx
from storage.leases import Lease

_EVERY_SECONDS = 15.0
_FAILING_LONG = timedelta(minutes=10)
_BEHIND_SECONDS = 300.0
# IDLE ends every four minutes, and each round is told: what is silent for longer is not connected.
_SILENT_SECONDS = 600.0
# Nobody's transaction is open for so long: no smaller id can still appear.
_COMMITTED = timedelta(minutes=30)
_TOLD_MOST = 200

_PLAIN = (
    "id", "name", "is_fetched", "failing_since", "last_error", "last_error_at", "sending_failing_since",
    "sending_error", "sending_fault",
)  # fmt: skip

State = Literal["off", "waiting", "working", "behind", "silent", "failing"]

_mails = Gauge("markaz_mailbox_mails", "What each mailbox was given and what became of it.", ["mailbox", "what"])
_lag = Gauge("markaz_mailbox_lag_seconds", "How long the mail that waits longest to be read does.", ["mailbox"])
_failing = Gauge("markaz_mailbox_failing_seconds", "For how long a mailbox has failed; 0: it does not.", ["mailbox"])
_differs = Gauge("markaz_mailbox_difference", "What is seen and neither stored nor refused nor open.", ["mailbox"])
_GAUGES = (_mails, _lag, _failing, _differs)


class Cursor(Value):
    """Up to where an IMAP folder was taken; `owed` are mails that the server lists and does not give."""

    uidvalidity: int
    uid: int
    owed: list[int] = Field(default=[])


class MailboxHealth(Value):
    """One mailbox: seen = stored + refused + quarantined + waiting, else `difference` is not 0."""

    id: UUID
    name: str
    address: str
    state: State
    is_fetched: bool = Field(description="From an IMAP folder; else it comes by our own listener.")
    cursor: Cursor | None
    last_sync_at: datetime | None
    failing_since: datetime | None
    last_error: str | None
    last_error_at: datetime | None
    fault: str = Field(description="What is wrong in a word: no_host, refused, password, folder ...")
    sending_failing_since: datetime | None
    sending_error: str | None = Field(description="Why nothing can be sent; not what a server says of one mail.")
    sending_fault: str
    lag_seconds: float = Field(description="How long the mail that waits longest to be read does.")
    seen: int
    stored: int
    refused: int = Field(description="Known already: the same mail again.")
    quarantined: int
    waiting: int
    difference: int


class MailboxFailing(Event, kind="mailbox.failing"):
    """A mailbox has failed for so long that people are told."""

    account_id: UUID
    name: str

    def subject(self) -> str:
        return f"account:{self.account_id}"


class Mailboxes:
    """What administrators look at."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def all(self, actor: Actor) -> list[MailboxHealth]:
        actor.must(Permission.CHANNEL_MANAGE)
        rows = await self._db.rows(sql.mailbox_counts, branches=actor.branch_scope)
        return [health_of(row, self._clock()) for row in rows]


class MailboxWatch:
    """Tells Prometheus, and people; by one process at a time."""

    def __init__(self, db: Database, clock: Clock, notices: Notices) -> None:
        self._db, self._clock, self._notices = db, clock, notices
        self._lease = Lease(db, "mailboxes", ttl_seconds=_EVERY_SECONDS * 3)

    async def turn(self) -> None:
        if await self._lease.renew():
            await self.look()
        else:
            for gauge in _GAUGES:
                gauge.clear()
        await asyncio.sleep(_EVERY_SECONDS)

    async def look(self) -> None:
        """Count up, tell the figures, and tell people once of each mailbox that has failed for long."""
        now = self._clock()
        await self._db.run(sql.count_up, before=now - _COMMITTED)
        for gauge in _GAUGES:
            gauge.clear()
        for row in await self._db.rows(sql.mailbox_counts, branches=None):
            tell(health_of(row, now), now)
        async with self._db.transaction() as tx:
            await self._lease.fence(tx)
            for row in await tx.rows(sql.failing_mailboxes, before=now - _FAILING_LONG):
                await self._alarm(tx, row, now)

    async def _alarm(self, tx: Tx, row: Row, now: datetime) -> None:
        await tx.run(sql.alarm_account, id=row["id"], now=now, before=now - _FAILING_LONG)
        tx.emit(MailboxFailing(account_id=row["id"], name=row["name"]))
        people = await self._notices.who_may(tx, Permission.CHANNEL_MANAGE, row["branch_id"], _TOLD_MOST)
        notice = Notice(kind="mailbox_failing", source=f"mailbox:{row['id']}:{now.isoformat()}")
        await self._notices.notify(tx, people, DocumentRef(kind="mailbox", id=row["id"]), notice)


class MailboxDocuments:
    """Mailboxes as documents of the bell."""

    async def documents(self, tx: Tx, ids: Sequence[UUID]) -> dict[UUID, Document]:
        """Return what each is called, and that whoever sets channels up may know of it."""
        rows = await tx.rows(sql.accounts_as_documents, ids=list(ids))
        return {
            row["id"]: Document(
                ref=DocumentRef(kind="mailbox", id=row["id"]),
                title=row["name"],
                link=["mailboxes", str(row["id"])],
                permission=Permission.CHANNEL_MANAGE,
                branch_id=row["branch_id"],
            )
            for row in rows
        }


def health_of(row: Row, now: datetime) -> MailboxHealth:
    """Return what people see of a mailbox."""
    lag = max((now - row["oldest_at"]).total_seconds(), 0.0) if row["oldest_at"] else 0.0
    counts = {name: int(row[name]) for name in ("seen", "stored", "refused", "quarantined", "waiting")}
    place = row["place"] or {}
    known = {name: place[name] for name in Cursor.model_fields if name in place}
    return MailboxHealth(
        **{name: row[name] for name in _PLAIN},
        **counts,
        address=row["address"] or "",
        state=state_of(row, lag, now),
        cursor=Cursor(**known) if "uid" in known else None,
        last_sync_at=row["last_seen_at"],
        fault=row["last_fault"],
        lag_seconds=lag,
        difference=counts["seen"] - sum(counts[name] for name in ("stored", "refused", "quarantined", "waiting")),
    )


def state_of(row: Row, lag_seconds: float, now: datetime) -> State:
    """Say in a word how a mailbox fares; what is worse comes first."""
    if not row["is_enabled"]:
        return "off"
    if row["last_error"] is not None or row["sending_error"] is not None:
        return "failing"
    if lag_seconds > _BEHIND_SECONDS:
        return "behind"
    if not row["is_fetched"]:
        return "working" if row["seen"] else "waiting"
    if row["last_seen_at"] is None:
        return "waiting"
    return "silent" if (now - row["last_seen_at"]).total_seconds() > _SILENT_SECONDS else "working"


def tell(health: MailboxHealth, now: datetime) -> None:
    """Tell Prometheus of one mailbox."""
    name = health.address or health.name
    for what in ("seen", "stored", "refused", "quarantined", "waiting"):
        _mails.labels(name, what).set(getattr(health, what))
    _lag.labels(name).set(health.lag_seconds)
    since = min((each for each in (health.failing_since, health.sending_failing_since) if each), default=None)
    _failing.labels(name).set((now - since).total_seconds() if since else 0.0)
    _differs.labels(name).set(health.difference)


class MailboxList(BaseModel):
    items: list[MailboxHealth]


class MailboxRoutes:
    def __init__(self, mailboxes: Mailboxes) -> None:
        self._mailboxes = mailboxes

    @route("GET", "/api/mailboxes", permission=Permission.CHANNEL_MANAGE)
    async def mailboxes(self, call: Call) -> MailboxList:
        """Show how each mailbox fares."""
        return MailboxList(items=await self._mailboxes.all(call.actor))
