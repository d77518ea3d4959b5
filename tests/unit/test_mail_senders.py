"""The short way of reading a From header says what the long way says, whatever it is given."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from channels.mailbox import addresses

_ATOMS = st.text("abzAZ09!#$%&'*+/=?^_`{|}~-", min_size=1, max_size=6)
_DOTTED = st.lists(_ATOMS, min_size=1, max_size=3).map(".".join)
_ADDRESSES = st.tuples(_DOTTED, _DOTTED).map("@".join)
_LETTERS = 'abzسارا احمدیéكتبЖ\u200c\u200f<>@,;()"\\.'
_TEXTS = st.text(_LETTERS, min_size=1, max_size=8)
_BASE64 = _TEXTS.map(lambda text: f"=?utf-8?B?{b64encode(text.encode()).decode()}?=")
_QUOTED = _TEXTS.map(lambda text: f"=?UTF-8?q?{''.join(f'={byte:02X}' for byte in text.encode())}?=")
_CUT = _TEXTS.map(lambda text: f"=?utf-8?B?{b64encode(text.encode()[:-1]).decode()}?=")
_NAMES = st.one_of(
    st.lists(_ATOMS, min_size=1, max_size=3).map(" ".join),
    st.lists(st.one_of(_BASE64, _QUOTED, _CUT, _ATOMS), min_size=1, max_size=3).map(" ".join),
    st.text("abz ,.@<>'()[];:!é\\\t", min_size=1, max_size=8).map('"{}"'.format),
)
_FROMS = st.one_of(_ADDRESSES, st.tuples(_NAMES, _ADDRESSES).map(lambda pair: "{} <{}>".format(*pair)))


@settings(max_examples=400, deadline=None)
@given(_FROMS)
@example("a" * 65 + "@example.com")
@example("a." * 33 + "a@example.com")
@example('"support@bank.com" <evil@x.com>')
@example("=?utf-8?B?2LPYp9ix?= <sara@example.com>")
@example("=?utf-8?B?YQ=?= <sara@example.com>")
def test_the_short_way_reads_what_the_long_way_reads(value: str) -> None:
    with pytest.MonkeyPatch.context() as long_way:
        long_way.setattr(addresses, "_usual", lambda _: None)
        sender, recipients = addresses.sender_of([value]), addresses.addresses_of([value])
    assert addresses.sender_of([value]) == sender
    assert addresses.addresses_of([value]) == recipients


@pytest.mark.parametrize(
    "value",
    [
        "sara@example.com",
        "Sara Ahmadi <sara@example.com>",
        '"Ahmadi, Sara" <sara@example.com>',
        "=?UTF-8?B?2LPYp9ix2Kcg2KfYrdmF2K/bjA==?= <sara@example.com>",
    ],
)
def test_the_usual_forms_go_the_short_way(value: str) -> None:
    assert addresses._usual(value) is not None
