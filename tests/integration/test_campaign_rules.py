"""Rules of dialing over the simulated carrier: what holds from the start, and what is changed later."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from channels.twilio_api.segments import segments
from tests.integration.campaigning import Desk, counted_by_the_carrier, dialling_house
from tests.integration.house import query
from tests.integration.test_callbacks import ask
from tests.live import Live, eventually

ONE, TWO, BUSY = "+962790000001", "+962790000002", "+962790009901"


@pytest_asyncio.fixture(scope="module")
async def it(server_dsn: str, tmp_path_factory: Any) -> AsyncIterator[Live]:
    async with dialling_house(server_dsn, tmp_path_factory.mktemp("rules")) as found:
        yield found


async def test_every_text_ends_once_with_what_it_has_to_say_and_is_counted_with_it(it: Live) -> None:
    desk = await Desk.of(it)
    # The room has just read its rules when they are changed: the next campaign has to go by the new ones all the same.
    before = await desk.campaign("Before", "sms", [TWO], kind="renewal", frequency=[], text="No ending yet")
    await desk.switch(before, "start")
    assert await desk.ended(before) == {TWO: "sent"}
    stop, sender = "للإيقاف أرسل: إيقاف", "Sahra, stop: STOP"
    for name, suffix in (("own_sender", sender), ("own_stop", stop)):
        rule = {"id": name, "name": name, "countries": ["JO"], "kinds": ["renewal"], "media": ["sms"]}
        await desk.ask("PUT", f"/api/compliance/presets/{name}", {**rule, "text_suffix": suffix, "version": 0})
    words = {
        "An offer": f"An offer {sender} {stop}",
        # Written by hand, all of it or one, with other letters of the same and a full stop.
        f"An offer {sender} {stop}": f"An offer {sender} {stop}",
        "An offer sahra, stop: stop.": f"An offer sahra, stop: stop. {stop}",
        f"عرض {stop.replace('ي', 'ی')}": f"عرض {stop.replace('ي', 'ی')} {sender}",
        # Seventy letters alone, a hundred and thirty-four in two: what is added makes it longer.
        "ع" * 70: f"{'ع' * 70} {sender} {stop}",
        "ع" * 110: f"{'ع' * 110} {sender} {stop}",
    }
    numbers = [f"+9627900055{place:02d}" for place in range(len(words))]
    settings = {"kind": "renewal", "frequency": [], "text": "{city}"}
    campaign = await desk.campaign("Renewals", "sms", [], **settings)
    rows = "\n".join(f'{number},Somebody,"{text}"' for number, text in zip(numbers, words, strict=True))
    await desk.contacts(campaign["id"], "Words", f"phone,name,city\n{rows}")
    await desk.switch(campaign, "start")
    assert await desk.ended(campaign) == dict.fromkeys(numbers, "sent")
    sent = {each["to"]: each for each in (await ask(it, "GET", "state"))["messages"] if each["to"] in numbers}
    assert [sent[number]["body"] for number in numbers] == list(words.values())
    counted = await counted_by_the_carrier(it, numbers)
    assert counted == [segments(text) for text in words.values()]
    assert [segments(text) for text in words][-2:] == [1, 2]
    assert counted[-2:] == [2, 3]
    for name in ("own_sender", "own_stop"):
        await desk.ask("DELETE", f"/api/compliance/presets/{name}", status=204)


async def test_what_an_operator_says_of_a_text_later_counts_for_its_contact_and_its_campaign(it: Live) -> None:
    desk = await Desk.of(it)
    dead, stopped, filtered = "+962790009915", "+962790009910", "+962790009917"
    away, well = "+962790009913", "+962790000061"
    later, last = "+962790000062", "+962790000063"
    numbers = [dead, stopped, well]
    texts = await desk.campaign("Told later", "sms", numbers, kind="satisfaction", frequency=[], text="How was it?")
    await desk.switch(texts, "start")
    expected = {dead: "invalid", stopped: "opted_out", well: "sent"}

    async def told() -> Any:
        return (await desk.ended(texts)) == expected or None

    await eventually(told)
    assert await query(it, "select 1 from contact_number where number = $1 and is_dead", dead)
    assert await query(it, "select 1 from opt_out where number = $1 and said_by = 'carrier' and not is_lifted", stopped)
    again = await desk.campaign("Filtered", "sms", [filtered, later], kind="satisfaction", frequency=[], text="Well?")
    # Somebody is left, so that it goes on.
    tomorrow = (
        "update contact set next_at = now() + interval '1 day' where id = "
        "(select contact_id from contact_number where number = $1) returning id"
    )
    assert await query(it, tomorrow, later)
    await desk.switch(again, "start")

    async def paused() -> Any:
        found = await desk.ask("GET", f"/api/campaigns/{again['id']}")
        return found if found["state"] == "paused" else None

    found = await eventually(paused)
    assert found["idle_why"] == "filtered"
    # Whose telephone was out of reach is texted again while the campaign goes on, as often as it may be.
    patient = [{"outcome": "failed", "minutes": 30, "most": 1}]
    settings = {"kind": "satisfaction", "frequency": [], "text": "Hm?", "recycling": patient}
    third = await desk.campaign("Out of reach", "sms", [away, last], **settings)
    assert await query(it, tomorrow, last)
    await desk.switch(third, "start")

    async def again() -> Any:
        asked = (
            "select c.state, c.attempts, c.next_at > now() + interval '20 minutes' as waits from contact c"
            " join contact_number n on n.contact_id = c.id join contact_list l on l.id = c.list_id"
            " where n.number = $1 and l.campaign_id = $2::uuid"
        )
        (row,) = await query(it, asked, away, third["id"])
        return row if (row["attempts"], row["state"]) == (1, "ready") else None

    assert (await eventually(again))["waits"]
    await desk.switch(third, "stop")


async def test_a_number_of_ours_that_may_not_send_pauses_the_campaign_and_costs_no_contact(it: Live) -> None:
    desk = await Desk.of(it)
    numbers = ["+962790000064", "+962790000065"]
    settings = {"kind": "satisfaction", "frequency": [], "text": "Are you there?"}
    campaign = await desk.campaign("Not ours", "sms", numbers, **settings)
    change = (
        "update channel_account set settings = settings || jsonb_build_object('number', $1::text) where kind = 'sms'"
        " returning id"
    )
    (ours,) = await query(it, "select settings ->> 'number' as number from channel_account where kind = 'sms'")
    assert await query(it, change, "+15005550099")
    await desk.switch(campaign, "start")

    async def paused() -> Any:
        found = await desk.ask("GET", f"/api/campaigns/{campaign['id']}")
        return found if found["state"] == "paused" and found["progress"]["live"] == 0 else None

    found = await eventually(paused)
    assert (found["idle_why"], found["progress"]["ready"]) == ("sender_refused", 2)
    assert await query(it, change, ours["number"])
    await query(it, "update contact set next_at = now() where state = 'ready' returning id")
    await desk.switch(campaign, "resume")
    assert await desk.ended(campaign) == dict.fromkeys(numbers, "sent")


async def test_what_is_forbidden_while_a_campaign_runs_is_not_dialled_any_more(it: Live) -> None:
    desk = await Desk.of(it)
    # Who was busy is called again in an hour, so that the campaign goes on.
    campaign = await desk.campaign("Running", "recording", [BUSY], kind="satisfaction", frequency=[])
    await desk.switch(campaign, "start")

    async def dispositions() -> dict[str, Any]:
        asked = (
            "select n.number, c.state, c.disposition, c.attempts from contact c"
            " join contact_number n on n.contact_id = c.id"
            " join contact_list l on l.id = c.list_id where l.campaign_id = $1::uuid"
        )
        return {row["number"]: row for row in await query(it, asked, campaign["id"])}

    async def was_busy() -> bool:
        return (await dispositions())[BUSY]["attempts"] > 0

    await eventually(was_busy)
    rule = {"id": "no_questions", "name": "None", "countries": ["JO"], "kinds": ["satisfaction"], "is_forbidden": True}
    await desk.ask("PUT", "/api/compliance/presets/no_questions", {**rule, "version": 0})
    await desk.contacts(campaign["id"], "Later", f"phone,name,city\n{ONE},Later,Amman")

    async def later() -> Any:
        found = (await dispositions())[ONE]
        return found if found["state"] == "done" else None

    found = await eventually(later)
    assert (found["disposition"], found["attempts"]) == ("forbidden", 0)
    await desk.ask("DELETE", "/api/compliance/presets/no_questions", status=204)
