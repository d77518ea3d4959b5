"""Long lists: filters, columns, sorting and saved views; and dates in the reader's calendar."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.surface import ConsolePage, Windows, presses
from tests.integration.house import made
from tests.live import live

pytestmark = pytest.mark.browser


async def test_a_view_is_saved_shared_and_begun_with(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        for name, status in (("Amir", "active"), ("Bahar", "prospect"), ("Cyrus", "active")):
            await made(admin, "/api/customers", {"name": name, "status": status})
        console = ConsolePage(await windows.open(), it.base_url)
        page = console.page
        await console.sign_in("admin")
        await page.get_by_test_id("nav-customers").click()
        rows = page.get_by_test_id("row")
        await expect(rows).to_have_count(3)
        await page.get_by_test_id("filter-status").click()
        await page.get_by_role("option", name="Actual customer").click()
        await expect(rows).to_have_count(2)
        await page.get_by_test_id("columns").click()
        await page.get_by_test_id("column-kind").click()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("columnheader")).to_have_text(
            ["Name", "Reachable at", "Status", "Loyalty", "Since"]
        )
        await page.get_by_test_id("view-save-as").click()
        await page.get_by_test_id("view-name").fill("Our customers")
        await page.get_by_test_id("view-is-shared").press("Space")
        await page.get_by_test_id("view-submit").click()
        view = page.get_by_test_id("view")
        await expect(view).to_have_attribute("aria-pressed", "true")
        await page.get_by_test_id("views-all").click()
        await expect(rows).to_have_count(3)
        await view.click()
        await page.get_by_test_id("view-menu").click()
        await presses(page.get_by_test_id("view-default"))
        await page.reload()
        await expect(rows).to_have_count(2)
        await expect(view).to_have_attribute("aria-pressed", "true")
        nadia = ConsolePage(await windows.open(), it.base_url)
        await nadia.sign_in("nadia")
        await nadia.page.get_by_test_id("nav-customers").click()
        await nadia.page.get_by_test_id("view").click()
        await expect(nadia.page.get_by_test_id("row")).to_have_count(2)


async def test_a_period_is_typed_and_chosen_in_jalali(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        await admin.json("PATCH", "/api/session/preferences", {"locale": "fa", "calendar": "persian"})
        await made(admin, "/api/customers", {"name": "امیر"})
        console = ConsolePage(await windows.open("fa"), it.base_url)
        page = console.page
        await console.sign_in("admin")
        await page.get_by_test_id("nav-customers").click()
        rows = page.get_by_test_id("row")
        await expect(rows).to_have_count(1)
        first, last = page.get_by_test_id("filter-created-from"), page.get_by_test_id("filter-created-to")
        await last.fill("۱۵ فروردین ۱۴۰۳")
        await last.press("Enter")
        await expect(last).to_have_value("۱۴۰۳/۱/۱۵")
        await expect(rows).to_have_count(0)
        await last.fill("1404/12/30")
        await last.press("Enter")
        await expect(last).to_have_attribute("aria-invalid", "true")
        await last.fill("")
        await last.press("Enter")
        await expect(rows).to_have_count(1)
        await first.fill("1403/12/29")
        await first.press("Alt+ArrowDown")
        picker = page.get_by_test_id("date-picker")
        await expect(picker).to_be_visible()
        await expect(picker.locator("th").first).to_have_attribute("abbr", "شنبه")
        await expect(picker.get_by_test_id("month")).to_contain_text("اسفند ۱۴۰۳")
        # In a page from the right the next day lies at the left; 1403 was a leap year.
        await page.keyboard.press("ArrowLeft")
        await expect(picker.locator("button:focus")).to_have_text("۳۰")
        await page.keyboard.press("ArrowLeft")
        await expect(picker.get_by_test_id("month")).to_contain_text("فروردین ۱۴۰۴")
        await page.keyboard.press("PageDown")
        await page.keyboard.press("Enter")
        await expect(first).to_have_value("۱۴۰۴/۲/۱")
        await expect(picker).to_be_hidden()


async def test_hijri_dates_are_umm_al_quras(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path) as it:
        omar = await it.person("omar")
        await omar.json("PATCH", "/api/session/preferences", {"locale": "ar", "calendar": "islamic-umalqura"})
        console = ConsolePage(await windows.open("ar"), it.base_url)
        page = console.page
        await console.sign_in("omar")
        await page.get_by_test_id("nav-customers").click()
        first = page.get_by_test_id("filter-created-from")
        await first.fill("١ رمضان ١٤٤٧")
        await first.press("Enter")
        await expect(first).to_have_value("١٤٤٧/٩/١")
        await page.get_by_test_id("open-calendar").first.click()
        picker = page.get_by_test_id("date-picker")
        await expect(picker.locator("th").first).to_have_attribute("abbr", "السبت")
        await expect(picker.locator("td[aria-selected=true] button")).to_have_accessible_name(
            "الأربعاء، ١ رمضان ١٤٤٧ هـ"
        )


async def test_all_work_is_narrowed_and_kept_as_a_view(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path) as it:
        visitor, other = await it.visitor(), await it.visitor()
        await visitor.send("about a lamp")
        await other.send("about a chair")
        await other.command("chat.end")
        admin = await it.person("admin")
        await admin.json("PATCH", "/api/session/preferences", {"locale": "fa"})
        console = ConsolePage(await windows.open("fa"), it.base_url)
        page = console.page
        await console.sign_in("admin")
        await page.get_by_test_id("nav-conversations").click()
        rows = page.get_by_test_id("row")
        await expect(rows).to_have_count(2)
        await page.get_by_test_id("filter-state").click()
        await page.get_by_role("option").first.click()
        await expect(rows).to_have_count(1)
        await expect(rows).to_contain_text("about a lamp")
        await page.get_by_test_id("view-save-as").click()
        await page.get_by_test_id("view-name").fill("در صف")
        await page.get_by_test_id("view-submit").click()
        await expect(page.get_by_test_id("view")).to_have_attribute("aria-pressed", "true")
        await page.get_by_test_id("clear-filters").click()
        await expect(rows).to_have_count(2)
        await page.reload()
        await page.get_by_test_id("view").click()
        await expect(rows).to_have_count(1)


@pytest.mark.parametrize("locale", ["en", "ar"])
async def test_a_hit_opens_its_conversation_at_the_message(
    dsn: str, tmp_path: Path, windows: Windows, locale: str
) -> None:
    async with live(dsn, tmp_path) as it:
        await (await it.person("admin")).json("PATCH", "/api/session/preferences", {"locale": locale})
        sara = await it.agent("sara")
        visitor = await it.visitor()
        await visitor.send("parcel zebra")
        talk = (await sara.take_offer("webchat"))["interaction"]
        for number in range(160):
            await sara.reply(talk["id"], f"line {number}\nof a long talk")
        console = ConsolePage(await windows.open(locale), it.base_url)
        page = console.page
        await console.sign_in("admin")
        await page.goto(f"{it.base_url}/console/#/search/zebra")
        await page.get_by_test_id("hits-message").get_by_test_id("hit").click()
        message = console.messages("parcel zebra")
        await expect(message).to_be_in_viewport()
        await expect(page.locator("[data-testid=message][aria-current=true]")).to_contain_text("parcel zebra")
        # What is said meanwhile does not take the reader away.
        await sara.reply(talk["id"], "the newest of all")
        await expect(console.messages("the newest of all")).to_have_count(1)
        await expect(message).to_be_in_viewport()
