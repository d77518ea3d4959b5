"""What happens by itself and what is counted of it: a rule acts and says why, figures lead to their tickets."""

from __future__ import annotations

import csv
import io
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import findings
from tests.browser.surface import Windows
from tests.browser.test_offer_pages import fits, picture
from tests.browser.test_promises_pages import enter, go, save
from tests.integration.house import hire, made, query
from tests.live import Person, eventually, live

pytestmark = pytest.mark.browser


async def choose(page: Page, field: str, option: str) -> None:
    await page.locator(f'[data-testid="{field}"]:visible').last.click(force=True)
    await page.get_by_role("option", name=option, exact=True).click()


async def makes_a_rule(page: Page, admin: Person) -> dict[str, Any]:
    """Write a rule in Persian, try it on a ticket that it is not for, and save it."""
    other = await made(admin, "/api/tickets", {"kind": "inquiry", "subject": "پرسش"})
    await go(page, "automation/rules/new")
    await page.get_by_test_id("field-name").fill("شکایت‌های خرابی")
    await choose(page, "trigger-happening", "گشوده شد")
    await page.get_by_test_id("add-condition-all").click()
    await choose(page, "condition-operation", "یکی از")
    await choose(page, "condition-value", "شکایت")
    await page.keyboard.press("Escape")
    await page.get_by_test_id("add-condition-all").click()
    await choose(page, "condition-fact", "موضوع")
    await page.get_by_test_id("condition-value").last.fill("خراب")
    await page.get_by_test_id("add-action").click()
    await choose(page, "action-do", "افزودن به فهرست کار")
    await page.get_by_test_id("action-text").fill("تماس با مشتری")
    await page.get_by_test_id("add-action").click()
    await choose(page, "action-do", "نوشتن به مشتری")
    await page.get_by_test_id("action-text-fa").fill("تیکت شما:")
    names = page.get_by_role("button", name="شمارهٔ تیکت", exact=True)
    await names.last.click()
    await expect(page.get_by_test_id("action-text-fa")).to_have_value("تیکت شما: {ticket.number}")
    await page.get_by_test_id("trial-number").fill(other["number"].replace("1", "۱"))
    await page.get_by_test_id("trial-try").click()
    await expect(page.get_by_test_id("trial-result")).to_have_attribute("data-holds", "false")
    await picture(page, "automation-rule-fa")
    assert await findings(page) == []
    await save(page)
    rules = (await admin.json("GET", "/api/automation/rules"))[1]["items"]
    [mine] = [each for each in rules if each["is_active"]]
    return dict(mine)


