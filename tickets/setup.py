"""Stages, types and custom fields: what administrators call things, and what a ticket may hold."""

from __future__ import annotations

from collections.abc import Container
from uuid import UUID

from pydantic import Field

from access.model import Permission
from core.actor import Actor
from core.errors import Conflict, Forbidden, Invalid
from core.events import Event
from core.text import must_be_seen
from core.values import Value
from sla.model import Category
from storage import versions
from storage.database import Database, Tx
from storage.queries import Query
from tickets import store
from tickets.fields import FieldChange, FieldSettings, TicketField
from tickets.flow import Status
from tickets.model import Kind, Names
from tickets.store import sql

_NEEDED: tuple[Category, ...] = ("new", "open", "pending", "solved", "closed")


class StatusSettings(Value):
    names: Names
    category: Category
    kinds: tuple[Kind, ...] | None = Field(None, description="Of which kinds of ticket; none is all.")
    position: int = Field(0, ge=0, le=10_000)
    is_active: bool = True


class StatusChange(StatusSettings):
    version: int = Field(ge=1, description="The one that was read.")


class TypeSettings(Value):
    kind: Kind
    names: Names
    parent_id: UUID | None = None
    position: int = Field(0, ge=0, le=10_000)
    is_active: bool = True


class TypeChange(TypeSettings):
    version: int = Field(ge=1, description="The one that was read.")


class TicketType(TypeSettings):
    id: UUID
    version: int


class TicketSetupSaved(Event, kind="ticket.setup_saved"):
    what: str
    id: UUID

    def subject(self) -> str:
        return f"ticket_{self.what}:{self.id}"


class Setup:
    """What every ticket is made of. Nothing is dropped: what is not wanted any more is switched off."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def statuses(self) -> list[Status]:
        return await store.statuses(self._db)

    async def types(self) -> list[TicketType]:
        return [TicketType.model_validate(dict(row)) for row in await self._db.rows(sql.list_types)]

    async def fields(self) -> list[TicketField]:
        return await store.fields(self._db)

    async def save_status(self, actor: Actor, status_id: UUID | None, said: StatusSettings) -> Status:
        """Add or change a stage. Its category stays while tickets are in it: they would be solved by a word."""
        must_be_seen("names", *said.names.values())
        async with self._db.transaction(actor) as tx:
            await _may(tx, actor)
            known = {each.id: each for each in await store.statuses(tx)}
            old = None if status_id is None else known.get(status_id)
            moved = old is not None and old.category != said.category
            if moved and await tx.value(sql.is_status_used, id=status_id):
                text = "Tickets are in this stage; its category stays as it is."
                raise Conflict(text, errors=_at("category", "stage_used", text))
            saved = await _save(tx, sql.save_status, "status", status_id, known, said)
            await _must_be_whole(tx, "category" if moved else "kinds" if said.is_active else "is_active")
        return Status(id=saved[0], version=saved[1], **said.model_dump(exclude={"version"}))

    async def save_type(self, actor: Actor, type_id: UUID | None, said: TypeSettings) -> TicketType:
        """Add or change a type; it stands in another one of its kind, and never in itself."""
        must_be_seen("names", *said.names.values())
        async with self._db.transaction(actor) as tx:
            await _may(tx, actor)
            known = {row["id"]: row for row in await tx.rows(sql.list_types)}
            if type_id in known and known[type_id]["kind"] != said.kind:
                text = "A type stays of its kind: tickets and other types stand in it."
                raise Invalid(text, errors=_at("kind", "type_kind", text))
            above, seen = said.parent_id, {type_id}
            while above is not None:
                if above not in known or known[above]["kind"] != said.kind or above in seen:
                    text = "It can only stand in another type of the same kind."
                    raise Invalid(text, errors=_at("parent_id", "type_parent", text))
                seen.add(above)
                above = known[above]["parent_id"]
            saved = await _save(tx, sql.save_type, "type", type_id, known, said)
        return TicketType(id=saved[0], version=saved[1], **said.model_dump(exclude={"version"}))

    async def save_field(self, actor: Actor, field_id: UUID | None, said: FieldSettings | FieldChange) -> TicketField:
        """Add or change a custom field; key and type stay, since tickets hold values of it."""
        must_be_seen("names", *said.names.values())
        must_be_seen("options", *(name for option in said.options for name in option.names.values()))
        async with self._db.transaction(actor) as tx:
            await _may(tx, actor)
            known = {each.id: each for each in await store.fields(tx)}
            old = None if field_id is None else known.get(field_id)
            if old is not None and (old.key, old.type) != (said.key, said.type):
                text = "The key and the type of a field stay as they are."
                raise Invalid(text, errors=_at("key" if old.key != said.key else "type", "field_fixed", text))
            saved = await _save(tx, sql.save_field, "field", field_id, known, said)
        return TicketField(id=saved[0], version=saved[1], **said.model_dump(exclude={"version"}))


async def _may(tx: Tx, actor: Actor) -> None:
    actor.must(Permission.TICKET_MANAGE)
    if actor.branches is not None:
        raise Forbidden("What tickets are made of is the whole organisation's.")
    await tx.rows(sql.lock_setup)


async def _save(
    tx: Tx, query: Query, what: str, thing_id: UUID | None, known: Container[UUID], said: Value
) -> tuple[UUID, int]:
    saved = await versions.save(tx, query, said, thing_id, known)
    tx.emit(TicketSetupSaved(what=what, id=saved[0]))
    return saved


def _at(loc: str, kind: str, text: str) -> list[dict[str, str]]:
    return [{"loc": loc, "msg": text, "type": kind}]


async def _must_be_whole(tx: Tx, changed: str) -> None:
    """Every kind has somewhere to begin, to wait and to end."""
    statuses = await store.statuses(tx)
    for category in _NEEDED:
        if not any(each.category == category and each.is_active and each.kinds is None for each in statuses):
            text = f"There must be an active stage for all kinds of the category {category}."
            raise Conflict(text, errors=_at(changed, "stage_needed", text))
