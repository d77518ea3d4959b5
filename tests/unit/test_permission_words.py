"""Whoever gives out permissions reads what each of them lets people do."""

from __future__ import annotations

import re
from pathlib import Path

from access.model import Permission

WORDS = Path(__file__).parents[2] / "frontend/console/src/kit/permissions.ts"


def test_every_permission_has_words_in_three_languages_and_no_other_has_any() -> None:
    said = re.findall(r'^ +"permission\.([a-z_.]+)": "[^"]+",$', WORDS.read_text(), re.MULTILINE)
    assert {name: said.count(name) for name in said} == {str(each): 3 for each in Permission}
