"""What people see and press, by name: the agent's console and the visitor's widget in a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, expect

from demo.organisation import PASSWORD
from tests.live import Live

# The browser writes this line itself when the console asks whether somebody is signed in.
_NOT_SIGNED_IN = re.compile(r"the server responded with a status of 401")
# And this one when it reconnects after the end of a test's server, before its own.
_OVER = re.compile(
    r"WebSocket connection to 'ws://127\.0\.0\.1:\d+/socket\.io/\S+ failed: .*ERR_CONNECTION_REFUSED"
    r"|Failed to load resource: net::ERR_CONNECTION_REFUSED"
)
# What it writes while the server is away.
GONE = re.compile(r"ERR_CONNECTION_|WebSocket connection to|ERR_EMPTY_RESPONSE|status of 503")


# A machine with other work takes its time.
expect.set_options(timeout=40_000)


class Windows:
    """Browser contexts of one test, watched: errors on the console, exceptions, dialogs, requests to elsewhere."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []
        self.allowed: list[re.Pattern[str]] = [_NOT_SIGNED_IN, _OVER]

    async def open(self, locale: str = "en", width: int = 1280, height: int = 800) -> Page:
        """Open a page of a context of its own: no cookies, nothing stored."""
        context = await self._browser.new_context(
            locale=locale,
            viewport={"width": width, "height": height},
            timezone_id="Asia/Tehran",
            reduced_motion="reduce",
        )
        self._contexts.append(context)
        context.set_default_timeout(15_000)
        page = await context.new_page()
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(f"exception: {error}"))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        page.on("request", self._asked)
        return page

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(pattern.search(message.text) for pattern in self.allowed):
            self.complaints.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme in ("http", "https", "ws", "wss") and url.hostname != "127.0.0.1":
            self.complaints.append(f"request: {request.url}")


async def send_at_once(it: Live, login: str) -> None:
    """Let somebody's mail go without the seconds in which it can be taken back."""
    person = await it.person(login)
    status, answer = await person.json("PUT", "/api/desk-setting", {"undo_seconds": 0})
    assert status == 200, answer


async def presses(button: Locator) -> None:
    """Press what changes something, and wait until the server has it: a word may be of an earlier change."""
    async with button.page.expect_response(lambda answer: answer.request.method in ("POST", "PUT", "PATCH")) as told:
        await button.click()
    answer = await told.value
    assert answer.ok, await answer.text()


@dataclass(frozen=True, slots=True)
class ConsolePage:
    """The agent's console."""

    page: Page
    base_url: str

    async def sign_in(self, login: str) -> None:
        """Come in with a session that was opened before: most tests are about what lies behind the form."""
        answer = await self.page.context.request.post(
            f"{self.base_url}/api/session", data={"login": login, "password": PASSWORD}
        )
        assert answer.ok, await answer.text()
        await self.page.goto(f"{self.base_url}/console/")
        await expect(self.presence).to_be_enabled()

    async def sign_in_by_form(self, login: str) -> None:
        await self.page.goto(f"{self.base_url}/console/")
        await self.page.get_by_test_id("sign-in-login").fill(login)
        await self.page.get_by_test_id("sign-in-password").fill(PASSWORD)
        await self.page.get_by_test_id("sign-in-submit").click()
        await expect(self.presence).to_be_enabled()

    async def go_available(self) -> None:
        await self.presence.click()
        await self.page.get_by_test_id("presence-available").click()
        await expect(self.presence).to_have_attribute("data-state", "available")

    async def accept(self) -> None:
        """Take the offer; its conversation opens."""
        await self.page.get_by_test_id("offer-accept").click()
        await expect(self.page.get_by_test_id("conversation")).to_be_visible()

    async def write(self, text: str) -> None:
        await self.page.get_by_test_id("composer").fill(text)
        await self.page.get_by_test_id("composer-send").click()

    async def finish(self) -> None:
        """Close the conversation, with the first of the results."""
        await self.page.get_by_test_id("close").click()
        submit = self.page.get_by_test_id("close-submit")
        await submit.click()
        await expect(submit).to_have_count(0)

    async def take_all(self, number: int) -> None:
        """Accept one offer after the other until this many conversations are there."""
        for taken in range(await self.works.count() + 1, number + 1):
            await self.page.get_by_test_id("offer-accept").click(timeout=30_000)
            await expect(self.works).to_have_count(taken)

    async def open_work(self, channel: str) -> str:
        """Go to the one conversation of a channel; return its id."""
        item = self.work(channel)
        interaction_id = str(await item.get_attribute("data-interaction"))
        await item.click()
        opened = self.page.get_by_test_id("conversation")
        await expect(opened).to_have_attribute("data-interaction", interaction_id)
        return interaction_id

    async def hand_over(self, name: str, note: str) -> None:
        """Give the open conversation to a colleague."""
        await self.page.get_by_test_id("transfer").click()
        await self.page.get_by_test_id("transfer-kind").locator("label").nth(1).click()
        await self.page.get_by_test_id("transfer-target").fill(name)
        await self.page.get_by_role("option", name=name).click()
        await self.page.get_by_test_id("transfer-note").fill(note)
        await self.page.get_by_test_id("transfer-submit").click()

    async def finish_as(self, disposition: str) -> None:
        """Close the open conversation with a result."""
        await self.page.get_by_test_id("close").click()
        await self.page.get_by_test_id("close-disposition").click()
        await self.page.get_by_role("option", name=disposition).click()
        await self.page.get_by_test_id("close-submit").click()

    async def hang_up(self, disposition: str) -> None:
        """End the call that is open, and its wrap-up with a result."""
        await self.page.get_by_test_id("hang-up").click()
        await expect(self.page.get_by_test_id("wrap-up")).to_be_visible()
        await self.page.get_by_test_id("wrap-up-disposition").click()
        await self.page.get_by_role("option", name=disposition).click()
        await self.page.get_by_test_id("wrap-up-done").click()

    @property
    def presence(self) -> Locator:
        return self.page.get_by_test_id("presence")

    @property
    def works(self) -> Locator:
        return self.page.get_by_test_id("work-item")

    @property
    def bell(self) -> Locator:
        return self.page.get_by_test_id("bell")

    def work(self, channel: str) -> Locator:
        return self.page.locator(f'[data-testid="work-item"][data-channel="{channel}"]')

    def messages(self, text: str) -> Locator:
        return self.page.get_by_test_id("message").filter(has_text=text)


@dataclass(frozen=True, slots=True)
class WidgetPage:
    """The widget on some page; Playwright looks into open shadow roots by itself."""

    page: Page

    async def open(self, url: str) -> None:
        await self.page.goto(url)
        await self.page.get_by_test_id("launcher").click()
        await expect(self.page.get_by_test_id("widget-panel")).to_be_visible()

    async def write(self, text: str) -> None:
        await self.page.get_by_test_id("widget-input").fill(text)
        await self.page.get_by_test_id("widget-send").click()

    @property
    def status(self) -> Locator:
        return self.page.get_by_test_id("widget-status")

    def messages(self, text: str) -> Locator:
        return self.page.get_by_test_id("widget-message").filter(has_text=text)
