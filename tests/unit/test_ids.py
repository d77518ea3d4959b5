"""Ids: ordered by time, of the seventh version, and never the same."""

from __future__ import annotations

import time

from core.ids import many_uuid7, uuid7


def test_ids_that_are_made_together_are_as_those_that_are_made_alone() -> None:
    before = time.time_ns() // 1_000_000
    ids = [*many_uuid7(500), uuid7()]
    assert len(set(ids)) == 501
    assert {each.version for each in ids} == {7}
    assert {each.variant for each in ids} == {uuid7().variant}
    assert all(before <= each.int >> 80 <= time.time_ns() // 1_000_000 for each in ids)
    assert many_uuid7(0) == []
