"""TwiML, segments, numbers and the meaning of refusals."""

from __future__ import annotations

import json
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from channels.base import Uncertain
from channels.twilio_api import errors, phone, twiml
from channels.twilio_api.errors import BadCredentials, CallOver, refusal, silence
from channels.twilio_api.segments import segments
from channels.twilio_api.settings import TwilioSettings
from core.errors import Invalid, Unavailable

anything = st.text(max_size=60)


@settings(max_examples=80, deadline=None)
@given(anything, anything)
def test_twiml_says_what_was_said_and_nothing_else(words, value):
    document = twiml.response(twiml.verb("Say", words, language=value))
    (say,) = fromstring(document.encode())  # noqa: S314 - our own document
    kept = "".join(letter for letter in words if letter in "\t\n\r" or (letter >= " " and letter not in "\ufffe\uffff"))
    # Every reader of XML takes each kind of line end for "\n".
    assert (say.tag, len(say), say.text or "") == ("Say", 0, kept.replace("\r\n", "\n").replace("\r", "\n"))
    assert set(say.attrib) == {"language"}


def test_a_callers_words_cannot_become_verbs():
    document = twiml.response(twiml.verb("Say", '</Say><Dial>+900</Dial>"\x00', voice='"><Dial/>'))
    assert "<Dial" not in document
    (say,) = fromstring(document.encode())  # noqa: S314 - our own document
    assert say.text == '</Say><Dial>+900</Dial>"'


def test_an_answer_that_asks_for_nothing_is_an_empty_response():
    assert twiml.response().endswith("<Response />")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 153, 3),
        ("س" * 70, 1),
        ("س" * 71, 2),
        ("س" * 134, 2),
        ("س" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 67, 3),
    ],
)
def test_a_text_costs_as_many_segments_as_its_alphabet_asks(text, count):
    assert segments(text) == count


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("+1 (500) 555-0006", "+15005550006"),
        ("+۹۸۹۱۲۱۲۳۴۵۶۷", "+989121234567"),
        ("ACME", "ACME"),
        ("20505", "20505"),
        ("client:agent-1", "client:agent-1"),
    ],
)
def test_a_sender_is_found_under_one_spelling(said, value):
    assert phone.sender(said).value == value


@pytest.mark.parametrize("said", ["+266696687", "Anonymous", ""])
def test_hidden_callers_are_not_one_and_the_same(said):
    assert phone.caller(said, "CA1") != phone.caller(said, "CA2")


@pytest.mark.parametrize(
    ("method", "status", "code", "kind"),
    [
        ("POST", 429, 20429, Unavailable),
        ("POST", 401, 20003, BadCredentials),
        ("POST", 403, 20003, BadCredentials),
        ("POST", 500, 20500, Uncertain),
        ("POST", 503, 0, Uncertain),
        ("GET", 500, 20500, Unavailable),
        ("POST", 400, 21211, Invalid),
        ("POST", 400, 21614, Invalid),
        ("POST", 400, 21610, Invalid),
        ("POST", 403, 21408, Invalid),
        ("POST", 400, 30003, Invalid),
        ("POST", 400, 21220, CallOver),
        ("GET", 404, 20404, errors.Missing),
    ],
)
def test_a_refusal_says_what_to_do_next(method, status, code, kind):
    answered = refusal(method, status, {}, json.dumps({"code": code, "message": "No."}))
    assert type(answered) is kind


@pytest.mark.parametrize("body", ["", "<html>", "[]", "null", '{"code": "x"}', "[" * 100_000])
def test_a_refusal_without_words_is_a_refusal_all_the_same(body):
    assert type(refusal("POST", 400, {}, body)) is Invalid


@pytest.mark.parametrize(("said", "seconds"), [("7", 7.0), ("", 1.0), ("soon", 1.0), ("nan", 1.0), ("1e99", 3600.0)])
def test_how_long_to_wait_is_kept_within_reason(said, seconds):
    assert refusal("POST", 429, {"Retry-After": said}, "").extra == {"retry_after": seconds}


def test_silence_before_a_connection_repeats_and_after_it_does_not():
    assert type(silence("POST", was_sent=False)) is Unavailable
    assert type(silence("POST", was_sent=True)) is Uncertain
    assert type(silence("GET", was_sent=True)) is Unavailable


@pytest.mark.parametrize(
    "wrong", [{"account_sid": "AC1"}, {"number": "0912"}, {"api_base": "ftp://a.org"}, {"api_base": "https://a.org/x"}]
)
def test_settings_that_cannot_work_are_refused_at_once(wrong):
    right = {"account_sid": "AC" + "a" * 32, "auth_token": "x", "number": "+1 500 555 0006"}
    assert TwilioSettings(**right).number == "+15005550006"
    with pytest.raises(ValidationError):
        TwilioSettings(**(right | wrong))
