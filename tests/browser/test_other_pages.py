"""Mail from strangers in the console, files there, and the page that shows the API."""

from __future__ import annotations

import asyncio
import re
import smtplib
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, expect

from demo.organisation import MAILBOX
from tests.browser.surface import ConsolePage, WidgetPage, Windows
from tests.live import live

pytestmark = pytest.mark.browser

_HOSTILE = """<html><head><script>top.pwned = 1; alert(1)</script><base href="http://evil.example/">
<meta http-equiv="refresh" content="0;url=http://evil.example/"><link rel="stylesheet" href="http://evil.example/a.css">
<style>body { background: url(http://evil.example/b.png) }</style></head>
<body onload="top.pwned = 2"><p>Two doors are <b>dented</b>.</p>
<img src="http://evil.example/seen.png" onerror="top.pwned = 3"><img src="x" onerror="top.pwned = 4">
<a href="javascript:top.pwned = 5" id="trap">press me</a>
<svg onload="top.pwned = 6"><script>top.pwned = 7</script></svg>
<iframe src="http://evil.example/frame"></iframe><object data="http://evil.example/o"></object>
<form action="http://evil.example/f"><input name="password" autofocus onfocus="top.pwned = 8"></form>
<div style="position: fixed; inset: 0; background-image: url('http://evil.example/c.png')">over everything</div>
</body></html>"""


def _send(port: int, subject: str, html: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Mallory <mallory@evil.example>", MAILBOX, subject
    mail["Message-ID"] = "<1@evil.example>"
    mail.set_content("Two doors are dented.")
    mail.add_alternative(html, subtype="html")
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as smtp:
        smtp.send_message(mail)


async def test_a_mail_runs_nothing_and_loads_nothing(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path) as it:
        maya = ConsolePage(await windows.open(), it.base_url)
        await maya.sign_in("maya")
        await maya.go_available()
        await asyncio.to_thread(_send, it.settings.smtp_port, "Dented doors", _HOSTILE)
        await maya.accept()
        mail = maya.page.frame_locator("[data-testid=mail-body]")
        await expect(mail.locator("b")).to_have_text("dented")
        await maya.page.wait_for_timeout(500)
        for frame in maya.page.frames:
            assert await frame.evaluate("[window.pwned, top.pwned, frames.length > 1]") == [None, None, False]
        assert await mail.locator("script, iframe, object, form, [onload], [onerror], [href^=javascript]").count() == 0
        await expect(maya.page).to_have_url(re.compile("/console/"))


async def test_an_agent_sends_a_file(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path) as it:
        sara = ConsolePage(await windows.open(), it.base_url)
        await sara.sign_in("sara")
        await sara.go_available()
        visitor = WidgetPage(await windows.open())
        await visitor.open(f"{it.base_url}/demo/")
        await visitor.write("Where is the manual?")
        await sara.accept()
        text = FilePayload(name="manual.txt", mimeType="text/plain", buffer=b"Turn it off and on.")
        await sara.page.get_by_test_id("composer-file").set_input_files([text])
        await expect(sara.page.get_by_text("manual.txt")).to_be_visible()
        await sara.write("Here it is")
        await expect(sara.page.get_by_test_id("attachment")).to_contain_text("manual.txt")
        async with visitor.page.expect_download() as saving:
            await visitor.page.get_by_test_id("widget-attachment").click()
        download = await saving.value
        assert download.suggested_filename == "manual.txt"
        assert Path(await download.path()).read_bytes() == b"Turn it off and on."


async def test_the_api_page_shows_the_operations(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path) as it:
        page = await windows.open()
        await page.goto(f"{it.base_url}/docs/")
        await page.locator("#operations-tag-interactions").click()
        shown = page.locator(".opblock-summary-path", has_text="/api/interactions")
        await expect(shown.first).to_be_visible()
        assert await shown.count() > 5
        await shown.first.click()
        await expect(page.locator(".opblock-body").first).to_be_visible()
