"""A real Chromium for the tests of this folder, and pages that tell what a user would not see."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.browser.surface import Windows

_DIST = Path(__file__).parents[2] / "frontend" / "dist"
_NAMES = ("chromium", "chromium-browser", "google-chrome")
# The first two: each context opens a browser window, and its address bar runs two pages of its own that nobody sees,
# for a second of the processor. The others Playwright turns off itself: of two such lists only the last one counts.
_WITHOUT = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled",
    "PreconnectToSearch",
)  # fmt: skip
ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-features=" + ",".join(_WITHOUT),
)  # fmt: skip


def executable() -> str:
    found = os.environ.get("MARKAZ_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.skip("no Chromium here: install Debian's package chromium, or name one in MARKAZ_CHROMIUM")
    return found


@pytest_asyncio.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for the run; each test opens contexts of its own, which share nothing."""
    found = executable()
    if not (_DIST / "console" / "index.html").is_file():
        pytest.skip("the front end is not built: run make setup")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield browser
        await browser.close()


@pytest_asyncio.fixture
async def windows(chromium: Browser) -> AsyncIterator[Windows]:
    """Open pages; afterwards none of them may have complained or asked a foreign host for anything."""
    opened = Windows(chromium)
    try:
        yield opened
        assert opened.complaints == []
    finally:
        await opened.close()
