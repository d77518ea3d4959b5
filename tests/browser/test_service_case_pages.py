"""What is written down of a contact becomes a ticket; a unit goes its way through the workshop, with its files."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.surface import ConsolePage, Windows
from tests.browser.test_offer_pages import fits, picture
from tests.browser.test_ticket_pages import choose, shown
from tests.integration.house import made
from tests.live import live

pytestmark = pytest.mark.browser


async def test_c044_a_contact_is_written_down_beside_its_conversation_and_becomes_a_ticket_in_persian(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it:
        sara = ConsolePage(await windows.open("fa"), it.base_url)
        await sara.sign_in("sara")
        await sara.go_available()
        visitor = await it.visitor()
        await visitor.send("یخچالم گرم است")
        await sara.accept()
        page = sara.page
        await page.get_by_test_id("contact-form-open").click()
        await choose(page, "contact-class", "خدمات محصول")
        await choose(page, "contact-request", "تماس مجدد")
        await page.get_by_test_id("contact-name").fill("لیلا رضایی")
        await page.get_by_test_id("contact-phone").fill("۰۹۱۲۱۲۳۴۵۶۷")
        await page.get_by_test_id("contact-note").fill("از دیروز گرم است")
        await page.get_by_test_id("contact-form").scroll_into_view_if_needed()
        await picture(page, "contact-form-fa")
        await page.get_by_test_id("contact-form").get_by_test_id("save").click()
        await expect(page.get_by_test_id("contact-form-class")).to_contain_text("تماس مجدد")
        await picture(page, "contact-form-written-fa")
        await page.get_by_test_id("contact-form-make").click()
        await expect(shown(page)).to_be_visible()
        await expect(page.get_by_test_id("edit-subject")).to_have_value("خدمات محصول - تماس مجدد - لیلا رضایی")
        await fits(page)
        await picture(page, "contact-ticket-fa")


async def test_c059_c082_a_unit_is_registered_and_goes_its_way_and_files_are_put_on_its_case_in_arabic(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        case = await made(admin, "/api/tickets", {"kind": "service_case", "subject": "الغسالة لا تعمل"})
        console = ConsolePage(await windows.open("ar"), it.base_url)
        await console.sign_in("omar")
        page = console.page
        await page.goto(f"{it.base_url}/console/#/tickets/{case['id']}")
        await page.get_by_test_id("unit-open").click()
        await page.get_by_test_id("unit-product").fill("غسالة ٧ كغ")
        await page.get_by_test_id("unit-serial").fill("SN-٤٢١٧")
        await choose(page, "unit-warranty", "داخل الضمان")
        await picture(page, "unit-form-ar")
        await page.get_by_test_id("ticket-unit").get_by_test_id("save").click()
        await expect(page.get_by_test_id("unit")).to_have_attribute("data-charge", "free")
        await choose(page, "set-stage", "الفحص")
        await expect(page.get_by_test_id("unit-step")).to_have_count(2)
        note = {"name": "تقرير الفحص.txt", "mimeType": "text/plain", "buffer": b"noise"}
        await page.get_by_test_id("ticket-file-input").set_input_files(note)  # type: ignore[arg-type]  # one payload
        await expect(page.get_by_test_id("ticket-file")).to_contain_text("تقرير الفحص.txt")
        await fits(page)
        await picture(page, "unit-ar")
        await page.get_by_test_id("ticket-file-remove").click()
        await page.get_by_test_id("ticket-file-sure").click()
        await expect(page.get_by_test_id("ticket-file")).to_have_count(0)
        await page.set_viewport_size({"width": 390, "height": 800})
        await page.get_by_test_id("ticket-unit").scroll_into_view_if_needed()
        await fits(page)
        await picture(page, "unit-phone-ar")


async def test_c006_c013_a_rule_opens_tickets_and_words_are_answered_by_text_as_the_channels_page_says(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path, simulator=True) as it:
        admin = await it.person("admin")
        accounts = {each["kind"]: each["id"] for each in (await admin.json("GET", "/api/accounts"))[1]["items"]}
        console = ConsolePage(await windows.open("en"), it.base_url)
        await console.sign_in("admin")
        page = console.page
        await page.goto(f"{it.base_url}/console/#/channels/{accounts['email']}")
        await page.get_by_test_id("add-rule").click()
        await page.get_by_test_id("rule-name").fill("To the desk")
        await page.get_by_test_id("rule-ticket").check()
        await choose(page, "rule-ticket-kind", "Service case")
        await choose(page, "rule-ticket-joins", "of the same customer, the newest of the kind")
        await page.get_by_test_id("rule-ticket-joins").scroll_into_view_if_needed()
        await picture(page, "mail-ticket-en")
        await page.get_by_test_id("rule-form").get_by_test_id("save").click()
        await expect(page.get_by_test_id("rule")).to_contain_text("Open a ticket")
        _, kept = await admin.json("GET", f"/api/accounts/{accounts['email']}/rules")
        ticket = kept["items"][0]["actions"]["ticket"]
        assert (ticket["kind"], ticket["joins"]) == ("service_case", "customer")
        await page.goto(f"{it.base_url}/console/#/channels/{accounts['sms']}")
        await page.get_by_test_id("self-service-on").check()
        await page.get_by_test_id("self-service-fa").fill("وضعیت، سفارش")
        await page.get_by_test_id("self-service").scroll_into_view_if_needed()
        await picture(page, "self-service-en")
        async with page.expect_response(lambda one: "self-service" in one.url and one.request.method == "PUT") as said:
            await page.get_by_test_id("self-service").get_by_test_id("save").click()
        assert (await said.value).ok
        # The rule's own word may still stand beside it.
        await expect(page.get_by_text("Saved").last).to_be_visible()
        _, words = await admin.json("GET", f"/api/accounts/{accounts['sms']}/self-service")
        assert (words["is_on"], words["words"]["fa"]) == (True, ["وضعیت", "سفارش"])