async def reads_reports(page: Page, numbers: list[str]) -> None:
    """Count by kind over the Jalali month, look behind a figure, take it out, and let it be sent."""
    await go(page, "reports")
    await expect(page.get_by_test_id("chart-time")).to_have_count(30)
    await picture(page, "reports-desk-fa")
    await choose(page, "report-by", "گونه")
    figure = page.locator('[data-testid="figure-row"][data-group="complaint"] [data-figure="opened"] a')
    await expect(figure).to_have_text("۱")
    await expect(page.get_by_test_id("chart-group")).to_have_count(2)
    await page.locator('[data-testid="figure-row"][data-group="all"] [data-figure="opened"] a').click()
    await expect(page.get_by_test_id("panel").get_by_test_id("row")).to_have_count(2)
    await figure.click()
    panel = page.get_by_test_id("panel")
    await expect(panel.get_by_test_id("row")).to_have_count(1)
    await expect(panel.get_by_test_id("row")).to_contain_text(numbers[0])
    await picture(page, "reports-rows-fa")
    assert await findings(page) == []
    async with page.expect_download() as told:
        await page.get_by_test_id("download-csv").click()
    text = Path(await (await told.value).path()).read_text("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    assert (head[:2], rows[-1][:2]) == (["گونه", "بازشده"], ["جمع", "2"])


async def analyses_complaints(page: Page) -> None:
    await go(page, "reports/complaints")
    await choose(page, "count-by", "منبع")
    await expect(page.get_by_test_id("counts").get_by_role("row").last).to_contain_text("۱")
    await expect(page.locator('[data-testid="chart-time"]:visible')).to_have_count(1)
    await page.locator('[data-testid="behind"]:visible').first.click()
    await expect(page.get_by_test_id("behind-rows").get_by_test_id("row")).to_have_count(1)
    await picture(page, "reports-complaints-fa")
    assert await findings(page) == []


async def sends_a_report(page: Page, reader: str) -> None:
    await go(page, "reports/sent/new")
    await page.get_by_test_id("field-name").fill("Weekly")
    await page.get_by_test_id("field-at").fill("7:30")
    await page.get_by_test_id("field-to").click(force=True)
    await page.get_by_role("option", name=reader).click()
    await page.keyboard.press("Escape")
    await save(page)
    await expect(page.get_by_test_id("row")).to_contain_text("07:30")


async def test_c149_c152_a_rule_acts_and_says_why_and_figures_lead_to_their_tickets(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it:
        page, admin = await enter(it, windows, "fa", "persian")
        rule = await makes_a_rule(page, admin)
        assert rule["conditions"]["all"] == [
            {"fact": "kind", "operation": "one_of", "value": ["complaint"]},
            {"fact": "subject", "operation": "contains", "value": "خراب"},
        ]
        assert rule["actions"][2] == {"do": "tell_customer", "texts": {"fa": "تیکت شما: {ticket.number}"}}
        opened = await made(admin, "/api/tickets", {"kind": "complaint", "subject": "دستگاه خراب است"})

        async def acted() -> Any:
            return (await admin.json("GET", "/api/automation/runs"))[1]["items"]

        await eventually(acted)
        await page.get_by_test_id("rule-log").click()
        row = page.get_by_test_id("row")
        await expect(row).to_have_count(1)
        await expect(row).to_contain_text(opened["number"])
        await expect(row).to_contain_text("گشوده شد")
        # A colleague's ticket: there is no customer to write to, and that is said.
        deeds = [await each.get_attribute("data-refused") for each in await row.get_by_test_id("deed").all()]
        assert deeds == ["false", "false", "true"]
        await expect(row.get_by_test_id("deed").last).to_contain_text("تیکت یک همکار است.")
        await picture(page, "automation-log-fa")

        # A colleague was faster.
        body = {name: value for name, value in rule.items() if name != "id"} | {"name": "نام دیگر"}
        assert (await admin.json("PUT", f"/api/automation/rules/{rule['id']}", body))[0] == 200
        windows.allowed.append(re.compile("status of 409"))
        await go(page, f"automation/rules/{rule['id']}")
        await page.get_by_test_id("field-active").press("Space")
        await page.locator('[data-testid="save"]:visible').click()
        await page.get_by_test_id("reload").click()
        await expect(page.get_by_test_id("field-name")).to_have_value("نام دیگر")

        await reads_reports(page, [opened["number"]])
        await analyses_complaints(page)
        reader = await hire(it, ["report.read"])
        await query(it, "update staff set email = 'reader@maya.example' where id = $1", uuid.UUID(reader.me["id"]))
        english, _ = await enter(it, windows, "en", "gregory", width=390)
        await sends_a_report(english, reader.me["name"])
        await fits(english)


async def test_rules_that_came_with_the_program_have_names_in_the_readers_language_until_they_are_given_one(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it:
        page, admin = await enter(it, windows, "ar", "islamic-umalqura")
        came = "Service case registered: tell the customer"
        _, listed = await admin.json("GET", "/api/automation/rules")
        [rule] = [each for each in listed["items"] if each["name"] == came]
        await go(page, "automation")
        named = page.get_by_test_id("row").filter(has_text="تسجيل حالة خدمة: إبلاغ العميل")
        await expect(named).to_have_count(1)
        await expect(page.get_by_test_id("row").filter(has_text="Service case")).to_have_count(0)
        await picture(page, "automation-rules-ar")
        # Switching it on is not giving it another name.
        await go(page, f"automation/rules/{rule['id']}")
        await expect(page.get_by_test_id("field-name")).to_have_value("تسجيل حالة خدمة: إبلاغ العميل")
        await page.get_by_test_id("field-active").press("Space")
        await save(page)
        rules = {each["id"]: each for each in (await admin.json("GET", "/api/automation/rules"))[1]["items"]}
        assert (rules[rule["id"]]["name"], rules[rule["id"]]["is_active"]) == (came, True)

        opened = await made(admin, "/api/tickets", {"kind": "service_case", "subject": "الغسالة لا تدور"})

        async def acted() -> Any:
            return (await admin.json("GET", f"/api/automation/runs?ticket_id={opened['id']}"))[1]["items"]

        await eventually(acted)
        await go(page, "automation/log")
        await expect(page.get_by_test_id("row")).to_contain_text("تسجيل حالة خدمة: إبلاغ العميل")
        await picture(page, "automation-log-ar")

        await go(page, f"automation/rules/{rule['id']}")
        await page.get_by_test_id("field-name").fill("قاعدتنا")
        await save(page)
        await go(page, "automation")
        await expect(page.get_by_test_id("row").filter(has_text="قاعدتنا")).to_have_count(1)
        await expect(named).to_have_count(0)
