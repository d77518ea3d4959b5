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

    What is discarded from the middle of a heap lies in it until it comes to the top, or until half of the heap is such.
    """

    __slots__ = ("_gone", "_heaps", "tops")

    def __init__(self) -> None:
        self.tops: list[int] = [EMPTY]
        self._heaps: list[list[int]] = [[]]
        self._gone: list[set[int]] = [set()]

    def grow(self, size: int) -> None:
        """Have places 0 to size - 1."""
        for _ in range(len(self.tops), size):
            self.tops.append(EMPTY)
            self._heaps.append([])
            self._gone.append(set())

    def keys(self, index: int) -> list[int]:
        """Return the keys of a heap, in no order."""
        gone = self._gone[index]
        return [key for key in self._heaps[index] if key not in gone]

    def add(self, index: int, key: int) -> None:
        """Put in a key that is not there."""
        heap, gone = self._heaps[index], self._gone[index]
        if gone and key in gone:
            gone.remove(key)
        else:
            heappush(heap, key)
            self.tops[index] = heap[0]

    def add_all(self, index: int, keys: list[int]) -> None:
        """Put in keys that are not there; at little cost if they ascend, as when everything is loaded."""
        heap, gone = self._heaps[index], self._gone[index]
        for key in keys:
            if key not in gone:
                heappush(heap, key)
        gone.difference_update(keys)
        self.tops[index] = heap[0] if heap else EMPTY

    def discard(self, index: int, key: int) -> None:
        """Take out a key that is there."""
        heap, gone = self._heaps[index], self._gone[index]
        if key == heap[0]:
            heappop(heap)
            while gone and heap[0] in gone:
                gone.remove(heappop(heap))
            self.tops[index] = heap[0] if heap else EMPTY
        else:
            gone.add(key)
            if 2 * len(gone) > len(heap) + SLACK:
                heap[:] = self.keys(index)
                heapify(heap)
                gone.clear()


class Rows:
    """Sorted lists by index, from 1, for as many keys as there are agents: moving them all is cheaper than a heap.

    `tops` is as in `Heads`; `mask` has bit i set while row i holds something.
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
