"""Calls of the dialer by Twilio: one request carries what is said when nobody takes the call in time.

So the message comes from the carrier itself, even when this server has just died: the call begins with a pause, and who
joins it with an agent redirects it before the pause is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from channels.base import Account, ChannelContext, Ignored, RawInput, Reading, WebhookAnswer, WebhookRequest
from channels.originate import AskedCall, CallScript, DialNews, DialStatus
from channels.twilio_api import hooks, outgoing, twiml
from channels.twilio_api.client import TwilioClients
from core.errors import Invalid, NotFound

_EVENTS = ("ringing", "answered", "completed")
_STATES: Mapping[str, DialStatus] = {
    "ringing": "ringing",
    "in-progress": "answered",
    "completed": "completed",
    "busy": "busy",
    "no-answer": "no_answer",
    "failed": "failed",
    "canceled": "canceled",
}
_UNHEARD = 3


class Originating:
    """The part of the telephone channel that the dialer uses."""

    context: ChannelContext
    _clients: TwilioClients

    async def originate(self, account: Account[Any], attempt_id: UUID, number: str, script: CallScript) -> str:
        """Place a call; Twilio knows no idempotency key: after Uncertain ask `find_originated`."""
        asked = {"attempt": str(attempt_id)}
        more: dict[str, Any] = {}
        if script.is_machine_asked:
            # In silence past two seconds nobody stays: who answered is told while the call goes on.
            told = hooks.url_of(self.context, account.id, "dial/machine", **asked)
            more = {"machine_detection": "Enable", "async_amd": "true", "async_amd_status_callback": told}
        made = await self._clients.of(account.settings).calls.create_async(
            to=number,
            from_=script.caller_id or account.settings.number,
            twiml=self._document(account.id, attempt_id, script),
            timeout=script.ring_seconds,
            status_callback=hooks.url_of(self.context, account.id, "dial/status", **asked),
            status_callback_event=list(_EVENTS),
            **more,
        )
        return str(made.sid)

    def _document(self, account_id: UUID, attempt_id: UUID, script: CallScript) -> str:
        spoken = []
        if script.play_url:
            spoken.append(twiml.verb("Play", script.play_url))
        elif script.message:
            spoken.append(twiml.verb("Say", script.message, language=script.language))
        verbs = [twiml.verb("Pause", length=str(script.wait_seconds))] if script.wait_seconds else []
        if script.stop_key:
            url = hooks.url_of(self.context, account_id, "dial/keys", attempt=str(attempt_id), stop=script.stop_key)
            verbs.append(twiml.verb("Gather", "", *spoken, numDigits="1", timeout="4", action=url))
        else:
            verbs += spoken
        return twiml.response(*verbs, twiml.verb("Hangup"))

    async def find_originated(self, account: Account[Any], asked: AskedCall) -> str | None:
        ours = asked.caller_id or account.settings.number
        return await outgoing.find(self._clients.of(account.settings), ours, asked.number, asked.since)

    async def dial_status(self, account: Account[Any], call_id: str) -> DialStatus:
        call = await self._clients.of(account.settings).calls(call_id).fetch_async()
        return _STATES.get(str(call.status), "ringing")

    def accept_dialled(self, account: Account[Any], request: WebhookRequest, path: str) -> WebhookAnswer:
        """Take what Twilio tells of a dialled call."""
        form = hooks.form_of(account.settings, request, "CallSid")
        sid = form["CallSid"]
        if path == "dial/status":
            mark = form.get("SequenceNumber") or form.get("CallStatus", "")
            raw = hooks.raw_of(self.context, request, f"dial:{sid}:{mark}", "dial.status")
        elif path == "dial/machine":
            raw = hooks.raw_of(self.context, request, f"dial:{sid}:machine", "dial.machine")
        elif path == "dial/keys":
            raw = hooks.raw_of(self.context, request, f"dial:{sid}:keys", "dial.keys")
        else:
            raise NotFound
        return hooks.answer(twiml.response(twiml.verb("Hangup")) if path == "dial/keys" else twiml.response(), raw)

    def read_dialled(self, raw: RawInput, at: datetime) -> Reading:
        """Turn what was told of a dialled call into news of an attempt."""
        form, ours = hooks.stored_form(raw), hooks.stored_query(raw, "attempt", "stop")
        try:
            attempt_id = UUID(ours.get("attempt", ""))
        except ValueError as error:
            raise Invalid("This is no address of ours.") from error
        call_id = hooks.need(form, "CallSid")
        if raw.kind == "dial.machine":
            is_machine = form.get("AnsweredBy", "").startswith(("machine", "fax"))
            return DialNews(attempt_id, call_id, at, is_machine=True) if is_machine else Ignored("a person answered")
        if raw.kind == "dial.keys":
            is_stop = bool(ours.get("stop")) and form.get("Digits") == ours["stop"]
            return DialNews(attempt_id, call_id, at, has_pressed_stop=True) if is_stop else Ignored("another key")
        status = _STATES.get(form.get("CallStatus", ""))
        if status is None:
            return Ignored(f"state {form.get('CallStatus', '')!r}")
        number = form.get("SequenceNumber", "")
        sequence = int(number) if number.isascii() and number.isdigit() and len(number) <= _UNHEARD else -1
        return DialNews(attempt_id, call_id, at, status, sequence)
