"""The bench of routing measures what it says: its floor stays as full as it was, and its peer decides the same."""

from __future__ import annotations

import pytest

from bench.routing_naive import Scan
from bench.routing_world import Busy, Floor, Quiet


def test_a_busy_floor_stays_as_busy_and_as_much_waits():
    busy = Busy(Floor(40, 10), 2_000)
    held = len(busy.held)
    assert len(busy.decide(300)) == 300
    assert len(busy.held) == held


def test_a_quiet_floor_decides_for_everybody_who_comes():
    quiet = Quiet(Floor(200, 10))
    assert len(quiet.decide(200)) == 200
    assert len(quiet.held) >= 95


@pytest.mark.parametrize("seed", range(8))
def test_the_naive_peer_decides_what_the_engine_decides(seed: int):
    busy = Busy(Floor(40, 10, seed), 1_000)
    scan, done = Scan(busy), busy.held[seed]
    busy.engine.release(done.agent_id, done.work.id, busy.floor.now)
    found = [decision.work for decision in busy.engine.decide(busy.floor.now)]
    assert scan.serve(done.agent_id, done.work.id) == found[:1] != []
