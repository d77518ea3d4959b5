"""Rules at work: after something happened outside, all of them see the ticket once; those on time look every minute."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from automation import store
from automation.doing import Doing
from automation.lasting import Look, has_lasted
from automation.model import AutomationRule, Did, Happening, OnEvent, OnTime, hold
from automation.store import sql
from core.actor import Actor, ActorKind
from core.clock import Clock
from core.errors import MarkazError, Unavailable
from core.events import LoggedEvent
from core.ids import BranchId, uuid7
from sla.rules import Rules as Promises
from storage.database import Database, Tx
from storage.follower import Follower
from storage.leases import LostLease
from tickets.service import Tickets

log = logging.getLogger(__name__)

NAME = "automation"
# What automation does carries this id in the log, by which it knows its own doings.
_ID = UUID("00000000-0000-7000-8000-00000000a070")
_LABEL = f"{ActorKind.SYSTEM}:{_ID}"
_EVERY_SECONDS = 30.0
# A look of a rule at a stage reads so many pages of so many tickets.
_PAGE = 500
_PAGES = 10
_Place = tuple[datetime, UUID]
_BEGINNING: _Place = (datetime(1, 1, 2, tzinfo=UTC), UUID(int=0))
# A rule as it was written, and a stage.
_Looked = tuple[UUID, int, UUID]
_HAPPENINGS: dict[str, Happening] = {
    "opened": "opened",
    "assigned": "assigned",
    "asked": "customer_wrote",
    "answered": "answered",
    "changed": "changed",
    "customer": "changed",
    "macro": "changed",
    "undone": "changed",
    "unmerged": "changed",
}


class Automation(Follower):
    """Follows what happens to tickets, one event a transaction: exactly once, and never what it did itself."""

    def __init__(self, db: Database, clock: Clock, tickets: Tickets, doing: Doing) -> None:
        kinds = frozenset({"ticket.changed", "sla.warned", "sla.breached"})
        super().__init__(db, NAME, kinds, self._hear, at_once=1, gather_seconds=0.05)
        self._clock, self._tickets, self._doing = clock, tickets, doing
        self._places: dict[_Looked, _Place] = {}

    # --- what happened

    async def _hear(self, tx: Tx, events: Sequence[LoggedEvent]) -> None:
        for event in events:
            if event.actor == _LABEL:
                continue
            found = _happened(event)
            if found is not None:
                await self._happened(tx, *found)

    async def _happened(self, tx: Tx, ticket_id: UUID, happening: Happening, about: dict[str, Any]) -> None:
        for rule in await store.rules(tx):
            trigger = rule.trigger
            if rule.is_active and isinstance(trigger, OnEvent) and trigger.happening == happening:
                facts = await self.facts(tx, ticket_id) | about
                if hold(rule.conditions, facts)[0]:
                    await self._act(tx, rule, ticket_id, happening)

    async def facts(self, tx: Tx, ticket_id: UUID) -> dict[str, Any]:
        """Return what conditions look at; the ticket is held."""
        row = await self._tickets.hold(tx, ticket_id)
        promised = await self._tickets.facts(tx, row)
        return self._tickets.known(row) | {"tier_id": str(promised.tier_id) if promised.tier_id else None}

    async def _act(
        self, tx: Tx, rule: AutomationRule, ticket_id: UUID, cause: str, since: datetime | None = None
    ) -> None:
        """Do what a rule says, and write down what came of it; the log names the rule as who did it."""
        tx.actor = Actor(kind=ActorKind.SYSTEM, id=_ID, name=rule.name, branches=None)
        try:
            async with tx.attempt():
                did = await self._doing.all(tx, tx.actor, ticket_id, rule.actions, "rule")
        except MarkazError as error:
            did = [Did(do="all", detail=error.detail, is_refused=True)]
        await tx.value(
            sql.insert_run,
            id=uuid7(),
            rule_id=rule.id,
            rule_name=rule.name,
            ticket_id=ticket_id,
            cause=cause,
            since=since,
            at=self._clock(),
            did=[each.model_dump() for each in did],
            is_refused=any(each.is_refused for each in did),
        )

    # --- what lasts

    async def watch(self) -> None:
        """Look once for what has lasted long enough, in the one process that follows the log."""
        if self.lease.is_held:
            await self.look()
        await asyncio.sleep(_EVERY_SECONDS)

    async def look(self) -> int:
        """Let rules on time act; returns how often one did."""
        async with self._db.transaction() as tx:
            hours_at = (await Promises.read(tx)).hours_at
        acted, places = 0, dict[_Looked, _Place]()
        for rule in await store.rules(self._db):
            if not rule.is_active or not isinstance(rule.trigger, OnTime):
                continue
            for stage_id in await store.stages(self._db, rule):
                looked = (rule.id, rule.version, stage_id)
                look = Look(rule, rule.trigger, stage_id, self._clock(), hours_at)
                found, places[looked] = await self._look_at(look, self._places.get(looked, _BEGINNING))
                acted += found
        self._places = places
        return acted

    async def _look_at(self, look: Look, place: _Place) -> tuple[int, _Place]:
        """Look at a part of a stage, from where the last look ended: it costs the same however many tickets there are.

        Returns how often the rule acted, and where the next look begins.
        """
        acted = 0
        for _ in range(_PAGES):
            rows = await self._db.rows(sql.lasting, after_since=place[0], after_id=place[1], most=_PAGE, **look.asked)
            for row in rows:
                if look.may_act(row, self._tickets.known(row)):
                    acted += await self._tried(look.rule, look.trigger, row["id"], row["since"])
            if len(rows) < _PAGE:
                return acted, _BEGINNING
            place = rows[-1]["stage_since"], rows[-1]["id"]
        return acted, place

    async def _tried(self, rule: AutomationRule, trigger: OnTime, ticket_id: UUID, since: datetime) -> bool:
        """Look at one ticket; what refuses that is this ticket's alone, and a lost lease or database nobody's."""
        try:
            return await self._has_lasted(rule, trigger, ticket_id, since)
        except (LostLease, Unavailable):
            raise
        except MarkazError:
            log.exception("the rule %s leaves ticket %s out", rule.name, ticket_id)
            return False

    async def _has_lasted(self, rule: AutomationRule, trigger: OnTime, ticket_id: UUID, since: datetime) -> bool:
        """Act on one ticket, if it has lasted by the hours of its branch and everything holds; once for a beginning."""
        async with self._db.transaction() as tx:
            await self.lease.fence(tx)
            facts = await self.facts(tx, ticket_id)
            if await tx.value(sql.has_run, rule_id=rule.id, ticket_id=ticket_id, since=since):
                return False
            branch = None if facts["branch_id"] is None else BranchId(UUID(facts["branch_id"]))
            if not has_lasted(trigger, (await Promises.read(tx)).hours_at(branch), since, self._clock()):
                return False
            if not hold(rule.conditions, facts)[0]:
                return False
            await self._act(tx, rule, ticket_id, trigger.since, since)
        return True


def _happened(event: LoggedEvent) -> tuple[UUID, Happening, dict[str, Any]] | None:
    """Return which ticket an event is about, what happened, and what only the event knows."""
    data = event.data
    if event.kind == "ticket.changed":
        happening = _HAPPENINGS.get(data["change"])
        about = {"changed": data.get("changed", [])}
        return None if happening is None else (UUID(data["ticket"]["id"]), happening, about)
    if data["subject_kind"] != "ticket":
        return None
    late: Happening = "sla_late" if event.kind == "sla.breached" else "sla_near"
    return UUID(data["subject_id"]), late, {"metric": data["metric"]}
