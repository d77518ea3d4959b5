"""The widget on somebody else's web site, whose policy is strict and whose style is its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import FilePayload, Page, expect

from tests.browser.surface import WidgetPage, Windows
from tests.live import live

pytestmark = pytest.mark.browser

# The smallest picture that browsers show: one red point.
_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
_PAGE = """<!doctype html><html lang="en"><head><title>Their shop</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/site.css">{script}</head>
<body><h1>Their shop</h1><p>Words <a href="#">with a link</a>.</p><button type="button">Buy</button>
<form><input value="a field"><textarea>text</textarea></form></body></html>"""
# A page that colours every kind of element must not colour ours.
_STYLE = """* { letter-spacing: 1px; line-height: 3 } button { background: red !important }
p { font: 30px serif } svg { display: none }"""
_LOOK = """() => JSON.stringify([...document.querySelectorAll("html, body, body *:not(markaz-chat)")].map((element) => {
  const style = getComputedStyle(element), box = element.getBoundingClientRect();
  const values = [...style].map((name) => style.getPropertyValue(name));
  return [element.tagName, box.x, box.y, box.width, box.height, ...values];
}))"""


@asynccontextmanager
async def site(centre: str) -> AsyncIterator[str]:
    """Serve a page on an origin of its own: `/with` has the widget, `/without` has not."""
    socket = centre.replace("http", "ws", 1)
    policy = (
        f"default-src 'none'; script-src {centre}; style-src 'self'; connect-src {centre} {socket}; img-src blob: data:"
    )

    async def page(request: web.Request) -> web.Response:
        has_widget = request.match_info["which"] == "with"
        script = f'<script async src="{centre}/widget/markaz.js" data-site="demo"></script>' if has_widget else ""
        headers = {"Content-Security-Policy": policy}
        return web.Response(text=_PAGE.format(script=script), content_type="text/html", headers=headers)

    async def style(_: web.Request) -> web.Response:
        return web.Response(text=_STYLE, content_type="text/css")

    app = web.Application()
    app.router.add_get("/site.css", style)
    app.router.add_get("/{which:with|without}", page)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def look(page: Page) -> Any:
    return await page.evaluate(_LOOK)


async def test_the_widget_works_on_a_strict_page_and_leaves_it_as_it_is(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it, site(it.base_url) as theirs:
        sara = await it.agent("sara")
        visitor = WidgetPage(await windows.open())
        await visitor.page.goto(f"{theirs}/without")
        before = await look(visitor.page)
        await visitor.page.goto(f"{theirs}/with")
        await expect(visitor.page.get_by_test_id("launcher")).to_be_visible()
        assert await look(visitor.page) == before
        await visitor.page.get_by_test_id("launcher").click()
        assert await look(visitor.page) == before, "also while the chat is open"
        await visitor.write("Do you deliver to Shiraz?")
        conversation = await sara.take_offer("webchat")
        await sara.reply(conversation["interaction"]["id"], "Yes, within two days")
        answer = visitor.messages("within two days").locator("p")
        await expect(answer).to_have_count(1)
        told = await answer.evaluate("p => [getComputedStyle(p).fontSize, getComputedStyle(p).letterSpacing]")
        assert told == ["15px", "normal"], "their style stays outside"
        await visitor.page.reload()
        await visitor.page.get_by_test_id("launcher").click()
        await expect(visitor.messages("within two days")).to_have_count(1)


async def test_files_go_both_ways_across_origins(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path) as it, site(it.base_url) as theirs:
        person = await it.person("sara")
        sara = await person.console()
        visitor = WidgetPage(await windows.open())
        await visitor.open(f"{theirs}/with")
        await visitor.write("here is the door")
        conversation = await sara.take_offer("webchat")
        interaction_id = conversation["interaction"]["id"]
        file = FilePayload(name="در.png", mimeType="image/png", buffer=_PNG)
        await visitor.page.get_by_test_id("widget-file").set_input_files([file])
        picture = visitor.page.locator("markaz-chat img")
        await expect(picture).to_have_count(1)
        assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
        [attachment] = await sara.until(
            lambda: [a for m in sara.conversation(interaction_id)["messages"] for a in m["attachments"]]
        )
        assert attachment["name"] == "در.png"
        async with person.session.get(it.base_url + attachment["url"]) as answer:
            assert (answer.status, await answer.read()) == (200, _PNG)
        await sara.close()
