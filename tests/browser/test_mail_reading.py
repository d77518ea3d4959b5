"""Reading mails in the console: quotations are folded and pictures from elsewhere off until somebody asks."""

from __future__ import annotations

import re
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, expect

from demo.organisation import MAILBOX
from storage.database import Database, adhoc
from tests.browser.surface import ConsolePage, Windows
from tests.integration.outside import Outside, outside
from tests.live import eventually

pytestmark = pytest.mark.browser

PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")

ARABIC = "في الاثنين، 2 نوفمبر 2026 في 10:00 ص تمت كتابة ما يلي بواسطة الدعم <help@markaz.example>:"
GMAIL = "On Mon, Nov 2, 2026 at 10:00 AM Support <help@markaz.example> wrote:"
TALK = adhoc("select id from interaction order by id desc limit 1")


async def send(around: Outside, text: str, html: str | None = None) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Lena <lena@customer.example>", MAILBOX, "A question"
    mail["Message-ID"] = "<reading@customer.example>"
    mail.set_content(text)
    if html is not None:
        mail.add_alternative(html, subtype="html")
    await around.raw_mail(mail.as_bytes(), "lena@customer.example")


async def opened(around: Outside, db: Database, windows: Windows, locale: str = "en") -> Page:
    await eventually(lambda: db.value(adhoc("select count(*) > 0 from message where direction = 'inbound'")))
    await (await around.it.person("nadia")).json("PATCH", "/api/session/preferences", {"locale": locale})
    console = ConsolePage(await windows.open(), around.it.base_url)
    await console.sign_in("nadia")
    await console.page.goto(f"{around.it.base_url}/console/#/conversations/{await db.value(TALK)}")
    await expect(console.page.get_by_test_id("message")).to_have_count(1)
    return console.page


async def test_the_quotation_of_a_text_is_one_click_away(
    dsn: str, tmp_path: Path, db: Database, windows: Windows
) -> None:
    async with outside(dsn, tmp_path) as around:
        await send(around, f"شكرًا لكم\n\n{ARABIC}\n\n> متى يصل الطلب؟")
        page = await opened(around, db, windows, "ar")
        shown, button = page.get_by_test_id("message-text"), page.get_by_test_id("quoted")
        await expect(shown).to_have_text("شكرًا لكم")
        await button.click()
        await expect(shown).to_contain_text("متى يصل الطلب؟")
        await expect(button).to_have_attribute("aria-expanded", "true")
        await button.click()
        await expect(shown).to_have_text("شكرًا لكم")


async def test_the_quotation_of_a_page_is_folded_where_it_begins(
    dsn: str, tmp_path: Path, db: Database, windows: Windows
) -> None:
    async with outside(dsn, tmp_path) as around:
        quote = (
            '<div class="gmail_quote">On Mon, Nov 2, 2026 at 10:00&#8239;AM Support &lt;<a href="mailto:help@markaz'
            '.example">help@markaz.example</a>&gt; wrote:<br><blockquote>old words</blockquote></div>'
        )
        await send(around, f"New words\n\n{GMAIL}\n\n> old words", f"<div><b>New</b> words</div><br>{quote}")
        page = await opened(around, db, windows)
        frame = page.frame_locator("[data-testid=mail-body]")
        await expect(frame.get_by_text("New words")).to_be_visible()
        await expect(frame.get_by_text("old words")).to_be_hidden()
        folded = await page.get_by_test_id("mail-body").evaluate("(frame) => frame.height")
        await page.get_by_test_id("quoted").click()
        await expect(frame.get_by_text("old words")).to_be_visible()
        assert int(await page.get_by_test_id("mail-body").evaluate("(frame) => frame.height")) > int(folded)


async def test_a_page_that_quotes_otherwise_is_shown_whole(
    dsn: str, tmp_path: Path, db: Database, windows: Windows
) -> None:
    async with outside(dsn, tmp_path) as around:
        await send(around, f"New words\n\n{GMAIL}\n\n> old words", "<p>New words</p><hr><p>other old words</p>")
        page = await opened(around, db, windows)
        await expect(page.frame_locator("[data-testid=mail-body]").get_by_text("other old words")).to_be_visible()
        await expect(page.get_by_test_id("quoted")).to_have_count(0)


async def test_pictures_from_elsewhere_come_when_asked_and_by_the_server(
    dsn: str, tmp_path: Path, db: Database, windows: Windows
) -> None:
    async with outside(dsn, tmp_path) as around:
        html = '<p>Look</p><img alt="shop" src="https://shop.example/a.gif?who=lena">'
        await send(around, "Look", html)
        asked: list[str] = []
        page = await opened(around, db, windows)

        async def answer(route: Route) -> None:
            asked.append(route.request.url)
            await route.fulfill(body=PIXEL, content_type="image/gif")

        await page.context.route("**/pictures/*", answer)
        await page.context.route("**/shop.example/**", answer)
        picture = page.frame_locator("[data-testid=mail-body]").get_by_alt_text("shop")
        await expect(picture).to_have_count(1)
        assert await picture.get_attribute("src") in (None, "")
        await page.get_by_test_id("outside-pictures").click()
        await expect(picture).to_have_js_property("naturalWidth", 1)
        assert len(asked) == 1
        assert asked[0].startswith(f"{around.it.base_url}/api/messages/")
        await expect(page.get_by_test_id("outside-pictures")).to_have_count(0)


async def test_how_a_mail_was_read_and_why_it_is_here_are_said_in_the_readers_language(
    dsn: str, tmp_path: Path, db: Database, windows: Windows
) -> None:
    async with outside(dsn, tmp_path) as around:
        head = b"From: Lena <lena@customer.example>\r\nSubject: A question\r\n"
        await around.raw_mail(
            head + b"Content-Type: multipart/mixed; boundary=x\r\n\r\nwords\r\n", "lena@customer.example"
        )
        page = await opened(around, db, windows, "ar")
        await expect(page.locator("[data-mark=note]")).to_have_text("لا يمكن الفصل بين أجزائها")
        reason = page.get_by_test_id("why-here")
        await expect(reason).to_have_attribute("aria-label", re.compile("لا تشير إلى رسالة سابقة"))
        await reason.hover()
        await expect(page.get_by_role("tooltip")).to_contain_text("لا تشير إلى رسالة سابقة")


async def test_a_mail_that_cannot_be_read_says_so_and_has_its_original(
    dsn: str, tmp_path: Path, db: Database, windows: Windows
) -> None:
    async with outside(dsn, tmp_path) as around:
        junk = b"From: Lena <lena@customer.example>\r\nX-Junk: " + b"x" * 60_000 + b"\r\n"
        lines = b"".join(b"X-Junk-%d: %s\r\n" % (number, b"y" * 60_000) for number in range(40))
        await around.raw_mail(junk + lines + b"\r\nhello\r\n", "lena@customer.example")
        page = await opened(around, db, windows)
        await expect(page.locator("[data-mark=unreadable]")).to_be_visible()
        await expect(page.get_by_text("message.eml")).to_be_visible()
