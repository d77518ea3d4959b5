"""Agents for work that we begin: the dialer asks, the elected router grants, and nobody is offered two things at once.

A grant is a row that the router writes under its epoch. Whoever has one is offered nothing until it ends, and work that
the dialer makes for them is taken under the agent's own lock, as all work is.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from core.ids import StaffId
from routing.store import sql
from routing.values import LeaseEnded, OutboundAsk
from storage.database import Database, Tx

# An ask that is not repeated is over, so that a dialer that died keeps nobody.
ASK_SECONDS = 10.0
ALIVE_SECONDS = 15.0


class Outbound:
    """What the dialer asks of routing."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def ask(self, tx: Tx, ask: OutboundAsk) -> None:
        """Want so many agents for the next seconds; ask again in time."""
        await tx.run(sql.ask_outbound, **ask.model_dump(), seconds=ASK_SECONDS)

    async def ask_no_more(self, tx: Tx, ask_id: UUID) -> None:
        """Want nobody any more."""
        await tx.run(sql.drop_ask, id=ask_id)

    async def granted(self, reader: Tx | Database, ask_id: UUID) -> list[StaffId]:
        """Return whom the dialer has, the longest idle first."""
        rows = await reader.rows(sql.leases_of, ask_id=ask_id, alive_seconds=ALIVE_SECONDS)
        return [StaffId(row["agent_id"]) for row in rows]

    async def working(self, reader: Tx | Database, queue_id: UUID, campaign: UUID) -> list[str]:
        """Return the agents who are in work that was begun for a campaign, wrap-up included."""
        rows = await reader.rows(sql.outbound_at_work, queue_id=queue_id, campaign=str(campaign))
        return [str(row["agent_id"]) for row in rows]

    async def take(
        self, tx: Tx, ask_id: UUID, *, wanted: StaffId | None = None, but: Collection[UUID] = ()
    ) -> StaffId | None:
        """Use one grant up, the longest idle agent's, or None; the work is taken by `Routing.take`."""
        agent_id = await tx.value(sql.take_lease, ask_id=ask_id, wanted=wanted, but=list(but))
        if agent_id is None:
            return None
        tx.emit(LeaseEnded(agent_id=agent_id))
        return StaffId(agent_id)

    async def give_back(self, tx: Tx, ask_id: UUID, agent_ids: Collection[UUID]) -> None:
        """Let these be offered other work."""
        if not agent_ids:
            return
        for row in await tx.rows(sql.drop_leases, ask_id=ask_id, agent_ids=sorted(agent_ids)):
            tx.emit(LeaseEnded(agent_id=row["agent_id"]))
