"""Use-cases of units: registered on a service case, and shown with their way and their earlier cases."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from access.model import Permission
from core.actor import Actor
from core.errors import Conflict
from organisation.service import Organisation
from storage.database import Row, Tx
from tickets import store
from tickets.confidence import may_know
from tickets.service import Tickets
from tickets.store import sql
from tickets.unit import CHARGES, UnitChange, UnitOfCase, UnitView, in_warranty, plain_serial, way

_EARLIER = 20
_KEPT = ("product", "serial", "place", "workshop", "condition", "received_on", "warranty", "warranty_until")


class Units:
    def __init__(self, tickets: Tickets, organisation: Organisation) -> None:
        self._tickets, self._db, self._clock = tickets, tickets.db, tickets.clock
        self._organisation = organisation

    async def show(self, actor: Actor, ticket_id: UUID) -> UnitOfCase:
        """Return the unit of a case; nothing is registered yet while it is none."""
        async with self._db.transaction(actor, isolation="repeatable_read") as tx:
            row = await store.get(tx, ticket_id)
            self._tickets.must_know(actor, row)
            unit = await tx.row(sql.get_unit, ticket_id=ticket_id)
            changes = [
                (each["at"], UUID(each["before"]), UUID(each["after"]))
                for each in await tx.rows(sql.stage_changes, ticket_id=ticket_id)
            ]
            return UnitOfCase(
                unit=None if unit is None else _view(unit),
                steps=way(row["opened_at"], row["status_id"], changes),
                earlier=[store.ticket_row(each) for each in await self._earlier(tx, actor, ticket_id)],
            )

    async def save(self, actor: Actor, ticket_id: UUID, change: UnitChange) -> UnitOfCase:
        """Register a unit or mend what is registered; the history of the case says what changed."""
        zone = ZoneInfo(await self._organisation.time_zone())
        async with self._db.transaction(actor) as tx:
            row = await self._tickets.must_see(tx, actor, ticket_id)
            actor.must(Permission.TICKET_WRITE, row["branch_id"])
            if row["kind"] != "service_case":
                raise Conflict("Only a service case has a unit.")
            before, now = await tx.row(sql.get_unit, ticket_id=ticket_id), self._clock()
            values = change.model_dump(exclude={"version"})
            today = now.astimezone(zone).date()
            values["received_on"] = change.received_on or (today if before is None else before["received_on"])
            folded = plain_serial(change.serial)
            kept = {"ticket_id": ticket_id, "folded_serial": folded, "version": change.version}
            if await tx.value(sql.save_unit, **values, **kept) is None:
                raise Conflict.overtaken()
            changes = _changes(before, values)
            if changes:
                # Among what is indexed: it is found by its product and its serial number.
                await self._tickets.kept(tx, dict(row) | {"now": now}, "changed", changes)
        return await self.show(actor, ticket_id)

    async def _earlier(self, tx: Tx, actor: Actor, ticket_id: UUID) -> list[Row]:
        ids = [row["ticket_id"] for row in await tx.rows(sql.cases_of_serial, ticket_id=ticket_id, most=_EARLIER)]
        found = [await store.get(tx, each) for each in ids]
        return [each for each in found if actor.sees(each["branch_id"]) and may_know(actor, each)]


def _changes(before: Row | None, values: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return what changed of it; what is empty before and after is nothing."""
    found = {}
    for name in _KEPT:
        old, new = None if before is None else before[name], values[name]
        if (old or None) != (new or None):
            found[f"unit.{name}"] = (_plain(old), _plain(new))
    return found


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else value.isoformat()


def _view(row: Row) -> UnitView:
    holds = in_warranty(row["warranty"], row["warranty_until"], row["received_on"])
    plain = {name: row[name] for name in (*_KEPT, "version") if name != "warranty"}
    return UnitView(**plain, warranty_said=row["warranty"], warranty=holds, charge=CHARGES[holds])
