"""A million tickets, and the bare SQL of what people do with them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import asyncpg

from core.text import fold, for_like, words_of

FEW = 10_000
QUEUES = [UUID(int=100 + number) for number in range(20)]
WORDS = (
    "الجهاز", "الطابعة", "الفاتورة", "توصيل", "تأخير", "كهرباء", "شاشة", "مكتب", "اشتراك", "صيانة",
    "دستگاه", "چاپگر", "فاکتور", "تحویل", "تأخیر", "نمایشگر", "اشتراک", "تعمیر",
    "printer", "invoice", "delivery", "screen", "repair", "late",
)  # fmt: skip
_NEW, _DONE = UUID("00000000-0000-7000-8000-000000000001"), UUID("00000000-0000-7000-8000-000000000006")
_BATCH = 100_000
# One in twenty is open.
_OPEN = 20

_PEOPLE = """
insert into queue (id, name) select id, 'Team ' || id from unnest($1::uuid[]) id on conflict do nothing;
"""
_CUSTOMERS = """
insert into customer (id, kind, name, search, created_at)
select ('00000000-0000-0000-0000-' || lpad(to_hex(1000000 + n), 12, '0'))::uuid, 'person', 'مشتری ' || n, '', now()
from generate_series(0, 999) n on conflict do nothing
"""
_FILL = f"""
insert into ticket (id, kind, serial, subject, description, status_id, category, priority, requester_kind, customer_id,
                    queue_id, source, opened_at, changed_at, due_at, closed_at, solved_at, opened_by)
select t.id, 'support_request', nextval('ticket_support_request'),
       ($3::text[])[1 + n % cardinality($3::text[])] || ' رقم' || n % 5000, '',
       case when is_open then '{_NEW}'::uuid else '{_DONE}'::uuid end,
       case when is_open then 'new' else 'closed' end, n % 4, 'external',
       ('00000000-0000-0000-0000-' || lpad(to_hex(1000000 + n % 1000), 12, '0'))::uuid,
       ('00000000-0000-0000-0000-' || lpad(to_hex(100 + (n / 20 + n) % 20), 12, '0'))::uuid, 'bench', at, at,
       case when is_open then at + interval '1 year' end, case when not is_open then at end,
       case when not is_open then at end, 'bench'
