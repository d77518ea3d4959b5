"""A call flow in Persian: a menu is built and published, and a call that presses 2 lands in the right queue."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from demo.organisation import NUMBER
from tests.browser.surface import ConsolePage, Windows, presses
from tests.integration.house import query
from tests.integration.test_call_control import simulator
from tests.live import live
from tests.unit.test_call_audio import wav

pytestmark = pytest.mark.browser

_CALLER = "+966501234567"


async def choose(page: Page, testid: str, name: str) -> None:
    await page.get_by_test_id(testid).click()
    await page.get_by_role("option", name=name, exact=True).click()


async def add(page: Page, button: str, kind: str) -> None:
    await page.get_by_test_id(button).click()
    await page.get_by_test_id(f"kind-{kind}").click()


async def save(page: Page, button: str) -> None:
    await presses(page.locator(f'[data-testid="{button}"]:visible'))


async def upload(page: Page, name: str) -> None:
    """Upload a sound, hear of its length, and give it a name."""
    await page.evaluate("location.hash = '#/callsounds'")
    sound = {"name": "hello.wav", "mimeType": "text/html", "buffer": wav(75)}
    await page.get_by_test_id("sound-input").set_input_files(sound)  # type: ignore[arg-type] # a file as Playwright takes it
    player = page.get_by_test_id("sound-player")
    await expect(player).to_be_visible()
    loaded = "e.onloadedmetadata = () => yes(e.duration); e.onerror = no; e.preload = 'metadata'; e.load();"
    assert await player.evaluate(f"e => new Promise((yes, no) => {{ {loaded} }})") == 75, "the page may play it"
    await expect(page.get_by_text("۱:۱۵").first).to_be_visible()
    await page.get_by_test_id("field-name").fill(name)
    await save(page, "save")


async def test_a_menu_is_built_in_persian_and_a_call_that_presses_2_lands_in_its_queue(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path, simulator=True) as it:
        admin = await it.person("admin")
        await admin.json("PATCH", "/api/session/preferences", {"locale": "fa", "calendar": "persian"})
        console = ConsolePage(await windows.open("fa", width=1440, height=1000), it.base_url)
        await console.sign_in("admin")
        page = console.page
        rows = await query(it, "select name from queue where channels is null or 'voice' = any(channels) order by name")
        other = next(row["name"] for row in rows if row["name"] != "Telephone")
        (account,) = await query(it, "select name from channel_account where kind = 'voice'")
        await upload(page, "خوش‌آمد")
        await page.evaluate("location.hash = '#/callflows/new'")
        # A page that was left stays, unseen: its fields have the same names.
        await page.reload()
        await page.get_by_test_id("field-name").fill("منوی اصلی")
        await add(page, "first-step", "menu")
        await page.get_by_test_id("name-start").fill("منو")
        await page.get_by_test_id("words-start-fa").fill("برای فروش عدد دو را فشار دهید.")
        await page.get_by_test_id("way-start-fa").get_by_text("صدای کتابخانه").click()
        await choose(page, "library-start-fa", "خوش‌آمد")
        for key in "۱۲":
            await choose(page, "key-start", key)
        await page.get_by_test_id("kept-start").fill("wish")
        await page.get_by_test_id("value-start-2").fill("خرید")
        await add(page, "add-start-1", "hang_up")
        await add(page, "add-start-2", "queue")
        await page.get_by_test_id("name-step-2").fill("فروش")
        await choose(page, "queue-step-2", other)
        for way in ("timeout", "invalid"):
            await page.get_by_test_id(f"lead-start-{way}").click()
            await page.get_by_role("option", name="فروش").click()
        await save(page, "save")
        await expect(page.get_by_test_id("publish")).to_be_enabled()
        await expect(page.get_by_test_id("flow-problems")).to_have_count(0)
        # Its own field hides behind the chosen ones, for a mouse: the keyboard finds it.
        await page.get_by_test_id("flow-telephones").focus()
        await page.keyboard.press("ArrowDown")
        await page.get_by_role("option", name=account["name"], exact=True).click()
        await page.keyboard.press("Escape")
        await save(page, "save")
        assert await page.get_by_test_id("step").first.evaluate("e => getComputedStyle(e).direction") == "rtl"
        await save(page, "publish")
        await expect(page.get_by_test_id("edition")).to_have_count(1)
        await page.screenshot(path=tmp_path / "flow-fa.png", full_page=True)

        sid = (await simulator(it, "POST", "calls", {"from": _CALLER, "to": NUMBER}))["sid"]
        async with asyncio.timeout(20):
            while "/خوش" not in str((await simulator(it, "GET", "state"))["calls"]):
                await asyncio.sleep(0.1)
        await simulator(it, "POST", f"calls/{sid}/digits", {"digits": "2"})
        asked = "select q.name from thread_key t join interaction i on i.id = t.interaction_id"
        async with asyncio.timeout(20):
            while not (
                found := await query(it, f"{asked} join queue q on q.id = i.queue_id where t.key = $1", f"call:{sid}")
            ):
                await asyncio.sleep(0.1)
        assert found[0]["name"] == other
        (said,) = await query(it, "select id, details::text as said from interaction where channel = 'voice'")
        assert '"wish": "خرید"' in said["said"]
        await page.evaluate(f"location.hash = '#/conversations/{said['id']}'")
        await page.get_by_test_id("call-path-show").click()
        steps = page.get_by_test_id("call-path-step")
        await expect(steps).to_have_count(3)
        await expect(steps.nth(1)).to_contain_text("کلید \u2068۲\u2069")
        await expect(steps.nth(2)).to_contain_text("فروش: در صف می‌ماند")
        await page.screenshot(path=tmp_path / "path-fa.png")
