"""Populations of those who are called."""

from __future__ import annotations

import random
from collections import Counter

from simulator.rules import react
from simulator.settings import CallRule, Outcome, Share

CROWD = CallRule(
    pattern="+98*",
    population=(
        Share(weight=3, outcome=Outcome.ANSWER, after_seconds=(1, 2), hang_up_after=(5, 9)),
        Share(weight=1, outcome=Outcome.BUSY, after_seconds=(0.5, 0.5)),
    ),
)


def test_a_population_answers_in_its_shares_and_the_same_by_the_same_seed() -> None:
    first, second = random.Random(5), random.Random(5)
    reactions = [react([CROWD], "+989121234567", first) for _ in range(400)]
    assert reactions == [react([CROWD], "+989121234567", second) for _ in range(400)]
    counts = Counter(each.outcome for each in reactions)
    assert 250 < counts[Outcome.ANSWER] < 350
    for each in reactions:
        if each.outcome is Outcome.ANSWER:
            assert 1 <= each.after_seconds <= 2
            assert each.hang_up_after is not None
            assert 5 <= each.hang_up_after <= 9
        else:
            assert each.hang_up_after is None
