"""What the rules say counts when somebody is really reached: not when they were looked at, or a text was written."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest_asyncio

from core.clock import utc_now
from tests.integration.campaigning import Desk, dialling_house
from tests.integration.house import query
from tests.integration.test_callbacks import ask
from tests.integration.test_dialer import spoken_to
from tests.live import Live, eventually

ONE, LATE, IN_TIME, AWAY = "+962790007001", "+962790007002", "+962790007003", "+962790007004"


@pytest_asyncio.fixture(scope="module")
async def it(server_dsn: str, tmp_path_factory: Any) -> AsyncIterator[Live]:
    async with dialling_house(server_dsn, tmp_path_factory.mktemp("late")) as found:
        yield found


async def test_a_preview_counts_for_no_cap_before_it_is_dialled(it: Live) -> None:
    desk, agent = await Desk.of(it), await it.agent("maya")
    caps = [{"most": 1, "hours": 24}, {"most": 1, "is_day": True}]
    campaign = await desk.campaign("Once a day", "preview", [ONE], frequency=caps)
    await desk.switch(campaign, "start")

    def shown() -> Any:
        found = (each["interaction"] for each in agent.state["interactions"])
        return next((each for each in found if each["address"] == ONE and each["state"] == "assigned"), None)

    talk = await agent.until(shown)
    maya = await it.person("maya")
    status, dial = await maya.json("POST", f"/api/dials/{talk['id']}/dial")
    assert (status, dial.get("state")) == (200, "asked"), dial
    await spoken_to(agent, ONE)
    assert (await maya.json("POST", f"/api/dials/{talk['id']}/disposition", {"key": "not_interested"}))[0] == 204
    await desk.switch(campaign, "stop")
    await agent.close()


async def test_a_call_that_was_to_be_placed_long_ago_is_given_back_and_not_placed_late(it: Live) -> None:
    """We were away between an agent's click and the carrier's being asked."""
    desk, agent = await Desk.of(it), await it.agent("maya")
    campaign = await desk.campaign("Long ago", "preview", [AWAY], frequency=[])
    await desk.switch(campaign, "start")

    async def shown() -> Any:
        rows = await query(it, "select id from dial_attempt where number = $1 and interaction_id is not null", AWAY)
        return rows[0]["id"] if rows else None

    attempt_id = await eventually(shown)
    asked = "update dial_attempt set state = 'asked', asked_at = now() - interval '2 hours' where id = $1 returning id"
    assert await query(it, asked, attempt_id)
    assert await it.running.neck.dialer.carrier.place(attempt_id) == ""
    assert AWAY not in {each["to"] for each in (await ask(it, "GET", "state"))["calls"]}

    async def given_back() -> Any:
        rows = await query(it, "select outcome from dial_attempt where id = $1 and ended_at is not null", attempt_id)
        return rows[0]["outcome"] if rows else None

    assert await eventually(given_back, 40.0) == "withdrawn"
    assert AWAY not in {each["to"] for each in (await ask(it, "GET", "state"))["calls"]}
    await desk.switch(campaign, "stop")
    await agent.close()


async def test_a_text_that_waited_past_its_hours_is_not_sent_late(it: Live) -> None:
    """The carrier takes nothing for a while, or we were down: the hour counts in which the text leaves."""
    desk = await Desk.of(it)
    caps = [{"most": 1, "hours": 24}]
    campaign = await desk.campaign("Of the day", "sms", [LATE, IN_TIME], frequency=caps, text="Today only")
    # The carrier takes nothing at the moment, and asks us to come back in ten minutes.
    busy = {"kind": "rate_limit", "match": "POST *Messages.json", "seconds": 600}
    await ask(it, "PUT", "faults", {"rules": [busy]})
    await desk.switch(campaign, "start")

    async def written() -> Any:
        rows = await query(it, "select id from message where text = 'Today only' and delivery = 'sending'")
        return rows if len(rows) == 2 else None

    await eventually(written)
    await ask(it, "PUT", "faults", {"rules": []})
    (contact,) = await query(it, "select contact_id as id from contact_number where number = $1", LATE)
    # Their clocks say something else by now: the night.
    here = utc_now()
    zone = next(name for name in ZONES if not 8 <= (here + timedelta(hours=ZONES[name])).hour < 20)
    changed = {name: campaign[name] for name in ("name", "kind", "mode", "branch_id", "queue_id", "account_id")}
    day = [{"day": day, "start": "08:00", "end": "20:00"} for day in range(7)]
    settings = {**campaign["settings"], "hours": {"zone": "UTC", "weekly": day}}
    version = (await desk.ask("GET", f"/api/campaigns/{campaign['id']}"))["version"]
    open_zone = next(name for name in ZONES if 9 <= (here + timedelta(hours=ZONES[name])).hour < 19)
    await query(it, "update contact set zone = $2 where id = $1 returning id", contact["id"], zone)
    in_time = (
        "update contact set zone = $2 where id = (select contact_id from contact_number where number = $1) returning id"
    )
    await query(it, in_time, IN_TIME, open_zone)
    await desk.ask("PUT", f"/api/campaigns/{campaign['id']}", {**changed, "settings": settings, "version": version})
    # What was judged a moment ago is not judged once more.
    await query(it, "update dial_attempt set asked_at = now() - interval '1 minute' where medium = 'sms' returning id")
    await query(it, "update job set run_at = now() where kind = 'message.send' returning id")

    async def settled() -> Any:
        asked = (
            "select n.number, c.state, c.disposition, c.next_at, c.attempts from contact c"
            " join contact_number n on n.contact_id = c.id where n.number = any($1::text[])"
        )
        found = {row["number"]: row for row in await query(it, asked, [LATE, IN_TIME])}
        done = found[IN_TIME]["disposition"] == "sent" and found[LATE]["state"] == "ready"
        return found if done and found[LATE]["next_at"] > here + timedelta(minutes=5) else None

    # It was given back, and soon judged anew: until their morning.
    found = await eventually(settled, 40.0)
    assert found[LATE]["disposition"] is None, "they are texted in their hours"
    assert found[LATE]["attempts"] == 0
    bodies = {each["to"] for each in (await ask(it, "GET", "state"))["messages"] if each["body"] == "Today only"}
    assert bodies == {IN_TIME}
    (message,) = await query(
        it,
        "select m.delivery, m.details ->> 'fault' as fault from message m join interaction i on i.id = m.interaction_id"
        " where i.address = $1 and m.text = 'Today only'",
        LATE,
    )
    assert (message["delivery"], message["fault"]) == ("failed", "too_late")
    await desk.switch(campaign, "stop")


# Places without summer time, hours ahead of UTC.
ZONES = {
    "Pacific/Kiritimati": 14,
    "Asia/Tokyo": 9,
    "Asia/Dubai": 4,
    "Africa/Accra": 0,
    "America/Bogota": -5,
    "Pacific/Honolulu": -10,
}
