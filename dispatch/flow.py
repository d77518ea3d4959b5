"""From which state a visit goes to which, and by whom. Pure."""

from __future__ import annotations

from typing import Final

from dispatch.model import OVER, State

# What a technician says. A step may be skipped: a phone without a line tells only that the work is done.
_WORK: Final[dict[State, tuple[State, ...]]] = {
    "dispatched": ("on_the_way", "arrived", "working", "done", "not_done"),
    "on_the_way": ("arrived", "working", "done", "not_done"),
    "arrived": ("working", "done", "not_done"),
    "working": ("done", "not_done"),
}
_DESK: Final[dict[State, tuple[State, ...]]] = {
    "planned": ("dispatched", "cancelled"),
    "dispatched": ("planned", "cancelled"),
    "on_the_way": ("planned", "cancelled"),
    "arrived": ("cancelled",),
    "not_done": ("planned", "cancelled"),
}


def may_work(before: State, after: State) -> bool:
    """Tell whether a technician's step leads on from a state.

    >>> may_work("dispatched", "done"), may_work("done", "arrived")
    (True, False)
    """
    return after in _WORK.get(before, ())


def may_decide(before: State, after: State) -> bool:
    """Tell whether a dispatcher may move a visit so; what is over stays, but what could not be done is tried again."""
    return after in _DESK.get(before, ())


def is_late_step(before: State, after: State) -> bool:
    """Tell whether a step tells of something that came before what is known: a batch that was long without a line."""
    order: tuple[State, ...] = ("dispatched", "on_the_way", "arrived", "working")
    if before in OVER:
        return after not in OVER
    return before in order and after in order and order.index(after) <= order.index(before)
