"""What queues of calls must do, by formula: nothing here is measured."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate, count, takewhile
from typing import NamedTuple


class Exact(NamedTuple):
    """`p_wait` of those who get in, `abandon` of all who come, `wait_seconds` on average of all who get in."""

    p_wait: float
    abandon: float
    wait_seconds: float
    blocked: float = 0.0


def exact(
    servers: int, per_second: float, handle_seconds: float, patience_seconds: float | None = None, places: int = 0
) -> Exact:
    """Return M/M/n (Erlang C), M/M/n+M with patience (Erlang A), or M/M/n/n+places, in the long run.

    Poisson arrivals, exponential handle times and patience. Raises ValueError for a queue that grows for ever.
    """
    if patience_seconds is None and not places and per_second * handle_seconds >= servers:
        raise ValueError("More comes than can be handled: without patience or an end of the places it grows for ever")
    leaving = 1 / patience_seconds if patience_seconds else 0.0
    weights = _weights(servers, per_second, 1 / handle_seconds, leaving, places)
    total = sum(weights)
    chances = [weight / total for weight in weights]
    queue = sum((state - servers) * chance for state, chance in enumerate(chances) if state > servers)
    blocked = chances[-1] if places else 0.0
    entered = 1 - blocked
    busy = sum(chances[servers:]) - blocked
    return Exact(busy / entered, leaving * queue / per_second, queue / (per_second * entered), blocked)


def _weights(servers: int, arrival: float, service: float, leaving: float, places: int) -> list[float]:
    """Return the weight of every number of people in the system, by birth and death, relative to the likeliest."""

    def ratio(state: int) -> float:
        return arrival / (min(state, servers) * service + max(0, state - servers) * leaving)

    last = servers + places if places else None
    up = _products(ratio, servers, last)
    down = list(accumulate((1 / ratio(state) for state in range(servers, 0, -1)), lambda a, b: a * b))
    return [*reversed(down), 1.0, *up]


def _products(ratio: Callable[[int], float], servers: int, last: int | None) -> list[float]:
    """Return the weights above `servers` relative to it: up to the last place, or until they count no more."""
    states = count(servers + 1) if last is None else range(servers + 1, last + 1)
    products = accumulate(map(ratio, states), lambda a, b: a * b)
    return list(products if last is not None else takewhile(lambda weight: weight > 1e-18, products))
