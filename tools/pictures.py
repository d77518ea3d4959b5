"""Pictures of every page for docs/images/pages: `python -m tools.pictures`, with the front end built.

The pages are those whose folders are there, so that a new one needs no change here. A server with the demo organisation
is started on a database of its own and stopped again.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright, expect

from storage.embedded import Embedded
from tests.browser.conftest import ARGUMENTS, executable
from tests.browser.surface import ConsolePage, WidgetPage, Windows
from tests.browser.walk import furnish, paths, walk
from tests.folders import database_folder
from tests.live import Live, live

TARGET = Path(__file__).parents[1] / "docs" / "images" / "pages"
_LOCALES = (("en", "gregory"), ("fa", "persian"))
_MOST_BYTES = 4 << 20


async def main() -> None:
    """Take all pictures anew; what is no page any more goes."""
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    with database_folder() as folder, tempfile.TemporaryDirectory() as files:
        server = Embedded(folder, fsync=False)
        dsn = await server.start()
        async with live(dsn, Path(files)) as it, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=executable(), args=list(ARGUMENTS))
            windows = Windows(browser)
            for locale, calendar in _LOCALES:
                await _pages(it, windows, locale, calendar)
                await _work(it, windows, locale, calendar)
            await windows.close()
            await browser.close()
        await server.stop()
    _compress()


async def _pages(it: Live, windows: Windows, locale: str, calendar: str) -> None:
    await furnish(it, "admin", locale, calendar)
    console = ConsolePage(await windows.open(locale), it.base_url)
    await console.sign_in("admin")
    async for path in walk(console.page, console, paths()):
        await _take(console.page, f"{path}-{locale}")
    await console.page.goto(f"{it.base_url}/console/#/work")
    await console.page.keyboard.press("Control+k")
    await console.page.get_by_test_id("palette-input").fill("4412")
    await expect(console.page.locator('[data-testid="palette"] mark').first).to_be_visible()
    await _take(console.page, f"palette-{locale}")


async def _work(it: Live, windows: Windows, locale: str, calendar: str) -> None:
    """Show an offer, a conversation at work and the visitor's side of it; also on a phone and in the dark."""
    await (await it.person("sara")).json("PATCH", "/api/session/preferences", {"locale": locale, "calendar": calendar})
    console = ConsolePage(await windows.open(locale), it.base_url)
    await console.sign_in("sara")
    await console.go_available()
    visitor = WidgetPage(await windows.open(locale, 390, 760))
    await visitor.open(f"{it.base_url}/demo/?lang={locale}")
    await visitor.write("Hello!" if locale == "en" else "سلام!")
    await expect(console.page.get_by_test_id("offer-card")).to_be_visible()
    await _take(console.page, f"offer-{locale}")
    await console.accept()
    await console.write("How can I help you?" if locale == "en" else "چه کمکی از من برمی‌آید؟")
    await expect(console.page.get_by_test_id("message").last).to_be_visible()
    await _take(console.page, f"conversation-{locale}")
    await console.page.emulate_media(color_scheme="dark")
    await _take(console.page, f"conversation-dark-{locale}")
    await console.page.set_viewport_size({"width": 390, "height": 760})
    await _take(console.page, f"conversation-phone-{locale}")
    await _take(visitor.page, f"widget-{locale}")


async def _take(page: Page, name: str) -> None:
    # What slides in has arrived by then; the pointer must colour no row.
    await page.mouse.move(0, 0)
    await page.wait_for_timeout(300)
    await page.screenshot(path=TARGET / f"{name}.png", animations="disabled", caret="hide")


def _compress() -> None:
    """Let pngquant make them smaller where it is installed, and say how large they are together."""
    pictures = sorted(TARGET.glob("*.png"))
    if shutil.which("pngquant"):
        names = [str(picture) for picture in pictures]
        subprocess.run(["pngquant", "--force", "--ext", ".png", "--skip-if-larger", "--", *names], check=False)
    size = sum(picture.stat().st_size for picture in pictures)
    print(f"{len(pictures)} pictures, {size / (1 << 20):.1f} MB in {TARGET}")
    if size > _MOST_BYTES:
        sys.exit("That is more than 4 MB: install pngquant, or take fewer.")


if __name__ == "__main__":
    asyncio.run(main())
