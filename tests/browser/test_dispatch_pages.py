"""The dispatch board in Arabic: a day is planned, an emergency comes in, what the planner proposes is accepted."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.axe import findings
from tests.browser.surface import ConsolePage, Windows, presses
from tests.integration.house import PASSWORD, made
from tests.live import Live, Person, live

pytestmark = pytest.mark.browser

INSPECTION = "00000000-0000-7000-8000-000000000204"
ALWAYS = {"zone": "Asia/Riyadh", "weekly": [{"day": day, "start": "08:00", "end": "17:00"} for day in range(7)]}
HERE = (24.7136, 46.6753)
CUSTOMERS = ("مؤسسة النور", "مريم العتيبي", "شركة الواحة", "سالم الدوسري")
TECHNICIANS = ("خالد الحربي", "نورة الشمري")


async def furnish(it: Live, admin: Person) -> None:
    """Make two technicians at the ends of a town, and a visit for each of four customers between them."""
    role = await made(admin, "/api/roles", {"name": "فني", "permissions": ["visit.work", "work.take"]})
    for number, name in enumerate(TECHNICIANS):
        staff = {"login": f"technician-{number}", "name": name, "password": PASSWORD, "role_ids": [role["id"]]}
        await made(admin, "/api/staff", staff)
        person = await it.anonymous()
        await person.sign_in(f"technician-{number}", PASSWORD)
        await (await person.console(available=False)).close()
        home = {"lat": HERE[0], "lon": HERE[1] + number * 0.2}
        said = {"version": 0, "shift": ALWAYS, "home": home}
        status, answer = await admin.json("PUT", f"/api/technicians/{person.me['id']}", said)
        assert status == 200, answer
    for number, name in enumerate(CUSTOMERS):
        place = {"lat": HERE[0] + 0.01, "lon": HERE[1] + number * 0.06}
        address = {"lines": f"شارع العليا {number}", "place": place}
        customer = await made(admin, "/api/customers", {"name": name, "addresses": [address]})
        await visit(admin, customer_id=customer["id"], subject="صيانة المكيف")


async def visit(admin: Person, **said: Any) -> None:
    await made(admin, "/api/visits", {"kind_id": INSPECTION, **said})


async def shot(page: Page, name: str) -> None:
    """Keep a picture for whoever wants to look (MARKAZ_SHOTS names a folder)."""
    folder = os.environ.get("MARKAZ_SHOTS")
    if folder:
        await page.screenshot(path=f"{folder}/{name}.png")


async def test_a_day_is_planned_and_an_emergency_finds_its_place(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        await admin.json("PATCH", "/api/session/preferences", {"locale": "ar", "calendar": "gregory"})
        await furnish(it, admin)
        console = ConsolePage(await windows.open("ar", width=1440, height=900), it.base_url)
        page = console.page
        await console.sign_in("admin")
        day = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
        await page.evaluate(f"location.hash = '#/dispatch/{day}'")
        await expect(page.get_by_test_id("waiting-visit")).to_have_count(len(CUSTOMERS))
        await page.get_by_test_id("plan").click()
        await expect(page.get_by_test_id("change")).to_have_count(len(CUSTOMERS), timeout=60_000)
        await shot(page, "dispatch-proposal-ar")
        wrong = {"proposal": await findings(page)}
        await page.get_by_test_id("accept").click()
        await expect(page.get_by_test_id("block")).to_have_count(len(CUSTOMERS))
        await expect(page.get_by_test_id("waiting-visit")).to_have_count(0)

        place = {"latitude": HERE[0], "longitude": HERE[1] + 0.03, "address": "حي الملز"}
        await visit(admin, subject="تسرب غاز", priority=3, place=place)
        emergency = page.get_by_test_id("waiting-visit")
        await expect(emergency).to_have_count(1)
        await emergency.click()
        await expect(page.get_by_test_id("offer").first).to_be_visible()
        await shot(page, "dispatch-offers-ar")
        wrong["offers"] = await findings(page)
        await _drag(page)
        await expect(page.get_by_test_id("block")).to_have_count(len(CUSTOMERS) + 1)
        # It is somewhere, and not where it is best: the planner is asked once more.
        await page.get_by_test_id("close-chosen").click()
        await page.get_by_test_id("plan").click()
        await expect(page.get_by_test_id("proposal")).to_have_attribute("data-state", "proposed", timeout=60_000)
        await page.get_by_test_id("accept").click()
        await expect(page.get_by_test_id("proposal")).to_have_attribute("data-state", "accepted")
        await page.get_by_test_id("send-all").click()
        await expect(page.locator("[data-testid=block][data-state=dispatched]")).to_have_count(len(CUSTOMERS) + 1)
        await shot(page, "dispatch-day-ar")
        wrong["day"] = await findings(page)
        await _others(page, wrong)
        assert {path: found for path, found in wrong.items() if found} == {}


async def _others(page: Page, wrong: dict[str, Any]) -> None:
    """Look at a visit's own page, the form of a periodic service, and the set-up."""
    await page.evaluate("location.hash = '#/visits'")
    await page.get_by_test_id("visit-line").first.click()
    await expect(page.get_by_test_id("visit")).to_have_attribute("data-state", "dispatched")
    await page.get_by_test_id("edit-visit").click()
    await expect(page.get_by_test_id("visit-subject")).to_be_visible()
    await shot(page, "visit-ar")
    wrong["visit"] = await findings(page)
    await page.evaluate("location.hash = '#/services/new'")
    await expect(page.get_by_test_id("service-subject")).to_be_visible()
    await shot(page, "service-ar")
    wrong["service"] = await findings(page)
    await page.evaluate("location.hash = '#/visitsetup/text/done'")
    await expect(page.get_by_test_id("text-ar")).to_have_value(re.compile("visit.number"))
    await shot(page, "visit-setup-ar")
    wrong["setup"] = await findings(page)


