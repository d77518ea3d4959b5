"""The rule book of the desk: a policy, a Jalali holiday that moves what is due, stages, and hours as they were kept."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from persiantools.jdatetime import JalaliDate
from playwright.async_api import Page, expect

from sla.days import day_number
from sla.hours import CalendarName, Hours
from sla.working import due
from tests.browser.surface import ConsolePage, Windows, presses
from tests.integration.house import made
from tests.live import Live, Person, eventually, live

pytestmark = pytest.mark.browser

_MINUTES = 100 * 60
_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


async def enter(it: Live, windows: Windows, language: str, calendar: str, width: int = 1280) -> tuple[Page, Person]:
    person = await it.person("admin")
    await person.json("PATCH", "/api/session/preferences", {"locale": language, "calendar": calendar})
    console = ConsolePage(await windows.open(language, width=width, height=900), it.base_url)
    await console.sign_in("admin")
    return console.page, person


async def go(page: Page, path: str) -> None:
    await page.evaluate(f"location.hash = '#/{path}'")


async def save(page: Page) -> None:
    await presses(page.locator('[data-testid="save"]:visible'))


async def only(person: Person, path: str) -> dict[str, Any]:
    [one] = (await person.json("GET", path))[1]["items"]
    return dict(one)


async def test_a_jalali_holiday_that_an_administrator_adds_moves_what_a_policy_promised(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it:
        page, admin = await enter(it, windows, "fa", "persian")
        await go(page, "calendars/new")
        await page.get_by_test_id("field-name").fill("دفتر تهران")
        assert await page.get_by_test_id("field-name").evaluate("e => getComputedStyle(e).direction") == "rtl"
        first = page.get_by_test_id("weekday").filter(has=page.get_by_test_id("span")).first
        await first.get_by_test_id("span-end").fill("۱۶:۳۰")
        await first.get_by_test_id("spread").click()
        await save(page)
        await expect(page.get_by_test_id("row").first).to_contain_text("دفتر تهران")

        await go(page, "promises/new")
        await page.locator('[data-testid="field-name"]:visible').fill("همهٔ تیکت‌ها")
        await page.get_by_test_id("target-normal-resolution").fill("۱۰۰")
        await save(page)
        await expect(page.get_by_test_id("target-normal-resolution")).to_have_value("۱۰۰:۰۰")

        calendar = await only(admin, "/api/calendars")
        assert calendar["is_default"]
        assert {each["end"] for each in calendar["hours"]["weekly"]} == {"16:30"}
        hours = Hours.model_validate(calendar["hours"])
        ticket = await made(admin, "/api/tickets", {"kind": "support_request", "subject": "کار نمی‌کند"})
        opened = datetime.fromisoformat(ticket["opened_at"])
        assert datetime.fromisoformat(ticket["due_at"]) == due(hours, opened, _MINUTES)

        # a day on which they work, in the week that comes
        today = datetime.now(ZoneInfo(hours.zone)).date()
        worked = {each.day for each in hours.weekly}
        off = next(day for n in range(2, 9) if (day := today + timedelta(days=n)).weekday() in worked)
        jalali = JalaliDate(off)
        await go(page, f"calendars/{calendar['id']}")
        await page.get_by_test_id("add-holiday").click()
        await page.get_by_test_id("rule-name").fill("جشن سازمان")
        await page.get_by_test_id("rule-month").click()
        await page.get_by_role("option").nth(jalali.month - 1).click()
        await page.get_by_test_id("rule-day").fill(str(jalali.day).translate(_DIGITS))
        number = (off - date(1970, 1, 1)).days
        cell = page.locator(f'[data-testid="preview-day"][data-day="{number}"]')
        await expect(cell).to_contain_text("جشن سازمان")
        await page.get_by_test_id("trial-minutes").fill("100")
        await page.get_by_test_id("try-hours").click()
        await expect(page.get_by_test_id("trial-result")).to_contain_text("Asia/Tehran")
        await save(page)

        async def moved() -> str | None:
            _, shown = await admin.json("GET", f"/api/tickets/{ticket['id']}")
            return None if shown["due_at"] == ticket["due_at"] else str(shown["due_at"])

        kept = await only(admin, "/api/calendars")
        [rule] = kept["hours"]["rules"]
        assert (rule["calendar"], rule["month"], rule["day"], rule["year"]) == (
            "persian", jalali.month, jalali.day, None,
        )  # fmt: skip
        assert datetime.fromisoformat(await eventually(moved)) == due(
            Hours.model_validate(kept["hours"]), opened, _MINUTES
        )

        # a colleague was faster
        body = {name: value for name, value in kept.items() if name != "id"} | {"name": "دفتر مرکزی"}
        assert (await admin.json("PUT", f"/api/calendars/{kept['id']}", body))[0] == 200
        windows.allowed.append(re.compile("status of 409"))
        await page.locator('[data-testid="field-name"]:visible').fill("دفتر دیگر")
        await page.locator('[data-testid="save"]:visible').click()
        await page.get_by_test_id("reload").click()
        await expect(page.locator('[data-testid="field-name"]:visible')).to_have_value("دفتر مرکزی")


_OLD = {
    "zone": "Asia/Tehran",
    "weekly": [{"day": 5, "start": "08:00", "end": "12:00"}, {"day": 5, "start": "22:00", "end": "02:00"}],
    "holidays": ["2027-04-01"],
    "rules": [{"name": "Nowruz", "calendar": "persian", "month": 1, "day": 1, "days": 4, "year": None, "moved": []}],
    "seasons": [
        {
            "name": "Ramadan", "calendar": "islamic-umalqura", "from_month": 9, "from_day": 1, "to_month": 9,
            "to_day": 30, "weekly": [{"day": 5, "start": "09:00", "end": "11:00"}],
            "moved": [{"year": 1448, "days": 1}],
        },
    ],
    "special": [{"date": "2027-02-11", "spans": [{"start": "10:00", "end": "11:00"}]}],
}  # fmt: skip


async def test_hours_of_a_widget_keep_what_they_have_and_a_day_off_is_typed_in_jalali(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it:
        page, admin = await enter(it, windows, "en", "persian")
        widget = next(iter((await admin.json("GET", "/api/widgets"))[1]["items"]))
        path = f"/api/widgets/{widget['site']}"
        known = ("account_id", "origins", "is_enabled", "version")
        body = {name: widget[name] for name in known} | {"settings": {**widget["settings"], "hours": _OLD}}
        assert (await admin.json("PUT", path, body))[0] == 200
        await go(page, f"widgets/{widget['site']}")
        await page.get_by_test_id("section-hours").click()
        await page.get_by_test_id("hours-holidays").click()
        field = page.get_by_test_id("add-day-off")
        await field.fill("1406/1/13")
        await field.press("Enter")
        await expect(page.locator('[data-testid="day-off"][data-date="2027-04-02"]')).to_contain_text("Farvardin")
        await expect(field).to_have_value("")
        await save(page)
        _, answer = await admin.json("GET", "/api/widgets")
        hours = next(each["settings"]["hours"] for each in answer["items"] if each["site"] == widget["site"])
        assert hours == {**_OLD, "holidays": ["2027-04-01", "2027-04-02"]}


async def test_what_a_stage_is_refused_is_said_at_its_field_and_types_stand_in_each_other(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it:
        page, admin = await enter(it, windows, "ar", "islamic-umalqura", width=390)
        windows.allowed.append(re.compile("status of 409"))
        _, answer = await admin.json("GET", "/api/ticket-statuses")
        pending = next(each for each in answer["items"] if each["category"] == "pending")
        await go(page, f"desk/stages/{pending['id']}")
        switch = page.get_by_test_id("field-active")
        await switch.press("Space")
        await page.get_by_test_id("save").click()
        await expect(page.locator(".mantine-Switch-error")).to_have_text(
            "يجب أن تبقى من هذه الفئة مرحلة نشطة لكل الأنواع."
        )
        await expect(page.get_by_test_id("conflict")).to_have_count(0)
        await switch.press("Space")
        await page.get_by_test_id("name-ar").fill("ننتظر العميل")
        await save(page)

        await made(admin, "/api/ticket-types", {"kind": "support_request", "names": {"ar": "الشبكة"}})
        await page.reload()
        await go(page, "desk/types/new")
        await page.get_by_test_id("name-ar").fill("الموجّه")
        await page.get_by_test_id("field-parent").click()
        await page.get_by_role("option", name="الشبكة").click()
        await save(page)
        _, answer = await admin.json("GET", "/api/ticket-types")
        parents = {each["names"]["ar"]: each["parent_id"] for each in answer["items"]}
        ids = {each["names"]["ar"]: each["id"] for each in answer["items"]}
        assert parents["الموجّه"] == ids["الشبكة"]

        await go(page, "desk/fields/new")
        await page.locator('[data-testid="name-en"]:visible').fill("Serial number")
        await expect(page.get_by_test_id("field-key")).to_have_value("serial_number")
        await page.get_by_test_id("field-type").click()
        await page.get_by_role("option", name="واحد من عدة").click()
        windows.allowed.append(re.compile("status of 422"))
        await page.locator('[data-testid="save"]:visible').click()
        await expect(page.get_by_test_id("options-fault")).to_have_text("الاختيار يحتاج إلى خيارات.")
        await page.get_by_test_id("add-option").click()
        await page.get_by_test_id("option-name-en").fill("Long")
        await save(page)
        field = await only(admin, "/api/ticket-fields")
        assert (field["key"], [each["names"] for each in field["options"]]) == ("serial_number", [{"en": "Long"}])


_DATES = """([calendar, first, count]) => {
  const format = new Intl.DateTimeFormat(`en-u-ca-${calendar}-nu-latn`, {
    timeZone: "UTC", year: "numeric", month: "numeric", day: "numeric",
  });
  const numbers = (parts) => Object.fromEntries(parts.map(({ type, value }) => [type, parseInt(value)]));
  const dates = Array.from({ length: count }, (_, n) => numbers(format.formatToParts((first + n) * 86400000)));
  return dates.map(({ year, month, day }) => [year, month, day]);
}"""


@pytest.mark.parametrize(
    ("calendar", "until"),
    # From August 2029 on the browser's table and ours differ in some lunar months (docs/decisions/frontend.md).
    [("gregory", date(2035, 1, 1)), ("persian", date(2040, 1, 1)), ("islamic-umalqura", date(2029, 8, 1))],
)
async def test_the_days_that_the_browser_shows_are_those_by_which_the_server_counts(
    windows: Windows, calendar: CalendarName, until: date
) -> None:
    page = await windows.open()
    first = date(2015, 1, 1)
    count = (until - first).days
    dates = await page.evaluate(_DATES, [calendar, (first - date(1970, 1, 1)).days, count])
    assert [day_number(calendar, *each) for each in dates] == [first.toordinal() + n for n in range(count)]
