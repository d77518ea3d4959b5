"""Words that stop texts, in three languages and any spelling; and signed addresses of pictures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.twilio_api.mms import attachment_of, token
from consents.model import START, STOP, said
from core.secrets import Keyring

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        " stop. ",
        "Unsubscribe",
        "لغو",
        "لغو۱۱",
        "توقف",
        "إلغاء الاشتراك",
        "الغاء الاشتراك",
        "انصراف!",
        "لـغـو",
        "قطع",
        "لا ترسلوا",
    ],
)
def test_the_word_alone_stops_texts_in_any_spelling(text: str) -> None:
    assert said(text) == "stop"


@pytest.mark.parametrize("text", ["start", "شروع", "ابدأ", "UNSTOP"])
def test_and_others_begin_them_again(text: str) -> None:
    assert said(text) == "start"


@pytest.mark.parametrize(
    "text", ["please stop calling my brother", "when does it start?", "سفارش من لغو شد؟", "لا", "yes", "نعم", "بله", ""]
)
def test_words_within_a_sentence_are_for_people(text: str) -> None:
    assert said(text) is None


def test_no_word_means_both() -> None:
    assert not STOP & START


def test_a_picture_is_opened_by_its_own_address_for_a_while() -> None:
    keys, picture = Keyring(b"master"), str(uuid4())
    given_out = token(keys, picture, NOW + timedelta(hours=4))
    assert attachment_of(keys, given_out, NOW) == picture
    assert attachment_of(keys, given_out, NOW + timedelta(hours=5)) is None
    assert attachment_of(Keyring(b"other"), given_out, NOW) is None
    assert attachment_of(keys, given_out.replace(picture, str(uuid4())), NOW) is None


@given(st.text(max_size=80))
def test_what_is_no_address_of_ours_opens_nothing(text: str) -> None:
    assert attachment_of(Keyring(b"master"), text, NOW) is None
