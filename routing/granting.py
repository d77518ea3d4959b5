"""The router's turn for the dialer: leases that are over end, and agents who stay idle anyway are granted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from routing import store
from routing.blending import ADAPT_EVERY, LEASE, Ask, Grant, Inbound, Spare, adapted, first_spare
from routing.model import SECOND, ChannelName, QueueId
from routing.outbound import ALIVE_SECONDS
from routing.store import sql
from routing.turns import again_and_again
from routing.world import World
from storage.database import Database, Row
from storage.leases import Lease

_EVERY_SECONDS = 0.2
_MOST = 50
_VOICE = ChannelName("voice")


class Granting:
    """Grants are decided where offers are, so that nobody gets both; the rows are written under the same epoch."""

    def __init__(self, db: Database, lease: Lease, world: World, decide: Callable[[], Awaitable[None]]) -> None:
        self._db, self._lease, self._world, self._decide = db, lease, world, decide
        # Of asks that leave it to us; who takes the router over begins with the first guess again.
        self._spares: dict[UUID, Spare] = {}

    def turn(self) -> tuple[str, Coroutine[Any, Any, None]]:
        return "grant", again_and_again(self.grant, _EVERY_SECONDS, 0.0)

    async def grant(self) -> None:
        """Look at what the dialer asks for, and whom it has."""
        asks = await self._db.rows(sql.outbound_asks)
        ended = await self._db.rows(sql.end_leases, alive_seconds=ALIVE_SECONDS)
        self._spares = {ask["id"]: self._spares[ask["id"]] for ask in asks if ask["id"] in self._spares}
        if not asks and not ended:
            return
        for ask in asks:
            if ask["spare"] is None and ask["inbound_queue_id"] in self._world.queues:
                await self.adapt(ask["id"], ask["inbound_queue_id"])
        async with self._world.lock:
            if ended:
                await self._world.read_agents([row["agent_id"] for row in ended])
                await self._decide()
            for ask in asks:
                if ask["wanted"] > ask["held"] and ask["queue_id"] in self._world.queues:
                    await self._grant(ask)

    async def _grant(self, ask: Row) -> None:
        inbound_id, spare = ask["inbound_queue_id"], ask["spare"]
        outbound = self._ask(ask["queue_id"])
        inbound = self._ask(inbound_id) if inbound_id in self._world.queues else outbound
        now = self._world.now()
        if spare is None:
            kept = self._spares.get(ask["id"])
            spare = 0 if inbound is outbound or kept is None else kept.agents
        most = min(_MOST, ask["wanted"] - ask["held"])
        granted = self._world.engine.grant(outbound, inbound, spare, now, most=most)
        if granted:
            await self._write(ask, granted)

    async def adapt(self, ask_id: UUID, queue_id: UUID) -> int:
        """Look every five minutes how long callers of a queue waited, and return how many agents stay idle for them."""
        now, agents = self._world.now(), len(self._world.alive)
        spare = self._spares.get(ask_id) or first_spare(agents, now)
        if now - spare.since >= ADAPT_EVERY:
            since = datetime.fromtimestamp(spare.since / SECOND, UTC)
            row = await self._db.row(sql.waits_since, queue_id=queue_id, channel=_VOICE, since=since)
            inbound = Inbound(row["calls"], row["in_target"]) if row is not None else Inbound(0, 0)
            spare = adapted(spare, agents, inbound, self._world.queues[queue_id].goal_percent / 100, now)
        self._spares[ask_id] = spare
        return spare.agents

    def _ask(self, queue_id: Any) -> Ask:
        asked = {"branch_id": None, "sticky_agent_id": None, "channel": _VOICE}
        steps = store.steps(asked, self._world.queues[queue_id], is_live=True)
        return Ask(QueueId(queue_id), _VOICE, steps[0].requirements)

    async def _write(self, ask: Row, granted: list[Grant]) -> None:
        kept = set()
        try:
            async with self._db.transaction() as tx:
                await self._lease.fence(tx)
                agents = sorted(each.agent_id for each in granted)
                values = {"ask_id": ask["id"], "agent_ids": agents, "seconds": LEASE / SECOND}
                rows = await tx.rows(sql.commit_leases, **values)
            kept = {row["agent_id"] for row in rows}
        finally:
            for each in granted:
                if each.agent_id not in kept:
                    self._world.engine.give_back(each.agent_id, self._world.now())
