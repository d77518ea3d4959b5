"""The widget's whole life in three languages: asked, waiting, talking, handed over, rated, mailed, away, invited."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.browser.surface import ConsolePage, WidgetPage, Windows
from tests.live import Live, Person, eventually, live

pytestmark = pytest.mark.browser

_ADDRESS = "lena@example.com"
_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


async def arrange(admin: Person, **settings: Any) -> None:
    """Change the demo's widget, whatever version it has."""
    _, listed = await admin.json("GET", "/api/widgets")
    [widget] = listed["items"]
    change = {name: widget[name] for name in ("account_id", "origins", "is_enabled", "version")}
    status, answer = await admin.json(
        "PUT", "/api/widgets/demo", {**change, "settings": {**widget["settings"], **settings}}
    )
    assert status == 200, answer


async def mails(it: Live) -> list[dict[str, Any]]:
    url = f"http://127.0.0.1:{it.settings.simulator_port}/simulator/state"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        found = (await answer.json())["mails"]
    return [mail for mail in found if _ADDRESS in mail["recipients"]]


def asked(language: str, label: str, consent: str) -> dict[str, Any]:
    return {
        "fields": [
            {"key": "name", "kind": "name"},
            {"key": "email", "kind": "email", "is_required": True},
            {"key": "order", "kind": "text", "label": {language: label}},
        ],
        "consent": {"version": "7", "text": {language: consent}},
    }


