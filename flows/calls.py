"""Calls in flows: each goes on from where the database says it is, once for each turn, on the version it began with."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from channels.flows import Dial, Heard, Played, Ringing
from core.clock import Clock
from core.errors import NotFound
from flows import store
from flows.model import Flow, Step
from flows.store import sql
from flows.walk import Answer, Dialled, Happened, Keys, Place, Question, Walk, begin, walk
from interactions.arrivals import CallPlace, Opening
from sla.hours import Hours
from sla.working import is_open
from storage.database import Database, Row, Tx

_TO_PEOPLE = frozenset({"queue", "voicemail", "callback", "lost"})


class FlowCalls:
    """What channels ask for, and what receives calls asks where they are to be placed."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def begin(self, account_id: UUID, ringing: Ringing) -> Played | None:
        """Return what a caller hears first. A call that is told again is answered as it was."""
        async with self._db.transaction() as tx:
            found = await tx.row(sql.lock_call, account_id=account_id, call_id=ringing.call_id)
            if found is not None:
                return store.played(found)
            chosen = await tx.row(sql.flow_of_account, account_id=account_id)
            if chosen is None:
                return None
            flow = Flow.model_validate(chosen["flow"])
            first = begin(flow, ringing.caller)
            made = await tx.value(
                sql.insert_call,
                account_id=account_id,
                call_id=ringing.call_id,
                flow_id=chosen["flow_id"],
                number=chosen["number"],
                place=first.place.model_dump(mode="json"),
                now=self._clock(),
            )
            if made is not None:
                return await self._go(tx, account_id, ringing.call_id, flow, first, 1)
            again = await tx.row(sql.lock_call, account_id=account_id, call_id=ringing.call_id)
            return None if again is None else store.played(again)

    async def hear(self, account_id: UUID, heard: Heard) -> Played:
        """Return what a caller hears next; a turn that was answered is not taken twice, whichever comes late."""
        async with self._db.transaction() as tx:
            row = await tx.row(sql.lock_call, account_id=account_id, call_id=heard.call_id)
            if row is None:
                raise NotFound
            last = store.played(row)
            if row["ended"] is not None or heard.turn != row["turn"]:
                return last
            flow = Flow.model_validate(row["flow"])
            is_dialled = any(isinstance(each, Dial) for each in last.verbs)
            happened: Happened = Dialled(heard.is_connected) if is_dialled else Keys(heard.keys)
            now = walk(flow, Walk(Place(**row["place"])), happened)
            return await self._go(tx, account_id, heard.call_id, flow, now, row["turn"] + 1)

    async def _go(self, tx: Tx, account_id: UUID, call_id: str, flow: Flow, now: Walk, turn: int) -> Played:
        """Answer what the flow asks until the call waits or ends, and keep that."""
        while now.asks is not None:
            now = walk(flow, now, await self._answer(tx, now.place, now.asks))
        played = Played(
            now.verbs,
            turn,
            is_placed=now.end in _TO_PEOPLE,
            callback=now.place.caller if now.end == "callback" else "",
            language=now.place.language,
        )
        await tx.run(
            sql.save_call,
            account_id=account_id,
            call_id=call_id,
            place=now.place.model_dump(mode="json"),
            turn=turn,
            played=store.kept(played),
            ended=now.end,
        )
        if now.path:
            steps, exits, typed = ([each[part] for each in now.path] for part in (0, 1, 2))
            await tx.run(
                sql.insert_passages,
                account_id=account_id,
                call_id=call_id,
                steps=steps,
                exits=exits,
                typed=typed,
                now=self._clock(),
            )
        return played

    async def _answer(self, tx: Tx, place: Place, asked: Question) -> Answer:
        if asked.kind == "hours":
            row = await tx.row(sql.hours_of, id=asked.calendar_id)
            hours = None if row is None else Hours(**row["hours"])
            return Answer("open" if is_open(hours, self._clock()) else "closed")
        if asked.kind == "customer":
            caller = await tx.row(sql.caller, number=place.caller)
            if caller is None:
                return Answer("unknown")
            return Answer(f"tier:{caller['tier_id']}" if caller["tier_id"] else "known")
        if len(asked.code) > 15:  # noqa: PLR2004 - a longer one is no number of ours, and no bigint
            return Answer("missing")
        found = await tx.row(sql.request_of_caller, number=place.caller, serial=int(asked.code))
        if found is None:
            return Answer("missing")
        return Answer("found", found["names"].get(place.language) or next(iter(found["names"].values()), ""))

    async def place(self, tx: Tx, account_id: UUID, call_id: str) -> CallPlace | None:
        """Say where a call belongs, and whether the machine is done with it; None of a call that is in no flow."""
        row = await tx.row(sql.lock_call, account_id=account_id, call_id=call_id)
        if row is None:
            return None
        place = Place(**row["place"])
        step = _ended_at(row, place)
        said = {**({} if step is None else step.attributes), **place.collected}
        path = await store.path(tx, account_id, call_id)
        return CallPlace(
            is_waiting=row["ended"] in _TO_PEOPLE,
            opening=Opening(
                queue_id=None if step is None else step.queue_id,
                details={"locale": place.language, "choices": said, **_asked(step), **_announced(row)},
                locale=place.language,
            ),
            priority=0 if step is None else step.priority,
            path=" → ".join(f"{each.name}: {each.exit}" if each.exit in "0123456789*#" else each.name for each in path),
            takes_message=row["ended"] == "voicemail",
        )


def _asked(step: Step | None) -> dict[str, Any]:
    """Return what is asked of the agent, in the queue of the step alone: another queue may have nobody like that."""
    if step is None or not step.skills or step.queue_id is None:
        return {}
    return {"asked": {"queue_id": str(step.queue_id), "skills": {str(each): step.skills[each] for each in step.skills}}}


def _announced(row: Row) -> dict[str, Any]:
    return {"announces_recording": True} if row["flow"].get("announces_recording") else {}


def _ended_at(row: Row, place: Place) -> Step | None:
    """Return the step at which the machine was done; a queue that was lost is the account's own."""
    if row["ended"] not in _TO_PEOPLE:
        return None
    return Flow.model_validate(row["flow"]).by_id.get(place.step)
