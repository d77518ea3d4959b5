"""The ways to decide how many numbers to dial: one interface, one class for each mode. Pure."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from dialer.pacing.explain import Reason
from dialer.pacing.guard import Exposure
from dialer.pacing.model import Mode, Settings

_DIALS, _RISK, _ENOUGH = Reason.DIALS, Reason.RISK, Reason.ENOUGH_RINGING


class Forecast(Protocol):
    """The chance that the next answered call finds nobody, as calls are added.

    Of a risk above `limit` no more need be told than that it is.
    """

    def risk(self, limit: float = ...) -> float: ...

    def dial_one(self) -> None: ...


class Scene(Protocol):
    """What a strategy sees."""

    @property
    def exposure(self) -> Exposure: ...

    @property
    def agents(self) -> int: ...

    @property
    def talking(self) -> int: ...

    def weigh(self) -> tuple[float, Forecast]:
        """Return the risk to take, and the one there is."""
        ...


class Wish(NamedTuple):
    """How many numbers a strategy wants dialled and what held it back; what it went by, where it has that."""

    dial: int
    reason: Reason
    forecast: Forecast | None = None
    theta: float | None = None


class Strategy(Protocol):
    """Wants at most `most` numbers dialled: what cap, lines and carrier leave.

    Only what dials ahead of free agents is held to the cap; the rest cannot abandon a call.
    """

    needs_agents: bool
    dials_ahead: bool

    def wish(self, scene: Scene, most: int) -> Wish: ...


class Preview:
    """Agents choose whom they call; nothing is dialled by itself."""

    needs_agents = True
    dials_ahead = False

    def wish(self, scene: Scene, most: int) -> Wish:  # noqa: ARG002 - one interface
        return Wish(0, Reason.BY_AGENTS)


class Progressive:
    """One line for each free agent."""

    needs_agents = True
    dials_ahead = False

    def wish(self, scene: Scene, most: int) -> Wish:
        free = max(0, -scene.exposure.excess)
        return _up_to(free, most)


class Power:
    """So many lines for each agent who is in, ringing and in talk together."""

    needs_agents = True
    dials_ahead = True

    def __init__(self, lines_per_agent: float) -> None:
        self._lines_per_agent = lines_per_agent

    def wish(self, scene: Scene, most: int) -> Wish:
        exposure = scene.exposure
        lines = int(self._lines_per_agent * scene.agents + 1e-9)
        return _up_to(max(0, lines - scene.talking - exposure.open_calls - exposure.waiting), most)


class Predictive:
    """One more while the risk that the next answered call finds nobody is small enough.

    Who is free with nothing ringing for him has a line at any risk.
    """

    needs_agents = True
    dials_ahead = True

    def wish(self, scene: Scene, most: int) -> Wish:
        theta, forecast = scene.weigh()
        dial, free = 0, -scene.exposure.excess
        while dial < most and (dial < free or forecast.risk(theta) <= theta):
            forecast.dial_one()
            dial += 1
        return Wish(dial, _DIALS if dial else _RISK, forecast, theta)


class Agentless:
    """Nobody is to talk: as many as the lines and the carrier take."""

    needs_agents = False
    dials_ahead = False

    def wish(self, scene: Scene, most: int) -> Wish:  # noqa: ARG002 - one interface
        return Wish(most, Reason.DIALS)


def strategy(settings: Settings) -> Strategy:
    match settings.mode:
        case Mode.PREVIEW:
            return Preview()
        case Mode.PROGRESSIVE:
            return Progressive()
        case Mode.POWER:
            return Power(settings.lines_per_agent)
        case Mode.PREDICTIVE:
            return Predictive()
        case Mode.AGENTLESS:
            return Agentless()


def _up_to(wanted: int, most: int) -> Wish:
    dial = min(wanted, most)
    return Wish(dial, _DIALS if dial else _ENOUGH)
