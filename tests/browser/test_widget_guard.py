"""Who is who in the widget: a signed identity, another one after it, a forged one, a visitor who was blocked."""

from __future__ import annotations

import re
import time
from pathlib import Path

import jwt
import pytest
from playwright.async_api import Page, expect

from tests.browser.surface import ConsolePage, WidgetPage, Windows
from tests.integration.house import made
from tests.live import live

pytestmark = pytest.mark.browser


def signed(secret: str, person: str) -> str:
    return jwt.encode({"sub": person, "aud": "demo", "exp": int(time.time()) + 600}, secret, "HS256")


async def identify(page: Page, token: str | None) -> None:
    await page.evaluate("token => window.Markaz('identify', { token })", token)


async def test_nobody_reads_what_another_person_said_in_the_same_browser(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        secret = (await made(admin, "/api/widgets/demo/secret", {}))["secret"]
        visitor = WidgetPage(await windows.open())
        page = visitor.page
        await visitor.open(f"{it.base_url}/demo/")
        await identify(page, signed(secret, "lena"))
        await visitor.write("my order is late")
        await expect(visitor.status).to_have_attribute("data-state", "queued")
        await identify(page, signed(secret, "omid"))
        await expect(visitor.messages("my order is late")).to_have_count(0)
        await expect(visitor.status).to_have_count(0)
        await identify(page, signed("a" * 43, "lena"))
        await expect(visitor.messages("my order is late")).to_have_count(0)
        await identify(page, None)
        await expect(visitor.messages("my order is late")).to_have_count(0)
        other = WidgetPage(await windows.open())
        await other.open(f"{it.base_url}/demo/")
        await identify(other.page, signed(secret, "lena"))
        await expect(other.messages("my order is late")).to_have_count(1)


async def test_a_blocked_visitor_is_told_politely(dsn: str, tmp_path: Path, windows: Windows) -> None:
    windows.allowed.append(re.compile("WebSocket connection to"))
    async with live(dsn, tmp_path) as it:
        visitor = WidgetPage(await windows.open())
        await visitor.open(f"{it.base_url}/demo/?lang=fa")
        await visitor.write("حرف‌های زشت")
        sara = ConsolePage(await windows.open(), it.base_url)
        await sara.sign_in("sara")
        await sara.go_available()
        await sara.accept()
        await sara.page.get_by_test_id("block-visitor").click()
        await sara.page.get_by_test_id("block-reason").fill("rude")
        await sara.page.get_by_test_id("block-submit").click()
        await expect(visitor.page.get_by_test_id("widget-blocked")).to_contain_text("در دسترس شما نیست")
        await visitor.page.reload()
        await visitor.page.get_by_test_id("launcher").click()
        await expect(visitor.page.get_by_test_id("widget-blocked")).to_be_visible()
