"""Another system's page beside a conversation, in a browser: it is told who looks at what, and a forged one nothing."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import Page, expect

from tests.browser.surface import ConsolePage, WidgetPage, Windows
from tests.integration.house import made
from tests.live import Live, live
from tools.erp_example import application

pytestmark = pytest.mark.browser

_FORGED = """<!doctype html><title>Not theirs</title><script>
window.heard = [];
window.addEventListener("message", (event) => window.heard.push(event.data));
window.parent.postMessage({ type: "markaz:ready" }, "*");
window.parent.postMessage({ type: "markaz:insert", text: "forged" }, "*");
</script>"""


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def erp(it: Live, place: str) -> AsyncIterator[str]:
    """Serve the example of the guide as a stranger, and show it in the console."""
    admin = await it.person("admin")
    # The example needs its secret, the extension its address: an address first, the example behind it then.
    inner: dict[str, web.Application] = {}

    async def forward(request: web.Request) -> web.StreamResponse:
        resolved = await inner["app"].router.resolve(request)
        return await resolved.handler(request)

    outer = web.Application()
    outer.router.add_route("*", "/{tail:.*}", forward)
    async with served(outer) as origin:
        name = {"en": "Orders", "ar": "الطلبات", "fa": "سفارش‌ها"}
        made_one = await made(admin, "/api/extensions", {"name": name, "url": f"{origin}/", "place": place})
        inner["app"] = application(it.base_url, made_one["id"], made_one["secret"])
        inner["app"].freeze()
        yield origin


async def shot(page: Page, name: str) -> None:
    """Keep a picture for whoever wants to look."""
    if folder := os.environ.get("MARKAZ_SHOTS"):
        await page.screenshot(path=f"{folder}/{name}.png")


@pytest.mark.parametrize(("login", "tab", "locale"), [("maya", "Orders", "en"), ("sara", "سفارش‌ها", "fa")])
async def test_the_example_shows_the_customers_orders_and_offers_words(
    dsn: str, tmp_path: Path, windows: Windows, login: str, tab: str, locale: str
) -> None:
    async with live(dsn, tmp_path, webhooks_may_reach_private=True) as it, erp(it, "conversation"):
        sara = ConsolePage(await windows.open(locale=locale), it.base_url)
        await sara.sign_in("sara")
        if login == "maya":
            await sara.page.evaluate("localStorage.setItem('markaz.preferences', JSON.stringify({language: 'en'}))")
            await sara.page.reload()
            await expect(sara.presence).to_be_enabled()
        await sara.go_available()
        visitor = WidgetPage(await windows.open())
        await visitor.open(f"{it.base_url}/demo/")
        await visitor.write("Where is my fridge?")
        await sara.accept()
        await sara.page.get_by_test_id("tab-extension").click()
        frame = sara.page.get_by_test_id("extension").frame_locator("iframe")
        await expect(sara.page.get_by_test_id("tab-extension")).to_be_visible()
        await expect(frame.locator("#who")).to_contain_text("Sara Ahmadi")
        await expect(frame.locator("li")).to_have_count(2)
        await expect(sara.page.get_by_test_id("extension")).to_have_attribute("data-state", "told")
        await shot(sara.page, f"extension-{locale}")
        await frame.locator("#insert").click()
        await expect(sara.page.get_by_test_id("composer")).to_have_value("Your fridge is on its way.")
        await frame.locator("#open").click()
        await expect(sara.page.get_by_test_id("panel")).to_be_visible()


async def test_a_frame_that_has_left_its_origin_is_told_nothing(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async def forged(_: web.Request) -> web.Response:
        return web.Response(text=_FORGED, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", forged)
    async with live(dsn, tmp_path, webhooks_may_reach_private=True) as it, served(app) as elsewhere:
        asked: list[str] = []

        async def leave(_: web.Request) -> web.Response:
            raise web.HTTPFound(elsewhere)

        theirs = web.Application()
        theirs.router.add_get("/", leave)
        async with served(theirs) as origin:
            admin = await it.person("admin")
            for url in (origin, elsewhere):
                new = {"name": {"en": url}, "url": f"{url}/", "place": "customer"}
                await made(admin, "/api/extensions", new)
            who = await made(admin, "/api/customers", {"name": "Leila"})
            console = ConsolePage(await windows.open(), it.base_url)
            await console.sign_in("maya")
            console.page.on("request", lambda request: asked.append(request.url))
            await console.page.evaluate("id => { location.hash = `#/customers/${id}` }", who["id"])
            await console.page.get_by_test_id("tab-extension").filter(has_text=origin).click()
            frame = console.page.get_by_test_id("extension").locator("iframe")
            inside = await (await frame.element_handle()).content_frame()  # type: ignore[union-attr]  # it is there
            assert inside is not None
            await inside.wait_for_function("window.heard !== undefined")
            await console.page.wait_for_timeout(500)
            assert inside.url.startswith(elsewhere), "it has left"
            assert await inside.evaluate("window.heard") == []
            assert not [url for url in asked if url.endswith("/context")], "no token was even made"
            await expect(console.page.get_by_test_id("extension")).not_to_have_attribute("data-state", "told")


async def test_an_origin_that_nobody_enabled_is_not_framed(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path) as it:
        console = ConsolePage(await windows.open(), it.base_url)
        await console.sign_in("maya")
        blocked = await console.page.evaluate(
            """() => new Promise((done) => {
                document.addEventListener("securitypolicyviolation", (event) => done(event.effectiveDirective));
                const frame = document.createElement("iframe");
                frame.src = "http://127.0.0.1:9/";
                document.body.append(frame);
            })"""
        )
        assert blocked == "frame-src"
        windows.complaints[:] = [each for each in windows.complaints if "violates" not in each]
