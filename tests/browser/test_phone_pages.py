"""The phone in the console: a call of the simulated carrier, and what a Twilio account brings along."""

from __future__ import annotations

import io
import json
import wave
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Page, Route, WebSocketRoute, expect

from demo.organisation import NUMBER
from tests.browser.axe import findings
from tests.browser.surface import ConsolePage, Windows
from tests.integration.test_softphone import set_keys
from tests.live import Live, live

pytestmark = pytest.mark.browser

_CALLER = "+966501234567"


async def _ring(it: Live) -> None:
    url = f"http://127.0.0.1:{it.settings.simulator_port}/simulator/calls"
    async with aiohttp.ClientSession() as http, http.post(url, json={"from": _CALLER, "to": NUMBER}) as answer:
        assert answer.status == 201


async def _people(it: Live) -> dict[str, dict[str, Any]]:
    url = f"http://127.0.0.1:{it.settings.simulator_port}/simulator/state"
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        rooms = (await answer.json())["conferences"]
    room = next(each for each in rooms if each["status"] == "in-progress")
    return {"agent" if one["label"] else "caller": one for one in room["participants"]}


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", ("Mute", "Unmute", "Hold", "Resume", "On hold", "On the call")),
        ("fa", ("بی‌صدا", "باصدا", "انتظار", "ادامه", "تماس در انتظار است", "")),
    ],
)
async def test_a_call_is_muted_held_resumed_and_ended(
    dsn: str, tmp_path: Path, windows: Windows, locale: str, words: tuple[str, ...]
) -> None:
    mute_word, unmute_word, hold_word, resume_word, held_word, joined_word = words
    async with live(dsn, tmp_path, simulator=True) as it:
        agent = ConsolePage(await windows.open(locale), it.base_url)
        liked = {"locale": locale, "calendar": "persian" if locale == "fa" else "gregory"}
        assert (await (await it.person("maya")).json("PATCH", "/api/session/preferences", liked))[0] == 200
        await agent.sign_in("maya")
        await agent.go_available()
        chip = agent.page.get_by_test_id("phone-chip")
        await expect(chip).to_have_attribute("data-state", "ready")
        await _ring(it)
        await agent.accept()
        bar = agent.page.get_by_test_id("call-bar")
        await expect(bar).to_have_attribute("data-status", "joined")
        await expect(chip).to_have_attribute("data-state", "connected")
        mute, hold = bar.get_by_test_id("mute"), bar.get_by_test_id("hold")
        await expect(mute).to_have_text(mute_word)
        await mute.click()
        await expect(mute).to_have_text(unmute_word)
        assert (await _people(it))["agent"]["muted"] is True
        await expect(hold).to_have_text(hold_word)
        await hold.focus()
        await agent.page.keyboard.press("Enter")
        await expect(hold).to_have_text(resume_word)
        await expect(bar.get_by_role("status")).to_have_text(held_word)
        assert (await _people(it))["caller"]["hold"] is True
        assert await findings(agent.page, "[data-testid=call-bar]") == []
        assert await findings(agent.page, "[data-testid=phone-chip]") == []
        await hold.click()
        await expect(hold).to_have_text(hold_word)
        if joined_word:
            await expect(bar.get_by_role("status")).to_have_text(joined_word)
        assert (await _people(it))["caller"]["hold"] is False
        await expect(bar.get_by_test_id("open-keypad")).to_have_count(0)
        await bar.get_by_test_id("hang-up").click()
        await expect(agent.page.get_by_test_id("wrap-up")).to_be_visible()
        await expect(mute).to_have_count(0)
        await expect(chip).to_have_attribute("data-state", "ready")


class Signalling:
    """Twilio's signalling as far as a phone's registration: it takes the token and says yes."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []

    async def open(self, page: Page) -> None:
        await page.route_web_socket("wss://*.twilio.com/**", self._connected)
        await page.route("https://*.twilio.com/**", self._quiet)

    async def _quiet(self, route: Route) -> None:
        sound = io.BytesIO()
        with wave.open(sound, "wb") as written:
            written.setparams((1, 2, 8000, 0, "NONE", ""))
            written.writeframes(bytes(160))
        open_to_all = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}
        await route.fulfill(status=200, body=sound.getvalue(), content_type="audio/wav", headers=open_to_all)

    def _connected(self, socket: WebSocketRoute) -> None:
        def hear(said: str | bytes) -> None:
            text = said if isinstance(said, str) else said.decode()
            if not text.strip():
                socket.send("\n")
                return
            message = json.loads(text)
            self.heard.append(message)
            kind, payload = message["type"], message.get("payload", {})
            if kind == "listen":
                token = {"token": payload.get("token", "")}
                answer = {"edge": "roaming", "region": "us1", "token": token}
                socket.send(json.dumps({"type": "connected", "version": "1.6", "payload": answer}))
            if kind == "register":
                socket.send(json.dumps({"type": "ready", "version": "1.6", "payload": {}}))

        socket.on_message(hear)


async def test_the_sdk_comes_with_a_token_alone(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path, simulator=True) as it:
        maya = ConsolePage(await windows.open(), it.base_url)
        scripts: list[str] = []
        maya.page.on("request", lambda request: scripts.append(request.url.rsplit("/", 1)[-1]))
        await maya.sign_in("maya")
        await expect(maya.page.get_by_test_id("phone-chip")).to_have_attribute("data-state", "ready")
        assert not [name for name in scripts if name.startswith("twilio")], "the first load does not carry it"
        await set_keys(await it.person("admin"))
        carrier = Signalling()
        await carrier.open(maya.page)
        async with maya.page.expect_response(lambda answer: "/assets/twilio-" in answer.url) as chunk:
            await maya.page.reload()
        assert (await chunk.value).ok
        await expect(maya.page.get_by_test_id("phone-chip")).to_have_attribute("data-state", "ready")
        listen = next(each for each in carrier.heard if each["type"] == "listen")
        assert listen["payload"]["token"].count(".") == 2, "it signed in with the token of our server"
    # The double answers in the place of Twilio; nothing went out.
    windows.complaints[:] = [each for each in windows.complaints if "twilio.com" not in each]
