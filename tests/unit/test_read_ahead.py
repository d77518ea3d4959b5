"""What is read before its turn is what it would be if it were read then, and is nobody's trouble but its own."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from interactions import ahead
from interactions.ahead import Ahead

MAILBOX, OTHER = UUID(int=1), UUID(int=2)


class Reader:
    """Reads a raw after some turns of the loop; counts, and cannot read what is bad."""

    def __init__(self, bad: set[int] | None = None) -> None:
        self.bad, self.begun, self.cancelled = bad or set(), Counter[int](), set[int]()

    async def __call__(self, row: Any) -> str:
        self.begun[row["id"]] += 1
        try:
            for _ in range(row["id"] % 3):
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            self.cancelled.add(row["id"])
            raise
        if row["id"] in self.bad:
            raise Invalid(f"{row['id']} is no mail.")
        return f"read {row['id']}"


def rows(*ids: int) -> list[Any]:
    return [{"id": each} for each in ids]


async def told(task: asyncio.Task[str]) -> str:
    try:
        return await task
    except Invalid as error:
        return error.detail


async def singly(ids: list[int], bad: set[int]) -> list[str]:
    reader = Reader(bad)
    found = []
    for row in rows(*ids):
        try:
            found.append(await reader(row))
        except Invalid as error:
            found.append(error.detail)
    return found


def looped(test: Callable[[], Awaitable[None]]) -> None:
    """Run it on a loop of its own; what that complains of, such as a failure that nobody asked for, fails the test."""
    complaints: list[dict[str, Any]] = []

    async def go() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, said: complaints.append(said))
        await test()

    asyncio.run(go())
    assert complaints == []


@given(
    order=st.permutations(range(12)),
    at_once=st.integers(1, 5),
    bad=st.sets(st.integers(0, 11), max_size=3),
    taken=st.sets(st.integers(0, 11), max_size=4),
    turns=st.integers(0, 4),
)
def test_read_ahead_is_read_singly(order: list[int], at_once: int, bad: set[int], taken: set[int], turns: int) -> None:
    """In any order and with any taken away meanwhile: the same is read, each but once, of those whose turn it is."""

    async def goes() -> None:
        kept, reader, asked, found = Ahead[str](), Reader(bad), [], []
        left = list(order)
        while left:
            window = left[: 2 * at_once]
            tasks = kept.begin(MAILBOX, "now", rows(*window), reader)
            kept.keep(MAILBOX, "now", rows(*window[at_once:]), tasks[at_once:])
            asked += window[:at_once]
            found += [await told(task) for task in tasks[:at_once]]
            for _ in range(turns):
                await asyncio.sleep(0)
            # Another process had these.
            left = [each for each in left[at_once:] if each not in taken]
        assert found == await singly(asked, bad)
        assert max(reader.begun.values()) == 1
        assert set(asked) >= set(order) - taken

    looped(goes)


def test_what_somebody_else_took_meanwhile_is_read_no_further() -> None:
    async def goes() -> None:
        kept, reader = Ahead[str](), Reader()
        ahead_of = kept.begin(MAILBOX, "now", rows(2, 5), reader)
        kept.keep(MAILBOX, "now", rows(2, 5), ahead_of)
        await asyncio.sleep(0)
        (mine,) = kept.begin(MAILBOX, "now", rows(5), reader)
        assert mine is ahead_of[1]
        assert await mine == "read 5"
        assert reader.cancelled == {2}
        assert kept.begin(MAILBOX, "now", rows(2), reader)[0] is not ahead_of[0], "should it come back it is read anew"

    looped(goes)


def test_a_failing_read_harms_only_its_own_and_is_tried_anew() -> None:
    async def goes() -> None:
        kept, reader = Ahead[str](), Reader({1})
        tasks = kept.begin(MAILBOX, "now", rows(0, 1, 2), reader)
        kept.keep(MAILBOX, "now", rows(1, 2), tasks[1:])
        await asyncio.wait(tasks)
        begun = kept.begin(MAILBOX, "now", rows(1, 2), reader)
        assert [await told(task) for task in begun] == ["1 is no mail.", "read 2"]
        # The job of the first failed and comes back: what is wrong may have passed.
        reader.bad.clear()
        (again,) = kept.begin(MAILBOX, "now", rows(1), reader)
        assert await again == "read 1"
        assert reader.begun == Counter({1: 2, 0: 1, 2: 1})

    looped(goes)


def test_accounts_do_not_share_what_they_read() -> None:
    async def goes() -> None:
        kept, reader = Ahead[str](), Reader()
        own = kept.begin(MAILBOX, "now", rows(1), reader)
        kept.keep(MAILBOX, "now", rows(1), own)
        (other,) = kept.begin(OTHER, "now", rows(1), reader)
        assert other is not own[0]
        assert kept.begin(MAILBOX, "now", rows(1), reader) == own
        await asyncio.wait([*own, other])
        assert reader.cancelled == set()

    looped(goes)


def test_what_is_not_asked_for_is_forgotten_and_only_that(monkeypatch: pytest.MonkeyPatch) -> None:
    async def goes() -> None:
        kept, reader = Ahead[str](), Reader()
        monkeypatch.setattr(ahead, "_KEPT_SECONDS", 0)
        first = kept.begin(MAILBOX, "now", rows(1), reader)
        kept.keep(MAILBOX, "now", rows(1), first)
        # The next turn begins before the first is forgotten: it keeps others, and those longer.
        monkeypatch.setattr(ahead, "_KEPT_SECONDS", 3600)
        second = kept.begin(MAILBOX, "now", rows(1, 2), reader)
        kept.keep(MAILBOX, "now", rows(2), second[1:])
        await asyncio.wait(second)
        await asyncio.sleep(0)
        assert kept.begin(MAILBOX, "now", rows(2), reader) == second[1:]
        assert reader.cancelled == set()
        monkeypatch.setattr(ahead, "_KEPT_SECONDS", 0)
        third = kept.begin(MAILBOX, "now", rows(8), reader)
        kept.keep(MAILBOX, "now", rows(8), third)
        await asyncio.wait(third)
        assert third[0].cancelled()
        assert kept.begin(MAILBOX, "now", rows(8), reader) != third

    looped(goes)


def test_what_was_begun_with_other_settings_is_read_anew() -> None:
    async def goes() -> None:
        kept, reader = Ahead[str](), Reader()
        before = kept.begin(MAILBOX, "now", rows(2), reader)
        kept.keep(MAILBOX, "now", rows(2), before)
        await asyncio.sleep(0)
        (after,) = kept.begin(MAILBOX, "later", rows(2), reader)
        assert after is not before[0]
        assert await after == "read 2"
        assert before[0].cancelled()

    looped(goes)
