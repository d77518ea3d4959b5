"""The real dialer over HTTP against the simulated carrier, killed in the middle, with bad callbacks and lost answers.

A thousand contacts take some minutes; `MARKAZ_DIALER_CONTACTS` dials fewer, or more.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from math import sqrt
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from core.secrets import Keyring
from demo.organisation import NUMBER
from dialer.model import CampaignSettings
from dialer.outcomes import Recycle
from simulator import CallRule, FaultPlan, FaultRule, Share, SimulatedNumber, Simulator, SimulatorSettings
from simulator.exchange import Exchange, Order
from simulator.leg import Leg
from tests.integration.house import fresh
from tests.live import Person, settings_for
from tests.program import Program

AGENTS = 50
CONTACTS = int(os.environ.get("MARKAZ_DIALER_CONTACTS", "1000"))
NIGHT, LISTED = 15, 15
PER_SECOND = 20
SECONDS = float(os.environ.get("MARKAZ_DIALER_SECONDS", 60 + CONTACTS / 5))

pytestmark = pytest.mark.timeout(2 * SECONDS + 240)

# In percent: who answers and stays for long enough to be put through, and who answers at all.
STAYS, ANSWERS = 55, 60
CROWD = CallRule(
    pattern="+962*",
    population=(
        Share(weight=STAYS, after_seconds=(0.1, 0.6), hang_up_after=(0.3, 1.0)),
        Share(weight=ANSWERS - STAYS, after_seconds=(0.1, 0.3), hang_up_after=(0.0, 0.1)),
        Share(weight=5, outcome="machine", after_seconds=(0.1, 0.3), hang_up_after=(3.0, 3.0)),
        Share(weight=20, outcome="busy", after_seconds=(0.05, 0.2)),
        Share(weight=2, outcome="no-answer"),
        Share(weight=13, outcome="failed", after_seconds=(0.05, 0.1)),
    ),
)
FAULTS = FaultPlan(
    rules=(
        FaultRule(kind="accept_then_drop", match="POST */Calls.json", probability=0.03),
        FaultRule(kind="rate_limit", match="POST */Calls.json", probability=0.02, seconds=0),
        FaultRule(kind="duplicate", match="*dial/status*", probability=0.1),
        FaultRule(kind="reorder", match="*dial/status*", probability=0.05, seconds=1.0),
        FaultRule(kind="delay", match="*dial/status*", probability=0.03, seconds=0.5),
        FaultRule(kind="drop", match="*dial/status*", probability=0.01),
        FaultRule(kind="late_callback", match="*dial/status*", probability=0.05, seconds=0.5),
    )
)


class Placed:
    """What the carrier was asked for: to whom, and when."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, float]] = []

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        place = Exchange.place

        def noted(exchange: Exchange, order: Order) -> Leg:
            leg = place(exchange, order)
            if not order.to.startswith("client:"):
                self.calls.append((order.to, time.monotonic()))
            return leg

        patch.setattr(Exchange, "place", noted)


@asynccontextmanager
async def scene(
    server_dsn: str, folder: Path, patch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Program, asyncpg.Connection[Any], Placed]]:
    """A server in a process of its own, the carrier in this one, agents who are always there."""
    async with fresh(server_dsn) as dsn:
        settings = settings_for(dsn, folder, log_level="WARNING")
        keys = Keyring.load("smoke", folder / "secret.key")
        quick = {"MARKAZ_DATABASE_URL": dsn}
        async with Program(settings, environment=quick) as program:
            db = await asyncpg.connect(dsn)
            await db.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
            account = await db.fetchval("select id from channel_account where kind = 'voice'")
            hook = f"{settings.base_url}/hooks/{account}"
            number = SimulatedNumber(number=NUMBER, voice_url=f"{hook}/call", status_url=f"{hook}/call/status")
            simulator = Simulator(
                SimulatorSettings(
                    account_sid=f"AC{keys.mac('demo', 'account')}",
                    auth_token=keys.derive("demo carrier"),
                    numbers=(number,),
                    port=settings.simulator_port,
                    is_post_open=False,
                    calls_per_second=1000,
                    seed=11,
                    call_rules=(CallRule(pattern="client:*", after_seconds=(0.01, 0.05)), CROWD),
                )
            )
            placed = Placed()
            placed.watch(patch)
            await simulator.start()
            assert simulator._running is not None
            simulator._running.ground.faults.set(FAULTS)
            try:
                yield program, db, placed
            finally:
                await simulator.stop()
                await db.close()


