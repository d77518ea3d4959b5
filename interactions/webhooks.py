"""Other systems hear of events: signed, by outbox, each event at least once and in order per subscription."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import time
from datetime import datetime
from typing import Annotated
from uuid import UUID

import aiohttp
from pydantic import AfterValidator, Field
from pydantic_core import to_json
from yarl import URL

from access.model import Permission
from core.actor import Actor
from core.errors import Forbidden, NotFound, Unavailable
from core.events import Event, LoggedEvent
from core.fetch.resolver import PublicResolver, must_be_public
from core.ids import uuid7
from core.secrets import Keyring, new_token
from core.values import Value
from interactions.store import sql
from storage import jobs
from storage.database import Database, Row
from storage.database import sql as storage_sql
from storage.eventlog import LogReader
from storage.leases import Lease

log = logging.getLogger(__name__)

# How far the log was read is kept at least this often while events come.
_KEEP_SECONDS = 1.0
_TIMEOUT = aiohttp.ClientTimeout(total=5)
# Sign-ins and sessions are nobody else's business.
PUBLISHED = frozenset({"interaction.changed", "message.added", "customer.saved", "customer.merged", "presence.changed"})


def _published(kinds: list[str]) -> list[str]:
    unknown = set(kinds) - PUBLISHED
    if unknown:
        raise ValueError(f"events are {', '.join(sorted(PUBLISHED))}")
    return sorted(set(kinds))


def _address(url: str) -> str:
    if not URL(url).raw_host:
        raise ValueError("there is no host in it")
    return url


class NewWebhook(Value):
    url: Annotated[str, AfterValidator(_address)] = Field(pattern=r"^https?://[^\s@]{3,400}$")
    kinds: Annotated[list[str], AfterValidator(_published)] = Field(min_length=1, max_length=20)


class Webhook(Value):
    id: UUID
    url: str
    kinds: list[str]
    is_enabled: bool
    created_at: datetime


class WebhookMade(Value):
    """The secret that signs the deliveries is shown this once."""

    id: UUID
    secret: str


class WebhookSaved(Event, kind="webhook.saved"):
    webhook_id: UUID
    url: str
    is_deleted: bool

    def subject(self) -> str:
        return f"webhook:{self.webhook_id}"


class Webhooks:
    """Subscriptions, and the reader of the log that serves them."""

    def __init__(self, db: Database, keys: Keyring, *, may_reach_private: bool) -> None:
        self._db, self._keys = db, keys
        self._may_reach_private = may_reach_private
        self._lease = Lease(db, "webhooks", ttl_seconds=10.0)
        self._kept_at = float("-inf")
        # Who is subscribed to what; the log itself tells when that changes.
        self._subscribers: list[Row] | None = None

    async def add(self, actor: Actor, new: NewWebhook) -> WebhookMade:
        _must_manage(actor)
        webhook_id, secret = uuid7(), new_token()
        async with self._db.transaction(actor) as tx:
            sealed = self._keys.seal(secret.encode(), f"webhook:{webhook_id}")
            await tx.run(sql.insert_webhook, id=webhook_id, url=new.url, secret=sealed, kinds=new.kinds)
            tx.emit(WebhookSaved(webhook_id=webhook_id, url=new.url, is_deleted=False))
        return WebhookMade(id=webhook_id, secret=secret)

    async def list_all(self, actor: Actor) -> list[Webhook]:
        _must_manage(actor)
        return [Webhook(**dict(row)) for row in await self._db.rows(sql.list_webhooks)]

    async def delete(self, actor: Actor, webhook_id: UUID) -> None:
        _must_manage(actor)
        async with self._db.transaction(actor) as tx:
            if await tx.value(sql.delete_webhook, id=webhook_id) is None:
                raise NotFound
            tx.emit(WebhookSaved(webhook_id=webhook_id, url="", is_deleted=True))

    # --- from the log to jobs

    async def publish(self) -> None:
        """Follow the log for ever, by one process at a time, leaving a job for each subscriber of each event."""
        if not await self._lease.renew():
            await asyncio.sleep(2.0)
            return
        start = await self._db.value(storage_sql.read_cursor, name="webhooks")
        reader = LogReader(self._db, int(start or 0))
        try:
            if start is None:
                await reader.start_at_end()
            self._subscribers = None
            while self._lease.is_held or await self._lease.renew():
                try:
                    async with asyncio.timeout(3.0):
                        events = await reader.next()
                except TimeoutError:
                    continue
                await self._leave(events, reader.position)
        finally:
            reader.close()

    async def _leave(self, events: list[LoggedEvent], position: int) -> None:
        told = [event for event in events if event.kind in PUBLISHED]
        if self._subscribers is None or any(event.kind == WebhookSaved.kind for event in events):
            self._subscribers = await self._db.rows(sql.webhooks_for, kinds=sorted(PUBLISHED))
        subscribers = self._subscribers if told else []
        if not subscribers and time.monotonic() - self._kept_at < _KEEP_SECONDS:
            # Nobody is told of these, so that it does no harm to read them again: one commit less for every batch.
            return
        async with self._db.transaction() as tx:
            await self._lease.fence(tx)
            for event in told:
                for row in subscribers:
                    if event.kind in row["kinds"]:
                        payload = {
                            "webhook_id": str(row["id"]),
                            "seq": event.seq,
                            "kind": event.kind,
                            "at": event.at.isoformat(),
                            "data": event.data,
                        }
                        await jobs.enqueue(tx, "webhook.send", payload, key=str(row["id"]))
            await tx.run(storage_sql.save_cursor, name="webhooks", seq=position)
        self._kept_at = time.monotonic()

    # --- from jobs to subscribers

    def handle(self, worker: jobs.Worker) -> None:
        worker.handle("webhook.send", self._send, schedule=(1.0, 5.0, 30.0, 300.0, 1800.0, 7200.0))

    async def _send(self, job: jobs.Job) -> None:
        row = await self._db.row(sql.get_webhook, id=UUID(job.payload["webhook_id"]))
        if row is None or not row["is_enabled"]:
            return
        told = {
            "id": job.payload["seq"],
            "type": job.payload["kind"],
            "at": job.payload["at"],
            "data": job.payload["data"],
        }
        body = to_json(told)
        secret = self._keys.open(bytes(row["secret"]), f"webhook:{row['id']}")
        await self._post(row["url"], body, sign(secret, body))

    async def _post(self, url: str, body: bytes, signature: str) -> None:
        resolver = None
        if not self._may_reach_private:
            # The client's own reading of the address: two parsers that differ would be a way past the check.
            must_be_public(URL(url).raw_host or "")
            resolver = PublicResolver()
        headers = {"Content-Type": "application/json", "X-Markaz-Signature": signature}
        try:
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT, connector=aiohttp.TCPConnector(resolver=resolver)) as session,
                session.post(url, data=body, headers=headers, allow_redirects=False) as response,
            ):
                status = response.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unavailable(f"The subscriber does not answer: {type(error).__name__}.") from error
        if not 200 <= status < 300:  # noqa: PLR2004 - HTTP's own borders
            raise Unavailable(f"The subscriber answers {status}.")


def _must_manage(actor: Actor) -> None:
    actor.must(Permission.WEBHOOK_MANAGE)
    if actor.branches is not None:
        raise Forbidden("Events are the whole organisation's.")


def sign(secret: bytes, body: bytes) -> str:
    """Return the header by which a subscriber knows that it was us: `sha256=<hex of HMAC-SHA256 over the body>`."""
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
