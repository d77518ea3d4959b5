"""Units of service cases: warranty, serial numbers, and the way through the stages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Conflict
from tickets.flow import Status, first_status
from tickets.model import Kind
from tickets.unit import CHARGES, Warranty, in_warranty, plain_serial, way

DAY = date(2026, 3, 20)
T0 = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "until", "holds", "charge"),
    [
        ("unknown", None, "unknown", "open"),
        ("in", None, "in", "free"),
        ("out", None, "out", "charged"),
        ("out", DAY, "in", "free"),
        ("in", DAY - timedelta(days=1), "out", "charged"),
        ("unknown", DAY + timedelta(days=1), "in", "free"),
    ],
)
def test_c082_in_warranty_is_free_and_out_of_it_charged_by_the_day_on_which_it_came(
    said: Warranty, until: date | None, holds: Warranty, charge: str
) -> None:
    assert in_warranty(said, until, DAY) == holds
    assert CHARGES[holds] == charge


@given(st.text(max_size=30))
def test_a_serial_number_is_compared_once_and_for_all(serial: str) -> None:
    assert plain_serial(plain_serial(serial)) == plain_serial(serial)


def test_serial_numbers_are_the_same_in_any_digits_and_with_any_marks_between() -> None:
    assert plain_serial("SN-۴۲ 17") == plain_serial("sn4217") == plain_serial("SN/٤٢/17")


@given(st.lists(st.integers(1, 5), max_size=8))
def test_the_way_has_no_gap_and_ends_in_the_stage_in_which_it_is(stages: list[int]) -> None:
    ids = [UUID(int=9), *(UUID(int=each) for each in stages)]
    moves = [(T0 + timedelta(hours=n), before, after) for n, (before, after) in enumerate(pairwise(ids), 1)]
    steps = way(T0, ids[-1], moves)
    assert [step.status_id for step in steps] == ids
    assert steps[0].since == T0
    assert steps[-1].until is None
    assert all(step.until == following.since for step, following in pairwise(steps))


def status(number: int, category: str, position: int, kinds: tuple[Kind, ...] | None = None) -> Status:
    said = {"category": category, "position": position, "kinds": kinds, "names": {"en": str(number)}}
    return Status.model_validate({"id": UUID(int=number), "is_active": True, "version": 1, **said})


def test_a_stage_of_the_kind_counts_before_those_for_all_while_it_is_our_turn() -> None:
    stages = [
        status(1, "open", 10),
        status(2, "open", 20, ("service_case",)),
        status(3, "open", 15, ("service_case",)),
        status(4, "solved", 30),
        status(5, "solved", 40, ("service_case",)),
    ]
    assert first_status(stages, "service_case", "open").id == UUID(int=3)
    assert first_status(stages, "inquiry", "open").id == UUID(int=1)
    assert first_status(stages, "service_case", "solved").id == UUID(int=4), "nothing was delivered by itself"
    with pytest.raises(Conflict):
        first_status(stages, "inquiry", "pending")
