"""Whatever the server refuses is said in Arabic and Persian too."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tools.refusals import ROOT, sentences

_BOOKS = ROOT / "frontend" / "console" / "src" / "i18n" / "refusals"
_VALUE = re.compile(r"\{\w+\}")


@pytest.mark.parametrize("language", ["ar", "fa"])
def test_every_refusal_has_words_in_the_language_with_the_same_values(language: str) -> None:
    book = json.loads((_BOOKS / f"{language}.json").read_text("utf-8"))
    there = sentences()
    assert {"lacking": sorted(there - book.keys()), "gone": sorted(book.keys() - there)} == {"lacking": [], "gone": []}
    assert [text for text, told in book.items() if sorted(_VALUE.findall(text)) != sorted(_VALUE.findall(told))] == []
    assert [told for told in book.values() if not re.search("[\u0600-\u06ff]", told)] == []


def test_sentences_are_found_wherever_they_are_written(tmp_path: Path) -> None:
    (tmp_path / "errors.py").write_text(
        '''class MarkazError(Exception):
    """Something was refused."""
class Late(MarkazError):
    """It comes too late."""
'''
    )
    (tmp_path / "code.py").write_text(
        """from pydantic import Field
_SHUT = "The door is shut."
_WHY = {"a": "Of one kind.", "b": f"Of {_SHUT} kind."}
def opened(name, is_old, kind):
    text = f"There is no {name}, {name}."
    if is_old:
        raise Late
    if name:
        raise Late(text if kind else "No " + "such name.", errors=[{"loc": "a b"}])
    raise ValueError("is not a name") from Late(_WHY[kind])
shut = [Late(_SHUT), Fault("name", "there", text="It is there already.")]
def _at(text, loc):
    return {"loc": loc, "msg": text}
found = [_at("is no door", "door"), {"loc": "door", "msg": "is shut already"}, {"title": "Of no kind."}]
print("Nothing of the kind.")
"""
    )
    assert sentences(tmp_path) == {
        "It comes too late.", "There is no {0}, {1}.", "No such name.", "is not a name", "Of one kind.", "Of {0} kind.",
        "The door is shut.", "It is there already.", "is no door", "is shut already",
    }  # fmt: skip