async def _drag(page: Page) -> None:
    """Drag what waits to the late afternoon of the second technician; the price stands there before it is dropped."""
    lane = page.get_by_test_id("lane").nth(1)
    box = await lane.bounding_box()
    assert box
    await page.get_by_test_id("waiting-visit").hover()
    await page.mouse.down()
    # In Arabic the day runs to the left.
    for step in range(4):
        await page.mouse.move(box["x"] + box["width"] * 0.2 + step, box["y"] + box["height"] / 2)
    await expect(page.get_by_test_id("price")).to_contain_text("كم")
    await shot(page, "dispatch-drag-ar")
    await page.mouse.up()


async def test_the_office_opens_visits_drags_by_finger_and_replans_without_who_is_away(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        await admin.json("PATCH", "/api/session/preferences", {"locale": "fa", "calendar": "persian"})
        await furnish(it, admin)
        console = ConsolePage(await windows.open("fa", width=1440, height=900), it.base_url)
        page = console.page
        await console.sign_in("admin")
        await _rail(page)
        await _periodic(page)
        await page.evaluate("location.hash = '#/visitsetup/text/done'")
        await page.get_by_test_id("text-fa").fill("کار {visit.number} تمام شد.")
        await saves(page)
        _, texts = await admin.json("GET", "/api/visit-texts")
        assert "کار {visit.number} تمام شد." in {each["texts"].get("fa") for each in texts["items"]}
        await _from_a_ticket(page, admin)
        await _by_finger(page)


async def _rail(page: Page) -> None:
    """Groups of the rail open and close by the keyboard, and are found again as they were left."""
    head, campaigns = page.get_by_test_id("section-outbound"), page.get_by_test_id("nav-campaigns")
    await expect(head).to_have_attribute("aria-expanded", "false")
    await head.press("Enter")
    await expect(campaigns).to_be_visible()
    await page.reload()
    await expect(campaigns).to_be_visible()
    assert await findings(page) == []
    await head.press("Space")
    await expect(campaigns).to_have_count(0)


async def saves(page: Page) -> None:
    await presses(page.locator("[data-testid=save]:visible"))


async def pick(page: Page, field: str, name: str) -> None:
    """Choose from a list by its words."""
    await page.locator(f"[data-testid={field}]:visible").click()
    await page.get_by_role("option", name=name).click()


async def _periodic(page: Page) -> None:
    """Count a service in the solar calendar; its days stand there in all three before it is kept."""
    await page.evaluate("location.hash = '#/services/new'")
    await page.get_by_test_id("service-subject").fill("سرویس کولر")
    await pick(page, "service-kind", "سرویس دوره‌ای")
    await page.locator("[data-testid=ticket-customer]:visible").fill("مريم")
    await page.get_by_role("option", name=CUSTOMERS[1]).click()
    await pick(page, "service-calendar", "هجری شمسی")
    await page.get_by_test_id("preview").click()
    first = page.get_by_test_id("due-days").locator("tbody tr").first
    await expect(first.locator("td")).to_have_count(3)
    await expect(first).to_contain_text("ه‍.ق.")
    await saves(page)


async def _from_a_ticket(page: Page, admin: Person) -> None:
    """A visit that is opened from a ticket knows its subject, and stands in the list at once."""
    found = (await admin.json("GET", "/api/customers?limit=1"))[1]["items"][0]
    said = {"kind": "support_request", "subject": "یخچال صدا می‌دهد", "customer_id": found["id"]}
    ticket = await made(admin, "/api/tickets", said)
    await page.evaluate(f"location.hash = '#/tickets/{ticket['id']}'")
    await page.get_by_test_id("new-visit").click()
    await pick(page, "visit-kind", "تعمیر")
    await page.locator("[data-testid=save]:visible").click()
    await expect(page.get_by_test_id("visit")).to_be_visible()
    await expect(page.get_by_test_id("visit-line").filter(has_text="یخچال صدا می‌دهد")).to_be_visible()


async def _by_finger(page: Page) -> None:
    """What was dragged to the wrong end of the town is thought over; then somebody is away, and then that is undone."""
    day = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    await page.evaluate(f"location.hash = '#/dispatch/{day}'")
    await page.get_by_test_id("unplanned").get_by_test_id("search").fill("صيانة")
    waiting = page.get_by_test_id("waiting-visit")
    await expect(waiting).to_have_count(len(CUSTOMERS))
    for customer, lane, part in (("سالم", 0, 0.3), ("مؤسسة", 1, 0.3), ("شركة", 0, 0.7)):
        await _touch(page, waiting.filter(has_text=customer), page.get_by_test_id("lane").nth(lane), part)
    await expect(page.get_by_test_id("block")).to_have_count(3)
    await expect(page.get_by_test_id("better")).to_contain_text("رانندگی")
    await shot(page, "dispatch-better-fa")
    wrong = {"better": await findings(page)}
    await page.get_by_test_id("accept-better").click()
    await expect(page.get_by_test_id("proposal")).to_have_attribute("data-state", "accepted")
    await page.get_by_test_id("absent").focus()
    await page.keyboard.press("ArrowDown")
    await page.get_by_role("option", name=TECHNICIANS[0]).click()
    await page.keyboard.press("Escape")
    away = page.get_by_test_id("row").filter(has_text=TECHNICIANS[0])
    await expect(away.get_by_test_id("block")).not_to_have_count(0)
    await page.locator("label").filter(has_text="فقط امتحان").click()
    await page.get_by_test_id("days").fill("۲")
    await page.get_by_test_id("plan").click()
    await expect(page.get_by_test_id("only-tried")).to_be_visible(timeout=60_000)
    await expect(page.get_by_test_id("accept")).to_have_count(0)
    await shot(page, "dispatch-try-fa")
    wrong["try"] = await findings(page)
    await page.locator("label").filter(has_text="فقط امتحان").click()
    await page.get_by_test_id("days").fill("۱")
    await page.get_by_test_id("plan").click()
    await expect(page.get_by_test_id("only-tried")).to_have_count(0, timeout=60_000)
    await page.get_by_test_id("accept").click()
    await expect(page.get_by_test_id("proposal")).to_have_attribute("data-state", "accepted")
    await shot(page, "dispatch-away-fa")
    await expect(away.get_by_test_id("block")).to_have_count(0)
    await page.get_by_test_id("undo").click()
    await expect(page.get_by_test_id("proposal")).to_have_attribute("data-state", "undone")
    await expect(away.get_by_test_id("block")).not_to_have_count(0)
    assert {path: found for path, found in wrong.items() if found} == {}


async def _touch(page: Page, what: Locator, lane: Locator, part: float) -> None:
    """Hold something with a finger until it is taken, and let it go over somebody's day."""
    before = await page.get_by_test_id("block").count()
    start, end = await what.bounding_box(), await lane.bounding_box()
    assert start
    assert end
    finger = await page.context.new_cdp_session(page)
    await finger.send("Emulation.setTouchEmulationEnabled", {"enabled": True})

    async def does(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y} for x, y in places]
        await finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    await does("touchStart", (start["x"] + 40, start["y"] + 15))
    await expect(what).to_have_attribute("data-held", "true")
    for step in range(3):
        await does("touchMove", (end["x"] + end["width"] * part + step, end["y"] + end["height"] / 2))
    await expect(page.get_by_test_id("price")).to_be_visible()
    await does("touchEnd")
    await expect(page.get_by_test_id("block")).to_have_count(before + 1)
    await finger.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
    await finger.detach()
