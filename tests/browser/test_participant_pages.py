"""What an agent sees of strangers in a conversation, and an administrator of a mailbox."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from storage.database import Database, adhoc
from tests.browser.surface import ConsolePage, Windows
from tests.integration.outside import outside

pytestmark = pytest.mark.browser
# Names a folder where somebody wants to look at the pages.
PICTURES = os.environ.get("MARKAZ_PICTURES")


async def picture(page: Page, name: str) -> None:
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / f"{name}.png")


@pytest.mark.parametrize("locale", ["en", "fa"] if not PICTURES else ["en", "fa", "ar"])
async def test_a_stranger_is_seen_confirmed_and_sent_out(
    dsn: str, tmp_path: Path, db: Database, windows: Windows, locale: str
) -> None:
    async with outside(dsn, tmp_path) as around:
        await (await around.it.person("sara")).json("PATCH", "/api/session/preferences", {"locale": locale})
        sara = await around.it.agent("sara")
        asked = await around.mail("My fridge is warm", Cc="wife@customer.example")
        key = (await sara.take_offer("email"))["interaction"]["id"]
        await around.mail("I am her son", sender="Lena <son@else.example>", In_Reply_To=asked)
        await around.mail(
            "Me too", sender="neighbour@else.example", In_Reply_To=asked, subject="Re: The washing machine"
        )
        bounce = adhoc(
            "insert into bounced_address (address, hard_at, status, reason) values"
            " ('lena@customer.example', now() + interval '1 hour', '5.1.1', 'no such user')"
        )
        await db.run(bounce)
        console = ConsolePage(await windows.open(locale), around.it.base_url)
        page = console.page
        await console.sign_in("sara")
        await page.goto(f"{around.it.base_url}/console/#/work/{key}")
        people = page.get_by_test_id("participant")
        await expect(people).to_have_count(4)
        await expect(page.get_by_test_id("before-answering").get_by_role("alert")).to_have_count(2)
        son = page.locator('[data-testid="participant"][data-address="son@else.example"]')
        neighbour = page.locator('[data-testid="participant"][data-address="neighbour@else.example"]')
        await expect(page.locator('[data-mark="stranger"]')).to_have_count(2)
        await expect(page.locator('[data-mark="subject"]')).to_have_count(1)
        await picture(page, f"{locale}-strangers")
        await son.get_by_test_id("participant-confirm").click()
        await expect(son).to_have_attribute("data-state", "confirmed")
        await neighbour.get_by_test_id("participant-refuse").click()
        await expect(neighbour).to_have_attribute("data-state", "refused")
        await expect(page.get_by_test_id("message").filter(has_text="Me too")).to_have_count(0)
        await expect(page.locator('[data-event="moved"]')).to_have_count(1)
        await expect(page.get_by_test_id("link")).to_have_count(1)
        await page.get_by_test_id("bounce-clear").click()
        await expect(page.get_by_test_id("before-answering")).to_have_count(0)
        await picture(page, f"{locale}-decided")


@pytest.mark.parametrize("locale", ["en"] if not PICTURES else ["en", "fa", "ar"])
async def test_a_mailbox_is_set_up_tried_and_watched(dsn: str, tmp_path: Path, windows: Windows, locale: str) -> None:
    async with outside(dsn, tmp_path) as around:
        await (await around.it.person("admin")).json("PATCH", "/api/session/preferences", {"locale": locale})
        await around.mail("hello")
        console = ConsolePage(await windows.open(locale, 1280, 1400), around.it.base_url)
        page = console.page
        await console.sign_in("admin")
        await page.goto(f"{around.it.base_url}/console/#/mailboxes")
        await page.get_by_test_id("row").first.click()
        await expect(page.get_by_test_id("mailbox-counts")).to_be_visible()
        await expect(page.get_by_test_id("mailbox-state").first).to_have_attribute("data-state", "working")
        await picture(page, f"{locale}-mailboxes")
        await page.goto(f"{around.it.base_url}/console/#/channels/new")
        await page.get_by_test_id("field-kind").click()
        await page.locator('[role="option"][value="email"]').click()
        await page.get_by_test_id("field-address").fill("shop@gmail.com")
        await page.get_by_test_id("use-provider").click()
        await expect(page.get_by_test_id("field-imap_host")).to_have_value("imap.gmail.com")
        await expect(page.get_by_test_id("provider-asks")).to_be_visible()
        await page.get_by_test_id("field-imap_host").fill("127.0.0.1")
        await page.get_by_test_id("field-imap_port").fill("1")
        await page.get_by_test_id("field-imap_password").fill("secret")
        await page.get_by_test_id("field-smtp_host").fill("127.0.0.1")
        await page.get_by_test_id("field-smtp_port").fill("1")
        await page.get_by_test_id("field-smtp_password").fill("secret")
        await page.get_by_test_id("check").click()
        await expect(page.get_by_test_id("checked")).to_have_attribute("data-good", "false")
        steps = page.get_by_test_id("trial-step")
        await expect(steps).to_have_count(2)
        assert [await step.get_attribute("data-fault") for step in await steps.all()] == ["refused", "refused"]
        await page.get_by_test_id("checked").scroll_into_view_if_needed()
        await picture(page, f"{locale}-trial")
