"""A server with something on every page, and the way through all of them: for axe and for the pictures."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.surface import ConsolePage
from tests.integration.house import made
from tests.live import Live

_PAGES = Path(__file__).parents[2] / "frontend" / "console" / "src" / "pages"
_PATH = re.compile(r'^\s*path: "([a-z-]+)"', re.MULTILINE)


def paths() -> list[str]:
    """Every page of the console: the folders are the registry."""
    return sorted(found[1] for file in _PAGES.glob("*/index.ts*") if (found := _PATH.search(file.read_text())))


async def furnish(it: Live, login: str, locale: str, calendar: str) -> None:
    """Let somebody see what work looks like: two chats, and a few customers with a ticket each, in their language."""
    person = await it.person(login)
    await person.json("PATCH", "/api/session/preferences", {"locale": locale, "calendar": calendar})
    if locale == "en":
        names, said = ("Amir Rahimi", "Layla Haddad"), ("Where is my order 4412?", "Is the blue one in stock?")
    else:
        names, said = ("امیر رحیمی", "ليلى حداد"), ("سفارش ۴۴۱۲ کجاست؟", "هل المنتج متوفر باللون الأزرق؟")
    for name, text in zip(names, said, strict=True):
        customer = await made(person, "/api/customers", {"name": name, "locale": locale, "status": "active"})
        await made(person, "/api/tickets", {"kind": "inquiry", "subject": text, "customer_id": customer["id"]})
    for text in said:
        visitor = await it.visitor(locale=locale)
        await visitor.send(text)


async def walk(page: Page, console: ConsolePage, chosen: list[str]) -> AsyncIterator[str]:
    """Open pages that this person may see, settled, one after the other."""
    for path in chosen:
        await page.goto(f"{console.base_url}/console/#/{path}")
        shown = page.locator("main").locator(":scope > *:visible").first
        await expect(shown).to_be_visible()
        await expect(page.locator("main .mantine-Loader-root:visible")).to_have_count(0)
        await page.wait_for_timeout(250)
        yield path
        # The pages that were left stay, out of sight.
        if path == "tickets" and await (row := page.locator('[data-testid="row"]:visible').first).count():
            await row.click()
            await expect(page.get_by_test_id("past-change").first).to_be_visible()
            await page.wait_for_timeout(250)
            yield "ticket"