from (select n, (lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000000')::uuid as id, n % {_OPEN} = 0 as is_open,
             timestamptz '2026-01-01' + n * interval '10 seconds' as at
      from generate_series($1::int, $2::int) n) t
"""
_WORDS = """
insert into ticket_search (ticket_id, folded)
select (lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000000')::uuid,
       ' sr-' || n || ' ' || ($3::text[])[1 + n % cardinality($3::text[])] || ' رقم' || n % 5000
       || ' مشتری ' || n % 1000 || ' '
from generate_series($1::int, $2::int) n
"""
_TIMED = f"""
insert into sla_subject (id, kind, facts, opened_at, is_open)
select (lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000000')::uuid, 'ticket',
       '{{"kind": "support_request", "priority": "normal", "category": "closed"}}', now(), false
from generate_series($1::int, $2::int) n where n % {_OPEN} <> 0
"""
# The closed ones that are changed, apart from each other.
CLOSED = f"""
select id, version, priority from ticket
where id = (lpad(to_hex($1::int * 19 + 1 + (case when ($1::int * 19 + 1) % {_OPEN} = 0 then 1 else 0 end)), 8, '0')
            || '-0000-7000-8000-000000000000')::uuid
"""
_OPENED = """
insert into ticket (id, kind, serial, subject, status_id, category, priority, requester_kind, customer_id, source,
                    opened_at, changed_at, opened_by)
values ($1, 'support_request', nextval('ticket_support_request'), $2, $3, 'new', 1, 'external', $4, 'bench',
        now(), now(), 'bench')
"""
_CHANGED = """
insert into ticket_change (id, ticket_id, at, by_label, by_name, cause, changes)
values (gen_random_uuid(), $1, now(), 'bench', 'bench', $2, '{}')
"""
_EVENT = "select seq from append_events($1::text[], $2::timestamptz[], 'bench', $3::text[], $4::text[], $5::text[])"
_COLUMNS = """
select t.id, t.kind, t.serial, t.subject, t.status_id, t.category, t.priority, t.type_id, t.requester_kind,
       t.customer_id, c.name as customer_name, t.branch_id, t.queue_id, t.owner_id, t.source, t.due_at, t.sla,
       t.opened_at, t.changed_at, t.solved_at, t.closed_at, t.merged_into, t.version
from ticket t left join customer c on c.id = t.customer_id
"""


async def grow(pool: asyncpg.Pool[Any], have: int, want: int) -> None:
    """Let there be so many tickets, opened ten seconds apart; one in twenty is open, the searched text is indexed."""
    folded = [fold(word) for word in WORDS]
    await pool.execute("drop index if exists ticket_search_folded")
    async with pool.acquire() as connection:
        await connection.execute(_PEOPLE, QUEUES)
        await connection.execute(_CUSTOMERS)
        await connection.execute("set session_replication_role = replica")
        for start in range(have, want, _BATCH):
            end = min(start + _BATCH, want)
            await connection.execute(_FILL, start + 1, end, list(WORDS))
            await connection.execute(_WORDS, start + 1, end, folded)
            await connection.execute(_TIMED, start + 1, end)
        await connection.execute("set session_replication_role = default")
        await connection.execute("create index ticket_search_folded on ticket_search using gin (folded gin_trgm_ops)")
        for table in ("ticket", "ticket_search", "sla_subject", "customer"):
            await connection.execute(f"vacuum analyze {table}")
        await connection.execute("checkpoint")


def page_statement(asked: dict[str, Any], limit: int) -> tuple[str, list[Any]]:
    """Return the page as somebody would write it by hand who needs just this one."""
    where, values = ["t.merged_into is null"], []
    if asked.get("open_only"):
        where.append("t.category not in ('solved', 'closed')")
    if asked.get("order") == "due":
        where.append("t.due_at is not null")
    for name in ("queue_id", "customer_id"):
        if name in asked:
            values.append(asked[name])
            where.append(f"t.{name} = ${len(values)}")
    order = "t.due_at, t.id" if asked.get("order") == "due" else "t.changed_at desc, t.id desc"
    return f"{_COLUMNS} where {' and '.join(where)} order by {order} limit {limit}", values


def search_statement(text: str, limit: int) -> tuple[str, ...]:
    """Return the search as somebody would write it by hand."""
    likes = [f"%{for_like(word)}%" for word in words_of(text)]
    holds = " and ".join(f"s.folded like ${number + 1}" for number in range(len(likes)))
    where = f"t.id in (select s.ticket_id from ticket_search s where {holds})"
    return (f"{_COLUMNS} where {where} order by t.changed_at desc, t.id desc limit {limit}", *likes)


def opened(ticket_id: UUID, number: int) -> Iterator[tuple[str, list[Any]]]:
    """Yield what must be written to open a ticket that can be found, has a history and is told."""
    subject = f"الجهاز لا يعمل {number}"
    yield (
        _OPENED,
        [ticket_id, subject, _NEW, UUID(int=1_000_000 + number % 1_000)],
    )
    yield "insert into ticket_search (ticket_id, folded) values ($1, $2)", [ticket_id, f" {fold(subject)} "]
    yield from _told(ticket_id, "opened")


def raised(ticket_id: UUID) -> Iterator[tuple[str, list[Any]]]:
    """Yield what must be written to change a priority with its history, and to tell it."""
    yield "select id from ticket where id = $1 for update", [ticket_id]
    yield (
        "update ticket set priority = (priority + 1) % 4, changed_at = now(), version = version + 1 where id = $1",
        [ticket_id],
    )
    yield from _told(ticket_id, "changed")


def _told(ticket_id: UUID, cause: str) -> Iterator[tuple[str, list[Any]]]:
    yield (
        _CHANGED,
        [ticket_id, cause],
    )
    told = json.dumps({"change": cause, "ticket": {"id": str(ticket_id)}})
    yield _EVENT, [["ticket.changed"], [None], [f"ticket:{ticket_id}"], [""], [told]]
