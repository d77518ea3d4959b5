"""An administrator sets up lines: whose number is seen by whom, a message centre, whose extension is whose."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

import channels
from tests.browser.axe import findings
from tests.browser.surface import ConsolePage, Windows
from tests.live import Live, live

pytestmark = pytest.mark.browser
# Names a folder where somebody wants to look at the pages.
PICTURES = os.environ.get("MARKAZ_PICTURES")
WORDS = Path(__file__).parents[2] / "frontend" / "console" / "src" / "pages" / "channels"


async def _begin(page: Page, it: Live, kind: str, name: str) -> None:
    await page.goto(f"{it.base_url}/console/#/channels/new")
    await page.get_by_test_id("field-kind").click()
    await page.locator(f'[role="option"][value="{kind}"]').click()
    await page.get_by_test_id("field-name").fill(name)
    await page.get_by_test_id("field-queue").click()
    await page.get_by_role("option", name="Telephone", exact=True).click()


async def _pair(page: Page, field: str, name: str, value: str, *, is_chosen: bool = False) -> None:
    at = page.get_by_test_id(f"field-{field}")
    await at.get_by_test_id("add-pair").click()
    await at.get_by_test_id("pair-name").last.fill(name)
    if is_chosen:
        await at.get_by_test_id("pair-value").last.click()
        await page.get_by_role("option", name=value, exact=True).click()
    else:
        await at.get_by_test_id("pair-value").last.fill(value)


async def _saved(page: Page, admin: Any, name: str) -> dict[str, Any]:
    await page.get_by_test_id("save").click()
    await page.wait_for_url(lambda url: not url.endswith("/new"))
    items = (await admin.json("GET", "/api/accounts"))[1]["items"]
    found: dict[str, Any] = next(each for each in items if each["name"] == name)
    return found


@pytest.mark.parametrize("locale", ["en", "fa"] if not PICTURES else ["en", "fa", "ar"])
async def test_numbers_that_others_see_and_extensions_are_chosen_on_the_page(
    dsn: str, tmp_path: Path, windows: Windows, locale: str
) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        await admin.json("PATCH", "/api/session/preferences", {"locale": locale})
        console = ConsolePage(await windows.open(locale, 1280, 1700), it.base_url)
        page = console.page
        await console.sign_in("admin")
        await _begin(page, it, "voice", "Abroad")
        for name, value in {"account_sid": "AC" + "0" * 32, "auth_token": "0" * 32, "number": "+966115550100"}.items():
            await page.get_by_test_id(f"field-{name}").fill(value)
        await _pair(page, "caller_ids", "+۹۸", "+۹۸۲۱۱۲۳۴۵۶۷۸")
        await _pair(page, "caller_ids", "+971", "+97145550100")
        await _pair(page, "caller_ids", "+44", "")
        if PICTURES:
            await page.screenshot(path=Path(PICTURES) / f"{locale}-line-voice.png", full_page=True)
        assert await findings(page, "[data-testid=field-caller_ids]") == []
        saved = await _saved(page, admin, "Abroad")
        # Any digits are numbers; a line without a number is none.
        assert saved["settings"]["caller_ids"] == {"+98": "+982112345678", "+971": "+97145550100"}
        await _begin(page, it, "cti", "Exchange")
        await page.get_by_test_id("field-token").fill("a secret of the exchange")
        await _pair(page, "extensions", "101", "Maya Lind", is_chosen=True)
        saved = await _saved(page, admin, "Exchange")
        maya = next(each for each in (await admin.json("GET", "/api/staff"))[1]["items"] if each["name"] == "Maya Lind")
        assert saved["settings"]["extensions"] == {"101": maya["id"]}
        if PICTURES:
            await _begin(page, it, "smpp", "Centre")
            await page.screenshot(path=Path(PICTURES) / f"{locale}-line-smpp.png", full_page=True)


def test_every_setting_of_every_channel_has_its_words() -> None:
    ari, ahead, limits = (WORDS / "ariWords.ts").read_text().partition("export const limitWords")
    assert ahead
    usual = limits + "".join(path.read_text() for path in WORDS.glob("*ords.ts") if path.name != "ariWords.ts")
    lacking = {
        (kind, name)
        for kind, channel in channels.discover().items()
        for name in channel.settings_model.model_fields
        if (usual + ari * (kind == "ari")).count(f'"field.{name}"') < len(("en", "ar", "fa"))
    }
    assert lacking == set()
