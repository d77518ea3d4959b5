"""The customers' portal and the form for other sites, in a browser: from the code in the mail to the rating."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import findings
from tests.browser.surface import ConsolePage, Windows
from tests.browser.test_offer_pages import fits, picture
from tests.integration.house import made
from tests.integration.portal_guest import address, code_in, customer, guest, portal, stage, taken
from tests.integration.widget_site import agent_of, mails
from tests.live import eventually, live

pytestmark = pytest.mark.browser
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


async def sound(page: Page, name: str) -> None:
    """What is shown fits, can be read, and can be used by everybody."""
    await fits(page)
    assert await findings(page) == []
    await picture(page, name)


async def test_c140_a_customer_asks_in_persian_on_a_telephone_is_answered_and_rates(
    dsn: str, tmp_path: Path, windows: Windows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.post.PAUSE", timedelta(0))
    async with live(dsn, tmp_path, simulator=True) as it:
        admin = await it.person("admin")
        at = await portal(admin)
        await made(admin, "/api/ticket-fields", {
            "key": "bought_on", "names": {"en": "Bought on", "fa": "تاریخ خرید"}, "type": "date",
            "is_for_customer": True,
        })  # fmt: skip
        agent, _ = await agent_of(it, admin, at)
        mail = address()
        await customer(admin, mail, name="مریم کاظمی")
        page = await windows.open("fa", width=390, height=780)
        await page.goto(f"{it.base_url}/portal/")
        await expect(page.locator("html")).to_have_attribute("dir", "rtl")
        await sound(page, "portal-sign-in-fa")
        await page.get_by_test_id("address").fill(mail)
        await page.get_by_test_id("send-code").click()
        await expect(page.get_by_test_id("code")).to_be_visible()
        [letter] = await eventually(lambda: mails(it, mail))
        await page.get_by_test_id("code").fill("000000" if code_in(letter["text"]) != "000000" else "111111")
        await page.get_by_test_id("open").click()
        await expect(page.get_by_role("alert")).to_contain_text("نادرست")
        await page.get_by_test_id("code").fill(code_in(letter["text"]))
        await page.get_by_test_id("open").click()
        await expect(page.get_by_text("هنوز درخواستی نداده‌اید.")).to_be_visible()

        await page.get_by_test_id("new").click()
        await page.get_by_test_id("subject").fill("یخچال گرم است")
        await page.get_by_test_id("text").fill("از دیروز سرد نمی‌کند.")
        await page.get_by_label("روز", exact=True).fill("۵")
        await page.get_by_label("ماه", exact=True).select_option(index=9)
        await page.get_by_label("سال", exact=True).fill("۱۴۰۵")
        await page.get_by_test_id("files").set_input_files(
            files=[{"name": "یخچال.png", "mimeType": "image/png", "buffer": PNG}]
        )
        await expect(page.get_by_text("یخچال.png")).to_be_visible()
        await sound(page, "portal-new-fa")
        await page.get_by_test_id("send").click()
        shown = page.get_by_test_id("ticket")
        await expect(shown).to_contain_text("یخچال گرم است")
        await expect(shown).to_contain_text("۵ آذر ۱۴۰۵")
        ticket_id = page.url.rpartition("/")[2]

        await expect(page.get_by_test_id("talk")).to_contain_text("درخواست شما رسید")

        talk = await taken(agent, admin, ticket_id)
        await agent.reply(talk["id"], "فردا می‌آییم")
        await expect(page.get_by_test_id("talk")).to_contain_text("فردا می‌آییم")
        await eventually(lambda: mails(it, mail))
        await page.get_by_test_id("answer").fill("متشکرم")
        await page.get_by_test_id("send-answer").click()
        await expect(page.get_by_test_id("talk").locator("li.theirs").last).to_contain_text("متشکرم")
        await sound(page, "portal-ticket-fa")

        await stage(admin, ticket_id, "solved")
        await page.reload()
        await page.get_by_test_id("score-5").check(force=True)
        await page.get_by_test_id("rate").click()
        await expect(page.get_by_test_id("rated")).to_be_visible()
        await page.get_by_test_id("calendar").select_option("gregory")
        await expect(page.get_by_test_id("ticket")).to_contain_text("۲۰۲۶")
        await page.goto(f"{it.base_url}/portal/#/")
        await expect(page.get_by_test_id("stage")).to_have_attribute("data-category", "solved")
        await sound(page, "portal-list-fa")
        await page.get_by_test_id("language").select_option("en")
        await page.get_by_test_id("leave").click()
        await expect(page.get_by_test_id("address")).to_be_visible()
        await sound(page, "portal-sign-in-en")


async def test_c139_the_link_of_a_mail_lets_in_once_it_is_pressed(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path, simulator=True) as it:
        admin = await it.person("admin")
        await portal(admin)
        mail = address()
        await customer(admin, mail)
        maryam = await guest(it, mail)
        await maryam.knock()
        found = re.search(r"http\S+/portal/#/in/\S+", await maryam.post())
        assert found is not None
        page = await windows.open("en")
        await page.goto(found[0])
        await page.get_by_test_id("open-link").click()
        await expect(page.get_by_test_id("new")).to_be_visible()
        assert "/in/" not in page.url, "the secret does not stay in the address"


async def test_c141_a_form_is_set_up_in_arabic_and_a_visitor_of_the_shop_sends_it(
    dsn: str, tmp_path: Path, windows: Windows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.forms.SOONEST", timedelta(0))
    async with live(dsn, tmp_path, simulator=True) as it:
        admin = await it.person("admin")
        assert (await admin.json("PATCH", "/api/session/preferences", {"locale": "ar"}))[0] == 200
        console = ConsolePage(await windows.open("ar"), it.base_url)
        await console.sign_in("admin")
        await console.page.goto(f"{it.base_url}/console/#/portal")
        await expect(console.page.get_by_test_id("portal-url")).to_contain_text("/portal/")
        await sound(console.page, "portal-settings-ar")
        await console.page.goto(f"{it.base_url}/console/#/portal/forms/demo")
        await expect(console.page.get_by_test_id("snippet")).to_contain_text('data-form="demo"')
        await console.page.get_by_test_id("field-title-ar").fill("اكتب لنا")
        await console.page.get_by_test_id("save").click()
        await expect(console.page.get_by_text("تم الحفظ.").first).to_be_visible()
        await sound(console.page, "portal-form-settings-ar")
        await console.page.goto(f"{it.base_url}/console/#/portal/contacts")
        await expect(console.page.get_by_test_id("contact-add")).to_be_visible()

        page = await windows.open("ar", width=390, height=780)
        await page.goto(f"{it.base_url}/demo/desk.html?lang=ar")
        desk = page.get_by_test_id("desk")
        await expect(desk).to_have_attribute("dir", "rtl")
        await expect(desk.get_by_role("heading")).to_have_text("اكتب لنا")
        await page.get_by_test_id("desk-send").click()
        await expect(desk.get_by_role("alert").first).to_be_visible()
        await page.get_by_test_id("desk-kind").select_option("complaint")
        await page.get_by_test_id("desk-name").fill("علي")
        mail = address("ali")
        await page.get_by_test_id("desk-email").fill(mail)
        await page.get_by_test_id("desk-subject").fill("تأخر التسليم")
        await page.get_by_test_id("desk-text").fill("لم تصل الثلاجة")
        await expect(desk.get_by_role("alert")).to_have_count(0)
        await sound(page, "portal-form-ar")
        await page.get_by_test_id("desk-send").click()
        await expect(page.get_by_test_id("desk-number")).to_contain_text("CP-")
        await expect(page.get_by_test_id("desk-code")).to_be_visible()
        code = page.get_by_test_id("desk-code").locator("bdi")
        await expect(code).to_have_text(re.compile(r"^[A-Z0-9]{5}-[A-Z0-9]{5}$"))
        assert await code.evaluate("(it) => it.getClientRects().length") == 1, "the code is on one line"
        [letter] = await eventually(lambda: mails(it, mail))
        assert "CP-" in letter["text"]
        await picture(page, "portal-form-done-ar")
        _, found = await admin.json("GET", "/api/tickets")
        assert [each["source"] for each in found["items"]] == ["form"]
