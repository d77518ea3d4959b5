"""The agent's dial screen in Persian: the contact is seen first, called, and promised another call by their clock."""

from __future__ import annotations

import json
import os
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from persiantools.jdatetime import JalaliDate
from playwright.async_api import Page, expect

from tests.browser.axe import findings
from tests.browser.surface import ConsolePage, Windows
from tests.integration.campaigning import Desk, dialling_house
from tests.integration.house import query
from tests.live import Live, eventually

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
        windows.allowed.append(re.compile("status of 422"))
        await _a_supervisor_writes_rules_and_campaigns_in_arabic(it, await windows.open("ar"))


async def _a_supervisor_writes_rules_and_campaigns_in_arabic(it: Live, page: Page) -> None:
    """Field by field; what is wrong is said at the field, and what is saved is there again."""
    admin = await it.person("admin")
    await admin.json("PATCH", "/api/session/preferences", {"locale": "ar"})
    await ConsolePage(page, it.base_url).sign_in("admin")
    await page.goto(f"{it.base_url}/console/#/compliance/ae_2024_56")
    await page.get_by_test_id("preset-part-caps").click()
    most = page.get_by_test_id("cap-most").first
    await most.fill("5000")
    await page.get_by_test_id("save").locator("visible=true").click()
    await expect(most).to_have_attribute("aria-invalid", "true")
    await most.fill("4")
    await page.get_by_test_id("preset-part-agents").click()
    # Key by key: the sign after the first digit must not be lost on the way.
    message = page.get_by_test_id("preset-message")
    await message.press_sequentially("١٫٥")
    await expect(message).to_have_value("١٫٥")
    await page.get_by_test_id("preset-part-texts").click()
    await page.get_by_test_id("preset-suffix").fill("للإيقاف: إيقاف")
    assert await findings(page) == []
    await _picture(page, "preset-ar")
    await page.get_by_test_id("save").locator("visible=true").click()
    await expect(page.get_by_test_id("preset-reset")).to_be_visible()
    ((rule,),) = await query(it, "select value from compliance_preset where id = 'ae_2024_56'")
    kept = json.loads(rule)
    assert (kept["frequency"][0]["most"], kept["text_suffix"], kept["caller_id"]) == (4, "للإيقاف: إيقاف", "local")
    assert kept["message_within_seconds"] == 1.5
    assert len(kept["windows"]) == 7
    await page.goto(f"{it.base_url}/console/#/campaigns/new")
    await expect(page.get_by_test_id("disposition-key")).to_have_count(5)
    await page.get_by_test_id("campaign-name").fill("استطلاع")
    for field in ("campaign-queue", "campaign-account"):
        await page.get_by_test_id(field).click()
        await page.get_by_role("option").first.click()
    await page.get_by_test_id("add-filter").click()
    await page.get_by_test_id("filter-field").fill("city")
    await page.get_by_test_id("filter-values").fill("Amman\nIrbid")
    await page.get_by_test_id("add-disposition").click()
    await page.get_by_test_id("disposition-key").last.fill("Wrong Key")
    await page.get_by_test_id("disposition-en").last.fill("Moved house")
    await page.get_by_test_id("save").locator("visible=true").click()
    await expect(page.get_by_test_id("disposition-key").last).to_have_attribute("aria-invalid", "true")
    await page.get_by_test_id("disposition-key").last.fill("moved")
    await page.get_by_test_id("disposition-ar").last.fill("انتقل")
    assert await findings(page) == []
    await _picture(page, "campaign-ar")

    async def saved() -> Any:
        rows = await query(it, "select settings from campaign where name = 'استطلاع'")
        return json.loads(rows[0][0]) if rows else None

    await page.get_by_test_id("save").locator("visible=true").click()
    found = await eventually(saved)
    assert found["filters"] == [{"field": "city", "values": ["Amman", "Irbid"]}]
    assert [each["key"] for each in found["dispositions"]][3:] == ["wrong_person", "do_not_call", "moved"]
    assert found["dispositions"][-1]["names"] == {"en": "Moved house", "ar": "انتقل"}


async def _picture(page: Any, name: str) -> None:
    folder = os.environ.get("MARKAZ_PICTURES")
    if folder:
        await page.screenshot(path=f"{folder}/{name}.png")
