"""Voicemail, recordings and costs, by the simulated carrier."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from demo.organisation import NUMBER
from tests.integration.house import house, query
from tests.integration.test_call_control import OnTheCall, simulator
from tests.integration.test_conference import record_calls
from tests.live import Live, Person

CALLER = "+966501234567"


@pytest_asyncio.fixture
async def it(server_dsn: str, tmp_path_factory: Any) -> AsyncIterator[Live]:
    async with house(server_dsn, tmp_path_factory.mktemp("recordings"), simulator=True) as found:
        yield found


async def recordings(person: Person, state: str) -> list[dict[str, Any]]:
    """Wait until there is a recording in this state."""
    async with asyncio.timeout(15):
        while True:
            status, page = await person.json("GET", f"/api/recordings?state={state}")
            assert status == 200, page
            if page["items"]:
                found: list[dict[str, Any]] = page["items"]
                return found
            await asyncio.sleep(0.1)


async def heard(person: Person, path: str) -> tuple[int, bytes]:
    async with person.session.get(f"{person.base_url}{path}") as answer:
        return answer.status, await answer.read()


async def at_the_tone(it: Live, caller: str) -> str:
    """Call, and return once what is said is recorded."""
    before = {each["sid"] for each in (await simulator(it, "GET", "state"))["recordings"]}
    sid = str((await simulator(it, "POST", "calls", {"from": caller, "to": NUMBER}))["sid"])
    async with asyncio.timeout(15):
        while not {each["sid"] for each in (await simulator(it, "GET", "state"))["recordings"]} - before:
            await asyncio.sleep(0.05)
    return sid


async def left_queue(it: Live, least: int) -> list[str]:
    """Return how contacts left the queue, in order, once so many have."""
    async with asyncio.timeout(15):
        while (
            len(rows := await query(it, "select outcome from queue_contact where outcome is not null order by id"))
            < least
        ):
            await asyncio.sleep(0.05)
    return [row["outcome"] for row in rows]


async def who_says_nothing_at_the_tone_has_given_up(it: Live) -> None:
    sid = await at_the_tone(it, "+966501230000")
    await simulator(it, "POST", f"calls/{sid}/hangup")
    assert await left_queue(it, 1) == ["abandoned"]


async def test_c015_who_cannot_be_served_leaves_a_message_that_waits_like_any_other_work(it: Live) -> None:
    admin = await it.person("admin")
    rules = (await admin.json("GET", "/api/callback-rules"))[1]["items"]
    phone = next(each for each in rules if each["queue_name"] == "Telephone")
    fields = {name: phone[name] for name in ("is_offered", "account_id", "keep_minutes", "version")}
    path = f"/api/callback-rules/{phone['queue_id']}"
    assert (await admin.json("PUT", path, {**fields, "voicemail_after_seconds": 0}))[0] == 200
    await who_says_nothing_at_the_tone_has_given_up(it)
    sid = await at_the_tone(it, CALLER)
    await asyncio.sleep(1.2)  # A message has to be longer than a second to be one.
    await simulator(it, "POST", f"calls/{sid}/hangup")
    (kept,) = await recordings(admin, "kept")
    assert (kept["kind"], kept["address"]) == ("voicemail", CALLER)
    maya = await it.person("maya")
    desk = await maya.console()
    taken = await desk.take_offer("voice")
    message = next(each for each in taken["messages"] if each["direction"] == "inbound")
    assert message["details"]["voicemail"] >= 1
    status, sound = await heard(maya, message["attachments"][0]["url"])
    assert (status, sound[:4], sound[8:12]) == (200, b"RIFF", b"WAVE")
    await desk.command("interaction.close", interaction_id=taken["interaction"]["id"])
    assert await left_queue(it, 2) == ["abandoned", "answered"], "who leaves a message does not give up"
    async with asyncio.timeout(10):
        while sid in {each["call"] for each in (await simulator(it, "GET", "state"))["recordings"]}:
            await asyncio.sleep(0.1)
    await desk.close()


async def test_a_recording_is_heard_by_who_may_and_goes_when_its_time_is_over(it: Live) -> None:
    await record_calls(it)
    on = await OnTheCall.begin(it)
    await on.shows(recording="on")
    await on.agent.command("call.hang_up", interaction_id=on.id)
    admin, nadia, maya = await it.person("admin"), await it.person("nadia"), await it.person("maya")
    (kept,) = await recordings(admin, "kept")
    path = f"/api/recordings/{kept['id']}"
    assert (await heard(maya, f"{path}/sound"))[0] == 403
    status, sound = await heard(nadia, f"{path}/sound")
    assert (status, sound[:4]) == (200, b"RIFF")
    assert (await query(it, "select count(*) from event_log where kind = 'recording.heard'"))[0][0] == 1
    assert (await nadia.json("DELETE", path))[0] == 403
    house = it.running.neck.telephony.recordings
    await query(it, "update call_recording set kept_until = now() - interval '1 day'")
    assert (await admin.json("PUT", f"{path}/hold", {"is_held": True}))[0] == 200
    assert await house.expire() == 0, "somebody holds it"
    assert (await admin.json("DELETE", path))[0] == 409
    assert (await admin.json("PUT", f"{path}/hold", {"is_held": False}))[0] == 200
    assert await house.expire() == 1
    assert (await heard(nadia, f"{path}/sound"))[0] == 404
    assert [dict(row) for row in await query(it, "select state from call_recording")] == [{"state": "expired"}]
    files = list((it.settings.data_dir / "files").rglob("*"))
    assert all(not file.is_file() or file.read_bytes()[:4] != b"RIFF" for file in files), "the sound is gone"
    await costs_are_the_carriers(it, admin)


async def costs_are_the_carriers(it: Live, admin: Person) -> None:
    neck = it.running.neck
    (account,) = await neck.accounts.enabled("voice")
    assert await neck.telephony.costs.ask(neck.channels["voice"], account) > 0  # type: ignore[arg-type] # it prices
    day = (await query(it, "select (now() at time zone 'UTC')::date::text"))[0][0]
    status, found = await admin.json("GET", f"/api/carrier-costs?since={day}&until={day}")
    assert status == 200, found
    assert {each["kind"] for each in found["items"]} == {"call"}
    assert sum(each["price"] for each in found["items"]) > 0
    assert (await (await it.person("maya")).json("GET", f"/api/carrier-costs?since={day}&until={day}"))[0] == 403


async def test_the_rule_of_keeping_is_saved_once(it: Live) -> None:
    admin = await it.person("admin")
    rule = (await admin.json("GET", "/api/recording-rule"))[1]
    assert (await admin.json("PUT", "/api/recording-rule", {**rule, "keep_days": 30}))[1]["keep_days"] == 30
    assert (await admin.json("PUT", "/api/recording-rule", rule))[0] == 409
    assert (await (await it.person("maya")).json("GET", "/api/recording-rule"))[0] == 403
