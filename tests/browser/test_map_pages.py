"""The map in Arabic: a technician who moves, their day, a fence that is drawn, a phone that is set up by a picture."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from playwright.async_api import Page, expect

from geo.sphere import moved
from tests.browser.axe import findings
from tests.browser.surface import ConsolePage, Windows
from tests.live import Live, Person, eventually, live

pytestmark = pytest.mark.browser

_HERE = (24.7136, 46.6753)


def zone_at_noon() -> str:
    """Return a zone in which it is about noon: no drive of an hour ago crosses midnight, whenever this runs."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"


def always() -> dict[str, Any]:
    return {"zone": zone_at_noon(), "weekly": [{"day": day, "start": "00:00", "end": "24:00"} for day in range(7)]}


async def go(page: Page, path: str) -> None:
    await page.evaluate(f"location.hash = '#/{path}'")


async def shot(page: Page, name: str) -> None:
    """Keep a picture for whoever wants to look (MARKAZ_SHOTS names a folder)."""
    folder = os.environ.get("MARKAZ_SHOTS")
    if folder:
        await page.screenshot(path=f"{folder}/{name}.png")


async def send(it: Live, token: str, points: list[dict[str, Any]]) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{it.base_url}/api/positions/{token}", json={"points": points}) as response,
    ):
        assert response.status == 200


def drive(now: datetime) -> list[dict[str, Any]]:
    """Six kilometres within ten minutes, after ten at rest; it ended a moment ago."""
    points = []
    for number in range(121):
        driven = max(0, number - 60) * 100
        lat, lon = moved(_HERE, driven, 0)
        at = now - timedelta(seconds=10 * (120 - number))
        points.append({"at": at.isoformat(), "lat": lat, "lon": lon, "accuracy": 5, "speed": 10 if driven else 0})
    return points


async def furnish(it: Live, admin: Person) -> tuple[str, str]:
    """Make Sara a technician with a phone; return her id and its token."""
    await (await it.agent("sara", available=False)).close()
    _, agents = await admin.json("GET", "/api/agents?limit=200")
    staff_id = next(each["staff_id"] for each in agents["items"] if "Sara" in each["name"])
    profile = {"version": 0, "shift": always(), "vehicle": "Hilux"}
    assert (await admin.json("PUT", f"/api/technicians/{staff_id}", profile))[0] == 200
    new = {"client": "page", "name": "Phone"}
    _, made = await admin.json("POST", f"/api/technicians/{staff_id}/devices", new)
    address = {"lines": "شارع العليا", "place": {"lat": _HERE[0] + 0.01, "lon": _HERE[1]}}
    await admin.json("POST", "/api/customers", {"name": "مؤسسة النور", "addresses": [address]})
    return staff_id, made["token"]


async def test_c060_a_dispatcher_sees_a_technician_move_draws_a_fence_and_sets_up_a_phone(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        await admin.json("PATCH", "/api/session/preferences", {"locale": "ar", "calendar": "gregory"})
        staff_id, token = await furnish(it, admin)
        # Long enough ago that the way from there is no jump of the receiver.
        begun = (datetime.now(UTC) - timedelta(seconds=60)).isoformat()
        await send(it, token, [{"at": begun, "lat": _HERE[0], "lon": _HERE[1], "accuracy": 5}])
        console = ConsolePage(await windows.open("ar", width=1280, height=860), it.base_url)
        page = console.page
        await console.sign_in("admin")
        await go(page, "map")
        await expect(page.get_by_test_id("page-title")).to_have_text("الخريطة")
        marker = page.get_by_test_id("mark-technician")
        await expect(marker).to_have_count(1)
        before = await marker.bounding_box()
        now = datetime.now(UTC)
        lat, lon = moved(_HERE, 150, 150)
        await send(it, token, [{"at": now.isoformat(), "lat": lat, "lon": lon, "accuracy": 5}])

        async def has_moved() -> bool:
            after = await marker.bounding_box()
            assert before
            assert after
            # To the east is to the right, in every language.
            return after["x"] > before["x"] + 2 and after["y"] < before["y"] - 2

        await eventually(has_moved)
        await page.get_by_test_id("show-customers").check()
        await expect(page.get_by_test_id("mark-customer")).to_have_count(1)
        await shot(page, "map-live-ar")
        wrong = {"live": await findings(page)}

        await _day(it, page, staff_id, token, wrong)
        await _fence(page, admin, wrong)
        await go(page, "map/near")
        await page.get_by_test_id("map").click(position={"x": 200, "y": 200})
        await expect(page.get_by_test_id("ranked").first).to_have_attribute("data-fit", "true")
        await shot(page, "map-near-ar")
        await _phone(it, page, staff_id, wrong)
        assert {path: found for path, found in wrong.items() if found} == {}


async def _day(it: Live, page: Page, staff_id: str, token: str, wrong: dict[str, Any]) -> None:
    now = datetime.now(UTC)
    await send(it, token, drive(now - timedelta(minutes=30)))
    it.running.neck.geo.days._rest_seconds = 0
    await it.running.neck.geo.days.work_out()
    day = (now - timedelta(minutes=30)).astimezone(ZoneInfo(zone_at_noon())).date().isoformat()
    await go(page, f"map/day/{staff_id}/{day}")
    await expect(page.get_by_test_id("leg-trip").first).to_be_visible()
    await expect(page.get_by_test_id("day-distance")).to_have_text(re.compile("كم"))
    await shot(page, "map-day-ar")
    wrong["day"] = await findings(page)


async def _fence(page: Page, admin: Person, wrong: dict[str, Any]) -> None:
    await go(page, "map/fences/new")
    await page.get_by_test_id("field-name").fill("المستودع")
    await page.get_by_test_id("map").click(position={"x": 300, "y": 300})
    await page.get_by_test_id("map").click(position={"x": 360, "y": 300})
    await shot(page, "map-fence-ar")
    wrong["fence"] = await findings(page)
    async with page.expect_response(re.compile("/api/fences$")) as told:
        await page.locator('[data-testid="save"]:visible').click()
    assert (await told.value).status == 201
    await expect(page.get_by_test_id("fence")).to_have_count(1)
    (fence,) = (await admin.json("GET", "/api/fences"))[1]["items"]
    assert fence["shape"]["kind"] == "circle"
    assert fence["shape"]["radius_metres"] > 10


async def _phone(it: Live, page: Page, staff_id: str, wrong: dict[str, Any]) -> None:
    await go(page, f"technicians/{staff_id}")
    await page.get_by_test_id("add-phone").click()
    picture = page.get_by_test_id("phone-picture")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.complete && image.naturalWidth > 0")
    await shot(page, "technician-ar")
    wrong["phone"] = await findings(page)
    await page.get_by_test_id("phone-done").click()
    await expect(page.get_by_test_id("phone")).to_have_count(2)
    await page.get_by_test_id("revoke").first.click()
    await expect(page.get_by_test_id("phone")).to_have_count(1)
    assert it.running.neck.geo is not None
