"""Which strategy a campaign's mode means; and the predictive pacer, told what the rows say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from dialer import pacing
from dialer.model import CampaignSettings
from dialer.pace import Lines, Mode, Pacer, Progressive, Ratio, Scene
from dialer.pacing.model import DialledAgent

# What the pacer calls its reasons, in the words of the console.
_WHY: Mapping[str, str] = {
    "nobody_in": "no_agents",
    "by_agents": "calls_in_flight",
    "enough_ringing": "calls_in_flight",
    "cap": "guard",
    "lines": "lines_used",
    "dials": "",
}
_UNREACHED = frozenset({"busy", "no_answer", "failed", "invalid", "hung_up", "opted_out"})


class CallFacts(NamedTuple):
    """What a row says of one call; moments are seconds since the epoch."""

    id: str
    asked_at: float
    is_taken: bool
    ringing_at: float | None
    answered_at: float | None
    connected_at: float | None
    agent: str | None
    waited_out_at: float | None
    ended_at: float | None
    outcome: str | None


class Predictive:
    """The marginal-risk pacer of `dialer.pacing`. It may be told the same facts again, so that it is told rows."""

    def __init__(self, settings: pacing.Settings, now: float) -> None:
        self._settings = settings
        self._pacer = pacing.Pacer(settings, now)
        self._idle: set[str] = set()
        self._seen: set[str] = set()

    def see(self, calls: Iterable[CallFacts], idle: Collection[str], working: Collection[str], now: float) -> None:
        """Take what the rows say by now: of calls that are under way or just over, and of agents."""
        for call in calls:
            self._tell(call)
        for agent in set(idle) - self._idle:
            tell = self._pacer.agent_free if agent in self._seen else self._pacer.agent_joined
            tell(DialledAgent(agent), now)
        gone = self._seen - set(idle) - set(working)
        for agent in gone:
            self._pacer.agent_left(DialledAgent(agent), now)
        self._idle = set(idle)
        self._seen = (self._seen | self._idle) - gone

    def _tell(self, call: CallFacts) -> None:
        call_id, pacer = pacing.CallId(call.id), self._pacer
        pacer.dialled(call_id, call.asked_at)
        if call.outcome == "withdrawn":
            pacer.refused(call_id, call.ended_at or call.asked_at)
            return
        if call.is_taken:
            pacer.accepted(call_id, call.asked_at)
        if call.ringing_at is not None:
            pacer.ringing(call_id, call.ringing_at)
        if call.answered_at is not None:
            pacer.answered(call_id, call.answered_at, is_human=call.outcome != "machine")
        if call.connected_at is not None and call.agent is not None:
            pacer.connected(call_id, DialledAgent(call.agent), call.connected_at)
        if call.waited_out_at is not None:
            pacer.abandoned(call_id, call.waited_out_at)
        elif call.ended_at is not None and call.outcome in _UNREACHED:
            pacer.failed(call_id, call.ended_at)

    def decide(self, scene: Scene, now: float) -> int:  # noqa: ARG002 - it was told
        return self._pacer.decide(now)

    def explain(self) -> dict[str, Any]:
        said = self._pacer.explain()
        if said is None:
            return {"strategy": "predictive", "why": ""}
        return {
            "strategy": "predictive",
            "why": _WHY.get(said.reason, str(said.reason)),
            "answer_rate": round(said.answer_rate, 3),
            "handle_seconds": round(said.handle_seconds, 1),
            "share": round(said.share, 4),
            "risk": said.risk,
            "theta": said.theta,
        }

    def snapshot(self) -> dict[str, Any]:
        return {"predictive": self._pacer.snapshot()}

    def restore(self, known: dict[str, Any], now: float) -> None:
        """Go on with what was known; nothing is dialled ahead for a minute."""
        if "predictive" in known:
            self._pacer = pacing.Pacer.restore(self._settings, known["predictive"])
        self._pacer.restarted(now)


def pacer_of(
    mode: Mode, settings: CampaignSettings, cap: tuple[float, int], known: dict[str, Any] | None, now: float
) -> Pacer:
    """Return a campaign's pacer with what it knew; `cap`: abandoned calls in percent, over so many hours."""
    pacer: Pacer
    if mode in ("recording", "sms"):
        pacer = Lines(settings.lines_most)
    elif mode in ("preview", "progressive"):
        pacer = Progressive()
    elif mode == "power":
        pacer = Ratio(settings.ratio, cap[0])
    else:
        own = pacing.Settings(
            mode=pacing.Mode.PREDICTIVE,
            abandon_cap=cap[0] / 100,
            period_seconds=cap[1] * 3600.0,
            lines=settings.lines_most,
            calls_per_second=settings.calls_per_second,
        )
        pacer = Predictive(own, now)
    pacer.restore((known or {}).get("known") or {}, now)
    return pacer
