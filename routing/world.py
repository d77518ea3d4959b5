"""The router's picture of the world, read from the database: the engine, the rounds, the queues."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable
from uuid import UUID

from core.clock import Clock
from core.errors import NotFound
from routing import store
from routing.engine import Engine
from routing.model import AgentId, ChannelName, Order, Presence, QueueId, WorkId
from routing.rounds import Rounds
from routing.rules import ActiveRule
from routing.store import LIVE, Channels, sql
from routing.values import Queue
from storage.database import Database, Row

ALIVE_SECONDS = 15.0
_ROWS_AT_ONCE = 200


class World:
    """Memory of the leading process. Whoever reads rows and then tells the engine holds `lock` over both."""

    def __init__(self, db: Database, clock: Clock, channels: Channels) -> None:
        self._db, self._clock, self._channels = db, clock, channels
        self.lock = asyncio.Lock()
        self._numbers = itertools.count(1)
        self.forget()

    def forget(self) -> None:
        self.queues: dict[UUID, Queue] = {}
        self.rules: list[ActiveRule] = []
        self.engine = Engine()
        self.rounds = Rounds(self._order_of)
        self.alive: set[UUID] = set()
        # What the database calls the agents who were alive when it was asked last.
        self.alive_mark = ""
        # Most works of a queue ask for the same; whatever changes that loads the queues anew.
        self._steps: store.KnownSteps = {}
        # Of the whole organisation; whatever changes them loads everything anew.
        self._branches: list[UUID] = []
        # Of which work many are asked though its queue does not ask so any more: that has to end first.
        self.outdated: set[UUID] = set()
        # When to try again what could not be written for a reason that memory does not know.
        self.retry_at: int | None = None

    def now(self) -> int:
        return store.microseconds(self._clock())

    async def load(self) -> None:
        """Read queues, agents and waiting work into what is known; the last is under way while agents are taken in."""
        waiting = asyncio.create_task(self._db.rows(sql.waiting_for_router), name="router:waiting")
        try:
            await self.load_queues()
            await self.read_agents(None)
            await self._take_all(await waiting)
        finally:
            waiting.cancel()

    async def load_queues(self) -> None:
        self.queues = {queue.id: queue for queue in await store.queues(self._db, None)}
        self.rules = await store.rules(self._db)
        self._steps = {}
        for queue in self.queues.values():
            self.engine.put_queue(store.queue_rules(queue))

    def _order_of(self, queue_id: QueueId) -> Order:
        return Order(self.queues[queue_id].order_by)

    async def read_agents(self, ids: list[UUID] | None) -> None:
        if ids is None:
            self._branches = [row["id"] for row in await self._db.rows(sql.all_branches)]
        rows = await self._db.rows(sql.agents_for_router, ids=ids, alive_seconds=ALIVE_SECONDS)
        now = self.now()
        if ids is None:
            self.alive, self.alive_mark = {row["staff_id"] for row in rows if row["is_alive"]}, ""
        for number, row in enumerate(rows, 1):
            await _breathe(number)
            state = store.agent(row, self._channels, self._branches)
            if state.leased_until is None:
                # Of leases the rows know everything: they are written before the lock is let go.
                self.engine.give_back(state.id, now)
            self.engine.put_agent(state, now)
            self.rounds.put_agent(state)

    async def read_waiting(self) -> None:
        """Let everything wait that waits."""
        await self._take_all(await self._db.rows(sql.waiting_for_router))

    async def _take_all(self, rows: list[Row]) -> None:
        """Take in rows of which each is of many works that ask for the same: what that is, is found out once."""
        for row in rows:
            places = sorted(zip(row["firsts"], row["ids"], row["dues"], strict=True))
            for start in range(0, len(places), _ROWS_AT_ONCE):
                self._let_wait(row, places[start : start + _ROWS_AT_ONCE], self.now())
                await asyncio.sleep(0)

    async def read_work(self, ids: list[UUID]) -> set[UUID]:
        """Let what waits wait; return who holds what does not, since their rows say so to the engine."""
        holders: set[UUID] = set()
        rows = await self._db.rows(sql.work_for_router, ids=ids)
        now = self.now()
        for number, row in enumerate(rows, 1):
            if number % _ROWS_AT_ONCE == 0:
                await _breathe(number)
                now = self.now()
            if row["agent_id"] is not None:
                holders.add(row["agent_id"])
                self.rounds.remove(WorkId(row["id"]))
            else:
                self._take(row, now)
        return holders

    def _take(self, row: Row, now: int) -> None:
        self._let_wait(row, [store.place(row)], now)

    def _let_wait(self, row: Row, places: list[store.Place], now: int) -> None:
        """Let works wait that ask for the same, whatever was known of them."""
        for _, work_id, _ in places:
            self.engine.remove_work(WorkId(work_id), now)
            self.rounds.remove(WorkId(work_id))
        queue = self.queues.get(row["queue_id"])
        if row["state"] != "queued" or queue is None or not queue.is_active:
            return
        works = store.works(
            row, queue, places, self._numbers, is_live=row["channel"] in LIVE, rules=self.rules, known=self._steps
        )
        if self.asks_many(queue, row["channel"]):
            for work in works:
                self.rounds.put(work, {AgentId(agent_id) for agent_id in row["asked"] or ()}, now)
        elif row["asked"]:
            self.outdated.update(work.id for work in works)
        else:
            self.engine.add_alike(works, now)

    def asks_many(self, queue: Queue, channel: str) -> bool:
        """Tell whether work is offered to many at once: never what takes all of an agent, such as a call."""
        rule = self._channels.get(ChannelName(channel))
        return queue.offer_mode == "broadcast" and not (rule is not None and rule.is_exclusive)

    async def look_at(self, work: Iterable[UUID], agents: Iterable[UUID]) -> None:
        """Read these anew. Work first: what left an agent must be free of it before their row says what is held."""
        ids, wanted = sorted(work), set(agents)
        if ids:
            wanted |= await self.read_work(ids)
        if wanted:
            await self.read_agents(sorted(wanted))

    def has_somebody(self, work_id: UUID) -> bool | None:
        """Tell whether anybody online could ever take it as it stands; None while it does not wait here."""
        found = self.rounds.has_somebody(WorkId(work_id), self.now())
        return self.engine.has_somebody(WorkId(work_id)) if found is None else found

    def waiting_ids(self) -> set[UUID]:
        return {*self.engine.waiting_ids(), *self.rounds.waiting_ids()}

    def drop(self, work_id: UUID) -> None:
        """Forget work that does not wait."""
        self.engine.remove_work(WorkId(work_id), self.now())
        self.rounds.remove(WorkId(work_id))

    def holds(self, agent_id: AgentId, work_ids: Iterable[UUID]) -> bool:
        """Tell whether an agent is known to have all of these; yes for one who is not known at all."""
        try:
            return self.engine.agent(agent_id).holding.keys() >= set(work_ids)
        except NotFound:
            return True

    def is_available(self, agent_id: AgentId) -> bool:
        try:
            return self.engine.agent(agent_id).presence is Presence.AVAILABLE
        except NotFound:
            return False

    def next_due(self) -> int | None:
        dues = [due for due in (self.retry_at, self.engine.next_due(), self.rounds.next_due()) if due is not None]
        return min(dues, default=None)


async def _breathe(number: int) -> None:
    """Let others run between so many rows: a lease that is not renewed meanwhile would be lost by reading."""
    if number % _ROWS_AT_ONCE == 0:
        await asyncio.sleep(0)
