"""The technician's page in a lift shaft, and what the customer sees meanwhile."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.browser.axe import findings
from tests.browser.surface import Windows
from tests.browser.test_offer_pages import fits, picture
from tests.integration.auditor import PIXEL
from tests.integration.house import PASSWORD, hire, made
from tests.integration.test_geo_visits import technician as mapped
from tests.integration.test_visits import INSPECTION, REPAIR, at, customer, does, told
from tests.live import Live, Person, eventually, live

pytestmark = pytest.mark.browser
PHOTO = FilePayload(name="shaft.png", mimeType="image/png", buffer=PIXEL)
OFFLINE = re.compile(r"ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_")
HOME = {"address": "تهران، خیابان ولیعصر ۱۲", "latitude": 35.75, "longitude": 51.41, "phone": "+98 21 5550 1234"}


async def sound(page: Page, name: str) -> None:
    """What is shown fits, can be read, and can be used by everybody."""
    await fits(page)
    assert await findings(page) == []
    await picture(page, name)


async def sent_to(admin: Person, technician: Person, minutes: float, **more: Any) -> dict[str, Any]:
    """Send a technician to a customer who reads Persian."""
    mail = [{"kind": "email", "value": f"{uuid.uuid4().hex}@x.example"}]
    who = await customer(admin, locale="fa", identities=mail)
    said = {"kind_id": REPAIR, "subject": "آسانسور صدا می‌دهد", "notes": "طبقهٔ سوم", "customer_id": who, "place": HOME}
    opened = await made(admin, "/api/visits", said | more)
    given = {"technician_id": technician.me["id"], "planned_at": at(minutes), "dispatch": True}
    return await does(admin, opened, "assign", **given)


async def link_of(it: Live, visit_id: str) -> str:
    letter = str(await eventually(lambda: told(it, visit_id), 15))
    return "/visit/" + letter.rsplit("/visit/", 1)[1].split(maxsplit=1)[0].rstrip(".")


async def signs(page: Page) -> None:
    """Draw something with the pointer."""
    pad = page.get_by_test_id("pad")
    await pad.hover(position={"x": 40, "y": 50})
    await page.mouse.down()
    for step in range(1, 9):
        await pad.hover(position={"x": 40 + step * 25, "y": 50 + (-1) ** step * 30})
    await page.mouse.up()
    await picture(page, "field-signing-fa")


async def test_c063_what_is_done_in_a_lift_shaft_is_told_once_the_line_is_back(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    windows.allowed.append(OFFLINE)
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        (technician, _), other = await mapped(it, admin), await hire(it, ["visit.work"], admin=admin)
        going = await sent_to(admin, technician, 30)
        later = await sent_to(admin, technician, 150, kind_id=INSPECTION, subject="دیگ سرد است")
        link = await link_of(it, going["id"])
        guest = await windows.open("fa", width=390, height=780)
        answer = await guest.goto(it.base_url + link)
        assert answer is not None
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        tracking = guest.get_by_test_id("tracking")
        await expect(tracking).to_have_attribute("data-stage", "planned")
        await fits(guest)
        await picture(guest, "visit-planned-fa")

        page = await windows.open("fa", width=390, height=780)
        await page.goto(f"{it.base_url}/field/")
        await expect(page.locator("html")).to_have_attribute("dir", "rtl")
        await page.get_by_test_id("language").select_option("fa")
        await page.get_by_test_id("calendar").select_option("persian")
        await page.get_by_test_id("login").fill(technician.me["login"])
        await page.get_by_test_id("password").fill(PASSWORD)
        await sound(page, "field-sign-in-fa")
        await page.get_by_test_id("enter").click()
        visits = page.get_by_test_id("visit")
        await expect(visits).to_have_count(2)
        await sound(page, "field-day-fa")
        await page.evaluate("navigator.serviceWorker.ready")
        await page.context.grant_permissions(["geolocation"], origin=it.base_url)
        await page.context.set_geolocation({"latitude": 35.69, "longitude": 51.33, "accuracy": 100})
        await page.get_by_test_id("share").check()
        await visits.filter(has_text="آسانسور صدا می‌دهد").click()
        await page.get_by_test_id("move-on_the_way").click()
        status = page.get_by_test_id("status")
        await expect(status).to_have_attribute("data-kind", "sent")
        await page.context.set_geolocation({"latitude": 35.6906, "longitude": 51.33, "accuracy": 100})

        async def is_seen() -> bool:
            answer = await guest.request.get(it.base_url + link.replace("/visit/", "/api/tracking/"))
            return (await answer.json())["position"] is not None

        assert await eventually(is_seen, 30)
        await guest.reload()
        await expect(tracking).to_have_attribute("data-stage", "on_the_way")
        await expect(guest.get_by_test_id("map")).to_be_visible()
        await expect(guest.get_by_test_id("distance")).to_contain_text("کیلومتر")
        await expect(guest.get_by_test_id("arrival")).to_be_visible()
        await sound(guest, "visit-on-the-way-fa")

        await page.context.set_offline(True)
        # Even the page itself is there without a line.
        await page.reload()
        await expect(page.get_by_test_id("visit-page")).to_have_attribute("data-state", "on_the_way")
        await page.get_by_test_id("move-arrived").click()
        await expect(status).to_have_attribute("data-kind", "offline")
        await page.get_by_test_id("photo").set_input_files(PHOTO)
        await expect(page.get_by_test_id("unsent-photo")).to_have_count(1)
        await page.get_by_test_id("move-done").click()
        await expect(page.get_by_role("alert")).to_contain_text("امضا")
        await page.get_by_test_id("signed-by").fill("مریم کاظمی")
        await signs(page)
        await page.get_by_test_id("keep-signature").click()
        await expect(page.get_by_test_id("signed")).to_be_visible()
        await expect(page.get_by_role("alert")).to_have_count(0)
        await page.get_by_test_id("part-name").fill("غلتک")
        await page.get_by_test_id("part-quantity").fill("۲")
        await page.get_by_test_id("part-add").click()
        await page.get_by_test_id("outcome").fill("غلتک عوض شد")
        await page.get_by_test_id("minutes").fill("۳۵")
        await sound(page, "field-visit-offline-fa")
        await page.get_by_test_id("move-done").click()
        await expect(page.get_by_test_id("visit-page")).to_have_attribute("data-state", "done")
        await expect(status).to_have_attribute("data-waiting", "4")
        await page.reload()
        await expect(status).to_have_attribute("data-waiting", "4")
        await fits(page)
        await picture(page, "field-unsent-fa")
        _, before = await admin.json("GET", f"/api/visits/{going['id']}")
        assert before["state"] == "on_the_way"

        # Meanwhile the office gives the other visit to somebody else.
        await page.get_by_test_id("back").click()
        await visits.filter(has_text="دیگ سرد است").click()
        await page.get_by_test_id("move-on_the_way").click()
        await expect(status).to_have_attribute("data-waiting", "5")
        await does(admin, later, "assign", technician_id=other.me["id"], planned_at=at(150))

        await page.context.set_offline(False)
        await expect(status).to_have_attribute("data-waiting", "0")
        await expect(page.get_by_test_id("refused")).to_contain_text("به فرد دیگری داده شد")
        await sound(page, "field-refused-fa")
        await page.get_by_test_id("dismiss").click()
        await expect(status).to_have_attribute("data-refused", "0")
        await page.get_by_test_id("back").click()
        await expect(visits).to_have_count(1)
        _, shown = await admin.json("GET", f"/api/visits/{going['id']}")
        assert (shown["state"], shown["outcome"], shown["minutes_worked"]) == ("done", "غلتک عوض شد", 35)
        assert [(part["name"], part["quantity"]) for part in shown["parts"]] == [("غلتک", 2)]
        assert shown["signed_by"] == "مریم کاظمی"
        assert sorted(file["kind"] for file in shown["files"]) == ["photo", "signature"]
        steps = [step["state"] for step in shown["steps"]]
        assert steps == ["dispatched", "on_the_way", "arrived", "done"]
        await page.get_by_test_id("language").select_option("ar")
        await page.get_by_test_id("calendar").select_option("islamic-umalqura")
        await sound(page, "field-day-ar")
        await guest.reload()
        await expect(tracking).to_have_attribute("data-stage", "done")
        await fits(guest)
        await picture(guest, "visit-done-fa")