async def fits(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


_MONTHS = "(فروردین|اردیبهشت|خرداد|تیر|مرداد|شهریور|مهر|آبان|آذر|دی|بهمن|اسفند)"


@pytest.mark.parametrize(
    ("language", "label", "consent", "question", "answer", "promise"),
    [
        ("en", "Order number", "We keep what you write.", "My fridge is warm", "On our way", "[0-9]{2}:[0-9]{2}"),
        ("fa", "شمارهٔ سفارش", "نوشته‌های شما نگه داشته می‌شود.", "یخچال گرم است", "در راهیم", _MONTHS),
        ("ar", "رقم الطلب", "نحتفظ بما تكتبه.", "الثلاجة دافئة", "نحن في الطريق", "[٠-٩]"),
    ],
    ids=["en", "fa", "ar"],
)  # fmt: skip
async def test_the_whole_life_of_a_widget(
    dsn: str, tmp_path: Path, windows: Windows, language: str, label: str, consent: str, question: str, answer: str,
    promise: str,
) -> None:  # fmt: skip
    async with live(dsn, tmp_path, simulator=True) as it:
        admin = await it.person("admin")
        await arrange(admin, **asked(language, label, consent))
        visitor = WidgetPage(await windows.open(width=390, height=844))
        page = visitor.page
        await visitor.open(f"{it.base_url}/demo/?lang={language}")

        # asked before the chat: what is missing is named at its field
        await page.get_by_test_id("ask-submit").click()
        await expect(page.get_by_test_id("widget-ask").get_by_role("alert")).to_have_count(2)
        await page.get_by_test_id("ask-name").fill("Lena Fischer")
        await page.get_by_test_id("ask-email").fill(_ADDRESS)
        await page.get_by_test_id("ask-order").fill("A-17")
        await page.get_by_test_id("ask-consent").check()
        assert await fits(page)
        await page.get_by_test_id("ask-submit").click()

        # waiting
        await visitor.write(question)
        await expect(visitor.status).to_have_attribute("data-state", "queued")
        await expect(visitor.status).to_have_attribute("data-position", "1")

        # talking, with what was said before at the agent's hand
        sara = ConsolePage(await windows.open(), it.base_url)
        await sara.sign_in("sara")
        await sara.go_available()
        await sara.accept()
        panel = sara.page.get_by_test_id("visitor-panel")
        await expect(panel.get_by_test_id("visitor-order")).to_contain_text("A-17")
        await expect(panel.get_by_test_id("visitor-email")).to_contain_text(_ADDRESS)
        await expect(panel.get_by_test_id("unverified")).to_be_visible()

        # read marks, both ways
        await expect(page.get_by_test_id("widget-seen")).to_have_count(1)
        await sara.write(answer)
        await expect(visitor.messages(answer)).to_have_count(1)
        await expect(sara.page.get_by_test_id("delivery").last).to_have_attribute("data-delivery", "read")

        # a file
        picture = FilePayload(name="در.png", mimeType="image/png", buffer=_PNG)
        await page.get_by_test_id("widget-file").set_input_files([picture])
        await expect(page.locator("markaz-chat img")).to_have_count(1)

        # handed over
        omar = await it.agent("omar")
        to = next(agent["id"] for agent in omar.state["agents"] if agent["name"] == "عمر الحسن")
        status, interactions = await admin.json("GET", "/api/interactions?channel=webchat")
        assert status == 200
        [chat] = interactions["items"]
        again = await it.agent("sara")
        await again.command("interaction.transfer", interaction_id=chat["id"], agent_id=to)
        await expect(page.get_by_test_id("widget-line")).to_contain_text("عمر الحسن")
        await omar.take_offer("webchat")
        await expect(visitor.status).to_contain_text("عمر الحسن")

        # rated at its end
        await omar.command("interaction.close", interaction_id=chat["id"])
        await expect(visitor.status).to_have_attribute("data-state", "closed")
        await page.get_by_test_id("rate-4").check(force=True)
        await page.get_by_test_id("rate-comment").fill(question)
        await page.get_by_test_id("rate-submit").click()
        await expect(page.get_by_test_id("rate-submit")).to_have_count(0)
        _, rated = await admin.json("GET", f"/api/interactions/{chat['id']}")
        assert rated["details"]["rating"] == {"score": 4, "comment": question}

        # sent by mail
        await page.get_by_test_id("widget-more").click()
        await page.get_by_test_id("more-transcript").click()
        await page.get_by_test_id("transcript-email").fill(_ADDRESS)
        await page.get_by_test_id("transcript-again").fill(_ADDRESS)
        assert await fits(page)
        await page.get_by_test_id("transcript-send").click()
        await expect(page.get_by_test_id("transcript-told")).to_contain_text(_ADDRESS)
        [mail] = await eventually(lambda: mails(it))
        assert question in mail["text"]
        assert answer in mail["text"]

        # away: a message is left, with the time of the answer in the visitor's calendar
        await arrange(
            admin,
            hours={"zone": "Asia/Tehran", "weekly": [{"day": 2, "start": "03:00", "end": "03:01"}]},
            answer_minutes=1,
        )
        late = WidgetPage(await windows.open(width=390, height=844))
        await late.open(f"{it.base_url}/demo/?lang={language}")
        form = late.page.get_by_test_id("widget-offline-form")
        await expect(form).to_contain_text(re.compile(promise))
        await late.page.get_by_test_id("ask-message").fill(question)
        await late.page.get_by_test_id("ask-consent").check()
        await late.page.get_by_test_id("ask-submit").click()
        await expect(form.get_by_role("alert").first).to_be_visible()
        await late.page.get_by_test_id("ask-email").fill("late@example.com")
        await late.page.get_by_test_id("ask-submit").click()
        await expect(late.page.get_by_test_id("widget-left")).to_contain_text(re.compile(promise))
        _, interactions = await admin.json("GET", "/api/interactions?channel=webchat")
        assert [each["details"].get("is_offline") for each in interactions["items"]] == [True, None]

        # invited
        rule = {"id": "hello", "page": "/demo/", "after_seconds": 0, "text": {language: answer}}
        await arrange(admin, hours=None, invitations=[rule])
        guest = await windows.open()
        await guest.goto(f"{it.base_url}/demo/?lang={language}")
        await expect(guest.get_by_test_id("invitation")).to_contain_text(answer)
        await guest.get_by_test_id("invitation-accept").click()
        await expect(guest.get_by_test_id("widget-panel")).to_be_visible()
        await guest.reload()
        await expect(guest.get_by_test_id("launcher")).to_be_visible()
        await expect(guest.get_by_test_id("invitation")).to_have_count(0)

        async def counts() -> Any:
            _, found = await admin.json("GET", "/api/widgets/demo/invitations")
            return found["items"] if len(found["items"]) == 2 else None

        counted = await eventually(counts)
        assert {each["outcome"]: each["count"] for each in counted} == {"shown": 1, "accepted": 1}