async def write_down(db: asyncpg.Connection[Any]) -> UUID:
    """Agents, and a campaign with its contacts: some in the night of their zone, some who opted out."""
    account, queue = await db.fetchrow("select id, queue_id from channel_account where kind = 'voice'")
    role = await db.fetchval("select id from role where name = 'Agent'")
    await db.execute("update queue set skills = '{}', steps = '[]', wrap_up_mode = 'none' where id = $1", queue)
    await db.execute(
        "update channel_account set settings = settings || '{\"most_per_hour\": 100000}' where id = $1", account
    )
    for place in range(AGENTS):
        staff = uuid4()
        await db.execute(
            "insert into staff (id, login, name, password_hash) values ($1, $2, $2, '-')", staff, f"robot-{place}"
        )
        await db.execute("insert into staff_role (staff_id, role_id) values ($1, $2)", staff, role)
        await db.execute(
            "insert into agent (staff_id, state, heartbeat_at) values ($1, 'available', now() + interval '1 day')",
            staff,
        )
    settings = CampaignSettings(
        ratio=1.5,
        calls_per_second=PER_SECOND,
        ring_seconds=5,
        lines_most=200,
        is_machine_asked=True,
        message="Sorry, nobody is free. This is Sahra.",
        recycling=(Recycle(outcome="busy", minutes=1, most=0), Recycle(outcome="no_answer", minutes=1, most=0)),
        frequency=(),
    )
    campaign = uuid4()
    await db.execute(
        "insert into campaign (id, name, kind, mode, state, queue_id, account_id, settings, created_by, created_at) "
        "values ($1, 'Survivor', 'research', 'predictive', 'paused', $2, $3, $4, 'test', now())",
        campaign, queue, account, settings.model_dump(mode="json"),
    )  # fmt: skip
    contacts = uuid4()
    await db.execute(
        "insert into contact_list (id, name, campaign_id, state, source, settings, created_by, created_at) "
        "values ($1, 'Survivors', $2, 'ready', 'test', '{}', 'test', now())",
        contacts, campaign,
    )  # fmt: skip
    numbers = [f"+96279{1000000 + place}" for place in range(CONTACTS)]
    night = [f"+1212555{1000 + place}" for place in range(NIGHT)]
    for place, phone in enumerate([*numbers, *night]):
        contact, zone = uuid4(), night_zone() if phone in night else ""
        await db.execute(
            "insert into contact (id, list_id, position, rank, name, zone) values ($1, $2, $3, $3, $4, $5)",
            contact, contacts, place, f"C{place}", zone,
        )  # fmt: skip
        await db.execute("insert into contact_number values ($1, 0, $2, $3)", contact, phone, contacts)
    listed = [(phone,) for phone in numbers[:LISTED]]
    await db.executemany(
        "insert into opt_out (number, reason, added_by, added_at) values ($1, 'asked', 'test', now())", listed
    )
    await db.execute("update campaign set state = 'running' where id = $1", campaign)
    return campaign


def night_zone() -> str:
    """Return a zone in which it is two or three at night, so that no window opens while the test runs."""
    zones = [*(f"Etc/GMT+{hours}" for hours in range(13)), *(f"Etc/GMT-{hours}" for hours in range(15))]
    return next(zone for zone in zones if datetime.now(ZoneInfo(zone)).hour in (2, 3))


