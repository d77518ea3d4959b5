"""A supervisor looks at what a campaign has come to, attempt by attempt, in their own language."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.axe import findings
from tests.browser.surface import ConsolePage, Windows
from tests.integration.campaigning import Desk
from tests.live import live

pytestmark = pytest.mark.browser
# Names a folder where somebody wants to look at the pages.
PICTURES = os.environ.get("MARKAZ_PICTURES")
NUMBERS = ("+962790000031", "+962790009915", "+962790000032")


@pytest.mark.parametrize(
    ("locale", "words"), [("en", ("Text sent", "No such number")), ("fa", ("پیامک فرستاده شد", "شماره نادرست"))]
)
async def test_c034_a_campaign_is_seen_by_days_and_attempts(
    dsn: str, tmp_path: Path, windows: Windows, locale: str, words: tuple[str, str]
) -> None:
    async with live(dsn, tmp_path, simulator=True) as it:
        desk = await Desk.of(it)
        campaign = await desk.campaign("Reminders", "sms", NUMBERS, kind="announcement", frequency=[], text="Tomorrow!")
        await desk.switch(campaign, "start")
        await desk.ended(campaign)
        liked = {"locale": locale, "calendar": "persian" if locale == "fa" else "gregory"}
        await desk.admin.json("PATCH", "/api/session/preferences", liked)
        console = ConsolePage(await windows.open(locale, 1500, 1500), it.base_url)
        page = console.page
        await console.sign_in("admin")
        await page.goto(f"{it.base_url}/console/#/campaigns/{campaign['id']}")
        await page.get_by_test_id("campaign-shown").locator("label").nth(1).click()
        panel = page.get_by_test_id("campaign-report")
        sent, dead = words
        await expect(panel.get_by_test_id("report-outcomes")).to_contain_text(sent)
        await expect(panel.get_by_test_id("report-dispositions")).to_contain_text(dead)
        await expect(panel.get_by_test_id("attempt")).to_have_count(3)
        await expect(panel.get_by_test_id("attempt").first).to_contain_text("Asia/Amman")
        await panel.get_by_test_id("report-by").locator("label").nth(1).click()
        await expect(panel.get_by_test_id("report-lines").locator("tbody tr")).to_have_count(1)
        assert await findings(page, "[data-testid=campaign-report]") == []
        if PICTURES:
            await page.screenshot(path=Path(PICTURES) / f"{locale}-campaign-report.png", full_page=True)
        await panel.get_by_test_id("report-outcome").click()
        await page.get_by_role("option", name=dead, exact=True).click()
        await expect(panel.get_by_test_id("attempt")).to_have_count(1)
        await expect(panel.get_by_test_id("attempt")).to_contain_text("+962790009915")
        async with page.expect_download() as taken:
            await panel.get_by_test_id("attempts-export").click()
        text = (await (await taken.value).path()).read_text("utf-8-sig")
        assert [line.split(",")[1].lstrip("'") for line in text.splitlines()[1:]] == ["+962790009915"]
