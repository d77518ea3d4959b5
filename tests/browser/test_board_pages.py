"""The live board in a browser: figures move by themselves, an alarm shows, a supervisor steps in and learns why."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from board import alarms
from tests.browser.axe import findings
from tests.browser.surface import ConsolePage, Windows
from tests.integration.house import made
from tests.live import live

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("locale", "width"), [("fa", 1280), pytest.param("en", 390, marks=pytest.mark.long)])
async def test_a_supervisor_sees_a_chat_come_an_alarm_and_sets_an_agents_state(
    dsn: str, tmp_path: Path, windows: Windows, monkeypatch: pytest.MonkeyPatch, locale: str, width: int
) -> None:
    monkeypatch.setattr(alarms, "_EVERY_SECONDS", 0.5)
    async with live(dsn, tmp_path) as it:
        person = await it.person("nadia")
        await person.json("PATCH", "/api/session/preferences", {"locale": locale, "calendar": "gregory"})
        _, queues = await person.json("GET", "/api/queues")
        chat = next(each["id"] for each in queues["items"] if each["name"] == "Web chat")
        rule = {"queue_id": chat, "metric": "contacts_in_queue", "threshold": 1, "for_seconds": 0}
        await made(person, "/api/alarm-rules", rule)
        sara, _ = await it.agent("sara", available=False), await it.agent("maya")
        nadia = ConsolePage(await windows.open(width=width, height=844), it.base_url)
        page = nadia.page
        await nadia.sign_in("nadia")
        await page.goto(f"{it.base_url}/console/#/board")
        row = page.locator(f'[data-testid="row"][data-id="{chat}"]')
        one, none = ("۱", "۰") if locale == "fa" else ("1", "0")
        await expect(row.get_by_test_id("waiting")).to_have_text(none)
        visitor = await it.visitor(locale=locale)
        await visitor.send("سلام")
        await expect(row.get_by_test_id("waiting")).to_have_text(one)
        await expect(page.get_by_test_id("alarm")).to_contain_text("Web chat")
        await row.click()
        await expect(page.get_by_test_id("waits")).to_have_count(1)
        await page.get_by_test_id("waits").get_by_test_id("why").click()
        await expect(page.get_by_test_id("reasons").get_by_test_id("row")).to_have_count(4)
        # Maya has no level in it: what lacks is said by name.
        await expect(_agent(page.get_by_test_id("reasons").get_by_test_id("row"), "Maya Lind")).to_contain_text("chat")
        wrong = {"why": await findings(page)}
        await page.keyboard.press("Escape")
        await page.goto(f"{it.base_url}/console/#/board/agents")
        await _agent(page.get_by_test_id("row"), "Sara Ahmadi").click()
        wrong["agent"] = await findings(page)
        await page.get_by_test_id("force-available").click()
        await sara.take_offer("webchat")
        await expect(page.get_by_test_id("panel").get_by_test_id("activity")).to_have_attribute(
            "data-activity", "on_contact"
        )
        await expect(page.get_by_test_id("in-hand")).to_have_count(1)
        await expect(page.get_by_test_id("alarm")).to_have_count(0)
        await page.goto(f"{it.base_url}/console/#/board/alarms/new")
        wrong["rule"] = await findings(page)
        await page.goto(f"{it.base_url}/console/#/board/wall")
        await expect(page.get_by_test_id("wall-queue")).to_have_count(4)
        wrong["wall"] = await findings(page)
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await page.evaluate(overflow) <= 0, "nothing is wider than the screen"
        assert {view: found for view, found in wrong.items() if found} == {}


async def test_an_agent_asks_why_the_work_came(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path) as it:
        sara = ConsolePage(await windows.open(), it.base_url)
        await sara.sign_in("sara")
        await sara.go_available()
        await (await it.visitor()).send("hello")
        await sara.accept()
        await sara.page.get_by_test_id("conversation").get_by_test_id("why").click()
        await expect(sara.page.get_by_test_id("own-reasons")).to_be_visible()


def _agent(rows: Locator, name: str) -> Locator:
    return rows.filter(has_text=name)
