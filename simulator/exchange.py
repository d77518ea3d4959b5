"""The switchboard: calls are placed, received, answered, moved and ended here, and every step is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from simulator import verbs as v
from simulator.faults import FaultKind
from simulator.ground import Ground
from simulator.leg import Bridge, Fetch, Heard, Leg, Source
from simulator.model import Callback, CallProgress, CallStatus, TwilioError, is_callable, rfc2822
from simulator.recordings import Recordings
from simulator.rules import Reaction, react
from simulator.settings import Outcome
from simulator.tasks import first_of
from simulator.webhooks import Hook, Webhooks
from simulator.world import Shelf

_DAY_LIMIT_SECONDS = 14400.0
"""Twilio ends every call after four hours."""
_MACHINE_SECONDS = 2.5
_UNANSWERED = {Outcome.BUSY: CallStatus.BUSY, Outcome.FAILED: CallStatus.FAILED}

Player = Callable[[Leg, Source], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Machine:
    """Answering machine detection; asynchronous news go to `url`."""

    is_async: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """A call that our server wants from one of its numbers."""

    caller: str
    to: str
    source: Source
    callback: Callback = field(default_factory=Callback)
    ring_seconds: float = 60
    limit_seconds: float = _DAY_LIMIT_SECONDS
    machine: Machine | None = None
    records: v.RecordingOrder | None = None


class Exchange:
    def __init__(self, ground: Ground, webhooks: Webhooks, recordings: Recordings, play: Player) -> None:
        self.ground = ground
        self.webhooks = webhooks
        self.recordings = recordings
        self.legs: Shelf[Leg] = Shelf(may_go=lambda leg: leg.is_over)
        self._play = play
        self._next_call_at = ground.clock.now()

    def place(self, order: Order) -> Leg:
        """Start an outbound call; it waits in `queued` while the account's calls per second are used up."""
        self._check(order)
        now = self.ground.clock.now()
        starts_at = max(now, self._next_call_at)
        self._next_call_at = starts_at + timedelta(seconds=1 / self.ground.settings.calls_per_second)
        leg = self._new("outbound-api", order.caller, order.to)
        leg.callback, leg.source, leg.records = order.callback, order.source, order.records
        leg.queue_seconds = (starts_at - now).total_seconds()
        leg.task = self.ground.tasks.start(self._outbound(leg, order), f"call {leg.sid}")
        return leg

    def receive(self, caller: str, to: str, hang_up_after: float | None = None) -> Leg:
        """Let a person call one of our numbers; `hang_up_after` counts from the first ring."""
        number = self.ground.world.numbers.get(to)
        if number is None:
            raise TwilioError(404, 21606, f"{to} is not one of our numbers")
        leg = self._new("inbound", caller, to)
        leg.callback = Callback(number.status_url)
        leg.progress = replace(leg.progress, status=CallStatus.RINGING, started_at=leg.progress.created_at)
        leg.source = Fetch(number.voice_url)
        leg.task = self.ground.tasks.start(self._play(leg, leg.source), f"call {leg.sid}")
        self._end_after(leg, _DAY_LIMIT_SECONDS if hang_up_after is None else hang_up_after)
        return leg

    def ring(self, parent: Leg, dial: v.Dial, target: v.Target) -> Leg:
        """Start the leg of a <Dial>."""
        leg = self._new("outbound-dial", dial.caller_id or parent.caller, target.name)
        leg.parent = parent.sid
        leg.callback = Callback(target.status_callback, target.status_method, target.status_events)
        leg.records = dial.recording if dial.records else None
        leg.task = self.ground.tasks.start(self._dialled(leg, dial), f"leg {leg.sid}")
        return leg

    def answer(self, leg: Leg) -> None:
        """Pick up; answering twice changes nothing."""
        if leg.progress.is_answered or leg.is_over:
            return
        self._advance(leg, CallStatus.IN_PROGRESS)
        leg.settled.set()
        if leg.records is not None:
            source = "DialVerb" if leg.parent else "OutboundAPI"
            self.recordings.begin(leg.records, source, call_sid=leg.sid)

    def hang_up(self, leg: Leg, status: CallStatus = CallStatus.COMPLETED) -> None:
        """End a call, whatever it is doing. An unanswered one ends as `status`, which then may not be `completed`."""
        if leg.is_over:
            return
        self._advance(leg, status)
        self._break_off(leg)
        self.recordings.finish_all(leg.sid)
        leg.where = ""
        leg.settled.set()
        leg.ended.set()

    def hang_up_as_person(self, leg: Leg) -> None:
        """End a call from the far side: a ringing phone that nobody picks up, or a caller who gave up."""
        self.hang_up(leg, CallStatus.NO_ANSWER)

    def redirect(self, leg: Leg, source: Source) -> None:
        """Take a call out of what it is doing, and play something else on it."""
        if leg.is_over or not leg.progress.is_answered:
            raise TwilioError(400, 21220, f"Call {leg.sid} is not in-progress. Cannot redirect.")
        leg.is_redirected, before = True, leg.task
        self._break_off(leg)
        leg.task = self.ground.tasks.start(self._play_after(before, leg, source), f"call {leg.sid}")
        self.ground.world.touch()

    def press(self, leg: Leg, digits: str) -> None:
        for digit in digits:
            leg.digits.put_nowait(digit)

    def join(self, first: Leg, second: Leg) -> Bridge:
        bridge = Bridge(first, second)
        for leg, other in ((first, second), (second, first)):
            leg.bridge, leg.where = bridge, f"talking to {other.person}"
        self.ground.world.touch()
        return bridge

    def note(self, leg: Leg, words: str) -> None:
        """Write down what the person at the other end hears."""
        leg.heard.append(Heard(self.ground.clock.now(), words))
        self.ground.world.touch()

    def move(self, leg: Leg, where: str) -> None:
        leg.where = where
        self.ground.world.touch()

    def params(self, leg: Leg) -> dict[str, str]:
        """Return what every webhook of a call carries."""
        params = {
            "CallSid": leg.sid,
            "AccountSid": self.ground.settings.account_sid,
            "From": leg.caller,
            "To": leg.to,
            "Caller": leg.caller,
            "Called": leg.to,
            "CallStatus": leg.progress.status.spoken,
            "Direction": leg.direction,
            "ApiVersion": "2010-04-01",
        }
        if leg.parent:
            params["ParentCallSid"] = leg.parent
        if leg.answered_by:
            params["AnsweredBy"] = leg.answered_by
        return params

    def tell(self, leg: Leg, kind: str, url: str, method: str, params: dict[str, str]) -> None:
        self.webhooks.tell(leg.sid, Hook(kind, url, self.params(leg) | params, method))

    def _check(self, order: Order) -> None:
        if not order.to:
            raise TwilioError(400, 21201, "No 'To' number is specified")
        if not is_callable(order.to):
            raise TwilioError(400, 21211, f"Invalid 'To' Phone Number: {order.to}")
        if order.caller not in self.ground.world.numbers and not order.caller.startswith("client:"):
            raise TwilioError(400, 21210, f"The source phone number provided, {order.caller}, is not one of ours")

    def _new(self, direction: str, caller: str, to: str) -> Leg:
        now = self.ground.clock.now()
        leg = Leg(self.ground.new_sid("CA"), direction, caller, to, CallProgress(created_at=now))
        self.legs.put(leg.sid, leg)
        self.ground.world.touch()
        return leg

    async def _play_after(self, before: asyncio.Task[Any] | None, leg: Leg, source: Source) -> None:
        """Play once the old script is out of the room or queue that it was in: the new one may go to the same."""
        if before is not None:
            await asyncio.wait({before})
        await self._play(leg, source)

    async def _outbound(self, leg: Leg, order: Order) -> None:
        await self.ground.clock.sleep(leg.queue_seconds)
        self._tell_status(leg, leg.progress)
        reaction = await self._ring_out(leg, order.ring_seconds)
        if reaction is None:
            return
        await self._detect(leg, order.machine, reaction)
        self._end_after(leg, min(order.limit_seconds, _or_never(reaction.hang_up_after)))
        await self._play(leg, order.source)

    async def _dialled(self, leg: Leg, dial: v.Dial) -> None:
        self._tell_status(leg, leg.progress)
        reaction = await self._ring_out(leg, dial.ring_seconds)
        if reaction is not None:
            self._end_after(leg, min(dial.limit_seconds, _or_never(reaction.hang_up_after)))

    async def _ring_out(self, leg: Leg, ring_seconds: float) -> Reaction | None:
        """Ring until somebody answers (their reaction) or it is settled otherwise (None)."""
        reaction = react(self.ground.settings.call_rules, leg.to, self.ground.chance)
        if reaction.outcome is not Outcome.FAILED:
            self._advance(leg, CallStatus.RINGING)
        in_time = reaction.outcome is not Outcome.NO_ANSWER and reaction.after_seconds <= ring_seconds
        await self.ground.clock.sleep(reaction.after_seconds if in_time else ring_seconds)
        if in_time and reaction.picks_up:
            self.answer(leg)
            return reaction
        self.hang_up(leg, _UNANSWERED.get(reaction.outcome, CallStatus.NO_ANSWER) if in_time else CallStatus.NO_ANSWER)
        return None

    async def _detect(self, leg: Leg, machine: Machine | None, reaction: Reaction) -> None:
        """Find out who answered; synchronous detection keeps the callee in silence meanwhile."""
        if machine is None:
            return
        if machine.is_async:
            self.ground.tasks.start(self._detected(leg, machine, reaction), f"machine detection {leg.sid}")
            return
        await self.ground.clock.sleep(_MACHINE_SECONDS)
        leg.answered_by = reaction.answered_by

    async def _detected(self, leg: Leg, machine: Machine, reaction: Reaction) -> None:
        await self.ground.clock.sleep(_MACHINE_SECONDS)
        leg.answered_by = reaction.answered_by
        params = {"MachineDetectionDuration": str(round(_MACHINE_SECONDS * 1000))}
        self.tell(leg, "machine detection", machine.url, "POST", params)

    def _end_after(self, leg: Leg, seconds: float) -> None:
        self.ground.tasks.start(self._hang_up_later(leg, seconds), f"limit of {leg.sid}")

    async def _hang_up_later(self, leg: Leg, seconds: float) -> None:
        await first_of(self.ground.clock.sleep(seconds), leg.ended.wait())
        self.hang_up_as_person(leg)

    def _break_off(self, leg: Leg) -> None:
        if leg.bridge is not None:
            leg.bridge.close()
        # A script that ends its own call runs to its end by itself.
        if leg.task is not None and leg.task is not asyncio.current_task():
            leg.task.cancel()

    def _advance(self, leg: Leg, status: CallStatus) -> None:
        before = leg.progress
        leg.progress = before.to(status, self.ground.clock.now())
        if leg.progress is before:
            return
        self._tell_status(leg, leg.progress)
        self.ground.world.touch()
        if leg.is_over:
            self._tell_late(leg, before)

    def _tell_late(self, leg: Leg, before: CallProgress) -> None:
        late = self.ground.faults.strike(FaultKind.LATE_CALLBACK, f"{leg.callback.method} {leg.callback.url}")
        if late:
            self.ground.tasks.start(self._tell_again(leg, before, late.seconds), f"late callback of {leg.sid}")

    async def _tell_again(self, leg: Leg, before: CallProgress, seconds: float) -> None:
        await self.ground.clock.sleep(seconds)
        self._tell_status(leg, before)

    def _tell_status(self, leg: Leg, progress: CallProgress) -> None:
        if not leg.callback.wants(progress.status.event):
            return
        self.tell(
            leg,
            f"call {progress.status.spoken}",
            leg.callback.url,
            leg.callback.method,
            _status(progress, self._moment(progress)),
        )

    def _moment(self, progress: CallProgress) -> datetime:
        return progress.ended_at or self.ground.clock.now()


def _status(progress: CallProgress, at: datetime) -> dict[str, str]:
    params = {
        "CallStatus": progress.status.spoken,
        "SequenceNumber": str(progress.sequence),
        "Timestamp": rfc2822(at) or "",
        "CallbackSource": "call-progress-events",
    }
    seconds = progress.duration_seconds
    if seconds is not None:
        params |= {"CallDuration": str(seconds), "Duration": str(-(-seconds // 60))}
    return params


def _or_never(seconds: float | None) -> float:
    return _DAY_LIMIT_SECONDS if seconds is None else seconds
