"""Which number of ours somebody sees, and what a text has to carry."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.compliance.callers import is_marked, shown_to, signed
from dialer.compliance.judge import judge
from dialer.compliance.model import Callers, Facts, Medium, Preset
from dialer.compliance.zones import place_of

AMMAN, DUBAI, ABU_DHABI = "+96265000000", "+97145000000", "+97125000000"
OURS = Callers(AMMAN, {"+971": DUBAI, "+9712": ABU_DHABI})
NOON = datetime(2026, 1, 14, 9, tzinfo=UTC)
LOCAL = Preset(id="local", name="Local", caller_id="local")


def facts(number: str, medium: Medium = "voice", callers: Callers = OURS, **more: Any) -> Facts:
    known = {"kind": "research", "medium": medium, "at": NOON, "number": number, "callers": callers}
    return Facts(place=place_of(number), **(known | more))


@pytest.mark.parametrize(
    ("number", "chosen", "is_local", "shown"),
    [
        ("+971501112233", "", False, DUBAI),
        ("+97121112233", "", False, ABU_DHABI),
        ("+966501112233", "", False, AMMAN),
        ("+971501112233", AMMAN, False, AMMAN),
        ("+971501112233", "+15005550000", False, DUBAI),
        ("+97121112233", "", True, ABU_DHABI),
        ("+971501112233", AMMAN, True, DUBAI),
        ("+97121112233", DUBAI, True, DUBAI),
        ("+966501112233", "", True, ""),
    ],
)
def test_only_a_number_of_ours_is_shown_and_the_nearest_where_it_must_be(number, chosen, is_local, shown) -> None:
    found = shown_to(number, place_of(number).country, chosen, OURS, is_local=is_local)
    assert found == shown
    assert found in (*OURS.owned, "")


def test_where_a_local_number_must_be_shown_and_there_is_none_the_contact_waits() -> None:
    verdict = judge(facts("+966501112233"), [LOCAL])
    assert (verdict.is_allowed, verdict.rule) == (False, "local.caller_id")
    assert verdict.until is not None, "once there is one it is called"
    allowed = judge(facts("+971501112233"), [LOCAL])
    assert (allowed.is_allowed, allowed.caller_id) == (True, DUBAI)


def test_a_campaign_that_would_like_to_be_near_shows_what_is_usual_where_it_is_not() -> None:
    assert judge(facts("+971501112233", is_local=True), []).caller_id == DUBAI
    assert judge(facts("+966501112233", is_local=True), []).caller_id == AMMAN


def test_a_promotional_text_comes_from_a_sender_that_ends_as_it_must() -> None:
    rule = Preset(id="marked", name="M", sender_suffix="-AD", text_suffix="Stop: STOP")
    assert judge(facts("+966501112233", "sms"), [rule]).rule == "marked.sender"
    verdict = judge(facts("+966501112233", "sms", Callers("SAHRA-ad")), [rule])
    assert (verdict.is_allowed, verdict.caller_id, verdict.text_suffix) == (True, "SAHRA-ad", "Stop: STOP")
    assert judge(facts("+966501112233"), [rule]).is_allowed, "of calls it says nothing"


def test_what_a_text_has_to_end_with_is_there_once() -> None:
    assert signed("An offer", "Stop: STOP") == signed("An offer Stop: STOP", "Stop: STOP") == "An offer Stop: STOP"
    assert signed("An offer", "") == "An offer"
    assert is_marked("anybody", "")


@pytest.mark.parametrize(
    ("text", "endings", "sent"),
    [
        ("An offer", " Stop: STOP ", "An offer Stop: STOP"),
        ("An offer stop: stop.", "Stop: STOP", "An offer stop: stop."),
        ("Fly NONSTOP", "STOP", "Fly NONSTOP STOP"),
        ("One", "A\nB", "One A B"),
        ("One A", "A\nB", "One A B"),
        ("One B", "A\nB", "One B A"),
        ("One A B", "A\nB", "One A B"),
        ("One A", "A\nB\nA B", "One A B A B"),
        ("عرض للإیقاف\u200f", "للإيقاف", "عرض للإیقاف\u200f"),
        ("An offer", "11", "An offer 11"),
        ("لغو ۱۱", "11", "لغو ۱۱"),
        ("Now", "❌", "Now ❌"),
        ("Now ❌", "❌", "Now ❌"),
        ("", "Stop", "Stop"),
        ("Two ", "", "Two "),
    ],
)
def test_each_ending_is_there_once_however_it_was_written(text: str, endings: str, sent: str) -> None:
    assert signed(text, endings) == sent
    assert signed(sent, endings) == sent


@given(text=st.text(), endings=st.lists(st.text("STOPstop: لغو.", min_size=1), max_size=3).map("\n".join))
def test_what_was_added_is_found_there_and_nothing_is_taken_away(text: str, endings: str) -> None:
    once = signed(text, endings)
    assert once.strip().startswith(text.strip())
    assert signed(once, endings) == once
