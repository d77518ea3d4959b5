"""What is read together: what may belong to one conversation stays in its order, the rest has nothing in common."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from channels.base import Address, Delivery, DeliveryStatus, IdentityKind, InboundMessage, ThreadKey
from interactions.reading import _names, _Read, in_threads


def message(number: int, sender: str, thread: tuple[str, ...] = ()) -> _Read:
    said = InboundMessage(
        external_id=f"x{number}",
        sender=Address(IdentityKind.EMAIL, sender),
        text="",
        thread=tuple(ThreadKey(f"mid:{name}") for name in thread),
        keys=(f"mid:{number}",),
    )
    row: Any = {"id": number}
    return _Read(row, (said,))


def numbers(threads: list[list[_Read]]) -> list[list[int]]:
    return [[read.row["id"] for read in thread] for thread in threads]


def test_a_reply_follows_what_it_answers_whoever_sent_it():
    reads = [message(1, "a@x"), message(2, "b@x"), message(3, "c@x", ("1",)), message(4, "b@x")]
    assert numbers(in_threads(reads)) == [[1, 3], [2, 4]]


def test_one_that_names_two_threads_joins_them_in_the_order_in_which_all_came():
    reads = [message(1, "a@x"), message(2, "b@x"), message(3, "a@x"), message(4, "c@x", ("2", "1")), message(5, "b@x")]
    assert numbers(in_threads(reads)) == [[1, 2, 3, 4, 5]]


def test_what_is_about_the_same_call_or_message_stays_together():
    first, second, other = ({"id": number} for number in (7, 8, 9))
    reads: list[Any] = [
        _Read(first, (DeliveryStatus("m1", Delivery.SENT),)),
        _Read(other, (DeliveryStatus("m2", Delivery.SENT),)),
        _Read(second, (DeliveryStatus("m1", Delivery.DELIVERED),)),
    ]
    assert numbers(in_threads(reads)) == [[7, 8], [9]]


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sets(st.integers(1, 12), max_size=2)), max_size=12))
def test_threads_share_nothing_keep_the_order_and_lose_nothing(shape: list[tuple[str, set[int]]]):
    reads = [
        message(number, f"{sender}@x", tuple(str(one) for one in sorted(thread)))
        for number, (sender, thread) in enumerate(shape, 1)
    ]
    threads = in_threads(reads)
    assert sorted(number for thread in numbers(threads) for number in thread) == list(range(1, len(reads) + 1))
    assert all(thread == sorted(thread) for thread in numbers(threads))
    names = [set().union(*(set(_names(read)) for read in thread)) for thread in threads]
    assert all(not one & other for place, one in enumerate(names) for other in names[place + 1 :])
    assert not reads or threads[0][0] is reads[0]
