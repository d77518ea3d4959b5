"""A call in the console, from the carrier's ring to the wrap-up, and what remains of it in the customer's history."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import expect

from demo.organisation import NUMBER
from tests.browser.surface import ConsolePage, Windows
from tests.live import live

pytestmark = pytest.mark.browser

_CALLER = "+966501234567"


async def test_a_call_is_taken_ended_and_wrapped_up(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path, simulator=True) as it, aiohttp.ClientSession() as http:
        maya = ConsolePage(await windows.open(), it.base_url)
        await maya.sign_in("maya")
        await maya.go_available()
        calls = f"http://127.0.0.1:{it.settings.simulator_port}/simulator/calls"
        async with http.post(calls, json={"from": _CALLER, "to": NUMBER}) as answer:
            assert answer.status == 201
        await maya.accept()
        bar = maya.page.get_by_test_id("call-bar")
        await expect(bar).to_have_attribute("data-status", "joined")
        await maya.page.get_by_test_id("hang-up").click()
        wrap_up = maya.page.get_by_test_id("wrap-up")
        await expect(wrap_up).to_be_visible()
        await expect(maya.page.get_by_test_id("hang-up")).to_have_count(0)
        await maya.write("She asked for the opening hours")
        await expect(maya.messages("opening hours")).to_have_attribute("data-direction", "note")
        await maya.page.get_by_test_id("wrap-up-disposition").click()
        await maya.page.get_by_role("option", name="Resolved").click()
        await maya.page.get_by_test_id("wrap-up-done").click()
        await expect(maya.page.get_by_test_id("work-item")).to_have_count(0)
        async with http.post(calls, json={"from": _CALLER, "to": NUMBER}) as answer:
            assert answer.status == 201
        await maya.accept()
        history = maya.page.get_by_test_id("past")
        await expect(history).to_have_count(1)
        await expect(history).to_contain_text("Call ended")
        await expect(history).to_contain_text("Resolved")
