"""The dispatch board in Arabic: a day is planned, an emergency comes in, what the planner proposes is accepted."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import findings
from tests.browser.surface import ConsolePage, Windows
from tests.integration.house import PASSWORD, made
from tests.live import Live, Person, live

pytestmark = pytest.mark.browser

INSPECTION = "00000000-0000-7000-8000-000000000204"
ALWAYS = {"zone": "Asia/Riyadh", "weekly": [{"day": day, "start": "08:00", "end": "17:00"} for day in range(7)]}
HERE = (24.7136, 46.6753)
CUSTOMERS = ("مؤسسة النور", "مريم العتيبي", "شركة الواحة", "سالم الدوسري")


async def furnish(it: Live, admin: Person) -> None:
    """Make two technicians at the ends of a town, and a visit for each of four customers between them."""
    role = await made(admin, "/api/roles", {"name": "فني", "permissions": ["visit.work", "work.take"]})
    for number, name in enumerate(("خالد الحربي", "نورة الشمري")):
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
