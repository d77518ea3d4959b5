"""Measure a customer's page on a full register: 100,000 customers, 1,000,000 conversations, 3,000,000 messages.

`python tools/measure_customers.py` makes a database of its own, fills it and prints medians and 95th percentiles in
milliseconds; docs/decisions/customers.md has the figures.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import asyncpg

from access.model import Permission
from access.people import People
from access.signin import Passwords
from core.actor import Actor, ActorKind
from core.clock import utc_now
from customers.model import CustomerId
from customers.overview import Overviews
from customers.service import Customers
from customers.timeline import START, Timelines
from interactions.history import History
from notices.service import Notices
from storage.database import Database, adhoc
from storage.embedded import Embedded
from storage.migrate import migrate

CUSTOMERS, CONVERSATIONS, PLANNED = 100_000, 1_000_000, 20_000
_QUEUE = "00000000-0000-7000-8000-000000000001"
_ACCOUNT = "00000000-0000-7000-8000-000000000002"
# One in two hundred customers is a large one: each has about a thousand conversations, the others five.
_FILL = f"""
insert into queue (id, name) values ('{_QUEUE}', 'Q');
insert into channel_account (id, kind, name, queue_id) values ('{_ACCOUNT}', 'email', 'A', '{_QUEUE}');
create table numbered as select n, gen_random_uuid() as id from generate_series(1, {CUSTOMERS}) n;
create unique index on numbered (n);
insert into customer (id, kind, name, search, created_at, contact_every_days, planned_at)
select id, 'person', 'Customer ' || n, 'customer ' || n, now(), case when n <= {PLANNED} then 30 end, now()
from numbered;
insert into interaction (id, channel, account_id, direction, customer_id, address, state, queue_id, opened_at,
                         closed_at, last_seq, customer_at, answered_at)
select gen_random_uuid(), (array['email', 'sms', 'webchat', 'telegram'])[1 + k % 4], '{_ACCOUNT}', 'inbound',
       c.id,
       'a@b.example',
       case when k % 500 = 0 then 'queued' else 'closed' end, '{_QUEUE}', now() - k * interval '20 seconds', now(), 3,
       now(), now()
from generate_series(1, {CONVERSATIONS}) k
join numbered c on c.n = case when k % 2 = 0 then 1 + (k / 2) % ({CUSTOMERS} / 200) else 1 + k % {CUSTOMERS} end;
insert into message (id, interaction_id, seq, direction, author_kind, text, account_id, at)
select gen_random_uuid(), i.id, s, (array['inbound', 'outbound', 'note'])[s], 'system',
       'Some words of a usual length, twice.', '{_ACCOUNT}', i.opened_at + s * interval '1 minute'
from interaction i, generate_series(1, 3) s;
"""


async def fill(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(_FILL, timeout=1800)
    await connection.execute("vacuum analyze", timeout=600)
    await connection.close()


async def measure(what: str, ask: Callable[[UUID], Awaitable[object]], ids: list[UUID]) -> None:
    """Print how long one question takes, over many customers."""
    taken = []
    for each in ids:
        begin = time.perf_counter()
        await ask(each)
        taken.append((time.perf_counter() - begin) * 1000)
    cuts = statistics.quantiles(taken, n=20)
    print(f"| {what} | {statistics.median(taken):.1f} | {cuts[18]:.1f} |", flush=True)


async def run(folder: Path) -> None:
    server = Embedded(folder, fsync=False)
    db = Database(await server.start(), size=4)
    try:
        await db.open()
        await migrate(db)
        await fill(db.dsn)
        await questions(db)
    finally:
        await db.close()
        await server.stop()


async def questions(db: Database) -> None:
    """Ask what the pages ask, of usual and of large customers."""
    customers = Customers(db, utc_now, Notices(db, utc_now, People(db, Passwords())), region="IR")
    history = History(customers)
    timelines, overviews = Timelines(db, customers, (history,)), Overviews(db, customers, utc_now, (history,))
    actor = Actor(ActorKind.STAFF, UUID(int=1), "Bench", frozenset(Permission), None)
    rows = await db.rows(adhoc("select id, n from numbered where n <= 500 or n % 200 = 0"))
    chance = random.Random(1)  # noqa: S311 - repeatable, guards nothing
    large = chance.sample([row["id"] for row in rows if row["n"] <= CUSTOMERS // 200], 100)
    usual = chance.sample([row["id"] for row in rows if row["n"] > CUSTOMERS // 200], 300)

    def page(kinds: frozenset[str]) -> Callable[[UUID], Awaitable[object]]:
        return lambda each: timelines.page(actor, CustomerId(each), kinds, None, START, 30)

    print("| what | median ms | 95 % ms |\n|---|---|---|")
    for name, ids in (("5 conversations", usual), ("1,000 conversations", large)):
        await measure(f"overview, {name}", lambda each: overviews.get(actor, CustomerId(each)), ids)
        await measure(f"first page of the timeline, {name}", page(frozenset()), ids)
        await measure(f"its notes alone, {name}", page(frozenset({"note"})), ids)
    last = UUID(int=2**128 - 1)
    await measure("search by name", lambda _: customers.search(actor, "tomer 7331", last, 50), usual)
    await measure(f"contacts due, {PLANNED} planned", lambda _: customers.contacts_due(actor, None, 100), usual[:20])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="markaz-measure-", ignore_cleanup_errors=True) as made:
        Path(made).chmod(0o755)
        asyncio.run(run(Path(made)))
