from __future__ import annotations

from pathlib import Path

from core.settings import example
from tools.protocol import OWNERS, PAGE, commands, render

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_the_protocol_is_what_the_code_says() -> None:
    page = PAGE.read_text()
    assert render(page) == page, "run: python tools/protocol.py"


def test_every_command_says_what_it_does() -> None:
    for namespace in OWNERS:
        assert [name for name, each in commands(namespace).items() if not each.summary] == []


def test_the_example_lists_every_setting_with_its_default() -> None:
    written = (ROOT / "markaz.toml.example").read_text().strip()
    assert written == example().strip(), "run: python server.py --settings > markaz.toml.example"
