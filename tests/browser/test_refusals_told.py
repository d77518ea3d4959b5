"""What the server refuses is said in the reader's language: the reason, and not only that it was refused."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.surface import ConsolePage, Windows
from tests.live import live
from tools.refusals import ROOT

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["fa"])
async def test_why_something_is_refused_is_said_in_the_readers_language(
    dsn: str, tmp_path: Path, windows: Windows, language: str
) -> None:
    windows.allowed.append(re.compile("status of 422"))
    book = json.loads(_book(language).read_text("utf-8"))
    async with live(dsn, tmp_path) as it:
        person = await it.person("admin")
        await person.json("PATCH", "/api/session/preferences", {"locale": language, "calendar": "persian"})
        # Refused as a whole, and at its field.
        rule = "A rule asks for something: a skill, a permission, trust or a priority."
        ours = {"field-name-en": "Ours", "field-url": f"{it.base_url}/console/"}
        for path, fields, text in (
            ("rules", {"field-name": "Nothing"}, rule),
            ("extensions", ours, "this is our own address"),
        ):
            console = ConsolePage(await windows.open(locale=language), it.base_url)
            await console.sign_in("admin")
            await console.page.goto(f"{it.base_url}/console/#/{path}/new")
            for field, value in fields.items():
                await console.page.get_by_test_id(field).fill(value)
            await console.page.get_by_test_id("save").click()
            await expect(console.page.get_by_test_id("form")).to_contain_text(book[text])


def _book(language: str) -> Path:
    return ROOT / "frontend" / "console" / "src" / "i18n" / "refusals" / f"{language}.json"
