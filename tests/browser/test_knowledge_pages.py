"""Articles in a browser, in Persian: written, published, found, suggested to visitor and agent, sent to many."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.axe import findings
from tests.browser.surface import ConsolePage, WidgetPage, Windows
from tests.integration.house import made
from tests.live import live

pytestmark = pytest.mark.browser


async def test_c137_c138_c123_an_article_is_written_found_suggested_and_sent(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        await admin.json("PATCH", "/api/session/preferences", {"locale": "fa", "calendar": "persian"})
        writer = ConsolePage(await windows.open(), it.base_url)
        await writer.sign_in("admin")
        page = writer.page
        await page.goto(f"{it.base_url}/console/#/knowledge/new")
        await page.get_by_test_id("title-fa").fill("یخچال صدا می‌دهد")
        await page.get_by_test_id("body-fa").click()
        await page.get_by_test_id("body-fa").press_sequentially("پایه‌ها را تراز کنید.")
        await page.get_by_test_id("field-public").evaluate("(box) => box.click()")
        wrong = await findings(page)
        await page.get_by_test_id("save").click()
        await page.get_by_test_id("become-published").click()
        await expect(page.get_by_test_id("become-archived")).to_be_visible()
        # Typed with an Arabic keyboard.
        await page.get_by_test_id("search").fill("يخچال")
        await expect(page.get_by_test_id("article")).to_have_count(1)
        await expect(page.get_by_test_id("article-body").locator("iframe")).to_have_count(1)
        await page.get_by_test_id("helped-yes").click()
        await expect(page.get_by_test_id("helped-yes")).to_have_attribute("aria-pressed", "true")

        wrong += await findings(page)
        visitor = WidgetPage(await windows.open())
        await visitor.open(f"{it.base_url}/demo/?lang=fa")
        await visitor.page.get_by_test_id("widget-input").press_sequentially("سلام، یخچالم صداهای بلند دارد")
        await visitor.page.get_by_test_id("widget-suggested").click()
        await expect(visitor.page.get_by_test_id("widget-article")).to_contain_text("پایه‌ها را تراز کنید.")
        wrong += await findings(visitor.page, "markaz-chat")
        await visitor.page.get_by_test_id("article-yes").click()
        await expect(visitor.page.get_by_test_id("article-yes")).to_have_count(0)
        await visitor.page.get_by_test_id("article-back").click()

        agent = ConsolePage(await windows.open(), it.base_url)
        await agent.sign_in("sara")
        await agent.go_available()
        await visitor.page.get_by_test_id("widget-send").click()
        await expect(visitor.page.get_by_test_id("widget-articles")).to_have_count(0)
        await agent.accept()
        await agent.page.get_by_test_id("articles-open").click()
        await expect(agent.page.get_by_test_id("suggested-article")).to_have_count(1)
        wrong += await findings(agent.page)
        await agent.page.get_by_test_id("insert-article").click()
        await expect(agent.page.get_by_test_id("composer")).to_have_value("پایه‌ها را تراز کنید.")

        customer = await made(admin, "/api/customers", {"name": "لیلا رضایی", "locale": "fa"})
        reach = {"kind": "email", "value": "leila@customer.example"}
        await admin.json("POST", f"/api/customers/{customer['id']}/identities", reach)
        asked = {"kind": "support_request", "subject": "صدای یخچال", "customer_id": customer["id"]}
        opened = await made(admin, "/api/tickets", asked)
        lost = await made(admin, "/api/customers", {"name": "Lost", "locale": "en"})
        await made(admin, "/api/tickets", {**asked, "customer_id": lost["id"]})
        await page.get_by_test_id("article-send").click()
        await page.get_by_test_id("send-words").fill("يخچال")
        await page.get_by_test_id("send-preview").click()
        await expect(page.get_by_test_id("send-mark")).to_have_text(["نمی‌رسد", "ایمیل"])
        wrong += await findings(page)
        await page.get_by_test_id("send-now").click()
        await expect(page.get_by_test_id("report")).to_have_attribute("data-waiting", "0")
        await expect(page.get_by_test_id("send-row")).to_contain_text(["لیلا رضایی", "Lost"])
        # A request becomes a draft, and the ticket shows what came of it.
        await page.goto(f"{it.base_url}/console/#/tickets/{opened['id']}")
        await page.get_by_test_id("draft-article").click()
        await expect(page).to_have_url(re.compile("#/knowledge/[0-9a-f-]{36}"))
        await page.reload()
        await page.goto(f"{it.base_url}/console/#/tickets/{opened['id']}")
        await expect(page.get_by_test_id("ticket-article")).to_contain_text("صدای یخچال")
        await page.goto(f"{it.base_url}/console/#/knowledge/categories")
        await page.get_by_test_id("category-add").click()
        await page.get_by_test_id("category-name-fa").fill("لوازم خانگی")
        wrong += await findings(page)
        await page.get_by_test_id("save").click()
        await expect(page.get_by_test_id("category-row")).to_have_count(1)
        assert wrong == [], "and all of it is accessible"
