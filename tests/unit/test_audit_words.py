"""The audit trail names whatever may stand in it, in three languages."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import server  # noqa: F401 - it loads every folder, and with it every kind of event
from core.events import Event

_ROOT = Path(__file__).parents[2]
_FOLDERS = {path.parent.name for path in _ROOT.glob("*/__init__.py")} - {"tests"}
_PAGES = _ROOT / "frontend" / "console" / "src" / "pages" / "audit"


def _named(file: str, prefix: str) -> dict[str, int]:
    said = re.findall(rf'^    "{prefix}\.([\w.]+)": ".+",$', (_PAGES / file).read_text("utf-8"), re.MULTILINE)
    return {name: said.count(name) for name in said}


def _events(kind: type[Event] = Event) -> Iterator[type[Event]]:
    for each in kind.__subclasses__():
        # Events that tests make up are told by no folder of ours.
        if each.__module__.partition(".")[0] in _FOLDERS:
            yield each
        yield from _events(each)


def test_every_kind_of_event_has_words_in_three_languages_and_no_other_has_any() -> None:
    assert _named("kinds.ts", "kind") == {each.kind: 3 for each in _events()}


def test_whatever_an_event_is_about_has_words_in_three_languages() -> None:
    about = {name for each in _events() for name in re.findall(r'return f?"(\w+)[:"]', inspect.getsource(each.subject))}
    assert {"ticket", "organisation"} < about
    assert _named("subjects.ts", "subject") == dict.fromkeys(about, 3)
