"""How much risk is right: as much as the budget of abandoned calls bears. Pure.

The budget is what the cap has left: cap * (answered + open) - abandoned. The guard wants it larger than all open calls
for which no agent is free, and a budget just so large would make it bite, that is dial call by call, every few seconds.
So the risk shrinks as the budget nears what steady dialling needs, and grows when more is left:

    theta = theta1 * exp((budget - 1.4 need) / 8 calls)

with need = agents / (handle time * answer rate) * ring time, the calls that ring at any time to keep all agents busy
(Little). The budget is the integral of what was not abandoned, so this needs no memory of its own. It moves by the few
calls of a bad moment whatever the size of the floor: so the slope is one of calls, not of shares of the reserve.
"""

from __future__ import annotations

from math import exp

THETA_1 = 0.025
RESERVE = 1.4
SLOPE_CALLS = 8.0
BRAKE = 1.0
THETA_AT_MOST = 0.3


def theta(budget: float, need: float, over: float) -> float:
    """Return the risk to take with so many calls left to abandon, where `need` calls ring at a time.

    `over`: how many times the cap the share of the last minutes is above it; the worst quarter of an hour counts too.
    """
    ease = (budget - max(1.0, RESERVE * need)) / SLOPE_CALLS
    return min(THETA_AT_MOST, THETA_1 * exp(min(ease, 2.0) - BRAKE * over))
