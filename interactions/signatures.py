"""Signatures: what stands below a mail, by queue and language, and below it by agent. Filled in when it is sent."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from access.model import Locale, Permission
from core.actor import Actor
from core.clock import Clock
from core.dates import in_digits, written
from core.errors import Conflict, Forbidden, NotFound
from core.events import Event
from core.ids import uuid7
from core.placeholders import filled, must_be_known
from core.text import printable
from core.values import Value
from customers.model import CustomerId
from interactions import store
from interactions.conversations import Conversations
from interactions.store import sql
from organisation.service import Organisation
from storage.database import Database, Row, Tx

# The only names that are filled in: a fixed list, so that a text can reach nothing else (O2).
PLACEHOLDERS = frozenset(
    {"customer.name", "agent.name", "interaction.number", "queue.name", "organisation.name", "date"}
)
# What stands where there is no value and the text says nothing itself.
USUAL: dict[Locale, dict[str, str]] = {
    "en": {"customer.name": "customer", "organisation.name": "our team", "agent.name": "our team"},
    "ar": {"customer.name": "عميلنا العزيز", "organisation.name": "فريقنا", "agent.name": "فريقنا"},
    "fa": {"customer.name": "مشتری گرامی", "organisation.name": "همکاران ما", "agent.name": "همکاران ما"},
}
_ORDER: tuple[Locale, ...] = ("en", "ar", "fa")


def known_names(text: str) -> str:
    return must_be_known(text, PLACEHOLDERS)


Text = Annotated[str, Field(min_length=1, max_length=4_000), AfterValidator(known_names)]


class NewSignature(Value):
    """Of a queue, or with `queue_id` null the writer's own, which stands above the queue's."""

    queue_id: UUID | None = None
    texts: dict[Locale, Text] = Field(min_length=1, max_length=3)
    is_active: bool = True


class SignatureChange(NewSignature):
    version: int = Field(ge=1, description="The one that was read.")


class Signature(Value):
    id: UUID
    queue_id: UUID | None
    queue_name: str | None
    staff_id: UUID | None
    texts: dict[Locale, str]
    is_active: bool
    version: int


class Preview(Value):
    """A text to be tried with a real customer, or with a real conversation."""

    text: str = Field(max_length=10_000)
    locale: Locale
    customer_id: UUID | None = None
    interaction_id: UUID | None = None
    queue_id: UUID | None = None

    @model_validator(mode="after")
    def _names_are_known(self) -> Preview:
        known_names(self.text)
        return self


class Letterhead(Value):
    """What a mail in a conversation gets: the values of the placeholders, and its signature with them."""

    locale: Locale
    values: dict[str, str]
    signature: str


class SignatureSaved(Event, kind="signature.saved"):
    signature_id: UUID
    queue_id: UUID | None
    is_active: bool

    def subject(self) -> str:
        return f"signature:{self.signature_id}"


class Signatures:
    """Keeps signatures, and fills them in for one mail."""

    def __init__(self, db: Database, clock: Clock, conversations: Conversations) -> None:
        self._db, self._clock, self._conversations = db, clock, conversations
        self._organisation = Organisation(db)

    async def list_all(self, actor: Actor) -> list[Signature]:
        """Return the own signature, and those of queues for whoever may manage answers."""
        shared = actor.may(Permission.ANSWER_MANAGE)
        rows = await self._db.rows(
            sql.list_signatures, staff_id=actor.id, with_queues=shared, branches=actor.branch_scope
        )
        return [Signature(**dict(row)) for row in rows]

    async def add(self, actor: Actor, new: NewSignature) -> Signature:
        async with self._db.transaction(actor) as tx:
            return await self._save(tx, actor, uuid7(), new, 0)

    async def change(self, actor: Actor, signature_id: UUID, change: SignatureChange) -> Signature:
        """Change a signature; mails that wait to be sent keep the one that was shown."""
        async with self._db.transaction(actor) as tx:
            row = await tx.row(sql.get_signature, id=signature_id)
            if row is None or (row["queue_id"] is None and row["staff_id"] != actor.id):
                raise NotFound
            if row["queue_id"] != change.queue_id:
                raise Conflict("A signature stays where it is; add another one.", field="queue_id")
            return await self._save(tx, actor, signature_id, change, change.version)

    async def _save(self, tx: Tx, actor: Actor, signature_id: UUID, new: NewSignature, version: int) -> Signature:
        if new.queue_id is None:
            actor.must(Permission.INTERACTION_REPLY)
            if actor.id is None:
                raise Forbidden("Only people have a signature of their own.")
        else:
            queue = await self._conversations.routing.queues.must_see(tx, actor, new.queue_id)
            actor.must(Permission.ANSWER_MANAGE, queue.branch_id)
            if queue.branch_id is None and actor.branches is not None:
                raise Forbidden("The signature of a queue of the whole organisation is beyond your scope.")
        owner = actor.id if new.queue_id is None else None
        if await tx.value(sql.other_signature, id=signature_id, queue_id=new.queue_id, staff_id=owner):
            raise Conflict("There is a signature already; change that one.", field="queue_id")
        saved = await tx.value(
            sql.save_signature,
            id=signature_id,
            version=version,
            queue_id=new.queue_id,
            staff_id=owner,
            texts={locale: printable(text) for locale, text in new.texts.items()},
            is_active=new.is_active,
        )
        if saved is None:
            raise Conflict.overtaken()
        tx.emit(SignatureSaved(signature_id=signature_id, queue_id=new.queue_id, is_active=new.is_active))
        row = await tx.row(sql.get_signature, id=signature_id)
        if row is None:
            raise NotFound
        return Signature(**dict(row))

    # --- filling in

    async def letterhead(self, actor: Actor, interaction_id: UUID, locale: Locale | None) -> Letterhead:
        """Return what a mail that the actor writes now would get; shown before it is sent."""
        async with self._db.transaction(actor) as tx:
            row = await store.get(tx, interaction_id)
            actor.must(Permission.INTERACTION_READ, row["branch_id"])
            return await self.of_mail(tx, row, actor.id, actor.name, locale)

    async def of_mail(
        self, tx: Tx, row: Row, author_id: UUID | None, author_name: str, locale: Locale | None
    ) -> Letterhead:
        """Return the same inside the transaction that says it."""
        card = await self._conversations.customers.card(tx, CustomerId(row["customer_id"]))
        chosen = locale or card.locale or (await self._organisation.usual(tx) or ("en", "gregory"))[0]
        known = {
            "customer.name": card.name,
            "agent.name": author_name,
            "interaction.number": in_digits(str(row["number"]), chosen),
            "queue.name": row["queue_name"],
        }
        values = known | await self._common(tx, chosen)
        rows = await tx.rows(sql.signatures_for, queue_id=row["queue_id"], staff_id=author_id)
        parts = [filled(_in(each["texts"], chosen), values, USUAL[chosen]).strip() for each in rows]
        return Letterhead(locale=chosen, values=values, signature="\n".join(part for part in parts if part))

    async def preview(self, actor: Actor, preview: Preview) -> str:
        """Return a text as a real customer would read it."""
        async with self._db.transaction(actor) as tx:
            values = {"agent.name": actor.name, "interaction.number": in_digits("123", preview.locale)}
            if preview.interaction_id is not None:
                row = await store.get(tx, preview.interaction_id)
                actor.must(Permission.INTERACTION_READ, row["branch_id"])
                values = (await self.of_mail(tx, row, actor.id, actor.name, preview.locale)).values
            if preview.customer_id is not None:
                await self._conversations.customers.must_read(tx, actor, CustomerId(preview.customer_id))
                values["customer.name"] = (
                    await self._conversations.customers.card(tx, CustomerId(preview.customer_id))
                ).name
            if preview.queue_id is not None:
                queue = await self._conversations.routing.queues.must_see(tx, actor, preview.queue_id)
                values["queue.name"] = queue.name
            values |= await self._common(tx, preview.locale)
            return filled(preview.text, values, USUAL[preview.locale])

    async def _common(self, tx: Tx, locale: Locale) -> dict[str, str]:
        return {"organisation.name": await self._organisation.name(tx), "date": await self._date(tx, locale)}

    async def _date(self, tx: Tx, locale: Locale) -> str:
        """Return today as the reader writes it: by the calendar of the letter's language."""
        now: datetime = self._clock()
        calendar = await self._organisation.calendar(tx, locale)
        return written(now, locale, calendar, await self._organisation.time_zone(), with_time=False)


def _in(texts: dict[str, Any], locale: Locale) -> str:
    """Return the text in this language, or in the next best: a signature in another one is better than none."""
    return next((texts[one] for one in (locale, *_ORDER) if texts.get(one)), "")
