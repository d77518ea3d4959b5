"""An agent's whole day: five channels at once, a colleague, a supervisor, a tunnel, a second device, and home."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.surface import GONE, ConsolePage, WidgetPage, Windows, send_at_once
from tests.integration.house import made
from tests.integration.outside import PHONE, Outside, outside
from tests.integration.telegram_bot import TOKEN, BotApi, bot_api
from tests.live import Live, Person, eventually

pytestmark = [pytest.mark.browser, pytest.mark.alone]

# What the browser writes while it has no line.
_AWAY = re.compile(r"ERR_INTERNET_DISCONNECTED")
# A machine with other work takes its time.
_LONG = 20.0
_CALLER = "+966501234567"


@dataclass(frozen=True, slots=True)
class Town:
    """The server, those who write and call, and the browsers of those who answer."""

    outside: Outside
    windows: Windows

    @property
    def it(self) -> Live:
        return self.outside.it

    async def agent(self, login: str, width: int = 1280) -> ConsolePage:
        console = ConsolePage(await self.windows.open(width=width, height=844), self.it.base_url)
        await console.sign_in_by_form(login)
        return console

    async def visitor(self, locale: str, name: str) -> WidgetPage:
        widget = WidgetPage(await self.windows.open(locale))
        await widget.open(f"{self.it.base_url}/demo/?lang={locale}")
        await widget.page.get_by_test_id("widget-name").fill(name)
        return widget

    async def phone_hears(self, text: str) -> None:
        """Wait for a text at the customer's phone; it comes once."""

        async def arrived() -> Any:
            state = await self.outside.state()
            return [one for one in state["messages"] if one["body"] == text and one["to"] == PHONE]

        assert len(await eventually(arrived, _LONG)) == 1

    async def mail_hears(self, text: str, asked: str | None = None) -> None:
        """Wait for a mail of ours, the answer to `asked`; it comes once."""

        async def arrived() -> Any:
            return [
                one
                for one in (await self.outside.state())["mails"]
                if one["direction"] == "out" and text in one["text"]
            ]

        [answer] = await eventually(arrived, _LONG)
        assert asked is None or answer["in_reply_to"] == asked

    async def caller_is_joined(self) -> None:
        async def both_in() -> bool:
            return any(len(room["participants"]) == 2 for room in (await self.outside.state())["conferences"])

        await eventually(both_in, _LONG)

    async def said_in(self, interaction_id: str) -> list[str]:
        """Return what customer and agents said to each other, in its order."""
        reader = await self.it.person("nadia")
        _, answer = await reader.json("GET", f"/api/interactions/{interaction_id}/messages")
        return [one["text"] for one in answer["messages"] if one["direction"] in ("inbound", "outbound")]


async def prepare(admin: Person, me: dict[str, Any], bot: BotApi | None) -> None:
    """Let an agent answer all channels, several at once; calls ring as long as a slow machine needs."""
    _, skills = await admin.json("GET", "/api/skills")
    _, agent = await admin.json("GET", f"/api/agents/{me['id']}")
    levels = {skill["id"]: 5 for skill in skills["items"]}
    profile = {"version": agent["version"], "trust": 5, "capacity_units": 400, "skills": levels}
    status, answer = await admin.json("PUT", f"/api/agents/{me['id']}", profile)
    assert status == 200, answer
    _, queues = await admin.json("GET", "/api/queues")
    by_name = {queue["name"]: queue for queue in queues["items"]}
    telephone = {**by_name["Telephone"], "offer_timeout_seconds": 120, "steps": []}
    status, answer = await admin.json("PUT", f"/api/queues/{telephone.pop('id')}", telephone)
    assert status == 200, answer
    if bot:
        settings = {"token": TOKEN, "api_base": bot.url}
        account = {"kind": "telegram", "name": "Bot", "queue_id": by_name["Web chat"]["id"], "settings": settings}
        await made(admin, "/api/accounts", account)


