"""A visitor on the demo page and an agent in the console, in the three languages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.surface import ConsolePage, WidgetPage, Windows
from tests.live import live

pytestmark = [pytest.mark.browser, pytest.mark.alone]

_JALALI = re.compile("^[۰-۹]{1,2} (فروردین|اردیبهشت|خرداد|تیر|مرداد|شهریور|مهر|آبان|آذر|دی|بهمن|اسفند) ۱۴[۰-۹]{2}$")
_HIJRI = re.compile("^[٠-٩]{1,2} [^0-9٠-٩]+ ١٤[٠-٩]{2}( هـ)?$")


async def test_a_visitor_and_an_agent_talk(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path) as it:
        sara = ConsolePage(await windows.open(), it.base_url)
        await sara.sign_in("sara")
        await sara.go_available()
        visitor = WidgetPage(await windows.open())
        await visitor.open(f"{it.base_url}/demo/")
        await visitor.page.get_by_test_id("widget-name").fill("Lena Fischer")
        await visitor.write("My fridge clicks every few minutes")
        await sara.accept()
        await expect(visitor.status).to_have_attribute("data-state", "assigned")
        await expect(sara.messages("My fridge clicks")).to_have_count(1)
        await expect(sara.page.get_by_test_id("customer-panel")).to_contain_text("Lena Fischer")
        await sara.write("Which model is it?\nSahra 540?")
        await expect(visitor.messages("Which model is it?")).to_have_count(1)
        await expect(sara.page.get_by_test_id("delivery")).to_have_attribute("data-delivery", re.compile("sent|read"))
        await visitor.page.get_by_test_id("widget-input").press_sequentially("Yes")
        await expect(sara.page.get_by_test_id("typing")).to_be_visible()
        await visitor.page.get_by_test_id("widget-send").click()
        await expect(sara.messages("Yes")).to_have_count(1)
        await sara.finish()
        await expect(visitor.status).to_have_attribute("data-state", "closed")
        await expect(sara.page.get_by_test_id("work-item")).to_have_count(0)


@pytest.mark.parametrize(
    ("login", "language", "question", "answer", "available", "date"),
    [
        ("sara", "fa", "یخچال ۵۴۰ گارانتی دارد؟", "بله، پنج سال.", "آماده", _JALALI),
        ("omar", "ar", "هل يتوفر مكيف نسيم 24؟", "نعم، في الرياض.", "متاح", _HIJRI),
    ],
    ids=["fa", "ar"],
)
async def test_they_talk_from_right_to_left(
    dsn: str, tmp_path: Path, windows: Windows, login: str, language: str, question: str, answer: str, available: str,
    date: re.Pattern[str],
) -> None:  # fmt: skip
    async with live(dsn, tmp_path) as it:
        agent = ConsolePage(await windows.open(), it.base_url)
        await agent.sign_in(login)
        await agent.go_available()
        await expect(agent.page.locator("html")).to_have_attribute("dir", "rtl")
        await expect(agent.page.locator("html")).to_have_attribute("lang", language)
        await expect(agent.presence).to_contain_text(available)
        visitor = WidgetPage(await windows.open())
        await visitor.open(f"{it.base_url}/demo/?lang={language}")
        await expect(visitor.page.locator("markaz-chat .root")).to_have_attribute("dir", "rtl")
        await visitor.write(question)
        await agent.accept()
        await expect(agent.messages(question)).to_have_count(1)
        await agent.write(answer)
        await expect(visitor.messages(answer)).to_have_count(1)
        # Three days later the day has a name, in the calendar of the agent.
        await agent.page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=3))
        await agent.page.reload()
        day = agent.page.get_by_test_id("day")
        await expect(day.first).to_have_text(date)
        # What was kept is shown before the line is up again; who presses then is told so, and nothing is closed.
        await expect(agent.presence).to_be_enabled()
        await agent.finish()
        await expect(visitor.status).to_have_attribute("data-state", "closed")


async def test_a_phone_is_enough_to_do_the_job_and_numbers_keep_their_plus_sign_in_front(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it:
        sara = ConsolePage(await windows.open(width=390, height=844), it.base_url)
        await sara.sign_in("sara")
        await sara.go_available()
        visitor = WidgetPage(await windows.open(width=390, height=844))
        await visitor.open(f"{it.base_url}/demo/?lang=fa")
        await visitor.page.get_by_test_id("widget-name").fill("+989121234567")
        await visitor.write("سلام")
        await sara.accept()
        name = sara.page.get_by_test_id("conversation").get_by_text("+989121234567", exact=True).first
        assert await name.evaluate("element => getComputedStyle(element).direction") == "ltr"
        await sara.write("سلام، بفرمایید")
        await expect(visitor.messages("سلام، بفرمایید")).to_have_count(1)
        for page in (sara.page, visitor.page):
            overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert await page.evaluate(overflow) <= 0, "nothing is wider than the screen"
        await sara.page.get_by_test_id("show-customer").click()
        await expect(sara.page.get_by_test_id("customer-panel")).to_be_visible()
