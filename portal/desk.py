"""What a customer does on the portal: asks, reads, answers, rates. What is somebody else's is not there for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from channels.base import IdentityKind
from complaints.complainant import Complainants
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Invalid, NotFound
from interactions.model import AttachmentView
from interactions.seen import SeenOutside
from interactions.work import ConversationWork
from portal import store, words
from portal.doors import PortalOff, Present
from portal.model import (
    GOING,
    CustomerRow,
    CustomerTicket,
    NewRating,
    NewRequest,
    NewReview,
    NewWord,
    PortalSettings,
    Promise,
    PublicMessage,
    Rating,
    TicketRated,
)
from portal.raising import Raised, Raising, Request, Sender, Word, plain
from portal.seeing import is_shown
from portal.store import sql
from sla.model import OVER
from sla.service import Sla
from storage.database import Database, Row, Tx
from tickets.above import Above
from tickets.model import number
from tickets.setup import Setup

_NOTHING = "There is no such ticket."


@dataclass(frozen=True, slots=True)
class Around:
    """What the desk asks others for."""

    raising: Raising
    work: ConversationWork
    seen: SeenOutside
    complainants: Complainants
    sla: Sla
    above: Above


class CustomerDesk:
    def __init__(self, db: Database, clock: Clock, around: Around) -> None:
        self._db, self._clock, self._around = db, clock, around
        self._setup = Setup(db)

    # --- reading

    async def page(self, actor: Actor, who: Present, before: UUID, most: int) -> list[CustomerRow]:
        """Return the tickets that they see, the newest first."""
        async with self._db.transaction(actor) as tx:
            scope = await self._scope(tx, who)
            rows = await tx.rows(sql.list_tickets, before=before, most=most, **scope)
        return [CustomerRow(**_row(row)) for row in rows]

    async def show(self, actor: Actor, who: Present, ticket_id: UUID) -> CustomerTicket:
        """Return one of them with what was said to and by whoever asked for it."""
        async with self._db.transaction(actor, isolation="repeatable_read") as tx:
            row = await self._visible(tx, who, ticket_id)
            return await self._view(tx, row)

    async def _view(self, tx: Tx, row: Row) -> CustomerTicket:
        settings = await _settings(tx)
        if row["is_joined"]:
            return await self._joined(tx, row)
        shown = {each.key for each in await self._setup.fields() if each.is_for_customer and each.is_active}
        standing = await self._around.sla.stands(tx, row["id"])
        promises = [
            Promise(metric=each.metric, due_at=each.due_at)
            for each in standing.clocks
            if each.state == "running" and each.due_at is not None
        ]
        rating = await self._rating(tx, row, settings)
        may_rate = row["is_own"] and row["category"] in OVER and _rated_until(row, settings) > self._clock()
        return CustomerTicket(
            **_row(row),
            fields=plain(row["fields"], shown),
            promises=promises,
            messages=[_message(each) for each in await self._said(tx, row)],
            may_answer=row["is_own"] and row["category"] != "closed",
            may_rate=may_rate,
            rating=rating,
            complaint=await self._around.complainants.case(tx, row["id"]) if row["is_own"] else None,
        )

    async def _joined(self, tx: Tx, row: Row) -> CustomerTicket:
        """Return what was theirs before it was merged into somebody else's, only to be read."""
        nothing: dict[str, Any] = {"may_answer": False, "may_rate": False, "rating": None, "complaint": None}
        messages = [_message(each) for each in await self._said(tx, row)]
        return CustomerTicket(**_row(row), fields={}, promises=[], messages=messages, **nothing)

    async def _said(self, tx: Tx, row: Row) -> list[Row]:
        """Return what of the conversations about it is shown; after it was joined with somebody else's, nothing."""
        family = await self._family(tx, row["customer_id"])
        talks = await tx.rows(sql.talks_of, ticket_id=row["id"], family=family)
        said = await tx.rows(sql.words_of, ids=[each["id"] for each in talks])
        until = row["closed_at"] if row["is_joined"] else None
        return [each for each in said if is_shown(dict(each), family) and (until is None or each["at"] <= until)]

    async def file(self, actor: Actor, who: Present, file_id: UUID) -> bool:
        """Tell whether a file was sent in something that they see."""
        async with self._db.transaction(actor) as tx:
            ticket_ids = await tx.rows(sql.tickets_with_file, file_id=str(file_id))
            for each in ticket_ids:
                row = await self._seen(tx, who, each["ticket_id"])
                said = [] if row is None else await self._said(tx, row)
                if any(file["id"] == str(file_id) for message in said for file in message["attachments"]):
                    return True
        return False

    async def see(self, actor: Actor, who: Present, ticket_id: UUID, until: datetime) -> None:
        """They have read what was said up to then."""
        async with self._db.transaction(actor) as tx:
            row = await self._own(tx, who, ticket_id)
            family = await self._family(tx, row["customer_id"])
            talks = await tx.rows(sql.talks_of, ticket_id=row["id"], family=family)
            for each in sorted(talks, key=lambda talk: str(talk["id"])):
                if each["channel"] == "portal":
                    await self._around.seen.see(tx, each["id"], until)

    # --- asking and answering

    async def ask(self, actor: Actor, who: Present, new: NewRequest) -> UUID:
        """Ask for something: a conversation begins, a ticket is about it, and a receipt is on its way."""
        async with self._db.transaction(actor) as tx:
            known = await tx.value(sql.opened_before, opened_by=actor.label, client_id=new.client_id)
            if known is not None:
                return UUID(str(known))
            settings = await _settings(tx)
            if new.kind not in settings.kinds:
                raise Invalid("This cannot be asked for here.", field="kind")
            account = await store.account(tx, settings.account_id)
            word = Word(f"request:{who.customer_id}:{new.client_id}", new.text, new.subject, new.attachments)
            sender = replace(_sender(who), locale=new.locale or who.locale)
            request = Request(new.kind, dict(new.fields), new.client_id, "portal")
            raised = await self._around.raising.raise_(tx, account, sender, word, request)
            # Complaints confirm themselves.
            if raised.is_new and new.kind != "complaint":
                await self._receipt(tx, raised)
        return raised.ticket_id

    async def _receipt(self, tx: Tx, raised: Raised) -> None:
        row = await tx.row(sql.get_number, id=raised.ticket_id)
        if row is not None:
            subjects, texts = words.receipt(number(row["kind"], row["serial"]))
            await self._around.work.confirm(tx, raised.interaction_id, texts, subjects)

    async def answer(self, actor: Actor, who: Present, ticket_id: UUID, new: NewWord) -> None:
        """Say something more, in the conversation of the portal about it; there is a new one where that is over."""
        if not (new.text.strip() or new.attachments):
            raise Invalid("There is nothing to send.", field="text")
        async with self._db.transaction(actor) as tx:
            row = await self._own(tx, who, ticket_id)
            if row["category"] == "closed":
                raise Conflict("This is closed; ask for something new.")
            family = await self._family(tx, row["customer_id"])
            talks = await tx.rows(sql.talks_of, ticket_id=row["id"], family=family)
            talk = next((each for each in talks if each["channel"] == "portal"), None)
            account_id = (await _settings(tx)).account_id if talk is None else talk["account_id"]
            account = await store.account(tx, account_id)
            word = Word(f"word:{who.customer_id}:{new.client_id}", new.text, row["subject"], new.attachments)
            sender = _sender(who, None if talk is None else talk["address"])
            into = None if talk is None else talk["id"]
            said = await self._around.raising.say(tx, account, sender, word, into=into)
            if said.interaction_id not in {each["id"] for each in talks}:
                await self._around.above.about(tx, row["id"], said.interaction_id)

    # --- judging

    async def rate(self, actor: Actor, who: Present, ticket_id: UUID, new: NewRating) -> None:
        """Say how it went, once it is over; it can be said otherwise for a while."""
        now = self._clock()
        async with self._db.transaction(actor) as tx:
            row = await self._own(tx, who, ticket_id)
            if row["category"] not in OVER or _rated_until(row, await _settings(tx)) <= now:
                raise Conflict("A ticket is rated when it is solved, within some days.")
            before = await tx.row(sql.get_rating, ticket_id=row["id"])
            if before is not None and (before["score"], before["comment"]) == (new.score, new.comment):
                return
            await tx.run(sql.save_rating, ticket_id=row["id"], now=now, **new.model_dump())
            tx.emit(TicketRated(ticket_id=row["id"], customer_id=who.customer_id, score=new.score))
            changes: dict[str, Sequence[Any]] = {"rating": [None if before is None else before["score"], new.score]}
            if new.comment:
                changes["comment"] = [None, new.comment]
            await self._around.above.note(tx, row["id"], "customer_rated", changes)

    async def _rating(self, tx: Tx, row: Row, settings: PortalSettings) -> Rating | None:
        found = await tx.row(sql.get_rating, ticket_id=row["id"]) if row["is_own"] else None
        if found is None:
            return None
        plainly = {"score": found["score"], "comment": found["comment"], "rated_at": found["rated_at"]}
        return Rating(**plainly, until=_rated_until(row, settings))

    async def ask_review(self, actor: Actor, who: Present, ticket_id: UUID, new: NewReview) -> None:
        """The complainant is not content with what was decided."""
        async with self._db.transaction(actor) as tx:
            row = await self._own(tx, who, ticket_id)
            if row["kind"] != "complaint":
                raise NotFound(_NOTHING)
            await self._around.complainants.ask_review(tx, row["id"], new.reason)

    # --- whose it is

    async def _scope(self, tx: Tx, who: Present) -> dict[str, Any]:
        others: list[UUID] = []
        if who.sees_organisation:
            others = [row["id"] for row in await tx.rows(sql.colleagues_of, customer_id=who.customer_id)]
        return {"own": await self._family(tx, who.customer_id), "others": others}

    async def _family(self, tx: Tx, customer_id: Any) -> list[UUID]:
        return await self._around.raising.known_as(tx, customer_id)

    async def _visible(self, tx: Tx, who: Present, ticket_id: UUID) -> Row:
        """Return a ticket that they see; somebody else's is refused like one that is not there."""
        row = await self._seen(tx, who, ticket_id)
        if row is None:
            raise NotFound(_NOTHING)
        return row

    async def _seen(self, tx: Tx, who: Present, ticket_id: UUID) -> Row | None:
        """Return it, or what it was merged into; of an own one that went into somebody else's, what is left."""
        scope = await self._scope(tx, who)
        found = await tx.row(sql.get_ticket, id=ticket_id, **scope)
        return found or await tx.row(sql.get_joined, id=ticket_id, own=scope["own"])

    async def _own(self, tx: Tx, who: Present, ticket_id: UUID) -> Row:
        """Return a ticket that is theirs: what others of the organisation asked for is only read."""
        row = await self._visible(tx, who, ticket_id)
        if not row["is_own"]:
            raise NotFound(_NOTHING)
        if row["is_joined"]:
            raise Conflict("This was joined with another request and is only read.")
        return row


