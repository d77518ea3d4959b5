"""Many heaps with lazy deletion, and one array of their smallest keys."""

from __future__ import annotations

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
    """Heaps by index, from 1; `tops[i]` is the smallest key, EMPTY if there is none.

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

    def count(self, pick: Pick) -> int:
        """Count the keys in these heaps."""
        return sum(map(len, pick(self._live)))

    def first(self, index: int, count: int) -> list[int]:
        """Return up to `count` keys from near the top, each once, the smallest first and the others in no order."""
        live = self._live[index]
        found: dict[int, None] = {}
        for key in self._heaps[index]:
            if len(found) == count:
                break
            if key in live:
                found[key] = None
        return list(found)

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


def bits(mask: int) -> Iterable[int]:
    """Yield the indices of the bits that are set, lowest first; by text, since shifting a long mask copies it."""
    text = bin(mask)[:1:-1]
    index = text.find("1")
    while index >= 0:
        yield index
        index = text.find("1", index + 1)
