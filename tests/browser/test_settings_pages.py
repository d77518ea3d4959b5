"""The organisation's settings and the register of extensions, as an administrator has them."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.browser.surface import ConsolePage, Windows
from tests.live import live

pytestmark = pytest.mark.browser

# The smallest picture that browsers show: one red point.
_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


async def shot(page: Page, name: str) -> None:
    """Keep a picture for whoever wants to look."""
    if folder := os.environ.get("MARKAZ_SHOTS"):
        await page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("fa", 390)])
async def test_a_change_of_the_organisation_is_on_an_agents_screen_at_once(
    dsn: str, tmp_path: Path, windows: Windows, language: str, width: int
) -> None:
    async with live(dsn, tmp_path) as it:
        sara = ConsolePage(await windows.open(locale="fa"), it.base_url)
        await sara.sign_in("sara")
        person = await it.person("admin")
        await person.json("PATCH", "/api/session/preferences", {"locale": language, "calendar": "persian"})
        page = await windows.open(width=width)
        admin = ConsolePage(page, it.base_url)
        await admin.sign_in("admin")
        await page.evaluate("location.hash = '#/settings'")
        await page.get_by_test_id("field-name").fill("الکترونیک صحرا")
        await page.get_by_test_id("logo-file").set_input_files(
            [FilePayload(name="logo.png", mimeType="image/png", buffer=_PNG)]
        )
        await page.get_by_test_id("reason-add").click()
        await page.get_by_test_id("reason-fa").fill("نماز و ناهار")
        await page.get_by_test_id("reason-en").fill("Prayer and lunch")
        await shot(page, f"settings-{language}-{width}")
        wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0
        await page.get_by_test_id("save").click()
        await expect(sara.page.locator("h1")).to_have_text("الکترونیک صحرا")
        await expect(sara.page.locator("header img")).to_have_attribute("src", re.compile("^data:image/png"))
        await sara.presence.click()
        await sara.page.get_by_test_id("presence-reason-reason_1").click()
        await expect(sara.presence).to_contain_text("نماز و ناهار")
        await expect(sara.page.get_by_test_id("presence-running")).to_have_text(re.compile("^[۰-۹]+:[۰-۹]{2}$"))


async def test_an_extension_is_added_its_secret_shown_once_and_renewed(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it:
        person = await it.person("admin")
        await person.json("PATCH", "/api/session/preferences", {"locale": "ar", "calendar": "islamic-umalqura"})
        page = await windows.open()
        admin = ConsolePage(page, it.base_url)
        await admin.sign_in("admin")
        windows.allowed.append(re.compile("status of 422"))
        await page.evaluate("location.hash = '#/extensions/new'")
        await expect(page.get_by_test_id("page-title").last).to_have_text("الإضافات")
        await page.get_by_test_id("field-name-ar").fill("الطلبات")
        await page.get_by_test_id("field-url").fill("http://erp.example/")
        await page.get_by_test_id("save").click()
        await expect(page.get_by_role("alert").or_(page.locator(".mantine-TextInput-error")).first).to_be_visible()
        await page.get_by_test_id("field-url").fill("https://erp.example/{customer_id}")
        await page.get_by_test_id("save").click()
        first = await page.get_by_test_id("secret").inner_text()
        assert len(first) >= 40
        await shot(page, "extension-admin")
        await page.get_by_test_id("renew").click()
        await page.get_by_test_id("sure").click()
        await expect(page.get_by_test_id("secret")).not_to_have_text(first)
        await page.reload()
        await expect(page.get_by_test_id("field-url")).to_have_value("https://erp.example/{customer_id}")
        await expect(page.get_by_test_id("secret")).to_have_count(0)
        await page.get_by_test_id("delete").click()
        await page.get_by_test_id("sure").click()
        await expect(page.get_by_test_id("row")).to_have_count(0)


async def test_what_the_organisation_says_holds_for_who_has_not_chosen(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        await admin.json("PATCH", "/api/session/preferences", {"locale": "ar", "calendar": "gregory"})
        usual = {"name": "متجر الصحراء", "locale": "ar", "languages": ["ar", "fa"], "digits": "latin"}
        week = {"week_start": "sunday", "weekend": ["friday", "saturday"]}
        status, _ = await admin.json("PUT", "/api/organisation", {"version": 0, **usual, **week})
        assert status == 200
        # The browser is English; nobody has chosen anything in it.
        console = ConsolePage(await windows.open("en"), it.base_url)
        page = console.page
        await page.goto(f"{it.base_url}/console/")
        await expect(page.locator("html")).to_have_attribute("lang", "ar")
        await expect(page.get_by_role("heading", level=1)).to_have_text("متجر الصحراء")
        await expect(page.get_by_role("radio")).to_have_count(2)
        await console.sign_in("admin")
        await page.get_by_test_id("nav-customers").click()
        await page.get_by_test_id("open-calendar").first.click()
        picker = page.get_by_test_id("date-picker")
        await expect(picker.get_by_role("columnheader").first).to_have_text("ح")
        await expect(picker.locator("[data-weekend]").first).to_be_visible()
        await expect(picker.get_by_role("gridcell").nth(9)).to_have_text(re.compile("^[0-9]+$"))
        await page.keyboard.press("Escape")
        await page.get_by_test_id("account").click()
        await expect(page.get_by_test_id("language").get_by_role("radio")).to_have_count(2)
