"""The server goes away while both sides write."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.surface import GONE, ConsolePage, WidgetPage, Windows
from tests.live import eventually, live

pytestmark = pytest.mark.browser


async def test_what_was_written_without_a_connection_is_sent_once(
    dsn: str, tmp_path: Path, windows: Windows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.pages._RECONNECT_MOST_MS", 300)
    windows.allowed.append(GONE)
    async with live(dsn, tmp_path) as it:
        port, base_url = it.settings.port, it.base_url
        sara = ConsolePage(await windows.open(), base_url)
        await sara.sign_in("sara")
        await sara.go_available()
        visitor = WidgetPage(await windows.open())
        await visitor.open(f"{base_url}/demo/")
        await visitor.write("hello")
        await sara.accept()
        await expect(sara.messages("hello")).to_have_count(1)
    await expect(sara.page.get_by_test_id("link-banner")).to_be_visible()
    await expect(visitor.page.get_by_test_id("widget-offline")).to_be_visible()
    await sara.write("written without a server")
    for text in ("and so", "did the visitor"):
        await visitor.write(text)
    await expect(sara.messages("written without")).to_have_attribute("data-pending", "yes")
    await expect(visitor.messages("did the visitor")).to_have_attribute("data-pending", "yes")
    async with live(dsn, tmp_path, port=port) as it:
        for window in (sara, visitor):
            for text in ("written without", "and so", "did the visitor"):
                await expect(window.messages(text)).to_have_count(1, timeout=25_000)
                await expect(window.messages(text)).not_to_have_attribute("data-pending", "yes", timeout=25_000)
        await expect(sara.page.get_by_test_id("link-banner")).to_have_count(0)
        interaction_id = await sara.page.get_by_test_id("conversation").get_attribute("data-interaction")
        reader = await it.person("sara")

        async def stored() -> list[str]:
            _, answer = await reader.json("GET", f"/api/interactions/{interaction_id}/messages")
            return [m["text"] for m in answer["messages"] if m["direction"] in ("inbound", "outbound")]

        texts = await eventually(stored)
        assert sorted(texts) == ["and so", "did the visitor", "hello", "written without a server"]
        assert texts.index("and so") < texts.index("did the visitor")
