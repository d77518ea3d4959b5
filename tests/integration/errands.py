"""A floor without a server: queues, agents, errands that wait, and a real router, on a real database."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from access.model import Locale, Permission
from access.people import People
from access.signin import Passwords
from agents.service import Agents
from core.actor import SYSTEM, Actor, ActorKind
from core.clock import utc_now
from core.ids import StaffId, uuid7
from notices.model import Document, DocumentRef
from notices.service import Notices
from routing.model import ChannelName, ChannelRule
from routing.router import Router
from routing.service import Routing
from routing.values import NewWork, QueueSettings
from storage.database import Database, Row, Tx, adhoc
from tests.live import eventually

CHANNELS = {
    ChannelName("voice"): ChannelRule(100, 1, is_exclusive=True),
    ChannelName("webchat"): ChannelRule(30, 3),
    ChannelName("email"): ChannelRule(20, 5),
}


def staff(actor: Actor) -> StaffId:
    """Return who somebody is as an agent."""
    return StaffId(UUID(str(actor.id)))


class Errands:
    """What waits here: remembers what routing told, and has customers who say nothing."""

    def __init__(self) -> None:
        self.told: list[tuple[str, UUID, Any]] = []
        self.quiet: list[UUID] = []

    def of(self, kind: str) -> list[tuple[UUID, Any]]:
        return [(work_id, what) for told, work_id, what in self.told if told == kind]

    async def lock(self, tx: Tx, work_id: UUID) -> None: ...

    async def assigned(self, tx: Tx, work_id: UUID, agent_id: StaffId, now: datetime) -> None:
        self.told.append(("assigned", work_id, agent_id))

    async def wrapped_up(self, tx: Tx, work_id: UUID, now: datetime) -> None:
        self.told.append(("wrapped_up", work_id, None))

    async def silent(self, reader: Database, before: datetime, most: int) -> list[UUID]:
        return [work_id for work_id in self.quiet if work_id not in [each for each, _ in self.of("calmed")]]

    async def calmed(self, tx: Tx, work_id: UUID) -> None:
        self.told.append(("calmed", work_id, None))

    async def waits_again(self, tx: Tx, work_id: UUID, queue_id: UUID | None, event: str, text: str) -> None:
        self.told.append((event, work_id, text))

    async def tell_customer(self, tx: Tx, work_id: UUID, texts: Mapping[Locale, str]) -> bool:
        self.told.append(("message", work_id, texts["en"]))
        return True

    async def documents(self, tx: Tx, ids: Sequence[UUID]) -> dict[UUID, Document]:
        return {
            each: Document(
                ref=DocumentRef(kind="errand", id=each),
                title="an errand",
                link=[],
                permission=Permission.INTERACTION_READ,
            )
            for each in ids
        }


class Hall:
    """Everything routing needs, and short ways to use it. `skew` moves its clock."""

    def __init__(self, db: Database) -> None:
        self.db, self.skew = db, timedelta()
        self.errands = Errands()
        self.routing = self.more_routing()
        self.offers = self.routing.offers

    def clock(self) -> datetime:
        return utc_now() + self.skew

    def more_routing(self) -> Routing:
        people = People(self.db, Passwords())
        notices = Notices(self.db, self.clock, people)
        notices.serve("errand", self.errands)
        routing = Routing(self.db, self.clock, Agents(self.db, self.clock), notices)
        routing.serve("errand", self.errands)
        return routing

    def router(self) -> Router:
        return Router(self.db, self.clock, self.more_routing(), CHANNELS)

    async def queue(self, **settings: Any) -> UUID:
        new = QueueSettings(**{"name": f"queue {uuid.uuid4().hex[:8]}", "wrap_up_mode": "none", **settings})
        return (await self.routing.queues.add(SYSTEM, new)).id

    async def agent(
        self, *, capacity: int = 100, skills: Mapping[UUID, int] | None = None, permissions: Sequence[str] = ()
    ) -> Actor:
        """Add somebody who is available, with a socket that lives for an hour."""
        staff_id, role_id = uuid7(), uuid7()
        held = ["work.take", "work.decline", "interaction.read", *permissions]
        await self.run("insert into role (id, name, permissions) values ($1, $2, $3)", role_id, str(role_id), held)
        login = f"a{staff_id.hex}"
        await self.run("insert into staff (id, login, name, password_hash) values ($1, $2, $2, '')", staff_id, login)
        await self.run("insert into staff_role (staff_id, role_id) values ($1, $2)", staff_id, role_id)
        await self.run(
            "insert into agent (staff_id, capacity_units, state, since, heartbeat_at) "
            "values ($1, $2, 'available', now() - interval '10 minutes', now() + interval '1 hour')",
            staff_id, capacity,
        )  # fmt: skip
        for skill_id, level in (skills or {}).items():
            await self.run("insert into agent_skill values ($1, $2, $3)", staff_id, skill_id, level)
        return Actor(ActorKind.STAFF, staff_id, login, frozenset(held), None)

    async def skill(self, name: str) -> UUID:
        skill_id = uuid7()
        await self.run("insert into skill (id, name) values ($1, $2)", skill_id, name)
        return skill_id

    async def waits(self, queue_id: UUID, channel: str = "webchat", **more: Any) -> UUID:
        """Let one more errand wait."""
        values = {
            "id": uuid7(),
            "kind": "errand",
            "branch_id": None,
            "channel": channel,
            "units": CHANNELS[ChannelName(channel)].weight,
            "first_enqueued_at": utc_now(),
        }
        new = NewWork(queue_id=queue_id, **{**values, **more})
        async with self.db.transaction() as tx:
            await self.routing.enqueue(tx, new)
        return new.id

    async def has(self, actor: Actor, work_id: UUID, **more: Any) -> None:
        """Let an agent have an errand at once, as by hand."""
        async with self.db.transaction(actor) as tx:
            units = CHANNELS[ChannelName((await self.work(work_id))["channel"])].weight
            await self.routing.take(tx, work_id, StaffId(UUID(str(actor.id))), units, **more)

    async def run(self, statement: str, *values: Any) -> list[Row]:
        pool = self.db._pool
        assert pool is not None
        return list(await pool.fetch(statement, *values))

    async def work(self, work_id: UUID) -> Row:
        (row,) = await self.run("select * from work where id = $1", work_id)
        return row

    async def agent_row(self, actor: Actor) -> Row:
        (row,) = await self.run("select * from agent where staff_id = $1", actor.id)
        return row

    async def open_offers(self, work_id: UUID | None = None) -> list[Row]:
        return await self.run(
            "select * from offer where state = 'offered' and ($1::uuid is null or work_id = $1) order by made_at, id",
            work_id,
        )

    async def offered(self, work_id: UUID, count: int = 1) -> list[Row]:
        """Wait until so many are asked for an errand."""

        async def asked() -> Any:
            found = await self.open_offers(work_id)
            return found if len(found) == count else None

        found: list[Row] = await eventually(asked)
        return found

    async def state(self, work_id: UUID, wanted: str) -> Row:
        """Wait until an errand is in a state."""

        async def there() -> Any:
            row = await self.work(work_id)
            return row if row["state"] == wanted else None

        found: Row = await eventually(there)
        return found

    async def lapse(self, offer_id: UUID) -> None:
        """Let the time of an offer be over."""
        await self.run("update offer set expires_at = now() - interval '1 second' where id = $1", offer_id)

    async def events(self, kind: str) -> list[Any]:
        rows = await self.db.rows(adhoc("select data from event_log where kind = :kind::text order by seq"), kind=kind)
        return [row["data"] for row in rows]


@asynccontextmanager
async def routed(hall: Hall) -> AsyncIterator[Router]:
    """Let a router lead while this lasts."""
    router = hall.router()
    router.start()
    try:
        await eventually(lambda: _leads(router))
        yield router
    finally:
        await router.stop()


async def _leads(router: Router) -> bool:
    return router.is_leading


# What must be true of work, offers and agents after whatever happened; each returns rows only where it is broken.
LAWS = {
    "work is offered to one alone": """
        select work_id from offer where state = 'offered' and not is_broadcast group by work_id having count(*) > 1""",
    "offered work has its open offer": """
        select w.id from work w left join offer o on o.id = w.offer_id and o.state = 'offered'
        where w.state = 'offered' and o.id is null""",
    "what is open is of work that waits": """
        select o.id from offer o join work w on w.id = o.work_id where o.state = 'offered'
        and case when o.is_broadcast then w.state <> 'queued' else w.offer_id is distinct from o.id end""",
    "used units are what the work adds up to": """
        select a.staff_id from agent a left join work w on w.agent_id = a.staff_id
        group by a.staff_id, a.used_units having a.used_units <> coalesce(sum(w.units), 0)""",
    "over the capacity is flagged, and nothing else is": """
        select staff_id from agent where over_units <> greatest(used_units - capacity_units, 0)""",
}


async def check_laws(hall: Hall) -> None:
    for name, query in LAWS.items():
        assert not await hall.run(query), name
