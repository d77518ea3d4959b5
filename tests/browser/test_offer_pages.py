"""Offers to many, hand-overs by skill, urgency and wrap-up by choice, as two agents and a supervisor see them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from storage.database import Database, adhoc
from tests.browser.surface import ConsolePage, Windows
from tests.live import live

pytestmark = pytest.mark.browser


async def picture(page: Page, name: str) -> None:
    """Keep a picture where somebody asked for it."""
    folder = os.environ.get("MARKAZ_PICTURES")
    if folder:
        await page.screenshot(path=Path(folder) / f"{name}.png")


async def fits(page: Page) -> None:
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(overflow) <= 0, "nothing is wider than the screen"


async def test_many_are_asked_one_takes_it_and_hands_it_to_a_skill(
    dsn: str, tmp_path: Path, windows: Windows, db: Database
) -> None:
    async with live(dsn, tmp_path) as it:
        await db.run(
            adhoc("update queue set offer_mode = 'broadcast', wrap_up_mode = 'optional' where name = 'Web chat'")
        )
        admin = await it.person("admin")
        queue = next(q for q in (await admin.json("GET", "/api/queues"))[1]["items"] if q["name"] == "Web chat")
        body = {name: value for name, value in queue.items() if name != "id"}
        assert (await admin.json("PUT", f"/api/queues/{queue['id']}", body))[0] == 200
        # Sara reads Persian, Omar Arabic, the supervisor English.
        sara, omar, nadia = [ConsolePage(await windows.open(), it.base_url) for _ in range(3)]
        await sara.sign_in("sara")
        await omar.sign_in("omar")
        await nadia.sign_in("nadia")
        await sara.go_available()
        await omar.go_available()
        visitor = await it.visitor()
        at = (await visitor.send("May I have the red one?"))["interaction_id"]
        for agent, name in ((sara, "offer-fa"), (omar, "offer-ar")):
            await expect(agent.page.get_by_test_id("offer-to-many")).to_be_visible()
            await picture(agent.page, name)
        await sara.page.get_by_test_id("offer-accept").click()
        await expect(omar.page.get_by_test_id("offer-card")).to_have_count(0)
        await expect(sara.page.get_by_test_id("conversation")).to_be_visible()

        await sara.page.get_by_test_id("transfer").click()
        await sara.page.get_by_test_id("transfer-kind").locator("label").nth(2).click()
        await sara.page.get_by_test_id("transfer-target").click()
        await sara.page.get_by_role("option", name="phone").click()
        await picture(sara.page, "transfer-fa")
        await sara.page.get_by_test_id("transfer-submit").click()
        await expect(sara.page.get_by_test_id("conversation")).to_have_count(0)

        # Nobody who chats has it: the supervisor sees it wait, makes it urgent, and sends it elsewhere.
        await nadia.page.goto(f"{it.base_url}/#/conversations/{at}")
        await nadia.page.get_by_test_id("urgency").click()
        await nadia.page.get_by_test_id("urgency-emergency").click()
        await expect(nadia.page.get_by_test_id("system-line").filter(has_text="Urgency · Emergency")).to_be_visible()
        await expect(nadia.page.get_by_test_id("system-line").filter(has_text="phone ≥ 5")).to_be_visible()
        await picture(nadia.page, "waiting-en")
        await nadia.page.set_viewport_size({"width": 390, "height": 800})
        await expect(nadia.page.get_by_test_id("take")).to_be_visible()
        await fits(nadia.page)
        await picture(nadia.page, "waiting-phone")
        await nadia.page.set_viewport_size({"width": 1280, "height": 800})
        await nadia.page.get_by_test_id("reroute").click()
        await nadia.page.get_by_test_id("transfer-kind").locator("label").nth(1).click()
        await nadia.page.get_by_test_id("transfer-target").click()
        await nadia.page.get_by_role("option", name="عمر").click()
        await nadia.page.get_by_test_id("transfer-submit").click()

        await omar.page.get_by_test_id("offer-accept").click()
        await omar.page.get_by_test_id("close").click()
        await omar.page.get_by_test_id("close-wrap-up").check()
        await picture(omar.page, "close-ar")
        await omar.page.get_by_test_id("close-submit").click()
        await expect(omar.page.get_by_test_id("wrap-up-since")).to_be_visible()
        await expect(omar.page.get_by_test_id("wrap-up-extend")).to_have_count(0)
        await picture(omar.page, "wrap-up-ar")
        for each in (sara, omar, nadia):
            await fits(each.page)
