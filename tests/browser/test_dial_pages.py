"""The agent's dial screen in Persian: the contact is seen first, called, and promised another call by their clock."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from persiantools.jdatetime import JalaliDate
from playwright.async_api import expect

from tests.browser.axe import findings
from tests.browser.surface import ConsolePage, Windows
from tests.integration.campaigning import Desk, dialling_house
from tests.integration.house import query
from tests.live import eventually

pytestmark = pytest.mark.browser
NUMBER = "+989121234567"


async def test_an_agent_sees_a_contact_calls_and_promises_another_call_in_persian(
    server_dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with dialling_house(server_dsn, tmp_path) as it:
        desk = await Desk.of(it)
        maya = await it.person("maya")
        await maya.json("PATCH", "/api/session/preferences", {"locale": "fa", "calendar": "persian"})
        page = await windows.open("fa")
        console = ConsolePage(page, it.base_url)
        await console.sign_in("maya")
        await console.go_available()
        campaign = await desk.campaign(
            "نظرسنجی", "preview", [NUMBER], script="سلام {name}، از {city} تماس گرفته‌ایم.", kind="appointment_reminder"
        )
        # By the hours of Iran nobody would be called in the evening, when this test may run.
        found = (await desk.ask("GET", "/api/compliance/presets"))["items"]
        rule = next(each for each in found if each["id"] == "ir_cra_service")
        rule.pop("is_shipped")
        await desk.ask("PUT", "/api/compliance/presets/ir_cra_service", {**rule, "is_active": False})
        await desk.switch(campaign, "start")
        await console.work("voice").click()
        dial = page.get_by_test_id("dial")
        await expect(dial).to_have_attribute("data-state", "preview")
        await expect(page.get_by_test_id("dial-script")).to_contain_text("سلام Contact 0")
        await expect(page.get_by_test_id("dial-there")).to_contain_text("Asia/Tehran")
        assert await findings(page) == []
        await _picture(page, "dial-preview")
        await page.get_by_test_id("dial-now").click()
        await expect(dial).to_have_attribute("data-state", "connected")
        await page.get_by_test_id("dial-end-callback").click()
        await page.get_by_test_id("dial-save").click()
        await expect(dial).to_contain_text("زمان تماس دوباره را بنویسید")
        day = JalaliDate(date.today() + timedelta(days=3)).strftime("%Y/%m/%d")  # noqa: DTZ011 - as the reader's clock
        await page.get_by_test_id("dial-at").fill(day)
        await page.get_by_test_id("dial-at").press("Enter")
        await expect(page.get_by_test_id("dial-at-there")).to_contain_text("Asia/Tehran")
        await _picture(page, "dial-callback")
        await page.get_by_test_id("dial-note").fill("شب‌ها در خانه است")
        await page.get_by_test_id("dial-save").click()
        await expect(dial).to_have_count(0)

        async def promised() -> Any:
            return await query(it, "select * from contact where priority = 1 and state = 'ready'")

        (contact,) = await eventually(promised)
        assert str(contact["owner_id"]) == maya.me["id"]
        assert contact["note"] == "شب‌ها در خانه است"


async def _picture(page: Any, name: str) -> None:
    folder = os.environ.get("MARKAZ_PICTURES")
    if folder:
        await page.screenshot(path=f"{folder}/{name}.png")
