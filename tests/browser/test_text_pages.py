"""The archive of texts in Arabic: what went to a colleague reads from the right, and nothing of it is cut off."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from playwright.async_api import expect

from core.clock import utc_now
from interactions import posted
from interactions.posted import Posted
from storage.opened import opened
from tests.browser.axe import findings
from tests.browser.surface import Windows
from tests.browser.test_offer_pages import fits, picture
from tests.browser.test_promises_pages import enter, go
from tests.integration.house import query
from tests.live import live

pytestmark = pytest.mark.browser
_CUT = "(it) => it.scrollWidth - it.clientWidth"


async def test_a_text_to_a_colleague_reads_from_the_right_in_the_archive(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it:
        page, admin = await enter(it, windows, "ar", "islamic-umalqura")
        [account] = await query(it, "select id from channel_account where kind = 'sms' limit 1")
        said = f"VT-17: الغسالة لا تدور. https://centre.example/visit/{'0' * 64}"
        staff_id = uuid.UUID(admin.me["id"])
        async with opened(it.settings) as db:
            text = Posted(account["id"], uuid.uuid4(), "+966501118855", said, staff_id=staff_id)
            assert await posted.begun(db, text, utc_now())
        await go(page, f"texts/{text.message_id}")
        panel = page.get_by_test_id("panel")
        await expect(panel).to_contain_text(admin.me["name"])
        shown = panel.get_by_test_id("text-said")
        await expect(shown).to_have_text(said)
        await expect(shown).to_have_css("direction", "rtl")
        # From our number to theirs: numbers read from the left, and so does the arrow between them.
        way = panel.get_by_test_id("text-way")
        await expect(way).to_contain_text("→ +966501118855")
        await expect(way).to_have_css("direction", "ltr")
        assert await shown.evaluate(_CUT) <= 0
        await go(page, "texts")
        badge = page.get_by_test_id("row").locator(".mantine-Badge-label")
        await expect(badge).to_have_text("قيد الإرسال")
        assert await badge.evaluate(_CUT) <= 0
        await fits(page)
        assert await findings(page) == []
        await picture(page, "texts-colleague-ar")
