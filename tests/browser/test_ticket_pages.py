"""The service desk in the console: a ticket is offered and worked to its end, several at once, one comes of a chat."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.surface import ConsolePage, Windows
from tests.browser.test_offer_pages import fits, picture
from tests.integration.house import made
from tests.live import Person, live

pytestmark = pytest.mark.browser
# What the browser writes about a number that is no ticket's.
NOT_THERE = re.compile(r"the server responded with a status of 404")


async def desk(admin: Person) -> str:
    """Add a team whose tickets omar can have."""
    skills = {each["name"]: each["id"] for each in (await admin.json("GET", "/api/skills"))[1]["items"]}
    queue = await made(admin, "/api/queues", {"name": "Service desk", "skills": {skills["sms"]: 1}})
    return str(queue["id"])


async def policy(admin: Person) -> None:
    """Promise an answer in an hour and a solution in a day, always."""
    targets = {"first_response": 60, "next_response": 60, "resolution": 1440}
    body = {"name": "Standard", "targets": dict.fromkeys(("low", "normal", "high", "urgent"), targets)}
    await made(admin, "/api/sla-policies", body)


async def ticket(admin: Person, **said: Any) -> dict[str, Any]:
    return await made(admin, "/api/tickets", {"kind": "support_request", "subject": "It does not start", **said})


async def stage(person: Person, category: str) -> str:
    _, answer = await person.json("GET", "/api/ticket-statuses")
    return str(next(each["id"] for each in answer["items"] if each["category"] == category))


async def choose(page: Page, field: str, option: str) -> None:
    await page.get_by_test_id(field).click()
    await page.get_by_role("option", name=option, exact=True).click()


def shown(page: Page) -> Locator:
    return page.get_by_test_id("ticket")


async def change(person: Person, ticket_id: str, **said: Any) -> None:
    _, now = await person.json("GET", f"/api/tickets/{ticket_id}")
    status, answer = await person.json("PATCH", f"/api/tickets/{ticket_id}", {"version": now["version"], **said})
    assert status == 200, answer


async def test_a_ticket_is_offered_and_worked_to_its_end_in_arabic(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        await policy(admin)
        queue_id = await desk(admin)
        omar = ConsolePage(await windows.open("ar"), it.base_url)
        await omar.sign_in("omar")
        await omar.go_available()
        page = omar.page
        # A colleague asks: it has no customer, and the card shows it all the same.
        opened = await ticket(admin, queue_id=queue_id, priority="urgent", subject="الطابعة لا تعمل")
        card = page.get_by_test_id("offer-card")
        await expect(card).to_contain_text("تذكرة")
        await expect(card).to_contain_text(opened["number"])
        await picture(page, "ticket-offer-ar")
        await page.get_by_test_id("offer-accept").click()
        await expect(shown(page)).to_have_attribute("data-category", "open")
        await expect(page.get_by_test_id("clock")).to_have_count(2)
        await expect(page.get_by_test_id("due").first).to_have_attribute("data-tone", "kept")

        # What others change appears, and what is typed meanwhile stays.
        await page.get_by_test_id("edit-description").fill("الحبر نفد")
        await change(admin, opened["id"], subject="الطابعة في الطابق الثاني", description="من المدير")
        await expect(page.get_by_test_id("edit-subject")).to_have_value("الطابعة في الطابق الثاني")
        await expect(page.get_by_test_id("edit-description")).to_have_value("الحبر نفد")
        await expect(page.get_by_test_id("conflict")).to_contain_text("من المدير")
        await picture(page, "ticket-clash-ar")
        await page.get_by_test_id("save").click()
        await expect(page.get_by_test_id("conflict")).to_have_count(0)

        await page.get_by_test_id("check-text").fill("طلب الحبر")
        await page.get_by_test_id("check-add").click()
        await page.get_by_test_id("check").click()
        await expect(page.get_by_test_id("check")).to_be_checked()
        await page.get_by_test_id("time-add").click()
        await page.get_by_test_id("time-minutes").fill("٢٥")
        await page.get_by_test_id("ticket-times").get_by_test_id("save").click()
        await expect(page.get_by_test_id("time")).to_contain_text("٢٥")
        await page.get_by_test_id("paper-add").click()
        await page.get_by_test_id("paper-call").click()
        await page.get_by_test_id("paper-summary").fill("اتصلنا بالمورد")
        await page.get_by_test_id("paper-outcome").fill("يأتي غدًا")
        await page.get_by_test_id("paper-form").get_by_test_id("save").click()
        await page.get_by_test_id("paper-next").click()
        await expect(page.get_by_test_id("paper-summary")).to_have_value("يأتي غدًا")
        await page.get_by_test_id("paper-form").get_by_test_id("save").click()
        await expect(page.locator('[data-testid="paper"][data-kind="visit"]')).to_be_visible()

        await choose(page, "set-stage", "محلولة")
        await expect(shown(page)).to_have_attribute("data-category", "solved")
        await expect(page.get_by_test_id("past-change").first).to_contain_text("محلولة")
        await picture(page, "ticket-ar")
        await fits(page)
        await page.set_viewport_size({"width": 390, "height": 800})
        await fits(page)
        await picture(page, "ticket-phone-ar")
        await page.get_by_test_id("due-history").locator("summary").click()
        await page.get_by_test_id("ticket-promises").scroll_into_view_if_needed()
        await picture(page, "ticket-why-phone-ar")
        await page.goto(f"{it.base_url}/console/#/tickets")
        await page.get_by_test_id("tickets-state").locator("label").nth(1).click()
        await expect(page.get_by_test_id("row")).to_have_count(1)
        await page.get_by_test_id("row").scroll_into_view_if_needed()
        await fits(page)
        await picture(page, "tickets-phone-ar")
        await page.goto(f"{it.base_url}/console/#/work")
        await expect(page.get_by_test_id("work-item")).to_have_count(0)


async def test_several_are_changed_at_once_and_taken_back_and_one_ends_in_another(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        await policy(admin)
        whose = await made(admin, "/api/customers", {"name": "لیلا رضایی"})
        actions = [{"do": "set", "what": "priority", "value": "high"}, {"do": "add_check", "text": "Call"}]
        await made(admin, "/api/macros", {"names": {"en": "Call back first"}, "actions": actions})
        several = [await ticket(admin, subject=f"Kettle {number}", customer_id=whose["id"]) for number in range(2)]
        await admin.json("PATCH", "/api/session/preferences", {"locale": "en", "calendar": "gregory"})
        desk_page = ConsolePage(await windows.open(), it.base_url)
        await desk_page.sign_in("admin")
        page = desk_page.page
        await page.goto(f"{it.base_url}/console/#/tickets")
        rows = page.get_by_test_id("row")
        await expect(rows).to_have_count(2)
        # What somebody else opens comes by itself.
        several.append(await ticket(admin, subject="Kettle 2", customer_id=whose["id"]))
        await expect(rows).to_have_count(3)
        await page.get_by_test_id("search").fill("رضايي kettle 1")
        await expect(rows).to_have_count(1)
        await page.get_by_test_id("search").fill("")
        await expect(rows).to_have_count(3)
        await page.get_by_test_id("tick-all").check()
        await picture(page, "tickets-bulk-en")
        await choose(page, "bulk-status_id", "On hold")
        await expect(page.get_by_test_id("bulk-done")).to_contain_text("3 tickets changed")
        notice = page.locator(".mantine-Notification-root").filter(has=page.get_by_test_id("bulk-done"))
        await expect(notice.get_by_role("button", name="Close", exact=True)).to_be_visible()
        await expect(page.locator('[data-testid="stage"][data-category="on_hold"]')).to_have_count(3)
        # One goes on meanwhile: it stays as it was made, the others come back.
        await change(admin, several[0]["id"], status_id=await stage(admin, "open"))
        await page.get_by_test_id("undo").click()
        await expect(page.locator('[data-testid="stage"][data-category="new"]')).to_have_count(2)
        await expect(page.locator('[data-testid="stage"][data-category="open"]')).to_have_count(1)
        await fits(page)

        await rows.filter(has_text="Kettle 2").click()
        await page.get_by_test_id("ticket-more").click()
        await page.get_by_test_id("merge").click()
        await page.get_by_test_id("merge-number").fill(several[1]["number"].replace("SR-", "sr "))
        await page.get_by_test_id("merge-look").click()
        await expect(page.get_by_test_id("merge-found")).to_contain_text("Kettle 1")
        await picture(page, "ticket-merge-en")
        await page.get_by_test_id("merge-submit").click()
        await expect(shown(page)).to_have_attribute("data-number", several[1]["number"])
        await page.get_by_test_id("link").get_by_role("link").click()
        await expect(page.get_by_test_id("merged")).to_contain_text(several[1]["number"])
        await page.get_by_test_id("unmerge").click()
        await expect(page.get_by_test_id("merged")).to_have_count(0)
        await page.get_by_test_id("link-open").click()
        windows.allowed.append(NOT_THERE)
        await page.get_by_test_id("link-number").fill("SR-999999")
        await page.get_by_test_id("ticket-links").get_by_test_id("save").click()
        await expect(page.get_by_test_id("ticket-links")).to_contain_text("may not see it")
        await page.get_by_test_id("link-number").fill(several[0]["number"])
        await page.get_by_test_id("ticket-links").get_by_test_id("save").click()
        await expect(page.get_by_test_id("link")).to_contain_text("Kettle 0")
        await picture(page, "ticket-en")
        await page.get_by_test_id("ticket-more").click()
        await page.get_by_test_id("macro").click()
        await expect(page.get_by_test_id("macro-done")).to_contain_text("Call back first")
        await expect(page.get_by_test_id("check")).to_have_count(1)
        await expect(page.get_by_test_id("past-change").first).to_contain_text("used a macro")


async def test_a_ticket_comes_of_a_chat_with_its_own_fields_and_the_chat_is_answered_from_it(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        await fields(admin)
        sara = ConsolePage(await windows.open("fa"), it.base_url)
        await sara.sign_in("sara")
        await sara.go_available()
        page = sara.page
        visitor = await it.visitor(locale="fa")
        await visitor.send("کتری من خراب است")
        await sara.accept()
        await page.get_by_test_id("open-ticket").click()
        await expect(page.get_by_test_id("ticket-subject")).to_have_value("کتری من خراب است")
        form = page.get_by_test_id("form")
        await form.get_by_test_id("save").click()
        await expect(form).to_contain_text("لازم است")
        await page.get_by_test_id("field-serial").fill("A-17")
        await page.get_by_test_id("field-weight").fill("۱٫۵")
        await choose(page, "field-color", "قرمز")
        await picture(page, "ticket-new-fa")
        await form.get_by_test_id("save").click()
        await expect(page.get_by_test_id("edit-subject")).to_have_value("کتری من خراب است")
        await expect(page.get_by_test_id("field-weight")).to_have_value("۱٫۵")
        # The page of own work keeps its own view of the same chat, out of sight.
        talk = page.get_by_test_id("ticket-talk")
        await expect(talk.get_by_test_id("composer")).to_be_visible()
        # The page is read from its top, and the chat keeps to its half of it.
        await expect(page.get_by_test_id("ticket-requester")).to_be_in_viewport()
        beside = await page.get_by_test_id("ticket-links").bounding_box()
        box = await talk.bounding_box()
        assert beside is not None
        assert box is not None
        assert beside["x"] + beside["width"] <= box["x"] or box["y"] + box["height"] <= beside["y"]
        await talk.get_by_test_id("composer").fill("فردا می‌آییم")
        await talk.get_by_test_id("composer-send").click()
        await expect(talk.get_by_test_id("message").filter(has_text="فردا می‌آییم")).to_be_visible()
        await picture(page, "ticket-chat-fa")
        await page.get_by_test_id("ticket-requester").get_by_role("link").click()
        await expect(page.get_by_test_id("customer-ticket")).to_contain_text("کتری من خراب است")
        await picture(page, "ticket-customer-fa")
        await page.goto(f"{it.base_url}/console/#/work")
        await sara.works.click()
        await expect(page.get_by_test_id("customer-panel").get_by_test_id("customer-ticket")).to_have_count(1)
        await picture(page, "ticket-work-fa")


async def fields(admin: Person) -> None:
    """Define a field of each shape that is typed in its own way."""
    names = {"serial": "شمارهٔ سریال", "weight": "وزن", "color": "رنگ", "bought": "تاریخ خرید", "warranty": "گارانتی"}
    types = {"serial": "text", "weight": "number", "color": "choice", "bought": "date", "warranty": "yes_no"}
    for position, (key, name) in enumerate(names.items()):
        body = {"key": key, "names": {"en": key, "fa": name}, "type": types[key], "position": position}
        options = [{"key": "red", "names": {"en": "Red", "fa": "قرمز"}}] if key == "color" else []
        await made(admin, "/api/ticket-fields", body | {"options": options, "is_required": key == "serial"})


async def test_c007_business_with_a_customer_is_a_lead_in_one_step_in_persian(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        await admin.json("PATCH", "/api/session/preferences", {"locale": "fa", "calendar": "persian"})
        customer = await made(admin, "/api/customers", {"name": "نور بصری", "kind": "person"})
        console = ConsolePage(await windows.open(locale="fa"), it.base_url)
        await console.sign_in("admin")
        page = console.page
        await page.goto(f"{it.base_url}/console/#/customers/{customer['id']}")
        await page.get_by_test_id("new-lead").click()
        await expect(page.get_by_test_id("ticket-kind")).to_have_value("سرنخ فروش")
        await page.get_by_test_id("ticket-subject").fill("دویست کتری")
        await fits(page)
        await page.get_by_role("button", name="ثبت تیکت").click()
        await expect(shown(page)).to_have_attribute("data-number", "LD-1")
        await expect(shown(page)).to_contain_text("سرنخ فروش")
        await picture(page, "lead-fa")
