"""Tracking codes, and the path of a complaint: pure rules."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from complaints import codes
from complaints.cases import chosen
from complaints.model import NewAnswer, NewReferral, NewSubject
from complaints.path import LACKS, Facts, deadlines, lacks, review_deadlines, stage
from complaints.settings import Days, Policy
from complaints.words import RECEIPT, SUBJECT, receipt
from sla.hours import Hours

DAYS = Days(acknowledged=2, investigation=5, decision=15, answered=20, closed=25, review=10)
# Monday to Friday in Tehran, with Friday off as there.
HOURS = Hours(
    weekly=tuple({"day": day, "start": "08:00", "end": "16:00"} for day in (5, 6, 0, 1, 2)), zone="Asia/Tehran"
)
DONE = Facts(is_acknowledged=True, is_investigated=True, outcome="founded", is_answered=True, has_cause=True)

facts = st.builds(
    Facts,
    is_acknowledged=st.booleans(),
    is_investigated=st.booleans(),
    open_referrals=st.integers(0, 3),
    outcome=st.sampled_from([None, "founded", "partly", "unfounded", "withdrawn"]),
    is_review_open=st.booleans(),
    is_answered=st.booleans(),
    is_answer_lost=st.booleans(),
    has_cause=st.booleans(),
)


def code(seed: int) -> str:
    return codes.new(random.Random(seed).choice)


@given(st.integers(0, 10_000))
def test_c053_a_code_is_read_in_any_digits_and_with_whatever_stands_between(seed: int) -> None:
    made = code(seed)
    persian = made.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    arabic = made.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    for typed in (made, codes.spoken(made), f" {made.lower()} ", persian, " ".join(arabic)):
        assert codes.parse(typed) == made
    assert set(made) & set("0O1ILQ2Z5S8BU") == set()


@given(st.integers(0, 10_000), st.integers(0, codes.LENGTH - 1), st.sampled_from(codes.SIGNS))
def test_c053_a_code_with_one_wrong_sign_is_none(seed: int, place: int, sign: str) -> None:
    made = code(seed)
    wrong = made[:place] + sign + made[place + 1 :]
    assert codes.is_right(wrong) == (wrong == made)


@given(st.integers(0, 10_000), st.integers(0, codes.LENGTH - 2))
def test_c053_a_code_with_two_neighbours_swapped_is_none(seed: int, place: int) -> None:
    made = code(seed)
    swapped = made[:place] + made[place + 1] + made[place] + made[place + 2 :]
    assert codes.is_right(swapped) == (swapped == made)


def test_c053_codes_differ() -> None:
    assert len({code(seed) for seed in range(2000)}) == 2000


@pytest.mark.parametrize("text", ["", "A", "0" * 10, "\u2066", "A" * 11, "x" * 40])
def test_c053_what_is_no_code_is_none(text: str) -> None:
    assert codes.parse(text) is None


def test_c053_the_receipt_names_the_code_in_every_language() -> None:
    assert all("ACD3E-FGH4J" in text for text in receipt("ACD3E-FGH4J").values())
    assert RECEIPT.keys() == SUBJECT.keys() == {"en", "ar", "fa"}


@given(facts)
def test_c055_nothing_ends_without_an_outcome_and_an_answer_that_arrived(found: Facts) -> None:
    may_end = lacks(found) is None
    is_whole = (
        found.outcome is not None
        and found.is_answered
        and not (found.is_answer_lost or found.is_review_open or found.open_referrals)
        and (found.has_cause or found.outcome in ("unfounded", "withdrawn"))
    )
    assert may_end == is_whole
    assert not may_end or stage(found) == "answered"


@given(facts)
def test_c054_a_step_that_is_added_never_leads_back_but_for_questions_and_reviews(found: Facts) -> None:
    order = ["registered", "acknowledged", "investigation", "decided", "answered"]
    quiet = replace(found, open_referrals=0, is_review_open=False)
    before = order.index(stage(quiet))
    for more in (
        replace(quiet, is_acknowledged=True),
        replace(quiet, is_investigated=True),
        replace(quiet, outcome=quiet.outcome or "partly"),
        replace(quiet, is_answered=True),
    ):
        assert order.index(stage(more)) >= before
    assert stage(replace(found, open_referrals=1)) == "referred"
    assert stage(replace(found, open_referrals=0, is_review_open=True)) == "review"


def test_c055_what_lacks_is_said_one_thing_at_a_time() -> None:
    assert lacks(DONE) is None
    for change, lack in (
        ({"outcome": None}, "outcome"),
        ({"is_answered": False}, "answer"),
        ({"is_answer_lost": True}, "arrival"),
        ({"open_referrals": 1}, "referral"),
        ({"is_review_open": True}, "review"),
        ({"has_cause": False}, "cause"),
    ):
        assert lacks(replace(DONE, **change)) == lack
    assert set(LACKS) == {"outcome", "answer", "arrival", "referral", "review", "cause"}


def test_c057_deadlines_are_counted_in_working_days_of_the_calendar() -> None:
    # Thursday morning in Tehran: Saturday is the first working day, Sunday the second.
    due = deadlines(DAYS, datetime(2026, 11, 26, 6, tzinfo=UTC), HOURS)
    assert due["acknowledged"] == datetime(2026, 11, 29, 12, 30, tzinfo=UTC)
    assert list(due) == ["acknowledged", "investigation", "decision", "answered", "closed"]
    assert sorted(due.values()) == list(due.values())


def test_c056_a_review_has_deadlines_of_its_own() -> None:
    asked = datetime(2026, 12, 1, 9, tzinfo=UTC)
    due = review_deadlines(DAYS, asked, None)
    assert set(due) == {"review", "answered", "closed"}
    assert asked < due["review"] < due["answered"] < due["closed"]


def test_c048_the_policy_that_names_more_counts_before() -> None:
    kind, source = uuid4(), uuid4()
    general, of_source, of_type, of_both = [
        Policy(id=uuid4(), version=1, type_id=a, source_id=b, days=DAYS.model_copy(update={"closed": 25 + number}))
        for number, (a, b) in enumerate([(None, None), (None, source), (kind, None), (kind, source)])
    ]
    known = [of_both, of_type, of_source, general]
    assert chosen(known, kind, source) == of_both.days
    assert chosen(known, kind, uuid4()) == of_type.days
    assert chosen(known, None, source) == of_source.days
    assert chosen(known, uuid4(), uuid4()) == general.days


def test_a_step_is_not_due_before_the_one_that_it_follows() -> None:
    steps = ("acknowledged", "investigation", "decision", "answered", "closed")
    for one, other in itertools.pairwise(steps):
        with pytest.raises(ValidationError):
            Days.model_validate(DAYS.model_dump() | {one: 100, other: 1})


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (NewReferral, {"question": "?", "days": 3}),
        (NewReferral, {"question": "?", "days": 3, "branch_id": str(uuid4()), "queue_id": str(uuid4())}),
        (NewReferral, {"question": "  ", "days": 3, "branch_id": str(uuid4())}),
        (NewSubject, {"kind": "employee"}),
        (NewSubject, {"kind": "product", "staff_id": str(uuid4())}),
        (NewAnswer, {"way": "message"}),
        (NewAnswer, {"way": "telephone"}),
        (NewAnswer, {"way": "letter", "note": "sent", "message_id": str(uuid4())}),
    ],
)
def test_what_says_too_little_or_too_much_is_refused(kind: type, said: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        kind.model_validate(said)
