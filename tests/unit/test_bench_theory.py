"""The formulas and the simulated contact centre that the bench `simulate` compares."""

from __future__ import annotations

from uuid import UUID

import pytest

from bench.__main__ import main
from bench.erlang import exact
from bench.harness import CountError
from bench.simulate import SETS
from bench.simulation import Simulation, Stream, agents, batch_means
from routing.model import SECOND, Order, Requirements, SkillId

A, B = SkillId(UUID(int=1)), SkillId(UUID(int=2))
PATIENT = Stream(1 / 20, 60, patience_seconds=60)


@pytest.mark.parametrize(
    ("name", "p_wait", "abandon", "wait_seconds"),
    [
        ("S2_C", 0.409180, 0, 49.1016),
        ("S3_C", 0.174132, 0, 7.8359),
        ("S4_C", 0.694456, 0, 20.8337),
        ("S2_A", 0.213174, 0.082938, 4.9763),
        ("S3_A", 0.126976, 0.022839, 2.7407),
        ("S4_A", 0.467774, 0.030912, 3.7095),
    ],
)
def test_the_formulas_give_the_published_figures(name: str, p_wait: float, abandon: float, wait_seconds: float):
    found = exact(*SETS[name][:4])
    assert found[:3] == pytest.approx((p_wait, abandon, wait_seconds), abs=1e-4)


def test_with_places_to_wait_the_formula_gives_the_row_of_cross_training():
    found = exact(90, 84 / 600, 600, places=30)
    assert found.wait_seconds == pytest.approx(27.0, abs=0.05)
    assert 0 < found.blocked < 0.01


def test_one_server_is_the_formula_of_the_text_book():
    found = exact(1, 0.5, 1)
    assert (found.p_wait, found.wait_seconds) == pytest.approx((0.5, 1.0))


def test_what_grows_for_ever_has_no_answer_but_with_patience_it_has():
    with pytest.raises(ValueError, match="grows for ever"):
        exact(2, 1, 2)
    assert 0 < exact(2, 1, 2, 10).abandon < 1


def test_a_simulated_queue_comes_near_the_formula():
    outcome = Simulation(agents(4), [PATIENT], 8_000, 1).run()
    theory = exact(4, PATIENT.per_second, PATIENT.handle_seconds, PATIENT.patience_seconds)
    waits = batch_means([wait / SECOND for wait in outcome.waits if wait is not None])
    gone = batch_means([1.0 - answered for answered in outcome.is_answered])
    assert waits.mean == pytest.approx(theory.wait_seconds, abs=4 * waits.half_width)
    assert gone.mean == pytest.approx(theory.abandon, abs=4 * gone.half_width)
    assert waits.half_width < theory.wait_seconds / 3


def test_the_same_seed_is_the_same_day():
    first, again = (Simulation(agents(4), [PATIENT], 500, 3).run() for _ in range(2))
    assert first == again != Simulation(agents(4), [PATIENT], 500, 4).run()


def test_customers_are_the_same_whatever_the_rules():
    streams = [Stream(1 / 20, 60, Requirements(((skill, 1),)), target_us=target) for skill, target in ((A, 0), (B, 9))]
    everybody = [{A: 5, B: 5}]
    one = Simulation(agents(8, everybody), streams, 500, 3).run()
    other = Simulation(agents(8, everybody), streams, 500, 3, order=Order.RESERVE).run()
    assert one.streams == other.streams


def test_who_finds_no_place_goes_away():
    outcome = Simulation(agents(1), [Stream(1, 60)], 200, 1, places=2).run()
    assert outcome.waits.count(None) == outcome.is_answered.count(False) > 100


def test_an_engine_that_loses_somebody_is_found_out(monkeypatch: pytest.MonkeyPatch):
    simulation = Simulation(agents(2), [Stream(1 / 20, 60)], 200, 1)
    decide, lost = simulation._engine.decide, []

    def forgetful(now: int):
        decisions = decide(now)
        if decisions and not lost:
            lost.append(decisions.pop())
        return decisions

    monkeypatch.setattr(simulation._engine, "decide", forgetful)
    with pytest.raises(CountError):
        simulation.run()


def test_a_queue_is_simulated_by_hand(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    words = "simulate --servers 4 --arrivals 0.05 --handle 60 --patience 60 --customers 2000"
    monkeypatch.setattr("sys.argv", ["bench", *words.split()])
    assert main() == 0
    assert capsys.readouterr().out.count("exact") == 3


def test_a_bench_without_a_hand_refuses_strange_words(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.argv", ["bench", "fanout", "--servers", "4"])
    with pytest.raises(SystemExit):
        main()
