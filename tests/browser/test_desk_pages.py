"""The agent's desk in a browser: formatted mail, canned answers, drafts on two devices, a supervisor, snoozing."""

from __future__ import annotations

import asyncio
import re
import smtplib
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Page, expect

from demo.organisation import MAILBOX
from tests.browser.surface import ConsolePage, WidgetPage, Windows, send_at_once
from tests.live import Live, eventually, live
from tests.unit.test_own_markup import HOSTILE

pytestmark = pytest.mark.browser

# What the browser writes while it has no line.
_AWAY = re.compile(r"ERR_INTERNET_DISCONNECTED|WebSocket connection to")

_DROP = """(zone) => {
  const data = new DataTransfer();
  data.items.add(new File(["a,b\\n1,2\\n"], "گزارش.csv", { type: "text/csv" }));
  const how = { bubbles: true, cancelable: true, dataTransfer: data };
  const tell = (type) => zone.dispatchEvent(new DragEvent(type, how));
  ["dragenter", "dragover"].forEach(tell);
  return new Promise((done) => setTimeout(() => {
    const isShown = document.querySelector("[data-testid=drop-zone]") !== null;
    tell("drop");
    done(isShown);
  }, 200));
}"""


async def ask_by_mail(it: Live, text: str, who: str = "Lena Fischer") -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"{who} <lena@customer.example>", MAILBOX, "Warranty"
    mail["Message-ID"] = "<desk-1@customer.example>"
    mail.set_content(text)

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", it.settings.smtp_port, timeout=10) as client:
            client.send_message(mail)

    await asyncio.to_thread(send)