@asynccontextmanager
async def town(
    dsn: str, folder: Path, windows: Windows, login: str, locale: str, bot: BotApi | None = None
) -> AsyncIterator[Town]:
    async with outside(dsn, folder) as around:
        person = await around.it.person(login)
        calendar = {"en": "gregory", "fa": "persian", "ar": "islamic-umalqura"}[locale]
        await person.json("PATCH", "/api/session/preferences", {"locale": locale, "calendar": calendar})
        for each in (login, "maya"):
            await send_at_once(around.it, each)
        await prepare(await around.it.person("admin"), person.me, bot)
        yield Town(around, windows)


async def test_a_day_of_an_agent_from_the_first_sign_in_to_the_last_call(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    windows.allowed += [GONE, _AWAY]
    async with bot_api() as bot, town(dsn, tmp_path, windows, "sara", "en", bot) as all_of:
        desk, phone = await all_of.agent("sara"), await all_of.agent("sara", width=390)
        both = (desk, phone)

        # Available here is available there.
        await desk.go_available()
        await expect(phone.presence).to_have_attribute("data-state", "available")

        # Five channels at once.
        visitor = await all_of.visitor("en", "Lena Fischer")
        await visitor.write("My fridge clicks")
        await all_of.outside.text("Where is my parcel?")
        asked = await all_of.outside.mail("Does the fridge have a warranty?")
        bot.says(1, "Are you open on Friday?", date=int(datetime.now(UTC).timestamp()))
        await expect(phone.page.get_by_test_id("offer-accept")).to_be_visible()
        await desk.take_all(4)
        # A call is exclusive: who has one is offered nothing else, so it rings last.
        await all_of.outside.call(_CALLER)
        await desk.take_all(5)
        await expect(phone.works).to_have_count(5)
        for console in both:
            await expect(console.page.get_by_test_id("offer-accept")).to_have_count(0)

        # Each is answered where it was asked.
        chat = await desk.open_work("webchat")
        await desk.write("Which model is it?")
        await expect(visitor.messages("Which model is it?")).to_have_count(1)
        text = await desk.open_work("sms")
        await desk.write("It is on its way")
        await all_of.phone_hears("It is on its way")
        await desk.open_work("email")
        await desk.write("Five years on the compressor")
        await all_of.mail_hears("Five years on the compressor", asked)
        telegram = await desk.open_work("telegram")
        await desk.write("From nine to one")
        await eventually(lambda: told(bot, "From nine to one"), _LONG)
        await desk.open_work("voice")
        await expect(desk.page.get_by_test_id("call-bar")).to_have_attribute("data-status", "joined")
        await all_of.caller_is_joined()

        # The mail goes to a colleague who knows better, with a word about it.
        maya = await all_of.agent("maya")
        await maya.go_available()
        await desk.open_work("email")
        await desk.hand_over("Maya Lind", "She needs the paper of 2023")
        await maya.accept()
        await expect(maya.messages("the paper of 2023")).to_have_attribute("data-direction", "note")
        await maya.write("The paper is attached to your invoice")
        await all_of.mail_hears("The paper is attached to your invoice")
        for console in both:
            await expect(console.work("email")).to_have_count(0)
        await maya.finish_as("Resolved")
        await expect(maya.works).to_have_count(0)

        # A supervisor looks on, whispers, rings a bell, says a word to the visitor.
        nadia = await all_of.agent("nadia")
        await desk.open_work("webchat")
        await nadia.page.goto(f"{nadia.base_url}/console/#/work/{chat}")
        await expect(nadia.messages("My fridge clicks")).to_have_count(1)
        await expect(desk.page.get_by_test_id("also-here")).to_contain_text("Nadia Karimi")
        await nadia.write("Offer her a new one")
        await expect(desk.page.get_by_test_id("whisper")).to_have_count(1)
        await nadia.page.get_by_test_id("composer-reply").click()
        await nadia.write("This is the supervisor")
        await expect(visitor.messages("This is the supervisor")).to_have_count(1)
        await expect(visitor.messages("Offer her a new one")).to_have_count(0)
        comment = nadia.page.get_by_test_id("comment-text")
        await comment.press_sequentially("@sar")
        await nadia.page.get_by_test_id("mention-list").get_by_text("Sara Ahmadi").click()
        await comment.press_sequentially("well done")
        await nadia.page.get_by_test_id("comment-send").click()
        for console in both:
            await expect(console.bell).to_have_attribute("data-unread", "1")
        await phone.bell.click()
        await phone.page.get_by_test_id("notice").click()
        for console in both:
            await expect(console.bell).to_have_attribute("data-unread", "0")

        # And takes one over.
        await nadia.page.goto(f"{nadia.base_url}/console/#/work/{telegram}")
        await nadia.page.get_by_test_id("take").click()
        for console in both:
            await expect(console.work("telegram")).to_have_count(0)
        own = nadia.page.locator(f'[data-own][data-interaction="{telegram}"]')
        await own.get_by_test_id("composer").fill("I take care of it")
        await own.get_by_test_id("composer-send").click()
        await eventually(lambda: told(bot, "I take care of it"), _LONG)
        await nadia.finish_as("Resolved")

        # What is begun at the desk goes on by phone.
        await desk.open_work("webchat")
        await desk.page.get_by_test_id("composer").fill("One moment")
        await phone.page.goto(f"{phone.base_url}/console/#/work")
        await phone.open_work("webchat")
        await expect(phone.page.get_by_test_id("composer")).to_have_value("One moment")
        await phone.page.get_by_test_id("composer-send").click()
        await expect(visitor.messages("One moment")).to_have_count(1)
        await expect(desk.page.get_by_test_id("composer")).to_have_value("")

        # The desk sleeps; customers go on, and so does the agent.
        await desk.page.context.set_offline(offline=True)
        await expect(desk.page.get_by_test_id("link-banner")).to_be_visible()
        await visitor.write("It is a Sahra 540")
        await all_of.outside.text("Hello?")
        await expect(phone.messages("It is a Sahra 540")).to_have_count(1)
        await desk.write("Written in the tunnel")
        await desk.write("And out of it")
        await expect(desk.messages("And out of it")).to_have_attribute("data-pending", "yes")
        await expect(visitor.messages("Written in the tunnel")).to_have_count(0)
        await desk.page.context.set_offline(offline=False)
        await expect(desk.page.get_by_test_id("link-banner")).to_have_count(0)
        for said in ("It is a Sahra 540", "Written in the tunnel", "And out of it"):
            for window in (desk, phone, visitor):
                await expect(window.messages(said)).to_have_count(1)
                await expect(window.messages(said)).not_to_have_attribute("data-pending", "yes")
        assert await all_of.said_in(chat) == [
            "My fridge clicks", "Which model is it?", "This is the supervisor", "One moment", "It is a Sahra 540",
            "Written in the tunnel", "And out of it",
        ]  # fmt: skip

        # A conversation sleeps too, until its customer wakes it.
        assert await desk.open_work("sms") == text
        await expect(desk.messages("Hello?")).to_have_count(1)
        await desk.write("It arrives today")
        await all_of.phone_hears("It arrives today")
        await desk.page.get_by_test_id("snooze").click()
        await desk.page.get_by_test_id("snooze-in_hour").click()
        await phone.page.goto(f"{phone.base_url}/console/#/work")
        for console in both:
            await expect(console.page.get_by_test_id("group-snoozed").get_by_test_id("work-item")).to_have_count(1)
        await all_of.outside.text("It is here")
        for console in both:
            await expect(console.page.get_by_test_id("group-snoozed")).to_have_count(0)
        await expect(desk.messages("It is here")).to_have_count(1)

        # All is closed with its result, the call after its wrap-up.
        await desk.finish_as("Resolved")
        await expect(desk.work("sms")).to_have_count(0)
        await desk.open_work("webchat")
        await desk.finish_as("Resolved")
        await expect(visitor.status).to_have_attribute("data-state", "closed")
        await desk.open_work("voice")
        await desk.hang_up("Resolved")
        for console in both:
            await expect(console.works).to_have_count(0)
        await phone.presence.click()
        await phone.page.get_by_test_id("presence-offline").click()
        await expect(desk.presence).to_have_attribute("data-state", "offline")


async def told(bot: BotApi, text: str) -> bool:
    found = [one for one in bot.sent if one["text"] == text]
    assert len(found) <= 1, f"{text!r} was sent {len(found)} times"
    return found != []


@dataclass(frozen=True, slots=True)
class Words:
    """A day's words in a language that runs from right to left."""

    login: str
    locale: str
    colleague: str
    colleague_name: str
    question: str
    answer: str
    note: str
    resolved: str
    day: re.Pattern[str]


_PERSIAN = Words(
    "sara", "fa", "maya", "Maya Lind", "یخچال ۵۴۰ گارانتی دارد؟", "بله، پنج سال.", "فاکتور ۱۴۰۲ را می‌خواهد", "حل شد",
    re.compile("^[۰-۹]{1,2} (فروردین|اردیبهشت|خرداد|تیر|مرداد|شهریور|مهر|آبان|آذر|دی|بهمن|اسفند) ۱۴[۰-۹]{2}$"),
)  # fmt: skip
_ARABIC = Words(
    "omar", "ar", "sara", "Sara Ahmadi", "هل يتوفر مكيف نسيم 24؟", "نعم، في الرياض.", "تحتاج إلى الفاتورة", "تم الحل",
    re.compile("^[٠-٩]{1,2} [^0-9٠-٩]+ ١٤[٠-٩]{2}( هـ)?$"),
)  # fmt: skip


@pytest.mark.parametrize("words", [_PERSIAN, _ARABIC], ids=["fa", "ar"])
async def test_a_day_from_right_to_left(dsn: str, tmp_path: Path, windows: Windows, words: Words) -> None:
    async with town(dsn, tmp_path, windows, words.login, words.locale) as all_of:
        agent = await all_of.agent(words.login)
        await expect(agent.page.locator("html")).to_have_attribute("dir", "rtl")
        await expect(agent.page.locator("html")).to_have_attribute("lang", words.locale)
        await agent.go_available()
        visitor = await all_of.visitor(words.locale, "ليلى")
        await expect(visitor.page.locator("markaz-chat .root")).to_have_attribute("dir", "rtl")
        await visitor.write(words.question)
        await all_of.outside.text(words.question)
        asked = await all_of.outside.mail(words.question)
        await agent.take_all(3)
        await all_of.outside.call(_CALLER)
        await agent.take_all(4)

        await agent.open_work("webchat")
        await expect(agent.messages(words.question)).to_have_count(1)
        await agent.write(words.answer)
        await expect(visitor.messages(words.answer)).to_have_count(1)
        await agent.open_work("sms")
        await agent.write(words.answer)
        await all_of.phone_hears(words.answer)
        await agent.open_work("email")
        await agent.write(words.answer)
        await all_of.mail_hears(words.answer, asked)
        await agent.open_work("voice")
        await expect(agent.page.get_by_test_id("call-bar")).to_have_attribute("data-status", "joined")
        await all_of.caller_is_joined()
        # A number keeps its plus sign in front.
        number = agent.page.get_by_test_id("call-bar").get_by_text(_CALLER, exact=True)
        assert await number.evaluate("element => getComputedStyle(element).direction") == "ltr"

        colleague = await all_of.agent(words.colleague)
        await colleague.go_available()
        await agent.open_work("email")
        await agent.hand_over(words.colleague_name, words.note)
        await colleague.accept()
        await expect(colleague.messages(words.note)).to_have_attribute("data-direction", "note")
        await expect(agent.work("email")).to_have_count(0)

        await agent.open_work("voice")
        await agent.hang_up(words.resolved)
        await expect(agent.work("voice")).to_have_count(0)
        await agent.open_work("sms")
        await agent.finish_as(words.resolved)
        await expect(agent.work("sms")).to_have_count(0)
        # Three days later the day has a name, in the calendar of the agent.
        await agent.open_work("webchat")
        await agent.page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=3))
        await agent.page.reload()
        await expect(agent.page.get_by_test_id("day").first).to_have_text(words.day)
        await agent.finish_as(words.resolved)
        await expect(visitor.status).to_have_attribute("data-state", "closed")
        await expect(agent.works).to_have_count(0)