@pytest.mark.long
async def test_every_contact_ends_once_though_the_server_is_killed_and_the_carrier_lies(
    server_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene(server_dsn, tmp_path, monkeypatch) as (program, db, placed):
        campaign = await write_down(db)
        await read_anew(program)
        killed_at = await _until(db, campaign, program.output, lambda done: done > CONTACTS // 3)
        cut_off = await db.fetchval("select count(*) from dial_attempt where ended_at is null")
        await program.kill()
        at_death = time.monotonic()
        before = len(placed.calls)
        await program.start()
        assert killed_at > CONTACTS // 3
        await _until(db, campaign, program.output, lambda done: done == CONTACTS)
        ends = await _nothing_is_lost_or_doubled(db, campaign, placed)
        _they_were_spoken_to(ends, cut_off)
        _the_rate_held(placed.calls[:before])
        _the_rate_held(placed.calls[before:])
        assert all(at > at_death for _, at in placed.calls[before:])
        assert not any("Traceback" in line for line in program.output)


async def read_anew(program: Program) -> None:
    """Let the router read everything anew, as it does when a queue has changed."""
    person = Person(program.settings.base_url)
    try:
        await person.sign_in("admin")
        _, found = await person.json("GET", "/api/queues")
        queue = next(each for each in found["items"] if each["name"] == "Telephone")
        queue_id = queue.pop("id")
        status, answer = await person.json("PUT", f"/api/queues/{queue_id}", queue)
        assert status == 200, answer
    finally:
        await person.close()


async def _until(db: asyncpg.Connection[Any], campaign: UUID, output: list[str], is_enough: Any) -> int:
    deadline = time.monotonic() + SECONDS
    while True:
        done: int = await db.fetchval(
            "select count(*) from contact c join contact_list l on l.id = c.list_id "
            "where l.campaign_id = $1 and c.state = 'done'",
            campaign,
        )
        if is_enough(done):
            return done
        if time.monotonic() > deadline:
            why = await db.fetchval("select idle_why from campaign where id = $1", campaign)
            states = await db.fetch(
                "select a.state, a.outcome, count(*) from dial_attempt a where campaign_id = $1 group by 1, 2", campaign
            )
            told = "\n".join(output[-15:])
            raise AssertionError(f"{done} of {CONTACTS} are done: {why}; {[tuple(row) for row in states]}\n{told}")
        await asyncio.sleep(0.1)


async def _nothing_is_lost_or_doubled(db: asyncpg.Connection[Any], campaign: UUID, placed: Placed) -> Counter[str]:
    rows = await db.fetch(
        "select n.number, c.state, c.disposition, c.attempts, "
        "(select count(*) from dial_attempt a where a.contact_id = c.id and a.outcome <> 'withdrawn') as tried, "
        "(select count(*) from dial_attempt a where a.contact_id = c.id and a.ended_at is null) as open, "
        "(select count(*) from dial_attempt a where a.contact_id = c.id and a.ended_at is not null "
        "  and not a.is_settled) as unsettled "
        "from contact c join contact_list l on l.id = c.list_id join contact_number n on n.contact_id = c.id "
        "where l.campaign_id = $1",
        campaign,
    )
    called = Counter(number for number, _ in placed.calls)
    for row in rows:
        if row["number"].startswith("+1"):
            assert (row["state"], called[row["number"]]) == ("ready", 0), "in the night of their zone nobody is called"
            continue
        assert row["disposition"] is not None
        assert (row["open"], row["unsettled"]) == (0, 0)
        assert row["tried"] == row["attempts"], "each attempt has counted once"
        assert called[row["number"]] == row["tried"], f"{row['number']}: the carrier was asked once for each attempt"
    ends = Counter(row["disposition"] for row in rows if row["disposition"])
    assert ends["opted_out"] == LISTED
    units = await db.fetch("select staff_id from agent where used_units <> 0")
    assert units == [], "nobody is left with a call that is over"
    waiting = await db.fetchval("select count(*) from work where state <> 'done'")
    assert waiting == 0
    return ends


def _they_were_spoken_to(ends: Counter[str], cut_off: int) -> None:
    """Hold what became of people against the law of their world; only who was on the line at the kill may be lost.

    Each number of people is binomial: five standard deviations happen by chance once in three million.
    """
    people = CONTACTS - LISTED

    def about(percent: int) -> tuple[float, float]:
        mean = people * percent / 100
        return mean, 5 * sqrt(mean * (100 - percent) / 100)

    stay, by_chance = about(STAYS)
    assert ends["talked"] >= stay - by_chance - cut_off
    answered = ends["talked"] + ends["hung_up"] + ends["abandoned"]
    expected, by_chance = about(ANSWERS)
    assert abs(answered - expected) <= by_chance + cut_off
    assert ends["abandoned"] <= 0.03 * answered + cut_off, "the cap on abandoned calls held"


def _the_rate_held(calls: list[tuple[str, float]]) -> None:
    """Nothing burst: over any stretch of time no more than the rate, and a second's worth that was saved up."""
    times = [at for _, at in calls]
    for first in range(len(times)):
        for last in range(first, len(times)):
            assert last - first + 1 <= (times[last] - times[first]) * PER_SECOND * 1.5 + PER_SECOND + 1