async def sent_mail(it: Live) -> EmailMessage:
    """Return the mail that arrived at the simulator's post office, as it went over the wire."""
    base = f"http://127.0.0.1:{it.settings.simulator_port}/simulator"
    async with aiohttp.ClientSession() as http:

        async def arrived() -> Any:
            async with http.get(f"{base}/state?last=50") as response:
                state = await response.json()
            return [mail for mail in state["mails"] if mail["direction"] == "out"]

        [mail] = await eventually(arrived, 20)
        async with http.get(f"{base}/mail/{mail['id']}/raw") as response:
            found = message_from_bytes(await response.read(), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


async def fits(page: Page) -> None:
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(overflow) <= 0, "nothing is wider than the screen"


@pytest.mark.parametrize(
    ("login", "question", "shortcut", "answer"),
    [
        ("maya", "Does the fridge have a warranty?", "war", "warranty of five years"),
        ("sara", "یخچال ضمانت دارد؟", "war", "پنج سال ضمانت دارند"),
    ],
    ids=["en", "fa"],
)
async def test_a_formatted_mail_with_a_canned_answer_and_a_dropped_file_arrives_in_both_forms(
    dsn: str, tmp_path: Path, windows: Windows, login: str, question: str, shortcut: str, answer: str
) -> None:
    async with live(dsn, tmp_path, simulator=True) as it:
        await send_at_once(it, login)
        agent = ConsolePage(await windows.open(), it.base_url)
        await agent.sign_in(login)
        await agent.go_available()
        await ask_by_mail(it, question)
        await agent.accept()
        composer = agent.page.get_by_test_id("composer")
        await composer.click()
        await agent.page.get_by_test_id("rich-bold").click()
        await composer.press_sequentially("Sahra")
        await agent.page.get_by_test_id("rich-bold").click()
        await composer.press("Enter")
        await composer.press_sequentially(f"/{shortcut}")
        await expect(agent.page.get_by_test_id("answer")).to_have_count(1)
        await expect(agent.page.get_by_test_id("answer-preview")).to_contain_text(answer)
        await composer.press("Enter")
        await expect(composer).to_contain_text(answer)
        await expect(composer).not_to_contain_text(f"/{shortcut}")
        assert await agent.page.get_by_test_id("conversation").evaluate(_DROP), "the conversation says that it takes it"
        await expect(agent.page.get_by_test_id("composer-attached")).to_contain_text("گزارش.csv")
        await composer.press("Control+Enter")
        mail = await sent_mail(it)
        text, html = mail.get_body(("plain",)), mail.get_body(("html",))
        assert text is not None
        assert html is not None
        assert answer in text.get_content()
        assert "<strong>Sahra</strong>" in html.get_content()
        assert answer in html.get_content()
        assert '<p dir="auto">' in html.get_content(), "each paragraph finds its own direction"
        assert [part.get_filename() for part in mail.iter_attachments()] == ["گزارش.csv"]
        await expect(composer).to_have_text("")


async def test_a_second_device_sees_the_draft_and_goes_on_with_it(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path) as it:
        desk = ConsolePage(await windows.open(), it.base_url)
        await desk.sign_in("sara")
        await desk.go_available()
        visitor = WidgetPage(await windows.open())
        await visitor.open(f"{it.base_url}/demo/")
        await visitor.write("hello")
        await desk.accept()
        await desk.page.get_by_test_id("composer").press_sequentially("یک لحظه")
        phone = ConsolePage(await windows.open(width=390, height=844), it.base_url)
        await phone.sign_in("sara")
        await phone.page.get_by_test_id("work-item").click()
        there = phone.page.get_by_test_id("composer")
        await expect(there).to_have_value("یک لحظه")
        await fits(phone.page)
        await there.press("End")
        await there.press_sequentially("، لطفاً")
        await expect(desk.page.get_by_test_id("composer")).to_have_value("یک لحظه، لطفاً")
        await phone.page.get_by_test_id("composer-send").click()
        await expect(visitor.messages("یک لحظه، لطفاً")).to_have_count(1)
        await expect(desk.page.get_by_test_id("composer")).to_have_value("")


async def test_what_is_typed_without_a_line_is_saved_once_it_is_back(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it:
        windows.allowed.append(_AWAY)
        sara = ConsolePage(await windows.open(), it.base_url)
        await sara.sign_in("sara")
        await sara.go_available()
        visitor = await it.visitor()
        await visitor.send("hello")
        await sara.accept()
        await sara.page.context.set_offline(offline=True)
        await sara.page.get_by_test_id("composer").fill("typed in a tunnel")
        await sara.page.wait_for_timeout(1_200)
        await sara.page.context.set_offline(offline=False)
        other = await it.agent("sara")
        await other.until(lambda: [each["text"] for each in other.state["drafts"]] == ["typed in a tunnel"])


@pytest.mark.parametrize(("locale", "width"), [("fa", 1280), pytest.param("en", 390, marks=pytest.mark.long)])
async def test_a_supervisor_watches_whispers_joins_and_takes_over(
    dsn: str, tmp_path: Path, windows: Windows, locale: str, width: int
) -> None:
    async with live(dsn, tmp_path) as it:
        sara = ConsolePage(await windows.open(), it.base_url)
        await sara.sign_in("sara")
        await sara.go_available()
        visitor = WidgetPage(await windows.open())
        await visitor.open(f"{it.base_url}/demo/")
        await visitor.write("I want my money back")
        await sara.accept()
        person = await it.person("nadia")
        await person.json("PATCH", "/api/session/preferences", {"locale": locale, "calendar": "gregory"})
        nadia = ConsolePage(await windows.open(width=width, height=844), it.base_url)
        await nadia.sign_in("nadia")
        await nadia.page.goto(f"{it.base_url}/console/#/conversations")
        await nadia.page.get_by_test_id("row").first.click()
        await expect(nadia.messages("I want my money back")).to_have_count(1)
        await fits(nadia.page)
        await expect(sara.page.get_by_test_id("also-here")).to_contain_text("Nadia Karimi")
        await expect(nadia.page.get_by_test_id("also-here")).to_contain_text("Sara Ahmadi")
        await visitor.write("right now")
        await expect(nadia.messages("right now")).to_have_count(1)
        await nadia.write("Offer ten percent")
        await expect(sara.page.get_by_test_id("whisper")).to_have_count(1)
        await nadia.page.get_by_test_id("composer-reply").click()
        await nadia.write("This is the supervisor")
        await expect(visitor.messages("This is the supervisor")).to_have_count(1)
        await expect(visitor.messages("Offer ten percent")).to_have_count(0)
        await expect(sara.page.get_by_test_id("work-item")).to_have_count(1)
        await nadia.page.get_by_test_id("take").click()
        await expect(sara.page.get_by_test_id("work-item")).to_have_count(0)
        own = nadia.page.locator('[data-testid="conversation"][data-own]').filter(visible=True)
        await expect(own).to_have_count(1)
        await own.get_by_test_id("composer").fill("I take care of it")
        await own.get_by_test_id("composer-send").click()
        await expect(visitor.messages("I take care of it")).to_have_count(1)


async def test_a_snoozed_conversation_moves_away_and_comes_back_with_the_customers_word(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it:
        omar = ConsolePage(await windows.open(), it.base_url)
        await omar.sign_in("omar")
        await omar.go_available()
        visitor = await it.visitor()
        await visitor.send("مرحبا")
        await omar.accept()
        await expect(omar.page.get_by_test_id("group-waiting").get_by_test_id("work-item")).to_have_count(1)
        await omar.page.get_by_test_id("snooze").click()
        await omar.page.get_by_test_id("snooze-in_hour").click()
        await expect(omar.page.get_by_test_id("group-snoozed").get_by_test_id("work-item")).to_have_count(1)
        await expect(omar.page.get_by_test_id("snoozed")).to_be_visible()
        await visitor.send("وجدت الفاتورة")
        await expect(omar.page.get_by_test_id("group-waiting").get_by_test_id("work-item")).to_have_count(1)
        await expect(omar.page.get_by_test_id("snoozed")).to_have_count(0)
        await omar.write("ممتاز")
        await expect(omar.page.get_by_test_id("group-answered").get_by_test_id("work-item")).to_have_count(1)
        await omar.page.get_by_test_id("snooze").click()
        await omar.page.get_by_test_id("snooze-tomorrow").click()
        await omar.page.get_by_test_id("wake").click()
        await expect(omar.page.get_by_test_id("group-snoozed")).to_have_count(0)


async def test_an_offer_shows_who_it_is_before_it_is_accepted(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path) as it:
        sara = await it.agent("sara")
        visitor = await it.visitor()
        await visitor.send("the first time", name="Lena Fischer")
        work = await sara.take_offer()
        await sara.command("interaction.close", interaction_id=work["interaction"]["id"], disposition="resolved")
        await sara.command("presence.set", state="offline")
        omar = ConsolePage(await windows.open(), it.base_url)
        await omar.sign_in("omar")
        await omar.go_available()
        await (await it.visitor(visitor.token)).send("the second time")
        await expect(omar.page.get_by_test_id("offer-context")).to_be_visible()
        await expect(omar.page.get_by_test_id("offer-accept")).to_be_enabled()
        await omar.page.get_by_test_id("offer-accept").click()
        await expect(omar.page.get_by_test_id("customer-panel")).to_contain_text("Lena Fischer")


async def test_an_emoji_is_found_by_its_name_in_the_readers_language(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it:
        sara = ConsolePage(await windows.open(width=390, height=844), it.base_url)
        await sara.sign_in("sara")
        await sara.go_available()
        visitor = await it.visitor()
        await visitor.send("ممنون")
        await sara.accept()
        await sara.page.get_by_test_id("emoji-open").click()
        await sara.page.get_by_test_id("emoji-search").fill("گل رز")
        await sara.page.get_by_test_id("emoji").get_by_role("button").first.click()
        await expect(sara.page.get_by_test_id("composer")).to_have_value("🌹")
        await fits(sara.page)


async def test_what_an_agent_sends_in_html_runs_nothing_in_the_console(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path, simulator=True) as it:
        maya = ConsolePage(await windows.open(), it.base_url)
        await maya.sign_in("maya")
        await maya.go_available()
        await ask_by_mail(it, "Does the fridge have a warranty?")
        await maya.accept()
        person = await it.person("maya")
        interaction_id = await maya.page.get_by_test_id("conversation").get_attribute("data-interaction")
        hostile = "<p>Two doors are <b>dented</b></p>" + "".join(HOSTILE)
        body = {"client_id": "h1", "html": hostile}
        status, sent = await person.json("POST", f"/api/interactions/{interaction_id}/messages", body)
        assert status == 201, sent
        mail = maya.page.frame_locator("[data-testid=mail-body]")
        await expect(mail.locator("b").first).to_have_text("dented")
        await maya.page.wait_for_timeout(500)
        for frame in maya.page.frames:
            assert await frame.evaluate("[window.pwned, top.pwned]") == [None, None]
        body = mail.locator("body")
        parts = body.locator("script, iframe, object, form, img, style, [onclick], [href^=javascript]")
        assert await parts.count() == 0, await body.inner_html()
