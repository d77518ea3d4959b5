"""The dialer's bench plays what it says: ours keeps the cap in each world, its peers do what they claim."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.dialer_peers import FixedRatio, play
from bench.dialer_scenes import SCENES
from bench.dialer_world import Play, Shift, World
from bench.harness import CountError

CAP = 0.03


@pytest.mark.parametrize("scene", sorted(SCENES))
def test_in_each_world_a_short_shift_keeps_its_cap(scene):
    world = replace(SCENES[scene](4), hours=0.5, judged_from=0)
    shift = play(world, "predictive", seed=1)
    assert shift.connected > 0
    assert shift.highest_share <= CAP
    assert 0 < shift.utilisation < 1


def test_a_shift_is_the_same_each_time_for_a_seed():
    world = replace(SCENES["S1"](7), hours=0.1)
    once, again, other = (play(world, "predictive", seed) for seed in (5, 5, 6))
    assert once == again
    assert once != other


def test_progressive_abandons_nobody_and_is_as_busy_as_theory_says():
    shift = play(World(10, hours=4), "progressive", seed=1)
    assert shift.share == 0.0
    # 180 s of talk for each 70.3 s of ringing: 71.9 %.
    assert shift.utilisation == pytest.approx(0.719, abs=0.025)


def test_a_reckless_ratio_is_seen_to_abandon():
    world = replace(SCENES["S1"](5), hours=0.5)
    game = Play(world, driver := FixedRatio(4.0), seed=1)
    driver.play = game
    assert game.run().share > CAP


def test_a_dialer_that_is_faster_than_the_carrier_fails_the_bench():
    game = Play(World(5, calls_per_second=1.0, hours=0.1), driver := FixedRatio(2.0), seed=1)
    driver.play = game
    with pytest.raises(CountError, match="within a second"):
        game.run()


def test_the_worst_quarter_is_found_wherever_it_is():
    answers = [(float(second), 3_000 <= second < 3_300) for second in range(0, 7_200, 30)]
    assert Shift(answers=answers).worst_quarter() == pytest.approx(10 / 30)
    assert Shift(answers=answers[:15]).worst_quarter() == 0.0
