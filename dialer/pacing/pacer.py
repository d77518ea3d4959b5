"""A campaign's pacer: what happened goes in, how many numbers to dial comes out."""

from __future__ import annotations

from collections import Counter
from typing import Any, Self

from dialer.pacing.calls import Stage
from dialer.pacing.carrier import Carrier
from dialer.pacing.controller import theta
from dialer.pacing.explain import Explanation, Reason
from dialer.pacing.figures import Ledger
from dialer.pacing.floor import Floor, Was
from dialer.pacing.guard import Exposure, left_of
from dialer.pacing.model import CallId, DialledAgent, Fact, Settings
from dialer.pacing.outlook import Forecast, Outlook
from dialer.pacing.strategies import Wish, strategy

_DIALLED, _ACCEPTED, _REFUSED = int(Fact.DIALLED), int(Fact.ACCEPTED), int(Fact.REFUSED)
_HUMAN, _MACHINE, _FAILED = int(Fact.HUMAN), int(Fact.MACHINE), int(Fact.FAILED)
_RINGING, _CONNECTED, _ABANDONED = int(Fact.RINGING), int(Fact.CONNECTED), int(Fact.ABANDONED)
_OPEN = Stage.OPEN
_JOINED, _FREED, _BUSY, _TAKEN, _LEFT = Was.JOINED, Was.FREED, Was.BUSY, Was.TAKEN, Was.LEFT
_CALLS_PER_SECOND, _CAP = Reason.CALLS_PER_SECOND, Reason.CAP
# After a restart nothing is dialled ahead for so long: what rang before it is heard of by then.
CAREFUL_SECONDS = 60.0


