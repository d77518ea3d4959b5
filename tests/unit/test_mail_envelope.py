"""Addresses of MAIL and RCPT: the short way reads what the whole grammar reads."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from hypothesis import given
from hypothesis import strategies as some

from channels.mailbox.listener import Door

# Without a connection: reading an address asks for the limit only.
_DOOR: Any = Door.__new__(Door)
_GRAMMAR: Any = SimpleNamespace(local_part_limit=0)
_WORDS = ["a", "b.c", "x", "..", ".", "@", "<", ">", " ", '"q q"', "(c)", ":", "-", "_", "+", "SIZE=1", "ü", "\t", ""]


def _both(text: str) -> tuple[object, object]:
    return _DOOR._getaddr(text), SMTP._getaddr(_GRAMMAR, text)


@pytest.mark.parametrize(
    "text",
    [
        "<a@b.example>",
        "<o'neil+x@b.example> SIZE=10 BODY=8BITMIME",
        "<a@b>",
        "<>",
        "<a..b@c.d>",
        "<a@b..c>",
        "<a@b.c.>",
        "<@r:a@b.c>",
        '<"a b"@c.d>',
        "a@b.c",
        "<a@b.c>SIZE=1",
        "<" + "a" * 300 + "@b.c>",
    ],
)
def test_usual_and_odd_addresses_are_read_as_the_grammar_reads_them(text: str) -> None:
    ours, grammars = _both(text)
    assert ours == grammars


@given(some.lists(some.sampled_from(_WORDS), max_size=8).map(lambda words: f"<{''.join(words)}>"))
def test_what_the_short_way_reads_the_grammar_reads_alike(text: str) -> None:
    ours, grammars = _both(text)
    assert ours == grammars
