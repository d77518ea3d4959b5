"""The call bar with a third person and a supervisor, the archive of texts, recordings: in Arabic, from the right."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import findings
from tests.browser.surface import ConsolePage, Windows
from tests.browser.test_phone_pages import _people, _ring
from tests.integration.test_conference import record_calls
from tests.live import live

pytestmark = pytest.mark.browser


async def shot(page: Page, name: str) -> None:
    """Keep a picture where somebody wants to look."""
    if folder := os.environ.get("MARKAZ_SHOTS"):
        await page.screenshot(path=Path(folder) / f"{name}.png")


async def test_a_number_is_asked_joins_and_has_the_call_while_a_supervisor_listens(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path, simulator=True) as it:
        await record_calls(it)
        liked = {"locale": "ar", "calendar": "gregory"}
        for login in ("maya", "nadia", "admin"):
            assert (await (await it.person(login)).json("PATCH", "/api/session/preferences", liked))[0] == 200
        agent = ConsolePage(await windows.open("ar"), it.base_url)
        await agent.sign_in("maya")
        await agent.go_available()
        await _ring(it)
        await agent.accept()
        page = agent.page
        bar = page.get_by_test_id("call-bar")
        await expect(bar).to_have_attribute("data-status", "joined")
        await expect(bar.get_by_test_id("recording")).to_have_attribute("data-state", "on")
        await bar.get_by_test_id("pause-recording").click()
        await expect(bar.get_by_test_id("recording")).to_have_attribute("data-state", "paused")

        boss = ConsolePage(await windows.open("ar"), it.base_url)
        await boss.sign_in("nadia")
        await boss.page.goto(page.url.replace("/work/", "/conversations/"))
        await boss.page.get_by_test_id("listen").click()
        await expect(boss.page.get_by_test_id("listen-bar")).to_have_attribute("data-status", "in")
        await expect(bar.get_by_test_id("listeners")).to_contain_text("Nadia")
        await boss.page.get_by_test_id("listen-mode").get_by_text("همس").click()
        await expect(bar.get_by_test_id("listeners")).to_contain_text("همس")
        assert await findings(boss.page, "[data-testid=listen-bar]") == []
        await shot(boss.page, "listen")
        await boss.page.get_by_test_id("stop-listening").click()
        await expect(bar.get_by_test_id("listeners")).to_have_count(0)

        await bar.get_by_test_id("ask-somebody").click()
        await page.get_by_test_id("ask-kind").get_by_text("رقم").click()
        await page.get_by_test_id("ask-number").fill("+966 50 123 0000")
        await shot(page, "ask")
        await page.get_by_test_id("ask-submit").click()
        party = bar.get_by_test_id("party")
        await expect(party).to_have_attribute("data-status", "talking")
        assert (await _people(it))["caller"]["hold"] is True
        await shot(page, "party")
        assert await findings(page, "[data-testid=call-bar]") == []
        await party.get_by_test_id("together").click()
        await expect(bar.get_by_role("status").first).not_to_have_text("المكالمة معلّقة")
        await party.get_by_test_id("hand-over-call").click()
        await expect(page.get_by_test_id("wrap-up")).to_be_visible()

        admin = ConsolePage(await windows.open("ar"), it.base_url)
        await admin.sign_in("admin")
        await the_pages(admin.page, it.base_url)


async def the_pages(page: Page, base_url: str) -> None:
    for path, title in (("texts", "الرسائل النصية"), ("texts/many/new", "الرسائل النصية"), ("recordings", "التسجيلات"),
                        ("recordings/costs", "التكاليف"), ("recordings/rule", "التسجيلات")):  # fmt: skip
        await page.goto(f"{base_url}/console/#/{path}")
        await expect(page.get_by_test_id("page-title").filter(visible=True)).to_have_text(title)
        assert await findings(page) == [], path
        await shot(page, path.replace("/", "-"))
