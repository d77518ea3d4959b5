"""Mail as people write it: to whom, taken back in time, later, signed, passed on; and the texts that stand below."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.surface import ConsolePage, Windows
from tests.browser.test_desk_pages import ask_by_mail, fits, sent_mail
from tests.integration.house import made
from tests.live import Live, live

pytestmark = pytest.mark.browser

_SIGN = "<![if !supportLists]><span style='mso-list:Ignore'>{}<span>&nbsp; </span></span><![endif]>"
_ITEM = "<p class=MsoListParagraph style='text-indent:-.25in;mso-list:l{list} level1 lfo1'>{sign}{text}</p>"


def _item(number: int, sign: str, text: str) -> str:
    return _ITEM.format(list=number, sign=_SIGN.format(sign), text=text)


_WORD = (
    "<html><head><style>p{margin:0}</style></head><body lang=EN-US><h1>Dear Lena</h1>"
    + _item(0, "·", "First")
    + _item(0, "·", "Second")
    + _item(1, "1.", "Step")
    + "<table><tr><td><p>Model</p></td><td>Price</td></tr></table>"
    "<p dir=RTL><span lang=FA>مدل RX-200 موجود است</span><o:p></o:p></p>"
    "<p onclick='top.pwned=1'>x<img src='https://evil.example/seen.png'><script>top.pwned=2</script></p></body></html>"
)
_PASTE = """([html, picture]) => {
  const data = new DataTransfer();
  if (html) { data.setData("text/html", html); data.setData("text/plain", "plain"); }
  if (picture) {
    const bytes = Uint8Array.from(atob(picture), (sign) => sign.charCodeAt(0));
    data.items.add(new File([bytes], "photo.png", { type: "image/png" }));
  }
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.querySelector("[data-testid=composer]").dispatchEvent(event);
}"""
_PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


async def _signed(it: Live) -> None:
    admin = await it.person("admin")
    queues = (await admin.json("GET", "/api/queues"))[1]["items"]
    queue = next(each for each in queues if each["name"] == "Email")
    texts = {"en": "{agent.name}\nOur {queue.name}", "fa": "{agent.name}\nپشتیبانی"}
    await made(admin, "/api/signatures", {"queue_id": queue["id"], "texts": texts})
    identities = [{"kind": "email", "value": "omid@customer.example"}]
    await made(admin, "/api/customers", {"name": "Omid Rahimi", "identities": identities})


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


async def _chips(page: Page, place: str) -> list[str]:
    return await page.get_by_test_id(f"recipients-{place}").get_by_test_id("chip").all_inner_texts()


async def test_a_mail_is_copied_signed_taken_back_and_sent(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path, simulator=True) as it:
        await _signed(it)
        maya = ConsolePage(await windows.open(), it.base_url)
        page = maya.page
        await maya.sign_in("maya")
        await maya.go_available()
        await ask_by_mail(it, "Does the fridge have a warranty?")
        await maya.accept()
        await page.get_by_test_id("composer").fill("Five yaers")
        await page.get_by_test_id("recipients-open").click()
        cc = page.get_by_test_id("recipients-cc").locator("input")
        await cc.fill("omid")
        await page.get_by_test_id("offered").first.click()
        await cc.fill("boss@customer.example, nonsense")
        await cc.press("Enter")
        await expect(page.get_by_text("Not a mail address")).to_be_visible()
        assert await _chips(page, "cc") == ["Omid Rahimi <omid@customer.example>", "boss@customer.example"]
        await cc.fill("")
        await page.get_by_test_id("recipients-bcc").locator("input").fill("boss@customer.example")
        await page.get_by_test_id("recipients-bcc").locator("input").press("Enter")
        assert await _chips(page, "cc") == ["Omid Rahimi <omid@customer.example>"], "nobody is there twice"
        await page.get_by_test_id("signature-open").click()
        await expect(page.get_by_test_id("signature-text")).to_have_text("Maya Lind\nOur Email")
        await fits(page)
        await page.get_by_test_id("composer-send").click()
        await expect(page.get_by_test_id("held-when")).to_contain_text("second")
        await page.get_by_test_id("held-undo").click()
        await expect(page.get_by_test_id("held")).to_have_count(0)
        await expect(page.get_by_test_id("composer")).to_have_text("Five yaers")
        assert await _chips(page, "bcc") == ["boss@customer.example"], "to whom it goes comes back too"
        await page.get_by_test_id("composer").fill("Five years")
        await page.get_by_test_id("send-menu").click()
        await page.get_by_test_id("send-now").click()
        mail = await sent_mail(it)
        assert mail["Cc"] == "Omid Rahimi <omid@customer.example>"
        assert "boss" not in mail.as_string()
        assert _text(mail) == "Five years\n\n-- \nMaya Lind\nOur Email\n"
        await expect(page.get_by_test_id("message-signature")).to_have_text("Maya Lind\nOur Email")
        await expect(page.get_by_test_id("letter-line")).to_contain_text("boss@customer.example")


async def test_a_mail_goes_later_and_another_is_passed_on_in_persian(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path, simulator=True) as it:
        await _signed(it)
        sara = ConsolePage(await windows.open("fa"), it.base_url)
        page = sara.page
        await sara.sign_in("sara")
        await sara.go_available()
        await ask_by_mail(it, "یخچال ضمانت دارد؟")
        await sara.accept()
        await page.get_by_test_id("composer").fill("فردا خبر می‌دهم")
        await page.get_by_test_id("send-menu").click()
        await page.get_by_test_id("send-tomorrow").click()
        await expect(page.get_by_test_id("held-when")).to_contain_text("۰۹:۰۰")
        await page.get_by_test_id("message").first.hover()
        await page.get_by_test_id("forward").first.click()
        await expect(page.get_by_test_id("composer")).to_contain_text("یخچال ضمانت دارد؟")
        await expect(page.get_by_test_id("composer-send")).to_be_disabled()
        to = page.get_by_test_id("recipients-to").locator("input")
        await to.fill("workshop@partner.example")
        await to.press("Enter")
        await expect(page.get_by_test_id("not-to-customer")).to_be_visible()
        await fits(page)
        await page.get_by_test_id("send-menu").click()
        await page.get_by_test_id("send-now").click()
        mail = await sent_mail(it)
        assert (mail["To"], str(mail["Subject"]).startswith("Fwd: Warranty")) == ("workshop@partner.example", True)
        assert "یخچال ضمانت دارد؟" in _text(mail)
        await page.goto(f"{it.base_url}/console/#/later")
        await expect(page.get_by_test_id("table")).to_contain_text("فردا خبر می‌دهم")
        await page.get_by_test_id("held-undo").last.click()
        await expect(page.get_by_test_id("table")).to_have_count(0)


async def test_a_signature_is_tried_with_a_real_customer_before_it_is_saved(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it:
        await _signed(it)
        maya = ConsolePage(await windows.open(), it.base_url)
        page = maya.page
        await maya.sign_in("maya")
        await page.goto(f"{it.base_url}/console/#/signatures/new")
        await page.get_by_test_id("field-text-en").fill("For {customer.name}, {nobody}")
        await expect(page.get_by_test_id("preview").get_by_role("alert")).to_contain_text("nobody")
        await page.get_by_test_id("field-text-en").fill("For {customer.name}, {agent.name}")
        await page.get_by_test_id("preview-customer").fill("Omid")
        await page.get_by_role("option", name="Omid Rahimi").first.click()
        await expect(page.get_by_test_id("preview-text")).to_have_text("For Omid Rahimi, Maya Lind")
        await page.get_by_test_id("save").click()
        await expect(page.get_by_test_id("table")).to_contain_text("My own")


async def test_what_word_and_the_clipboard_paste_arrives_as_it_was_meant(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path, simulator=True) as it:
        maya = ConsolePage(await windows.open(), it.base_url)
        page = maya.page
        await maya.sign_in("maya")
        await maya.go_available()
        await ask_by_mail(it, "Which ones are there?")
        await maya.accept()
        composer = page.get_by_test_id("composer")
        await composer.click()
        await page.evaluate(_PASTE, [_WORD, None])
        await expect(composer.locator("ul > li")).to_have_text(["First", "Second"])
        await expect(composer.locator("ol > li")).to_have_text(["Step"])
        await expect(composer).to_contain_text("Model | Price")
        await expect(composer.locator("strong")).to_have_text("Dear Lena")
        assert await composer.locator("img:not([class])").count() == 0
        await page.evaluate(_PASTE, [None, _PNG])
        await expect(composer.locator("img[src^='/api/files/']")).to_have_count(1)
        await expect(page.get_by_test_id("composer-attached")).to_have_count(1)
        await page.get_by_test_id("composer-send").click()
        held = page.frame_locator("[data-testid=held] [data-testid=mail-body]")
        await expect(held.locator("img[src^='/api/files/']")).to_have_count(1)
        await page.get_by_test_id("held-undo").click()
        await expect(composer.locator("img[src^='/api/files/']")).to_have_count(1)
        await page.get_by_test_id("send-menu").click()
        await page.get_by_test_id("send-now").click()
        mail = await sent_mail(it)
        html = mail.get_body(("html",))
        assert html is not None
        (picture,) = [part for part in mail.walk() if part["Content-ID"]]
        assert f'src="cid:{picture["Content-ID"].strip("<>")}"' in html.get_content()
        assert '<p dir="auto">مدل RX-200 موجود است</p>' in html.get_content()
        assert list(mail.iter_attachments()) == [], "it is shown, and not attached once more"
        shown = page.frame_locator("[data-testid=message] [data-testid=mail-body]")
        await expect(shown.locator("img[src^='/api/files/']")).to_have_count(1)
        await expect(page.get_by_test_id("attachment")).to_have_count(0)
