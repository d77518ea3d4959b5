"""The customer's page in a browser: facts, timeline, the plan of contacts, writing first; in both directions."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.surface import ConsolePage, WidgetPage, Windows
from tests.integration.house import made
from tests.live import live

pytestmark = pytest.mark.browser


async def shot(page: Page, name: str) -> None:
    """Keep a picture for whoever wants to look."""
    if folder := os.environ.get("MARKAZ_SHOTS"):
        await page.screenshot(path=f"{folder}/{name}.png", full_page=True)


async def is_narrow(page: Page) -> None:
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{wide} pixels are beyond the screen"


@pytest.mark.parametrize(("login", "width"), [("sara", 1280), ("omar", 390)])
async def test_a_customer_is_looked_after_and_written_to_first(
    dsn: str, tmp_path: Path, windows: Windows, login: str, width: int
) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        firm = await made(admin, "/api/customers", {"name": "شرکت صحرا", "kind": "organization"})
        record = {
            "name": "لیلا رضایی",
            "latin_name": "Leila Rezaei",
            "organization_id": firm["id"],
            "identities": [
                {"kind": "email", "value": "leila@customer.example"},
                {"kind": "phone", "value": "+989123456789", "label": "work"},
            ],
            "preferred": {"channel": "sms", "address": "+989123456789"},
            "contact_by": "2026-01-01",
        }
        who = await made(admin, "/api/customers", record)
        page = await windows.open(width=width, height=900)
        console = ConsolePage(page, it.base_url)
        await console.sign_in(login)
        await page.evaluate("id => { location.hash = `#/customers/${id}` }", who["id"])
        facts = page.get_by_test_id("facts")
        await expect(facts).to_contain_text("شرکت صحرا")
        await expect(facts).to_contain_text("+989123456789")
        await expect(page.get_by_test_id("timeline-item")).to_have_count(1)
        await shot(page, f"customer-{login}-{width}")
        await is_narrow(page)
        await page.get_by_test_id("field-every").fill("۳۰")
        await page.get_by_test_id("field-responsible").click()
        await page.get_by_role("option", name="Maya Lind").click()
        await page.get_by_test_id("save").click()
        await expect(facts).to_contain_text("Maya Lind")
        await expect(page.get_by_test_id("timeline-item")).to_have_count(2)
        await page.get_by_test_id("write").click()
        await page.get_by_test_id("write-text").fill("سلام، سفارش شما آماده است.")
        await expect(page.get_by_test_id("segments")).to_have_attribute("data-alphabet", "ucs2")
        await shot(page, f"write-{login}-{width}")
        await page.get_by_test_id("write-send").click()
        past = page.get_by_test_id("timeline").get_by_test_id("past")
        await expect(past).to_have_count(1)
        await expect(past).to_contain_text("سفارش شما آماده است")
        _, started = await admin.json("GET", f"/api/interactions?customer_id={who['id']}")
        assert [(each["channel"], each["address"]) for each in started["items"]] == [("sms", "+989123456789")]
        await page.get_by_test_id("timeline-record").click()
        await expect(page.get_by_test_id("timeline-item")).to_have_count(2)
        await expect(page.get_by_test_id("timeline").get_by_test_id("past")).to_have_count(0)
        # The text that nobody sends here is tried again until the server has ended: the console leaves before it.
        await page.goto("about:blank")


async def test_a_wrong_check_digit_is_told_at_its_field(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        who = await made(admin, "/api/customers", {"name": "لیلا"})
        page = await windows.open(locale="fa")
        console = ConsolePage(page, it.base_url)
        await console.sign_in("sara")
        windows.allowed.append(re.compile("status of 422"))
        await page.evaluate("id => { location.hash = `#/customers/${id}` }", who["id"])
        await page.get_by_test_id("add-identifier").click()
        await page.get_by_test_id("identifier-value").fill("۰۰۸۴۵۷۵۹۴۷")
        await page.get_by_test_id("save").click()
        await expect(page.get_by_test_id("identifier-fault")).to_be_visible()
        await page.get_by_test_id("identifier-value").fill("۰۰۸۴۵۷۵۹۴۸")
        await page.get_by_test_id("field-by").fill("۱ فروردین ۱۴۰۴")
        await page.get_by_test_id("save").click()
        await expect(page.get_by_test_id("identifier-fault")).to_have_count(0)
        await expect(page.get_by_test_id("facts")).to_contain_text("فروردین")
        saved = (await admin.json("GET", f"/api/customers/{who['id']}"))[1]
        assert (saved["contact_by"], saved["identifiers"][0]["value"]) == ("2025-03-21", "0084575948")
        await page.get_by_test_id("panel-close").click()
        await page.get_by_test_id("view-due").click()
        await expect(page.get_by_test_id("row")).to_have_count(1)
        await expect(page.get_by_test_id("row")).to_contain_text(re.compile("(^|[^۰-۹])۱ فروردین ۱۴۰۴"))
        await shot(page, "due-fa")


async def test_beside_a_conversation_the_customer_is_known_and_changed_in_place(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it:
        sara = ConsolePage(await windows.open(locale="fa"), it.base_url)
        await sara.sign_in("sara")
        await sara.go_available()
        visitor = WidgetPage(await windows.open())
        await visitor.open(f"{it.base_url}/demo/")
        await visitor.write("سلام")
        await sara.accept()
        panel = sara.page.get_by_test_id("customer-panel")
        await panel.get_by_test_id("edit-customer").click()
        await sara.page.get_by_test_id("customer-notes").fill("عصرها زنگ بزنید")
        await sara.page.get_by_test_id("customer-save").click()
        await expect(panel.get_by_test_id("pinned-notes")).to_contain_text("عصرها زنگ بزنید")
        await shot(sara.page, "panel-fa")
        await panel.get_by_test_id("customer-page").click()
        await expect(sara.page.get_by_test_id("timeline")).to_be_visible()
