"""Joining callers with others: <Dial> in its three forms, and <Enqueue>."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from simulator import verbs as v
from simulator.leg import Fetch, Leg
from simulator.lines import Member
from simulator.model import CallStatus
from simulator.script import End, Script, Step
from simulator.tasks import first_of

_SHORTEST_WAIT_SECONDS = 1.0
"""A waitUrl that plays nothing is asked again after this long, not in a tight loop."""


async def dial(script: Script, verb: v.Dial) -> Step:
    if isinstance(verb.target, v.Conference):
        result = await _conference(script, verb.target)
    elif isinstance(verb.target, v.Queue):
        result = await _front(script, verb, verb.target)
    else:
        result = await _people(script, verb, verb.target)
    return script.follow(verb.action, verb.method, result) if verb.action else None


async def _conference(script: Script, order: v.Conference) -> dict[str, str]:
    rooms = script.stage.rooms
    participant = rooms.enter(script.leg, order)
    try:
        await participant.left.wait()
    finally:
        rooms.leave(participant)
    return {"DialCallStatus": "answered"}


async def _people(script: Script, verb: v.Dial, targets: tuple[v.Target, ...]) -> dict[str, str]:
    """Ring them all; who answers first is joined, the others stop ringing."""
    exchange = script.exchange
    exchange.move(script.leg, f"calling {', '.join(target.name for target in targets)}")
    legs = {exchange.ring(script.leg, verb, target): target for target in targets}
    result = {"DialCallSid": next(iter(legs)).sid, "DialCallStatus": "no-answer"}
    try:
        callee = await _first_answer(list(legs))
        if callee is None:
            return _unanswered(list(legs))
        result = {"DialCallSid": callee.sid, "DialCallStatus": "completed"}
        for other in legs:
            if other is not callee:
                exchange.hang_up(other, CallStatus.CANCELED)
        await _whisper(script, callee, legs[callee])
        await _talk(script, callee)
    except asyncio.CancelledError:
        if verb.action and script.leg.is_over:
            script.tell("dial action", verb.action, verb.method, result)
        raise
    finally:
        # A callee whom the API moved elsewhere has a life of their own.
        for leg in legs:
            if not leg.is_redirected:
                exchange.hang_up(leg, CallStatus.NO_ANSWER)
    return result | {"DialCallDuration": str(callee.progress.duration_seconds or 0), "DialBridged": "true"}


async def _first_answer(legs: list[Leg]) -> Leg | None:
    waiting = {asyncio.create_task(leg.settled.wait(), name=f"simulator: settle {leg.sid}"): leg for leg in legs}
    try:
        while waiting:
            done, _ = await asyncio.wait(set(waiting), return_when=asyncio.FIRST_COMPLETED)
            answered = [leg for leg in map(waiting.pop, done) if not leg.is_over]
            if answered:
                return answered[0]
    finally:
        for task in waiting:
            task.cancel()
    return None


def _unanswered(legs: list[Leg]) -> dict[str, str]:
    return {"DialCallSid": legs[-1].sid, "DialCallStatus": legs[-1].progress.status}


async def _whisper(script: Script, callee: Leg, target: v.Target) -> None:
    if target.url:
        words = Fetch(script.follow(target.url, "", {}).url, target.url_method)
        await first_of(Script(script.stage, callee).play(words), callee.ended.wait())


async def _talk(script: Script, other: Leg) -> None:
    if other.is_over or other.is_redirected:
        return
    script.exchange.answer(script.leg)
    bridge = script.exchange.join(script.leg, other)
    try:
        await bridge.over.wait()
    finally:
        bridge.close()
        script.exchange.move(script.leg, "")


async def _front(script: Script, verb: v.Dial, queue: v.Queue) -> dict[str, str]:
    """Take the caller at the front of the queue, or wait for one as long as a <Dial> rings."""
    exchange = script.exchange
    exchange.move(script.leg, f"next from queue {queue.name}")
    member = await _next(script, verb, queue)
    if member is None:
        return {"DialCallStatus": "no-answer"}
    try:
        await _whisper(script, member.leg, v.Target(queue.name, queue.url, queue.method))
        member.was_bridged = True
        await _talk(script, member.leg)
    finally:
        member.released.set()
    return {"DialCallSid": member.leg.sid, "DialCallStatus": "completed"}


async def _next(script: Script, verb: v.Dial, queue: v.Queue) -> Member | None:
    clock, lines = script.exchange.ground.clock, script.stage.lines
    ends_at = clock.now() + timedelta(seconds=verb.ring_seconds)
    while (left := (ends_at - clock.now()).total_seconds()) > 0:
        if await first_of(lines.somebody(queue.name), clock.sleep(left)):
            member = lines.take(queue.name)
            if member is not None:
                return member
    return None


async def enqueue(script: Script, verb: v.Enqueue) -> Step:
    """Wait in a queue with the waitUrl's music; the action hears how it ended.

    Source: Twilio's page of <Enqueue>: QueueResult is bridged, hangup, leave, redirected, redirected-from-bridged,
    queue-full or error.
    """
    lines = script.stage.lines
    member = lines.enter(verb.name, script.leg, verb.max_size)
    if member is None:
        return _after(script, verb, {"QueueResult": "queue-full"})
    try:
        result = await _wait_and_talk(script, verb, member)
    except asyncio.CancelledError:
        gone = "hangup" if script.leg.is_over else "redirected-from-bridged" if member.was_bridged else "redirected"
        lines.leave(member)
        _farewell(script, verb, member, gone)
        raise
    finally:
        lines.leave(member)
    if result == "hangup":
        _farewell(script, verb, member, result)
        return End.HANG_UP
    return _after(script, verb, _result(script, member, result))


def _farewell(script: Script, verb: v.Enqueue, member: Member, result: str) -> None:
    if verb.action:
        script.tell("queue action", verb.action, verb.method, _result(script, member, result))


async def _wait_and_talk(script: Script, verb: v.Enqueue, member: Member) -> str:
    end = await first_of(_music(script, verb, member), member.taken.wait())
    if not member.taken.is_set():
        return {End.LEAVE: "leave", End.HANG_UP: "hangup"}.get(end or End.BROKEN, "error")
    await member.released.wait()
    return "bridged" if member.was_bridged else "error"


async def _music(script: Script, verb: v.Enqueue, member: Member) -> End:
    """Play the waitUrl again and again until it says to leave or hang up."""
    clock = script.exchange.ground.clock
    if not verb.wait_url:
        script.exchange.note(script.leg, "♪")
        await script.leg.ended.wait()
    while True:
        started = clock.now()
        words = script.follow(verb.wait_url, verb.wait_method, script.stage.lines.params(member))
        end = await script.beside().play(words)
        if end is not End.FINISHED:
            return end
        await clock.sleep(_SHORTEST_WAIT_SECONDS - (clock.now() - started).total_seconds())


def _result(script: Script, member: Member, result: str) -> dict[str, str]:
    seconds = str(script.stage.lines.waited_seconds(member))
    return {"QueueResult": result, "QueueSid": member.line.sid, "QueueTime": seconds}


def _after(script: Script, verb: v.Enqueue, result: dict[str, str]) -> Step:
    return script.follow(verb.action, verb.method, result) if verb.action else None
