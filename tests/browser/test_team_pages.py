"""Colleagues among themselves in a browser: a room with a guest, the bell on two devices, comments, assignments."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.surface import GONE, ConsolePage, WidgetPage, Windows
from tests.integration.house import made
from tests.live import Live, live

pytestmark = pytest.mark.browser


async def signed_in(windows: Windows, it: Live, login: str, **more: int) -> Page:
    console = ConsolePage(await windows.open(**more), it.base_url)
    await console.sign_in(login)
    return console.page


async def pick(page: Page, test_id: str, name: str) -> None:
    """Choose an option of a searchable list."""
    await page.get_by_test_id(test_id).fill(name)
    await page.get_by_role("option", name=name).click()


async def say(page: Page, text: str) -> None:
    await page.get_by_test_id("room-composer").fill(text)
    await page.get_by_test_id("room-send").click()
    await expect(page.get_by_test_id("room-message").filter(has_text=text)).to_have_count(1)


async def make_room(page: Page, it: Live, name: str, *people: str) -> None:
    await page.goto(f"{it.base_url}/console/#/rooms")
    await page.get_by_test_id("room-start").click()
    await page.get_by_test_id("start-create").click()
    await page.get_by_test_id("room-name").fill(name)
    for person in people:
        await pick(page, "room-people", person)
    await page.keyboard.press("Escape")
    await page.get_by_test_id("room-create").click()
    await expect(page.get_by_test_id("room")).to_be_visible()


async def test_two_agents_and_a_guest_talk_in_a_room(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path) as it:
        nadia, sara = await signed_in(windows, it, "nadia"), await signed_in(windows, it, "sara")
        await make_room(nadia, it, "Spare parts", "Sara Ahmadi")
        await say(nadia, "Before the guest came")
        await nadia.get_by_test_id("room-members-open").click()
        await nadia.get_by_test_id("invite-email").fill("tariq@parts.example")
        await nadia.get_by_test_id("invite").click()
        link = await nadia.get_by_test_id("invite-link").inner_text()

        guest = await windows.open(locale="ar")
        await guest.goto(link)
        await expect(guest.locator("html")).to_have_attribute("dir", "rtl")
        await guest.get_by_test_id("join-name").fill("طارق")
        await guest.get_by_test_id("join-organisation").fill("قطع الخليج")
        await guest.get_by_test_id("join-password").fill("correct horse battery")
        await guest.get_by_test_id("join").click()
        await guest.get_by_test_id("room-item").click()
        await expect(guest.get_by_test_id("nav-work")).to_have_count(0)
        await expect(guest.get_by_test_id("presence")).to_have_count(0)
        await expect(guest.get_by_text("Before the guest came")).to_have_count(0)
        await say(guest, "متى تصل القطع؟")

        heard = nadia.get_by_test_id("room-message").filter(has_text="متى تصل القطع؟")
        await expect(heard.get_by_test_id("outside-mark")).to_have_text("قطع الخليج")
        await expect(nadia.get_by_test_id("room-outside")).to_be_visible()
        await sara.goto(f"{it.base_url}/console/#/rooms")
        await expect(sara.get_by_test_id("room-unread")).to_have_text("۲")
        await sara.get_by_test_id("room-item").click()
        await say(sara, "فردا می‌رسد")
        await expect(guest.get_by_test_id("room-message").filter(has_text="فردا می‌رسد")).to_have_count(1)
        await expect(sara.get_by_test_id("room-unread")).to_have_count(0)
        message = nadia.get_by_test_id("room-message").filter(has_text="فردا می‌رسد")
        await message.get_by_test_id("room-message-menu").click()
        await nadia.get_by_test_id("react-like").click()
        await expect(sara.get_by_test_id("reaction-like")).to_be_visible()

        member = nadia.get_by_test_id("room-member").filter(has_text="طارق")
        await member.get_by_role("button").click()
        await nadia.get_by_test_id("room-remove").click()
        await expect(guest.get_by_test_id("room")).to_have_count(0)
        await expect(nadia.get_by_test_id("room-outside")).to_have_count(0)


async def test_a_mention_rings_the_bell_on_both_devices_and_one_reading_clears_both(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it:
        nadia = await signed_in(windows, it, "nadia")
        desk, phone = await signed_in(windows, it, "sara"), await signed_in(windows, it, "sara", width=390, height=844)
        admin = await it.person("admin")
        customer = await made(admin, "/api/customers", {"name": "مریم رضایی"})
        await nadia.goto(f"{it.base_url}/console/#/customers/{customer['id']}")
        field = nadia.get_by_test_id("comment-text")
        await field.press_sequentially("@sar")
        await nadia.get_by_test_id("mention-list").get_by_text("Sara Ahmadi").click()
        await field.press_sequentially("please call her")
        await nadia.get_by_test_id("comment-send").click()
        await expect(nadia.get_by_test_id("comment")).to_contain_text("@Sara Ahmadi please call her")
        for page in (desk, phone):
            await expect(page.get_by_test_id("bell")).to_have_attribute("data-unread", "1")
        await desk.get_by_test_id("bell").click()
        await desk.get_by_test_id("notice").filter(has_text="مریم رضایی").click()
        await expect(desk).to_have_url(re.compile(f"#/customers/{customer['id']}$"))
        await expect(desk.get_by_test_id("comment")).to_contain_text("please call her")
        for page in (desk, phone):
            await expect(page.get_by_test_id("bell")).to_have_attribute("data-unread", "0")
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        await phone.goto(f"{it.base_url}/console/#/customers/{customer['id']}")
        await expect(phone.get_by_test_id("comment")).to_be_visible()
        assert await phone.evaluate(overflow) <= 0


@pytest.mark.parametrize("taker", ["omar", "maya"], ids=["ar", "en"])
async def test_a_conversation_is_assigned_and_its_assignee_finds_it_and_is_done(
    dsn: str, tmp_path: Path, windows: Windows, taker: str
) -> None:
    names = {"omar": "عمر الحسن", "maya": "Maya Lind"}
    async with live(dsn, tmp_path) as it:
        helper = await signed_in(windows, it, taker)
        sara = ConsolePage(await windows.open(), it.base_url)
        await sara.sign_in("sara")
        await sara.go_available()
        visitor = WidgetPage(await windows.open())
        await visitor.open(f"{it.base_url}/demo/")
        await visitor.page.get_by_test_id("widget-name").fill("Lena Fischer")
        await visitor.write("My fridge clicks")
        await sara.accept()
        await sara.page.get_by_test_id("assign").click()
        await pick(sara.page, "assign-to", names[taker])
        await sara.page.get_by_test_id("assign-note").fill("Which part is it?")
        await sara.page.get_by_test_id("assign-submit").click()
        await expect(helper.get_by_test_id("bell")).to_have_attribute("data-unread", "1")
        await helper.get_by_test_id("nav-assigned").click()
        await helper.get_by_test_id("row").filter(has_text="Lena Fischer").get_by_role("link").click()
        await expect(helper.get_by_test_id("transcript")).to_contain_text("My fridge clicks")
        await expect(helper.get_by_test_id("assignment")).to_contain_text("Which part is it?")
        await helper.get_by_test_id("assignment-done").click()
        await expect(helper.get_by_test_id("row")).to_have_count(0)
        await expect(sara.page.get_by_test_id("bell")).to_have_attribute("data-unread", "1")


async def test_what_is_written_in_a_room_without_a_connection_is_sent_once_when_it_is_back(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it:
        windows.allowed.append(GONE)
        windows.allowed.append(re.compile("ERR_INTERNET_DISCONNECTED"))
        nadia, maya = await signed_in(windows, it, "nadia"), await signed_in(windows, it, "maya")
        await make_room(nadia, it, "Night shift", "Maya Lind")
        await maya.goto(f"{it.base_url}/console/#/rooms")
        await maya.get_by_test_id("room-item").click()
        await nadia.context.set_offline(True)
        await nadia.get_by_test_id("room-composer").fill("Written in the lift")
        await nadia.keyboard.press("Enter")
        await expect(nadia.get_by_text("Written in the lift")).to_have_count(1)
        await nadia.context.set_offline(False)
        await expect(maya.get_by_test_id("room-message").filter(has_text="Written in the lift")).to_have_count(1)
        await expect(nadia.get_by_test_id("room-message").filter(has_text="Written in the lift")).to_have_count(1)
