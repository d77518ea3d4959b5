"""Many ordered rows of keys, and one array of the smallest of each."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from heapq import heapify, heappop, heappush
from operator import itemgetter
from typing import Protocol, TypeVar

EMPTY = 1 << 512
SLACK = 32

T = TypeVar("T")


class Pick(Protocol):
    """Reads certain places of an array."""

    def __call__(self, array: list[T], /) -> tuple[T, ...]: ...


def picker(indices: Iterable[int]) -> Pick:
    """Return what reads these places of an array at once, for `min` to run over without a line of Python.

    Place 0 is always empty; it is read twice because an itemgetter of one place would not answer with a tuple.
    """
    return itemgetter(0, 0, *indices)


class Heads:
    """Heaps by index, from 1, for what may be very many; `tops[i]` is the smallest key, EMPTY if there is none.

    A key is live at most once, but may lie in its heap twice: discarded, not yet swept out, and added again.
    `mask` has bit i set while heap i holds something.
    """

    __slots__ = ("_heaps", "_live", "mask", "tops")

    def __init__(self) -> None:
        self.tops: list[int] = [EMPTY]
        self.mask = 0
        self._heaps: list[list[int]] = [[]]
        self._live: list[set[int]] = [set()]

    def grow(self, size: int) -> None:
        """Have places 0 to size - 1."""
        for _ in range(len(self.tops), size):
            self.tops.append(EMPTY)
            self._heaps.append([])
            self._live.append(set())

    def keys(self, index: int) -> set[int]:
        """Return the keys of a heap, in no order; not to be changed."""
        return self._live[index]

    def add(self, index: int, key: int) -> None:
        live = self._live[index]
        if not live:
            self.mask |= 1 << index
        live.add(key)
        heappush(self._heaps[index], key)
        self.tops[index] = min(self.tops[index], key)

    def discard(self, index: int, key: int) -> None:
        live, heap = self._live[index], self._heaps[index]
        live.discard(key)
        if not live:
            heap.clear()
            self.mask &= ~(1 << index)
            self.tops[index] = EMPTY
        elif key == self.tops[index]:
            while heap[0] not in live:
                heappop(heap)
            self.tops[index] = heap[0]
        elif len(heap) > 2 * len(live) + SLACK:
            heap[:] = live
            heapify(heap)


class Rows:
    """Sorted lists by index, from 1, for as many keys as there are agents: moving them all is cheaper than a heap.

    `tops` and `mask` are as in `Heads`.
    """

    __slots__ = ("_rows", "mask", "tops")

    def __init__(self) -> None:
        self.tops: list[int] = [EMPTY]
        self.mask = 0
        self._rows: list[list[int]] = [[]]

    def grow(self, size: int) -> None:
        """Have places 0 to size - 1."""
        for _ in range(len(self.tops), size):
            self.tops.append(EMPTY)
            self._rows.append([])

    def keys(self, index: int) -> list[int]:
        """Return the keys of a row, the smallest first; not to be changed."""
        return self._rows[index]

    def count(self, pick: Pick) -> int:
        """Count the keys in these rows."""
        return sum(map(len, pick(self._rows)))

    def add(self, index: int, key: int) -> None:
        row = self._rows[index]
        if not row:
            self.mask |= 1 << index
        insort(row, key)
        self.tops[index] = row[0]

    def discard(self, index: int, key: int) -> None:
        """Take out a key that is there."""
        row = self._rows[index]
        del row[bisect_left(row, key)]
        if row:
            self.tops[index] = row[0]
        else:
            self.mask &= ~(1 << index)
            self.tops[index] = EMPTY


def lowest(mask: int, count: int) -> Iterable[int]:
    """Yield the indices of the lowest bits that are set, up to `count`."""
    for _ in range(count):
        if not mask:
            return
        bit = mask & -mask
        yield bit.bit_length() - 1
        mask ^= bit


def bits(mask: int) -> Iterable[int]:
    """Yield the indices of the bits that are set, lowest first; by text, since shifting a long mask copies it."""
    text = bin(mask)[:1:-1]
    index = text.find("1")
    while index >= 0:
        yield index
        index = text.find("1", index + 1)
