"""Whom an account may call, before anybody is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from channels.dialling import DialSettings, is_emergency, refusal
from channels.twilio_api.settings import caller_id

USUAL = DialSettings()


@pytest.mark.parametrize("number", ["112", "911", "999", "115", "998", "+98115", "+1911", "+966997", "+44999"])
def test_emergency_numbers_are_never_dialled(number: str) -> None:
    assert refusal(number, DialSettings(allows_premium=True)) == "emergency"


@pytest.mark.parametrize("number", ["+989121234567", "+966501234567", "+442079460958", "+15005550006"])
def test_usual_numbers_are(number: str) -> None:
    assert refusal(number, USUAL) is None


@pytest.mark.parametrize(
    "number",
    [
        "+19005551234",
        "+449098790123",
        "+979123456789",
        # Satellites, networks of no country, personal numbers, and talking machines in Iran.
        "+881612345678",
        "+870773123456",
        "+88213312345",
        "+883510012345678",
        "+447001234567",
        "+989091234567",
    ],
)
def test_what_costs_extra_is_denied_unless_it_is_allowed(number: str) -> None:
    assert refusal(number, USUAL) == "premium"
    assert refusal(number, DialSettings(allows_premium=True)) is None


def test_prefixes_deny_and_allow() -> None:
    only = DialSettings(allowed_prefixes=["+98"], denied_prefixes=["+98912"])
    assert refusal("+989351234567", only) is None
    assert refusal("+989121234567", only) == "denied"
    assert refusal("+966501234567", only) == "denied"
    with pytest.raises(ValidationError):
        DialSettings(denied_prefixes=["0098"])


@given(st.text(max_size=20))
def test_whatever_is_written_gets_an_answer(number: str) -> None:
    assert refusal(number, USUAL) in {None, "emergency", "invalid", "premium", "denied"}


def test_a_number_that_only_begins_like_an_emergency_is_none() -> None:
    assert not is_emergency("+981155123456")
    assert not is_emergency("+19115551234")


def test_who_is_called_sees_the_number_of_the_longest_code() -> None:
    ours = {"+9": "+15005550001", "+98": "+15005550002"}
    assert caller_id("+15005550000", ours, "+989121234567") == "+15005550002"
    assert caller_id("+15005550000", ours, "+966501234567") == "+15005550001"
    assert caller_id("+15005550000", ours, "+442079460958") == "+15005550000"
