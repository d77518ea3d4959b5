"""When a callback is offered, tried again and refused; and what a waiting caller is told."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.model import MOST_ATTEMPTS, Rule, is_a_time, is_worth_offering, next_try
from channels.twilio_api.waiting import WORDS, Voice, typed
from channels.waits import CallWait
from core.telephone import callable_number, zone_of
from simulator import verbs as v
from simulator.twiml import parse

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
PERSON = "+989121234567"


def url(tail: str, **query: str) -> str:
    return f"https://markaz.example/hooks/1/{tail}" + (f"?{urlencode(query)}" if query else "")


def voice(language: str = "en-US", music: str = "") -> Voice:
    return Voice("Please <hold>.", language, music, 20, url)


def said(document: str) -> list[str]:
    """Return what the carrier would say, in order."""
    verbs = [each for verb in parse(document) for each in (verb.prompts if isinstance(verb, v.Gather) else (verb,))]
    return [each.text for each in verbs if isinstance(each, v.Say)]


def only(document: str, kind: type) -> v.Verb:
    (found,) = [verb for verb in parse(document) if isinstance(verb, kind)]
    return found


@pytest.mark.parametrize(
    ("seconds", "target", "worth"),
    [(None, 30, False), (120, 30, False), (121, 30, True), (240, 120, False), (240.5, 120, True), (10, 1, False)],
)
def test_a_callback_is_offered_over_twice_the_target_and_over_two_minutes(seconds, target, worth):
    assert is_worth_offering(seconds, target) is worth


def rule(**more: object) -> Rule:
    known = {"queue_id": "0" * 32, "target_seconds": 30, "can_call": True}
    return Rule.model_validate(known | more)


def test_an_overflow_offers_whatever_the_estimate_but_never_without_a_telephone():
    assert rule().offers(None, is_marked=True)
    assert rule(is_offered=False).offers(None, is_marked=True)
    assert not rule(is_offered=False).offers(999, is_marked=False)
    assert not rule(can_call=False).offers(999, is_marked=True)


def test_tries_come_after_5_and_15_minutes_and_end_after_three():
    assert next_try(1, NOW) == NOW + timedelta(minutes=5)
    assert next_try(2, NOW) == NOW + timedelta(minutes=15)
    assert next_try(MOST_ATTEMPTS, NOW) is None


@given(st.integers(1, 10))
def test_no_try_is_ever_due_at_once(attempts):
    again = next_try(attempts, NOW)
    assert again is None or again >= NOW + timedelta(minutes=5)


def test_nobody_is_called_yesterday_nor_next_year():
    assert not is_a_time(NOW, NOW)
    assert is_a_time(NOW + timedelta(days=90), NOW)
    assert not is_a_time(NOW + timedelta(days=91), NOW)


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("+98 912 123 4567", None, PERSON),
        ("۰۹۱۲۱۲۳۴۵۶۷", "IR", PERSON),
        ("٠٥٠١٢٣٤٥٦٧", "SA", "+966501234567"),
        ("0912", "IR", None),
        ("+1 900 555 0123", None, None),
        ("+44 871 234 5678", None, None),
        ("nobody", None, None),
        ("112", "DE", None),
    ],
)
def test_only_real_numbers_that_cost_no_extra_are_called(text, region, number):
    assert callable_number(text, region) == number


def test_a_number_tells_in_which_zone_it_rings():
    assert (zone_of(PERSON), zone_of("+966501234567")) == ("Asia/Tehran", "Asia/Riyadh")
    assert zone_of("nobody") is None


@pytest.mark.parametrize(
    ("digits", "number"), [("00989121234567", PERSON), ("989121234567", PERSON), ("12", None), ("", None), ("*1", None)]
)
def test_what_is_typed_on_a_telephone_is_an_international_number(digits, number):
    assert typed(digits) == number


def test_a_caller_hears_place_and_minutes_and_how_to_be_called():
    document = voice().waiting(CallWait(3, 5, offers_callback=True), None, is_first=True)
    assert said(document)[:3] == ["Please <hold>.", "You are number 3 in the queue.", "The wait is about 5 minutes."]
    assert "press 1" in said(document)[3]
    gather = only(document, v.Gather)
    assert (gather.action, gather.digits) == (url("call/keys"), 1)


def test_what_was_said_travels_with_the_next_address_also_when_nothing_can_be_said_now():
    def next_of(wait: CallWait, before: int | None) -> dict[str, list[str]]:
        document = voice().waiting(wait, before, is_first=False)
        return parse_qs(urlsplit(only(document, v.Redirect).url).query)

    assert next_of(CallWait(1, 4), None) == {"again": ["1"], "said": ["4"]}
    assert next_of(CallWait(1, None), 4) == {"again": ["1"], "said": ["4"]}
    assert next_of(CallWait(), None) == {"again": ["1"]}


def test_nothing_is_offered_where_nothing_is_offered_and_nothing_said_where_nothing_is_known():
    document = voice().waiting(CallWait(), None, is_first=False)
    assert (said(document), "Gather" in document, "<Pause" in document) == ([], False, True)
    assert "<Play" in voice(music="https://music.example/a.mp3").waiting(CallWait(), None, is_first=False)


@pytest.mark.parametrize(
    ("language", "words"), [("ar-AE", "اضغط"), ("fa-IR", "فشار"), ("de-DE", "Press"), ("en", "Press")]
)
def test_callers_are_told_in_the_language_of_the_account(language, words):
    assert any(words in text for text in said(voice(language).confirm(PERSON)))


@pytest.mark.parametrize(
    ("language", "minutes", "words"),
    [
        ("en", 1, "about one minute."),
        ("en", 2, "about 2 minutes."),
        ("ar", 1, "نحو دقيقة واحدة"),
        ("ar", 2, "نحو دقيقتين"),
        ("ar", 7, "نحو 7 دقائق"),
        ("ar", 11, "نحو 11 دقيقة"),
        ("fa", 1, "حدود 1 دقیقه"),
    ],
)
def test_minutes_are_said_in_the_plural_that_the_language_has(language, minutes, words):
    assert words in said(voice(language).waiting(CallWait(None, minutes), None, is_first=False))[0]


def test_every_phrase_is_there_in_three_languages_with_the_same_gaps():
    gaps = [
        {name: re.findall(r"{\w+}", text) for name, text in words.items() if not name.startswith("wait_")}
        for words in WORDS.values()
    ]
    assert len(gaps) == 3
    assert gaps[0] == gaps[1] == gaps[2]


def test_a_number_is_read_digit_by_digit_and_a_hidden_one_is_asked_for():
    assert "+ 9 8 9" in said(voice().confirm(PERSON))[0]
    assert said(voice().confirm(None)) == [WORDS["en"]["number"]]
    assert said(voice().confirm(None, is_wrong=True)) == [WORDS["en"]["wrong"], WORDS["en"]["number"]]
