"""The ordered rows under the engine against plain sets, far beyond what a floor does to them."""

from hypothesis import given
from hypothesis import strategies as st

from routing.engine.heads import EMPTY, Heads, Rows

MOVES = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 200)), max_size=400)


@given(MOVES)
def test_the_first_of_each_row_is_the_smallest_that_is_there_whatever_came_and_went(moves: list[tuple[int, int]]):
    heads, rows = Heads(), Rows()
    there: list[set[int]] = [set() for _ in range(4)]
    for row in (heads, rows):
        row.grow(4)
    for index, key in moves:
        for row in (heads, rows):
            (row.discard if key in there[index] else row.add)(index, key)
        there[index] ^= {key}
        assert heads.tops == rows.tops == [min(keys, default=EMPTY) for keys in there]
    for index, keys in enumerate(there):
        assert sorted(heads.keys(index)) == list(rows.keys(index)) == sorted(keys)
        assert bool(rows.mask >> index & 1) == bool(keys)


def test_what_is_discarded_from_the_middle_is_swept_out_though_the_first_stays():
    heads = Heads()
    heads.grow(2)
    for key in range(500):
        heads.add(1, key)
    for key in range(499, 0, -1):
        heads.discard(1, key)
    assert (heads.tops[1], heads.keys(1)) == (0, [0])
    assert len(heads._heaps[1]) < 100
    heads.add(1, 7)
    heads.discard(1, 0)
    assert heads.tops[1] == 7
