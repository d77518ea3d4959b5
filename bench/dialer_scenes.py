"""The worlds of the bench by name."""

from __future__ import annotations

from collections.abc import Callable

from bench.dialer_world import HOUR, At, World

_ANSWERS_SURE = 20


def s1(agents: int) -> World:
    """Nothing changes for eight hours."""
    return World(agents, judged_from=_ANSWERS_SURE * agents)


def s2(agents: int) -> World:
    """The answer rate changes every two hours."""
    rates = (0.30, 0.15, 0.45, 0.30)
    return World(agents, answer_rate=steps(2 * HOUR, rates), judged_from=_ANSWERS_SURE * agents)


def strict(agents: int) -> World:
    """S1 where nothing is sure: the cap holds from the first answer on."""
    return World(agents)


def staff(agents: int) -> World:
    """A third of the shift with `agents`, a third with three times as many, and a third as at first."""
    return World(3 * agents, staff=steps(HOUR, (agents, 3 * agents, agents)), hours=3)


def ring_law(agents: int) -> World:
    """People take 20 s to answer instead of 12 from the second hour on, and a tenth of the numbers fails at once."""
    return World(agents, ring_mean=steps(HOUR, (12.0, 20.0)), instant_failures=steps(HOUR, (0.0, 0.1)), hours=3)


def congestion(agents: int) -> World:
    """The carrier refuses everything for 30 s."""
    return World(agents, congestion=(HOUR, HOUR + 30.0), hours=2)


def inbound(agents: int) -> World:
    """Calls that come in take 30 % of the agents' time, whenever they come."""
    return World(agents, inbound=0.3, hours=3)


def machines(agents: int) -> World:
    """Of all that pick up 30 % are machines; detection takes 1 to 4 s and 5 % of people for machines."""
    return World(agents, machines=0.3, false_positives=0.05, hours=3)


def one_per_second(agents: int) -> World:
    """The carrier takes one call a second."""
    return World(agents, calls_per_second=1.0, hours=3)


def late(agents: int) -> World:
    """Answers are heard of up to a second late, failures up to ten, a fifth of all twice."""
    return World(agents, late=1.0, hours=3)


def short_list(agents: int) -> World:
    """The list gets a tenth of the contacts that the agents could call."""
    return World(agents, fresh=agents * 0.1 / 180.0 / 0.3, hours=3)


SCENES: dict[str, Callable[[int], World]] = {
    "S1": s1,
    "S2": s2,
    "strict": strict,
    "staff": staff,
    "ring_law": ring_law,
    "congestion": congestion,
    "inbound": inbound,
    "machines": machines,
    "one_per_second": one_per_second,
    "late": late,
    "short_list": short_list,
}


def steps(seconds: float, values: tuple[float, ...]) -> At:
    """Return a value that changes each so many seconds and keeps the last."""
    return lambda now: values[min(len(values) - 1, int(now / seconds))]