class Pacer:
    """Decides for one campaign. Times are seconds of any one clock; nothing here reads a clock.

    Call ids and agents are the caller's words. Each fact may be told again and in any order; what is told of a call
    more than ten minutes after it ended is passed over. Each number that `decide` returns is told by `dialled` before
    `decide` is asked again, also when there was no contact left for it (then it is simply not told).
    """

    def __init__(self, settings: Settings, start: float) -> None:
        self.settings = settings
        self._start = start
        self._ledger = Ledger(start)
        self._floor = Floor(self._ledger.handling.add)
        self._outlook = Outlook(self._ledger, self._floor, settings.grace_seconds)
        self._carrier = Carrier(settings.calls_per_second)
        self._strategy = strategy(settings)
        self._careful_until = float("-inf")
        # As of the last event, and in which period; None since there was a newer one.
        self._exposed: tuple[int, Exposure] | None = None
        self._said: tuple[float, Wish, Reason, Exposure] | None = None

    # What happens to calls.

    def dialled(self, call_id: CallId, at: float) -> None:
        """Take a call that the carrier is about to be asked for."""
        call = self._ledger.call(call_id)
        if not call.known & _DIALLED:
            call.period = self._period(at)
            self._carrier.dialled(at)
        self._learn(call_id, _DIALLED, at)

    def accepted(self, call_id: CallId, at: float) -> None:
        """The carrier took the call: it is in flight."""
        self._carrier.accepted(at)
        self._learn(call_id, _ACCEPTED, at)

    def refused(self, call_id: CallId, at: float) -> None:
        """The carrier takes no calls now; this one was not placed."""
        if self._learn(call_id, _REFUSED, at):
            self._carrier.refused(at)

    def ringing(self, call_id: CallId, at: float) -> None:
        self._learn(call_id, _RINGING, at)

    def answered(self, call_id: CallId, at: float, *, is_human: bool) -> None:
        """Tell who answered; with machine detection, once that is known. Of two verdicts the human one holds."""
        self._learn(call_id, _HUMAN if is_human else _MACHINE, at)

    def failed(self, call_id: CallId, at: float) -> None:
        """Nobody answered, the number does not exist, or who answered hung up before an agent was there."""
        self._learn(call_id, _FAILED, at)

    def connected(self, call_id: CallId, agent: DialledAgent, at: float) -> None:
        self._learn(call_id, _CONNECTED, at)
        self._agent(agent, at, _BUSY)

    def abandoned(self, call_id: CallId, at: float) -> None:
        """No agent was there in time. Counts also where an agent came after all."""
        self._learn(call_id, _ABANDONED, at)

    # What happens to agents.

    def agent_joined(self, agent: DialledAgent, at: float) -> None:
        self._agent(agent, at, _JOINED)

    def agent_free(self, agent: DialledAgent, at: float) -> None:
        self._agent(agent, at, _FREED)

    def agent_busy(self, agent: DialledAgent, at: float) -> None:
        """The agent has a call of this campaign that the pacer did not connect (a preview, a callback)."""
        self._agent(agent, at, _BUSY)

    def agent_taken(self, agent: DialledAgent, at: float) -> None:
        """The agent has other work, a call that came in for example, until he is free again."""
        self._agent(agent, at, _TAKEN)

    def agent_left(self, agent: DialledAgent, at: float) -> None:
        self._agent(agent, at, _LEFT)

    def can_spare(self, now: float) -> bool:
        """Tell whether a free agent may be given to other work, or leave, with the cap still safe.

        Who lets an agent go against this answer may have a call abandoned that the cap has no room for.
        """
        exposure = self._exposure(self._period(now))
        return exposure.idle > 0 and exposure.with_one_agent_less().is_within(self.settings.abandon_cap)

    # What to do.

    def decide(self, now: float) -> int:
        """Return how many numbers to dial now; ask after each event and at least once a second."""
        period = self._period(now)
        self._ledger.sweep(now, period)
        exposure = self._exposure(period)
        most, limit = self._most(exposure, now)
        if most > 0:
            scene = Scene(exposure, self._floor, self._outlook, self.settings.abandon_cap, now)
            wish = self._strategy.wish(scene, most)
        else:
            wish = Wish(0, limit)
        dial = wish.dial
        self._said = (now, wish, limit if dial and dial >= most else wish.reason, exposure)
        return dial

    def explain(self) -> Explanation | None:
        """Return the last decision with its reasons, None before there was one."""
        if self._said is None:
            return None
        now, wish, reason, exposure = self._said
        asked = sum(not call.is_accepted for call in self._ledger.open.values())
        retry = self._carrier.tries_again_at()
        return Explanation(
            at=now,
            dial=wish.dial,
            reason=reason,
            idle=exposure.idle,
            busy=len(self._floor.busy),
            elsewhere=len(self._floor.elsewhere),
            asked=asked,
            in_flight=len(self._ledger.open) - asked,
            waiting=exposure.waiting,
            answered=exposure.answered,
            abandoned=exposure.abandoned,
            share=exposure.share(),
            worst_share=exposure.worst_share(),
            answer_rate=self._ledger.rate.value(now),
            handle_seconds=self._ledger.handling.mean_seconds(),
            risk=wish.forecast.risk() if wish.forecast else None,
            theta=wish.theta,
            tries_again_at=retry if self._carrier.is_congested else None,
        )

    def restarted(self, now: float) -> None:
        """Tell that the process died: for a minute nothing is dialled ahead, in the first second nothing at all.

        Calls dialled after the snapshot are told again by `dialled`, with what became of them.
        """
        self._carrier.rest(now)
        self._careful_until = max(self._careful_until, now + CAREFUL_SECONDS)

    def snapshot(self) -> dict[str, Any]:
        """Return all of it as JSON takes it. From here on this pacer and the restored one decide alike."""
        self._outlook.forget()
        return {
            "start": self._start,
            "ledger": self._ledger.snapshot(),
            "floor": self._floor.snapshot(),
            "carrier": self._carrier.snapshot(),
            "careful_until": self._careful_until,
        }

    @classmethod
    def restore(cls, settings: Settings, saved: dict[str, Any]) -> Self:
        """Make the pacer of a snapshot; the settings may have changed since."""
        pacer = cls(settings, saved["start"])
        pacer._ledger.restore(saved["ledger"])
        pacer._floor.restore(saved["floor"])
        pacer._carrier.restore(saved["carrier"])
        pacer._careful_until = saved["careful_until"]
        return pacer

    def _learn(self, call_id: CallId, fact: int, at: float) -> bool:
        call = self._ledger.call(call_id)
        was_open = call.stage is _OPEN
        dialled_at = call.dialled_at if was_open else 0.0
        self._exposed = None
        is_news = self._ledger.learn(call_id, call, fact, at)
        is_open = call.stage is _OPEN
        if was_open and not is_open:
            self._outlook.call(dialled_at, -1)
        elif is_open and not was_open:
            self._outlook.call(call.dialled_at, 1)
        return is_news

    def _agent(self, agent: DialledAgent, at: float, was: Was) -> None:
        self._exposed = None
        before = self._floor.busy.get(agent)
        if not self._floor.happen(agent, at, was):
            return
        since = self._floor.busy.get(agent)
        if before != since:
            if before is not None:
                self._outlook.agent(before, -1)
            if since is not None:
                self._outlook.agent(since, 1)

    def _period(self, at: float) -> int:
        length = self.settings.period_seconds
        return max(0, int((at - self._start) / length)) if length else 0

    def _exposure(self, period: int) -> Exposure:
        if self._exposed and self._exposed[0] == period:
            return self._exposed[1]
        exposure = self._exposure_of(period)
        self._exposed = period, exposure
        return exposure

    def _exposure_of(self, period: int) -> Exposure:
        ledger = self._ledger
        counts = ledger.of(period)
        older, older_left = 0, None
        if period:
            older = sum(call.period < period for call in ledger.open.values())
            older_left = self._older_left(period)
        return Exposure(
            counts.answered,
            counts.abandoned,
            len(ledger.open),
            len(ledger.waiting),
            len(self._floor.idle),
            older,
            self.settings.judged_from,
            older_left,
        )

    def _older_left(self, period: int) -> int | None:
        """Return how many calls of an earlier period may be abandoned, of the one where that is less than all."""
        ledger, settings, found = self._ledger, self.settings, None
        under_way = Counter(c.period for calls in (ledger.open, ledger.waiting) for c in calls.values())
        for number, count in under_way.items():
            counts = ledger.of(number)
            left = left_of(counts.answered, counts.abandoned, settings.judged_from, settings.abandon_cap)
            if number < period and count > left:
                found = left if found is None else min(found, left)
        return found

    def _most(self, exposure: Exposure, now: float) -> tuple[int, Reason]:
        """Return how many calls all but the strategy leaves room for, and what leaves least; the first of equals."""
        strategy, floor = self._strategy, self._floor
        most, limit = self._carrier_room(now)
        # Each that leaves as little as those after it counts before them: the first of equals is told.
        if self.settings.lines is not None:
            in_use = exposure.open_calls + exposure.waiting + len(floor.busy)
            if (left := max(0, self.settings.lines - in_use)) <= most:
                most, limit = left, Reason.LINES
        if strategy.dials_ahead:
            if (left := exposure.allowed(self.settings.abandon_cap)) <= most:
                most, limit = left, _CAP
            if now < self._careful_until and (left := max(0, -exposure.excess)) <= most:
                most, limit = left, Reason.RESTARTED
        if strategy.needs_agents and not (floor.idle or floor.busy):
            most, limit = 0, Reason.NOBODY_IN
        return most, limit

    def _carrier_room(self, now: float) -> tuple[int, Reason]:
        if not self._carrier.is_congested:
            return self._carrier.room(now), _CALLS_PER_SECOND
        is_trying = any(not call.is_accepted for call in self._ledger.open.values())
        may_try = now >= self._carrier.tries_again_at() and not is_trying
        return min(int(may_try), self._carrier.room(now)), Reason.CONGESTION


class Scene:
    """What a strategy sees of a pacer."""

    __slots__ = ("_cap", "_floor", "_now", "_outlook", "exposure")

    def __init__(self, exposure: Exposure, floor: Floor, outlook: Outlook, cap: float, now: float) -> None:
        self.exposure = exposure
        self._floor, self._outlook = floor, outlook
        self._cap, self._now = cap, now

    @property
    def agents(self) -> int:
        return self._floor.size

    @property
    def talking(self) -> int:
        return len(self._floor.busy)

    def weigh(self) -> tuple[float, Forecast]:
        exposure, now, cap = self.exposure, self._now, self._cap
        need, forecast = self._outlook.look(now, exposure.idle - exposure.waiting)
        return theta(exposure.budget(cap), need, self._outlook.over(now, cap)), forecast
