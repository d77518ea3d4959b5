"""An administrator adds an Asterisk: tries it with a wrong password, mends it, and sees that it works."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.surface import ConsolePage, Windows
from tests.integration.asterisk import PASSWORD, pbx, settings
from tests.integration.house import made, query
from tests.live import live

pytestmark = pytest.mark.browser
# Names a folder where somebody wants to look at the pages.
PICTURES = os.environ.get("MARKAZ_PICTURES")


async def picture(page: Page, name: str) -> None:
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("locale", ["fa"] if not PICTURES else ["en", "fa", "ar"])
async def test_an_asterisk_is_added_tried_and_watched(dsn: str, tmp_path: Path, windows: Windows, locale: str) -> None:
    async with pbx() as at, live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        await admin.json("PATCH", "/api/session/preferences", {"locale": locale})
        console = ConsolePage(await windows.open(locale, 1280, 1700), it.base_url)
        page = console.page
        await console.sign_in("admin")
        await page.goto(f"{it.base_url}/console/#/channels/new")
        await page.get_by_test_id("field-kind").click()
        await page.locator('[role="option"][value="ari"]').click()
        await page.get_by_test_id("field-name").fill("Asterisk")
        await page.get_by_test_id("field-queue").click()
        await page.get_by_role("option", name="Telephone", exact=True).click()
        for name, value in settings(at, password="wrong").items():
            await page.get_by_test_id(f"field-{name}").fill(value)
        denied = page.get_by_test_id("field-denied_prefixes")
        await denied.fill("+882")
        await denied.press("Enter")
        await page.get_by_test_id("check").click()
        await expect(page.get_by_test_id("trial-step")).to_have_attribute("data-fault", "password")
        await page.get_by_test_id("checked").scroll_into_view_if_needed()
        await picture(page, f"{locale}-asterisk-wrong")
        await page.get_by_test_id("field-password").fill(PASSWORD)
        await page.get_by_test_id("check").click()
        await expect(page.get_by_test_id("checked")).to_have_attribute("data-good", "true")
        await page.get_by_test_id("save").click()
        await at.until(lambda: at.sockets)
        accounts = (await admin.json("GET", "/api/accounts"))[1]["items"]
        (saved,) = [each for each in accounts if each["kind"] == "ari"]
        assert saved["settings"]["denied_prefixes"] == ["+882"]
        await picture(page, f"{locale}-asterisk")


async def test_who_speaks_at_a_telephone_presses_keys_in_the_console(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with pbx() as at, live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        await query(it, "update channel_account set is_enabled = false where kind = 'voice'")
        (queue,) = await query(it, "select id from queue where name = 'Telephone'")
        new = {"kind": "ari", "name": "House", "queue_id": str(queue["id"]), "settings": settings(at)}
        await made(admin, "/api/accounts", new)
        maya = await it.person("maya")
        assert (await maya.json("PUT", "/api/my-phone", {"address": "sip:204@pbx"}))[0] == 200
        await maya.json("PATCH", "/api/session/preferences", {"locale": "fa"})
        await at.until(lambda: at.sockets)
        console = ConsolePage(await windows.open("fa"), it.base_url)
        page = console.page
        await console.sign_in("maya")
        await console.go_available()
        call_id = await at.calls("+989121234567")
        await console.accept()
        bar = page.get_by_test_id("call-bar")
        await expect(bar).to_have_attribute("data-status", "joined")
        await bar.get_by_test_id("open-keypad").click()
        keypad = page.get_by_test_id("keypad")
        for key in ("۴", "۲"):
            await keypad.get_by_role("button", name=key, exact=True).click()
        await page.keyboard.press("#")
        await expect(keypad.get_by_test_id("sent-digits")).to_have_text("۴۲#")

        def pressed() -> list[str]:
            return [each.partition("=")[2] for each in at.asked if f"channels/{call_id}/dtmf" in each]

        await at.until(lambda: len(pressed()) == len("42#"))
        assert pressed() == ["4", "2", "#"]
        await picture(page, "fa-asterisk-keypad")
