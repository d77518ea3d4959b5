"""What is looked for again and again costs no more for all that is over: each look goes by an index without it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

import server  # noqa: F401 - loads every folder's queries
from storage.database import Database, adhoc
from storage.queries import Queries, Query

# What grows with every conversation, ticket, call and day.
_GROWING = frozenset(
    {"work", "interaction", "message", "event_log", "job", "ticket", "offer", "dial_attempt", "contact", "visit",
     "raw_input", "customer", "sla_clock", "sla_subject", "queue_contact", "call_recording", "attachment", "position",
     "complaint", "complaint_step", "referral", "text_batch_item", "automation_run", "contact_list", "geo_day",
     "posted_text"}
)  # fmt: skip
# Of whoever looks every few seconds or more often, or at each word of a carrier, by folder.
_LOOKS = [
    ("routing", ("expired_offers", "ended_wrap_ups", "work_with_overflow", "lost_live_work", "waits_since")),
    ("interactions", ("silent_conversations", "raws_to_read", "find_posted")),
    ("dialer", ("stale_previews", "unsettled_attempts", "unheard_attempts", "texts_under_way", "due_contacts")),
    ("dialer", ("finish_campaign", "progress_of")),
    ("mailroom", ("own_requests",)),
    ("sla", ("due_subjects",)),
    ("storage", ("claim_jobs", "next_job_due", "read_events")),
    ("telephony", ("past_recordings", "drop_file")),
    ("telephony", ("next_items", "is_any_waiting")),
    ("dispatch", ("visits_to_remind",)),
    ("automation", ("lasting", "has_run")),
    ("complaints", ("take_late_steps", "take_late_referrals")),
    ("geo", ("claim_days",)),
    ("board", ("contacts_changed", "contacts_open", "open_contacts")),
]
_NAMED = [(folder, name) for folder, names in _LOOKS for name in names]


def query(folder: str, name: str) -> Query:
    [found] = [
        each for loaded in Queries.loaded if loaded.path.parent.name == folder for each in loaded if each.name == name
    ]
    return found


def looks(plan: dict[str, Any]) -> Iterator[tuple[str, str | None, bool]]:
    """Yield each look at a growing table: the table, the index, and whether the index is asked for something."""
    table, below = plan.get("Relation Name"), plan.get("Plans", [])
    if table in _GROWING and "Scan" in plan["Node Type"]:
        indexes = list(_leaves(plan)) if plan["Node Type"] == "Bitmap Heap Scan" else [plan]
        for each in indexes:
            yield table, each.get("Index Name"), "Index Cond" in each or "TID Cond" in each
    for each in below:
        yield from looks(each)


def _leaves(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for each in plan.get("Plans", []):
        yield from _leaves(each) if each.get("Plans") else [each]


@pytest.mark.parametrize(("folder", "name"), _NAMED)
async def test_a_look_goes_by_an_index(db: Database, folder: str, name: str) -> None:
    asked = query(folder, name)
    partial = adhoc(
        "select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid where i.indpred is not null"
    )
    few = {row["relname"] for row in await db.rows(partial)}
    async with db._connection() as connection, connection.transaction():
        for way in ("seqscan", "hashjoin", "mergejoin"):
            await connection.execute(f"set local enable_{way} = off")
        await connection.execute("set local plan_cache_mode = force_generic_plan")
        await connection.execute(f"prepare look as {asked.sql}")
        nothing = ", ".join(["null"] * len(asked.parameters))
        told = await connection.fetchval(f"explain (format json) execute look{f'({nothing})' if nothing else ''}")
        await connection.execute("deallocate look")
    whole = [each for each in looks(json.loads(told)[0]["Plan"]) if not each[2] and each[1] not in few]
    assert not whole, f"{name} reads all of {whole}"
