"""The console knows refusals of rules by the server's own English words: each of them is said by the server."""

from __future__ import annotations

import re
from pathlib import Path

from automation.courier import NoWay
from complaints.path import LACKS
from tickets.flow import IsMerged

_ROOT = Path(__file__).parents[2]
_REFUSALS = _ROOT / "frontend/console/src/pages/automation/refusals.ts"


def test_every_refusal_that_the_console_translates_is_said_by_the_server() -> None:
    text = _REFUSALS.read_text()
    english = re.findall(r'": "(.+)",$', text[text.index("  en: {") : text.index("  ar: {")], re.MULTILINE)
    said = "".join(file.read_text() for folder in ("automation", "tickets") for file in (_ROOT / folder).glob("*.py"))
    assert len(english) == 8
    assert [words for words in english if words not in said] == []
    assert {NoWay().detail, IsMerged().detail} <= {*english}


def test_whatever_a_complaint_lacks_is_translated() -> None:
    text = _REFUSALS.read_text()
    assert {key: words for words, key in re.findall(r'"(.+)": "lacks\.(\w+)"', text)} == LACKS
