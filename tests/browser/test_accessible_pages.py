"""Every page of the console and the widget, in both directions and both themes: nothing that axe calls serious."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.axe import findings
from tests.browser.surface import ConsolePage, WidgetPage, Windows
from tests.browser.walk import furnish, paths, walk
from tests.live import live

pytestmark = pytest.mark.browser


# Both directions and both themes: here each page in one of them, with `make test-long` in both.
@pytest.mark.parametrize("pages", ["half", pytest.param("all", marks=pytest.mark.long)])
@pytest.mark.parametrize(("locale", "calendar", "theme"), [("en", "gregory", "light"), ("fa", "persian", "dark")])
async def test_every_page_is_accessible(
    dsn: str, tmp_path: Path, windows: Windows, locale: str, calendar: str, theme: str, pages: str
) -> None:
    chosen = paths() if pages == "all" else paths()[locale == "fa" :: 2]
    async with live(dsn, tmp_path) as it:
        await furnish(it, "admin", locale, calendar)
        console = ConsolePage(await windows.open(locale), it.base_url)
        page = console.page
        await page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
        await console.sign_in("admin")
        wrong = {}
        async for path in walk(page, console, chosen):
            wrong[path] = await findings(page)
        await page.keyboard.press("Control+k")
        await expect(page.get_by_test_id("palette-input")).to_be_focused()
        wrong["palette"] = await findings(page)
        await page.keyboard.press("Escape")
        await page.get_by_test_id("account").click()
        await page.get_by_test_id("show-shortcuts").click()
        await expect(page.get_by_test_id("shortcut").first).to_be_visible()
        wrong["shortcuts"] = await findings(page)
        assert {path: found for path, found in wrong.items() if found} == {}


@pytest.mark.parametrize("locale", ["en", "fa"])
async def test_work_in_progress_is_accessible(dsn: str, tmp_path: Path, windows: Windows, locale: str) -> None:
    async with live(dsn, tmp_path) as it:
        await furnish(it, "admin", locale, "gregory")
        await (await it.person("sara")).json("PATCH", "/api/session/preferences", {"locale": locale})
        console = ConsolePage(await windows.open(locale), it.base_url)
        await console.sign_in("sara")
        await console.go_available()
        await expect(console.page.get_by_test_id("offer-card")).to_be_visible()
        wrong = {"offer": await findings(console.page)}
        await console.accept()
        await console.write("Hello")
        wrong["conversation"] = await findings(console.page)
        assert {path: found for path, found in wrong.items() if found} == {}


@pytest.mark.parametrize("locale", ["en", "fa"])
async def test_the_widget_is_accessible(dsn: str, tmp_path: Path, windows: Windows, locale: str) -> None:
    async with live(dsn, tmp_path) as it:
        visitor = WidgetPage(await windows.open(locale))
        await visitor.open(f"{it.base_url}/demo/")
        await visitor.write("Hello")
        await expect(visitor.messages("Hello")).to_have_count(1)
        assert await findings(visitor.page, "markaz-chat") == []


async def test_the_sign_in_page_is_accessible(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path) as it:
        page = await windows.open("ar")
        await page.goto(f"{it.base_url}/console/")
        await expect(page.get_by_test_id("sign-in-login")).to_be_visible()
        assert await findings(page) == []
