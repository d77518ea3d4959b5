"""A queue from the administrator's first click to the call that its second step brings to an agent."""

from __future__ import annotations

import re
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Locator, Page, expect

from demo.organisation import NUMBER
from tests.browser.axe import findings
from tests.browser.surface import ConsolePage, Windows
from tests.integration.house import query
from tests.live import Live, eventually, live

pytestmark = pytest.mark.browser

_REFUSED = re.compile(r"the server responded with a status of (409|422)")


def seen(page: Page, name: str) -> Locator:
    return page.locator(f'[data-testid="{name}"]:visible')


async def go(page: Page, name: str) -> None:
    if not await page.get_by_test_id("settings").is_visible():
        await page.get_by_test_id("nav-settings").click()
    await page.get_by_test_id("settings").get_by_test_id(f"nav-{name}").click()
    await expect(page).to_have_url(re.compile(f"#/{name}$"))


async def choose(page: Page, field: Locator, option: str) -> None:
    await field.click()
    await page.get_by_role("option", name=option, exact=True).click()


async def build_a_queue(page: Page) -> None:
    """Ask for level 9 of phone at first; a step that comes too soon is refused at its field."""
    await go(page, "queues")
    await seen(page, "add").click()
    await seen(page, "field-name").fill("Warranty calls")
    await choose(page, seen(page, "add-skill"), "phone")
    await seen(page, "level-value").fill("9")
    await seen(page, "section-who").click()
    await seen(page, "add-step").click()
    await expect(seen(page, "step")).to_have_count(1)
    await seen(page, "step-after").fill("۵")
    await seen(page, "save").click()
    await expect(seen(page, "steps-fault")).to_contain_text("5 seconds")
    await seen(page, "step-after").fill("35")
    await seen(page, "step").get_by_test_id("level-value").fill("4")
    await seen(page, "save").click()
    await expect(page).to_have_url(re.compile("#/queues/0"))


async def run(page: Page, age: str) -> Locator:
    await choose(page, seen(page, "run-channel"), "Call")
    await seen(page, "run-age").fill(age)
    await seen(page, "run").click()
    return seen(page, "outcome")


async def calls_lead_there(it: Live) -> None:
    """Let the demo's number ring in the new queue; somebody with level 9 is signed in and takes nothing now."""
    admin = await it.person("admin")
    queues = (await admin.json("GET", "/api/queues"))[1]["items"]
    queue = next(each for each in queues if each["name"] == "Warranty calls")
    assert (queue["steps"][0]["after_seconds"], set(queue["steps"][0]["skills"].values())) == (35, {4})
    account = next(each for each in (await admin.json("GET", "/api/accounts"))[1]["items"] if each["kind"] == "voice")
    fields = ("name", "is_enabled", "branch_id", "settings", "version")
    change = {name: account[name] for name in fields} | {"queue_id": queue["id"]}
    status, answer = await admin.json("PUT", f"/api/accounts/{account['id']}", change)
    assert status == 200, answer


async def expert(it: Live) -> None:
    """Give Sara level 9; she is online and on a break, so that the first step waits for its time."""
    sara = await it.agent("sara", available=False)
    await sara.command("presence.set", state="not_ready", reason="lunch")
    admin = await it.person("admin")
    skills = {each["name"]: each["id"] for each in (await admin.json("GET", "/api/skills"))[1]["items"]}
    agents = (await admin.json("GET", "/api/agents"))[1]["items"]
    agent = next(each for each in agents if each["name"] == "Sara Ahmadi")
    said = {"version": agent["version"], "trust": 3, "skills": {skills["phone"]: 9}}
    assert (await admin.json("PUT", f"/api/agents/{agent['staff_id']}", said))[0] == 200


async def wait_as_long_as_the_first_step(it: Live) -> None:
    """Let the caller have waited, and another administrator save the queue: then the router looks at once."""
    await query(it, "update work set first_enqueued_at = first_enqueued_at - interval '40 seconds'")
    other = await it.person("admin")
    queues = (await other.json("GET", "/api/queues"))[1]["items"]
    queue = next(each for each in queues if each["name"] == "Warranty calls")
    path = f"/api/queues/{queue.pop('id')}"
    assert (await other.json("PUT", path, {**queue, "goal_percent": 70}))[0] == 200


async def test_a_queue_of_two_steps_explains_itself_and_brings_the_call_to_the_second(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    windows.allowed.append(_REFUSED)
    async with live(dsn, tmp_path, simulator=True) as it, aiohttp.ClientSession() as http:
        maya = ConsolePage(await windows.open(), it.base_url)
        await maya.sign_in("maya")
        await maya.go_available()
        await expert(it)
        boss = ConsolePage(await windows.open(width=1400, height=1000), it.base_url)
        await boss.sign_in("admin")
        page = boss.page
        await build_a_queue(page)

        outcome = await run(page, "0")
        await expect(outcome).to_have_attribute("data-step", "0")
        await expect(seen(page, "nobody")).to_be_visible()
        await expect(seen(page, "other").filter(has_text="Maya Lind")).to_contain_text("level 5, 9 is needed")
        await expect(seen(page, "other").filter(has_text="Sara Ahmadi")).to_contain_text("no work at the moment")
        outcome = await run(page, "40")
        await expect(outcome).to_have_attribute("data-step", "1")
        await expect(seen(page, "candidate")).to_contain_text("Maya Lind")
        assert await findings(page, '[data-testid="panel"]') == []

        await calls_lead_there(it)
        calls = f"http://127.0.0.1:{it.settings.simulator_port}/simulator/calls"
        async with http.post(calls, json={"from": "+966501234567", "to": NUMBER}) as answer:
            assert answer.status == 201
        await eventually(lambda: query(it, "select id from work where state = 'queued'"))
        await expect(maya.page.get_by_test_id("offer-accept")).to_have_count(0)
        await wait_as_long_as_the_first_step(it)
        await maya.accept()
        await expect(maya.page.get_by_test_id("call-bar")).to_have_attribute("data-status", "joined")

        await seen(page, "field-goal").fill("95")
        await seen(page, "save").click()
        await expect(seen(page, "conflict")).to_be_visible()
        await seen(page, "reload").click()
        await expect(seen(page, "field-goal")).to_have_value("70")


async def test_a_dry_run_reads_from_right_to_left_in_persian(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        await admin.json("PATCH", "/api/session/preferences", {"locale": "fa", "calendar": "persian"})
        await it.agent("maya")
        await it.agent("sara")
        console = ConsolePage(await windows.open("fa"), it.base_url)
        await console.sign_in("admin")
        page = console.page
        await go(page, "queues")
        await seen(page, "row").filter(has_text="Telephone").click()
        for section in ("who", "offers", "hours"):
            await seen(page, f"section-{section}").click()
        await choose(page, seen(page, "run-channel"), "تماس")
        await seen(page, "run-age").fill("۱۰")
        await seen(page, "run").click()
        await expect(seen(page, "outcome")).to_contain_text("گام ۱ از ۲.")
        await expect(seen(page, "candidate")).to_contain_text("Maya Lind")
        await expect(seen(page, "other").filter(has_text="Sara Ahmadi")).to_contain_text("سطح ۳ لازم است")
        panel = seen(page, "panel")
        assert await panel.evaluate("each => getComputedStyle(each).direction") == "rtl"
        assert await panel.evaluate("each => each.scrollWidth - each.clientWidth") == 0, "nothing hangs over the edge"
        assert await findings(page, '[data-testid="panel"]') == []