async def _settings(tx: Tx) -> PortalSettings:
    settings, _ = await store.settings(tx)
    if not settings.is_on:
        raise PortalOff
    return settings


def _sender(who: Present, address: str | None = None) -> Sender:
    """Return who speaks; in a conversation that they began by another address they are known by that one."""
    spoken = address or who.address
    kind = IdentityKind.EMAIL if "@" in spoken else IdentityKind.PHONE
    return Sender(kind, spoken, who.name, who.locale, is_proven=True)


def _rated_until(row: Row, settings: PortalSettings) -> datetime:
    over_at: datetime = row["solved_at"] or row["closed_at"] or row["opened_at"]
    return over_at + timedelta(days=settings.rating_days)


def _row(row: Row) -> dict[str, Any]:
    """Return what is shown of a ticket; a promise of one that is over is none."""
    return store.ticket_row(row) | {"due_at": row["due_at"] if row["category"] in GOING else None}


def _message(row: Row) -> PublicMessage:
    files = [AttachmentView(**each, url=f"/api/portal/files/{each['id']}") for each in row["attachments"]]
    # Who of the organisation wrote is a name that the customer was told; the program has none.
    return PublicMessage(
        id=row["id"],
        is_ours=row["direction"] == "outbound",
        name="" if row["author_kind"] == "system" else row["author_name"],
        text=row["text"],
        at=row["at"],
        attachments=files,
    )
