"""What Twilio's signed forms say of calls: stored words in, what they mean out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Literal
from uuid import UUID

from channels.base import AgentLeg, CallbackAsked, CallChange, CallStatus, Ignored, RawInput, Reading
from channels.spoken import PartyLeg, RecordingMade
from channels.twilio_api import hooks, phone
from core.errors import Invalid
from core.telephone import callable_number

# An answered caller whom nobody has joined yet waits; Twilio answers for us when <Enqueue> begins.
STATES: Mapping[str, CallStatus] = {
    "initiated": "ringing",
    "queued": "ringing",
    "ringing": "ringing",
    "in-progress": "waiting",
    "completed": "completed",
    "busy": "busy",
    "no-answer": "no_answer",
    "failed": "failed",
    "canceled": "canceled",
}
# Whom we call is joined as soon as they answer: the agent is in the conference before.
PLACED: Mapping[str, CallStatus] = {**STATES, "in-progress": "joined"}
_LEGS: Mapping[str, Literal["answered", "missed", "left"]] = {
    "in-progress": "answered",
    "completed": "left",
    **dict.fromkeys(("busy", "no-answer", "failed", "canceled"), "missed"),
}


def read(raw: RawInput, number: str) -> Reading:
    """Say what a stored form of a call means; `number` is ours."""
    form = hooks.stored_form(raw)
    readers: Mapping[str, Callable[[], Reading]] = {
        # Our answer puts the caller into the queue, so that nothing later says that the waiting began.
        "call": lambda: change(raw, form, "waiting"),
        "call.left": lambda: change(raw, form, "completed"),
        "call.agent": lambda: _agent_change(raw, form, number),
        "call.party": lambda: _party(raw, form),
        "call.recording": lambda: _recording(raw, form),
        "call.message": lambda: RecordingMade(
            "", hooks.need(form, "CallSid"), "begun", 0, moment(raw, form), is_voicemail=True
        ),
        "call.callback": lambda: _callback_asked(raw, form),
    }
    return readers[raw.kind]() if raw.kind in readers else _stated(raw, form)


def _stated(raw: RawInput, form: Mapping[str, str]) -> Reading:
    """Read how a call stands, as the carrier told it or as it was found there."""
    said = form.get("CallStatus", "")
    state = (PLACED if raw.kind == "call.out" else STATES).get(said)
    if raw.kind not in ("call.status", "call.out", "call.found") or state is None:
        return Ignored(f"{raw.kind} {said}")
    found = change(raw, form, state)
    if raw.kind == "call.found":
        if form.get("Direction", "") == "inbound":
            return found
        return replace(found, is_of_known=True, answered_at=_answered_at(found))
    return placed(raw, form, found) if raw.kind == "call.out" else found


def change(raw: RawInput, form: Mapping[str, str], status: CallStatus) -> CallChange:
    call_id = hooks.need(form, "CallSid")
    return CallChange(
        call_id=call_id,
        caller=phone.caller(form.get("From", ""), call_id),
        called=form.get("To", ""),
        status=status,
        at=moment(raw, form),
        sequence=whole(form.get("SequenceNumber", ""), -1),
        duration_seconds=whole(form.get("CallDuration", ""), None),
    )


def placed(raw: RawInput, form: Mapping[str, str], found: CallChange) -> CallChange:
    """Say which conversation's call this is, and which try: our own address of it came back signed.

    Of a call that we place `completed` is only said when it was answered, so that the answer is known from the end
    alone, whichever of the two is heard of first.
    """
    ours = hooks.stored_query(raw, "interaction", "attempt")
    callee = phone.sender(hooks.need(form, "To"))
    interaction_id, attempt = _id(ours.get("interaction", "")), whole(ours.get("attempt", ""), 0)
    return replace(
        found,
        caller=callee,
        called=form.get("From", ""),
        interaction_id=interaction_id,
        attempt=attempt,
        answered_at=_answered_at(found),
    )


def _answered_at(found: CallChange) -> datetime | None:
    lasted = found.duration_seconds
    return found.at - timedelta(seconds=lasted) if found.status == "completed" and lasted is not None else None


def _callback_asked(raw: RawInput, form: Mapping[str, str]) -> CallbackAsked:
    call_id = hooks.need(form, "CallSid")
    number = callable_number(hooks.stored_query(raw, "to").get("to", ""))
    if number is None:
        raise Invalid("This is no number to call.")
    return CallbackAsked(
        call_id, phone.caller(form.get("From", ""), call_id), form.get("To", ""), number, moment(raw, form)
    )


def _agent_change(raw: RawInput, form: Mapping[str, str], number: str) -> Reading:
    """Say what the agent's phone means for the caller: joined when it answers, waiting again when it does not."""
    ours, state = hooks.stored_query(raw, "call", "caller", "interaction", "agent"), form.get("CallStatus", "")
    leg = _LEGS.get(state)
    if leg is None:
        return Ignored(f"the agent's phone: {state}")
    if "call" not in ours or leg == "left":
        if "interaction" not in ours:
            # A leg of before an update: the caller's own call tells of its end.
            return Ignored(f"the agent's phone: {state}")
        return AgentLeg(_id(ours["interaction"]), _id(ours.get("agent", "")), leg)
    status: CallStatus = "joined" if leg == "answered" else "waiting"
    agent = ours.get("agent", "")
    found = change(raw, form, status)
    caller = phone.caller(ours.get("caller", ""), ours["call"])
    leg_of = _id(agent) if agent else None
    return replace(found, call_id=ours["call"], caller=caller, called=number, sequence=-1, leg_of=leg_of)


def _party(raw: RawInput, form: Mapping[str, str]) -> Reading:
    ours, leg = hooks.stored_query(raw, "interaction", "label"), _LEGS.get(form.get("CallStatus", ""))
    if leg is None:
        return Ignored(f"somebody in a call: {form.get('CallStatus', '')}")
    return PartyLeg(_id(ours.get("interaction", "")), ours.get("label", ""), leg, moment(raw, form))


def _recording(raw: RawInput, form: Mapping[str, str]) -> Reading:
    ours, said = hooks.stored_query(raw, "interaction", "voicemail"), form.get("RecordingStatus", "")
    if said not in ("completed", "absent"):
        return Ignored(f"recording {said}")
    return RecordingMade(
        hooks.need(form, "RecordingSid"),
        hooks.need(form, "CallSid"),
        "completed" if said == "completed" else "absent",
        whole(form.get("RecordingDuration", ""), 0),
        moment(raw, form),
        _id(ours["interaction"]) if "interaction" in ours else None,
        is_voicemail="voicemail" in ours,
    )


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid("This is no address of ours.") from error


def moment(raw: RawInput, form: Mapping[str, str]) -> datetime:
    """Return the carrier's moment, else when we heard of it."""
    for read, text in (
        (parsedate_to_datetime, form.get("Timestamp", "")),
        (datetime.fromisoformat, hooks.received_at(raw)),
    ):
        try:
            moment = read(text)
        except ValueError:
            continue
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    raise Invalid("When this happened is not said.")


def whole(text: str, default: Any) -> Any:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else default  # noqa: PLR2004 - nine digits fit every column
