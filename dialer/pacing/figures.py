"""What a campaign has learned: its calls, what they add up to, how they ring and how long they last."""

from __future__ import annotations

from typing import Any

from dialer.pacing.calls import NOTHING, Call, Share, Stage, restored
from dialer.pacing.laws import AnswerRate, Handling, Lately, Rings
from dialer.pacing.model import CallId

# So long after the last that was heard of it a call that is over is forgotten; what comes later says nothing.
_FORGET_SECONDS = 600.0
_SWEEP_SECONDS = _FORGET_SECONDS / 4
_OPEN, _WAITING = Stage.OPEN, Stage.WAITING
_ANSWERED_SPREAD, _UNANSWERED_SPREAD = 30.0, 60.0


class Counts:
    """Of one period: calls answered by people, and abandoned ones among them."""

    __slots__ = ("abandoned", "answered")

    def __init__(self, answered: int = 0, abandoned: int = 0) -> None:
        self.answered, self.abandoned = answered, abandoned


class Ledger:
    """All calls that are not forgotten, and the figures that they make."""

    def __init__(self, start: float) -> None:
        self.calls: dict[CallId, Call] = {}
        self.open: dict[CallId, Call] = {}
        self.waiting: dict[CallId, Call] = {}
        self.counts: dict[int, Counts] = {}
        self.rate = AnswerRate(start)
        self.lately = Lately(start)
        self.answered = Rings(start, _ANSWERED_SPREAD)
        self.unanswered = Rings(start, _UNANSWERED_SPREAD)
        self.handling = Handling(start)
        self._swept_at = start

    def call(self, call_id: CallId) -> Call:
        call = self.calls.get(call_id)
        if call is None:
            call = self.calls[call_id] = Call()
        return call

    def learn(self, call_id: CallId, call: Call, fact: int, at: float) -> bool:
        """Add a fact to a call and move the figures by what that changes."""
        before, stage = call.share, call.stage
        if not call.learn(fact, at):
            return False
        if call.share is not before and call.share != before:
            if before is not NOTHING:
                self._count(call.period, before, -1)
            self._count(call.period, call.share, 1)
        if call.stage is not stage:
            self._place(call_id, call)
        return True

    def of(self, period: int) -> Counts:
        return self.counts.get(period) or Counts()

    def sweep(self, now: float, period: int) -> None:
        """Forget what nobody will speak of again."""
        if now < self._swept_at + _SWEEP_SECONDS:
            return
        self._swept_at = now
        old = now - _FORGET_SECONDS
        open_stages = (_OPEN, _WAITING)
        for call_id in [i for i, call in self.calls.items() if call.stage not in open_stages and call.latest < old]:
            del self.calls[call_id]
        kept = {call.period for calls in (self.open, self.waiting) for call in calls.values()}
        for gone in [number for number in self.counts if number < period - 1 and number not in kept]:
            del self.counts[gone]

    def snapshot(self) -> dict[str, Any]:
        return {
            "calls": {i: [call.period, call.snapshot()] for i, call in sorted(self.calls.items())},
            "counts": [[n, c.answered, c.abandoned] for n, c in sorted(self.counts.items())],
            "rate": self.rate.snapshot(),
            "lately": self.lately.snapshot(),
            "answered": self.answered.snapshot(),
            "unanswered": self.unanswered.snapshot(),
            "handling": self.handling.snapshot(),
            "swept_at": self._swept_at,
        }

    def restore(self, saved: dict[str, Any]) -> None:
        for name, (period, facts) in saved["calls"].items():
            call_id = CallId(name)
            call = self.calls[call_id] = restored({int(fact): at for fact, at in facts})
            call.period = period
            self._place(call_id, call)
        self.counts = {n: Counts(answered, abandoned) for n, answered, abandoned in saved["counts"]}
        self.rate.restore(saved["rate"])
        self.lately.restore(saved["lately"])
        self.answered.restore(saved["answered"])
        self.unanswered.restore(saved["unanswered"])
        self.handling.restore(saved["handling"])
        self._swept_at = saved["swept_at"]

    def _place(self, call_id: CallId, call: Call) -> None:
        stage = call.stage
        if stage is _OPEN:
            self.waiting.pop(call_id, None)
            self.open[call_id] = call
            return
        self.open.pop(call_id, None)
        self.waiting.pop(call_id, None)
        if stage is _WAITING:
            self.waiting[call_id] = call

    def _count(self, period: int, share: Share, sign: int) -> None:
        is_answered, is_abandoned, at, after_seconds = share
        if is_answered is None:
            return
        self.rate.add(at, sign, is_answered=is_answered)
        rings = self.answered if is_answered else self.unanswered
        rings.add(at, after_seconds, sign)
        if is_answered:
            self.lately.add(at, sign, is_abandoned=is_abandoned)
            counts = self.counts.setdefault(period, Counts())
            counts.answered += sign
            counts.abandoned += sign * is_abandoned
