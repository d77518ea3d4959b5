"""The console without a mouse: pages, presence, work, the palette and the search over everything."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.surface import ConsolePage, Windows
from tests.live import Live, live

pytestmark = pytest.mark.browser


async def strike(page: Page, code: str, key: str) -> None:
    """Press a key of a Persian keyboard: its place is one thing, the letter another."""
    await page.evaluate(
        "([code, key]) => (document.activeElement ?? document.body).dispatchEvent("
        "new KeyboardEvent('keydown', { code, key, bubbles: true, cancelable: true }))",
        [code, key],
    )


async def speaks(it: Live, login: str, locale: str) -> None:
    await (await it.person(login)).json("PATCH", "/api/session/preferences", {"locale": locale})


async def test_a_chat_is_taken_answered_and_closed_by_keys_alone(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path) as it:
        await speaks(it, "sara", "en")
        console = ConsolePage(await windows.open(), it.base_url)
        page = console.page
        await console.sign_in("sara")
        await page.keyboard.press("s")
        await page.keyboard.press("a")
        await expect(console.presence).to_have_attribute("data-state", "available")
        visitor = await it.visitor()
        await visitor.send("Where is my parcel number ۴۴۱۲?")
        await expect(page.get_by_test_id("offer-card")).to_be_visible()
        await page.keyboard.press("a")
        await expect(page.get_by_test_id("conversation")).to_be_visible()
        composer = page.get_by_test_id("composer")
        await expect(composer).to_be_focused()
        await page.keyboard.type("On its way, number n and a")
        await page.keyboard.press("Control+Enter")
        await visitor.hears("On its way, number n and a")
        await page.keyboard.press("Escape")
        await expect(composer).not_to_be_focused()
        await page.keyboard.press("n")
        await expect(composer).to_be_focused()
        await page.keyboard.type("He asked twice")
        await page.keyboard.press("Enter")
        await expect(console.messages("He asked twice")).to_have_count(1)
        await page.keyboard.press("Escape")
        await page.keyboard.press("e")
        await expect(page.get_by_test_id("close-submit")).to_be_visible()
        await page.keyboard.press("g")
        await page.keyboard.press("c")
        await expect(page.get_by_test_id("close-submit")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_test_id("close-submit")).to_be_hidden()
        await page.keyboard.press("Escape")
        await page.keyboard.press("g")
        await page.keyboard.press("c")
        await expect(page.get_by_role("heading", name="Customers", exact=True)).to_be_focused()
        await expect(page).to_have_title("Customers – Markaz")
        await page.keyboard.press("/")
        await page.keyboard.type("parcel 4412")
        await page.keyboard.press("Enter")
        hit = page.get_by_test_id("hits-message").get_by_test_id("hit")
        await expect(hit.locator("mark")).to_have_text(["parcel", "۴۴۱۲"])
        await hit.press("Enter")
        await expect(page.get_by_test_id("conversation")).to_be_visible()


async def test_the_reply_key_means_the_conversation_in_sight(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path) as it:
        await speaks(it, "sara", "en")
        console = ConsolePage(await windows.open(), it.base_url)
        page = console.page
        await console.sign_in("sara")
        await console.go_available()
        visitor = await it.visitor()
        await visitor.send("in two pages at once")
        await console.accept()
        await expect(page.get_by_test_id("composer")).to_be_visible()
        await page.get_by_test_id("nav-conversations").click()
        await page.get_by_test_id("row").first.click()
        shown = page.get_by_test_id("composer").filter(visible=True)
        await expect(shown).to_have_count(1)
        await page.keyboard.press("r")
        await expect(shown).to_be_focused()


async def test_a_persian_keyboard_and_the_palette_find_everything(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path) as it:
        await speaks(it, "admin", "fa")
        visitor = await it.visitor(locale="fa")
        await visitor.send("سفارش كتابِ من نرسیده است")
        console = ConsolePage(await windows.open("fa"), it.base_url)
        page = console.page
        await console.sign_in("admin")
        await strike(page, "KeyG", "ل")
        await strike(page, "KeyC", "ز")
        await expect(page.get_by_role("heading", name="مشتریان", exact=True)).to_be_focused()
        await page.keyboard.press("Control+k")
        field = page.get_by_test_id("palette-input")
        await expect(field).to_be_focused()
        await field.fill("کتاب")
        option = page.get_by_test_id("palette-option").filter(has=page.locator("mark"))
        await expect(option).to_have_count(1)
        await expect(option.locator("mark")).to_have_text("كتابِ")
        # English words and a letter left out find a page as well.
        await field.fill("custmers")
        await expect(page.locator('[role=option][aria-selected=true][data-id="page-customers"]')).to_be_visible()
        await field.fill("صف")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("ArrowUp")
        active = await field.get_attribute("aria-activedescendant")
        await expect(page.locator(f'[id="{active}"]')).to_have_attribute("aria-selected", "true")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="صف‌ها", exact=True)).to_be_focused()
        await page.keyboard.press("Control+k")
        await field.fill("dark")
        await page.keyboard.press("Enter")
        await expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")


async def test_the_list_of_shortcuts_switches_them_off(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path) as it:
        console = ConsolePage(await windows.open("ar"), it.base_url)
        page = console.page
        await console.sign_in_by_form("omar")
        await page.keyboard.press("Shift+Slash")
        dialog = page.get_by_role("dialog", name="اختصارات لوحة المفاتيح")
        await expect(dialog).to_be_visible()
        await expect(dialog.locator('[data-id="palette"] kbd')).to_have_text(["Ctrl", "K"])
        await dialog.locator('[data-id="presence-available"]').get_by_role("switch").press("Space")
        await page.keyboard.press("Escape")
        await expect(dialog).to_be_hidden()
        await page.keyboard.press("s")
        await page.keyboard.press("a")
        await page.keyboard.press("s")
        await page.keyboard.press("n")
        await expect(console.presence).to_have_attribute("data-state", "not_ready")
        await page.get_by_test_id("account").click()
        await page.get_by_test_id("single-keys").press("Space")
        await page.keyboard.press("Escape")
        await page.reload()
        await expect(console.presence).to_be_enabled()
        await page.keyboard.press("g")
        await page.keyboard.press("c")
        await page.keyboard.press("Control+k")
        await expect(page.get_by_test_id("palette-input")).to_be_focused()
        await expect(page).to_have_url(f"{it.base_url}/console/")
