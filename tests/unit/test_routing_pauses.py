from __future__ import annotations

import gc
import time
from collections.abc import Iterator

import pytest

from routing import pauses
from routing.pauses import Pauses


@pytest.fixture(autouse=True)
def usual() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


def collections(of: Pauses) -> int:
    """Make cycles enough to be worth it, and count what a rest collects."""
    for _ in range(pauses._MANY + 1_000):
        cycle: list[object] = []
        cycle.append(cycle)
    before = gc.get_stats()[1]["collections"]
    of.rest()
    return int(gc.get_stats()[1]["collections"]) - before


def test_a_process_that_only_routes_collects_when_nothing_happens(monkeypatch: pytest.MonkeyPatch):
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    it = Pauses()
    it.is_alone = True
    it.loaded()
    assert not gc.isenabled()
    assert gc.get_freeze_count() > 0
    it.busy()
    assert collections(it) == 0, "an event has just come"
    now += 1
    assert collections(it) == 1
    it.busy()
    now += 0.1
    assert collections(it) == 0
    now += 61
    it.busy()
    assert collections(it) == 1, "never longer than a minute"
    it.over()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_a_process_that_serves_pages_too_leaves_it_to_python():
    it = Pauses()
    it.loaded()
    assert gc.isenabled()
    it.rest()
    assert gc.isenabled()


def test_nothing_is_collected_while_everything_is_read() -> None:
    it = Pauses()
    try:
        it.loading()
        assert not gc.isenabled()
        it.loaded()
        assert gc.isenabled(), "pages are served here as well"
    finally:
        it.over()
