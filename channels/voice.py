"""Telephone calls by Twilio.

At Twilio, set three addresses of the number (all POST):

- "A call comes in": `<public url>/hooks/<account id>/call`
- "Call status changes": `<public url>/hooks/<account id>/call/status`; without it nobody tells us that a call ended
- "Primary handler fails": nothing of ours; a recorded announcement serves well there

A caller waits in Twilio's queue with the words of `call/wait`. `join` moves the caller into a conference of their own
and calls the agent's browser phone into it; whoever of the two hangs up ends it for both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, ClassVar, Literal, TypeAlias
from uuid import UUID

from pydantic import Field, SecretStr
from typing_extensions import override

from channels.base import (
    Account,
    AccountSettings,
    AgentLeg,
    CallbackAsked,
    CallChange,
    CallStatus,
    ChannelContext,
    IdentityKind,
    Ignored,
    Outgoing,
    RawInput,
    Reading,
    Receipt,
    WebhookAnswer,
    WebhookRequest,
)
from channels.calls import PhoneKey, PhoneKind, VoiceChannel
from channels.twilio_api import hooks, outgoing, phone, twiml
from channels.twilio_api.client import TwilioClients
from channels.twilio_api.errors import CallOver, Missing
from channels.twilio_api.originating import Originating
from channels.twilio_api.settings import TwilioSettings
from channels.twilio_api.softphone import phone_token
from channels.twilio_api.waiting import Voice, typed
from core.errors import Invalid, NotFound
from core.telephone import callable_number

_QUEUE = "markaz"
_AGENT_EVENTS = ("answered", "completed")
_CALL_EVENTS = ("initiated", "ringing", "answered", "completed")

# An answered caller whom nobody has joined yet waits; Twilio answers for us when <Enqueue> begins.
_STATES: Mapping[str, CallStatus] = {
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
_PLACED: Mapping[str, CallStatus] = {**_STATES, "in-progress": "joined"}


class NotJoined(Invalid):
    """The caller and the agent are not in one call."""


class VoiceSettings(TwilioSettings):
    """A number that is called, and what callers hear while they wait."""

    greeting: str = Field("Please hold the line. You will be connected shortly.", description="Said while waiting.")
    language: str = Field("en-US", pattern=r"^[A-Za-z0-9-]{2,20}$", description="The language of what is said.")
    announce_seconds: int = Field(20, ge=5, le=300, description="Seconds between announcements to who waits.")
    music_url: str = Field("", pattern=r"^(https?://\S{1,490})?$", description="Music for who waits; empty is silence.")
    api_key_sid: str = Field(
        "", pattern=r"^(SK[0-9a-fA-F]{32})?$", description="For browser phones: SID of an API key."
    )
    api_key_secret: SecretStr = Field(SecretStr(""), description="For browser phones: the secret of that key.")
    twiml_app_sid: str = Field("", pattern=r"^(AP[0-9a-fA-F]{32})?$", description="For browser phones: a TwiML app.")


VoiceAccount: TypeAlias = Account[VoiceSettings]


class TelephoneChannel(Originating, VoiceChannel):
    """Inbound calls. A call takes the whole of an agent."""

    kind: ClassVar[str] = "voice"
    settings_model: ClassVar[type[AccountSettings]] = VoiceSettings
    identity: ClassVar[IdentityKind] = IdentityKind.PHONE
    units: ClassVar[int] = 100

    def __init__(self, context: ChannelContext) -> None:
        super().__init__(context)
        self._clients = TwilioClients()

    async def close(self) -> None:
        await self._clients.close()

    async def check(self, account: VoiceAccount) -> None:
        await self._clients.check(account.settings)

    async def accept(self, account: VoiceAccount, request: WebhookRequest) -> WebhookAnswer:
        path = request.path.strip("/")
        if path == "call":
            sid = hooks.form_of(account.settings, request, "CallSid", "From")["CallSid"]
            return self._taken(request, f"call:{sid}", "call", self._enqueued(account))
        if path == "call/wait":
            return await self._wait(account, request)
        if path == "call/status":
            form = hooks.form_of(account.settings, request, "CallSid", "CallStatus")
            mark = form.get("SequenceNumber") or form["CallStatus"]
            return self._taken(request, f"call:{form['CallSid']}:{mark}", "call.status")
        return self._accept_rest(account, request, path)

    def _accept_rest(self, account: VoiceAccount, request: WebhookRequest, path: str) -> WebhookAnswer:
        if path.startswith("dial/"):
            return self.accept_dialled(account, request, path)
        if path == "call/left":
            form = hooks.form_of(account.settings, request, "CallSid", "QueueResult")
            if form["QueueResult"] != "hangup":
                return hooks.answer(twiml.response())
            return self._taken(request, f"call:{form['CallSid']}:left", "call.left")
        if path in ("call/agent", "call/out"):
            form = hooks.form_of(account.settings, request, "CallSid", "CallStatus")
            kind = path.replace("/", ".")
            mark = "agent" if kind == "call.agent" else "out"
            return self._taken(request, f"{mark}:{form['CallSid']}:{form['CallStatus']}", kind)
        return self._pressed(account, request, path)

    async def _wait(self, account: VoiceAccount, request: WebhookRequest) -> WebhookAnswer:
        """Tell who waits where they stand; the minutes that were said before do not grow."""
        form = hooks.form_of(account.settings, request, "CallSid")
        query = hooks.query_of(request, "said", "again")
        said = _whole(query.get("said", ""), None)
        wait = await self.context.line.of_call(account.id, form["CallSid"])
        if said is not None and wait.minutes is not None:
            wait = replace(wait, minutes=min(said, wait.minutes))
        return hooks.answer(self._voice(account).waiting(wait, said, is_first="again" not in query))

    def _pressed(self, account: VoiceAccount, request: WebhookRequest, path: str) -> WebhookAnswer:
        """Follow the keys of a caller who wants to be called back; the last is kept before it is thanked for."""
        if path not in ("call/keys", "call/confirm", "call/number"):
            raise NotFound
        form = hooks.form_of(account.settings, request, "CallSid", "Digits")
        voice, digits = self._voice(account), form["Digits"]
        if path == "call/number":
            number = typed(digits)
            return hooks.answer(voice.confirm(number, is_wrong=number is None))
        if path == "call/keys":
            return hooks.answer(
                voice.confirm(callable_number(form.get("From", ""))) if digits == "1" else voice.again()
            )
        if digits == "1":
            return self._taken(request, f"call:{form['CallSid']}:callback", "call.callback", voice.thanks())
        return hooks.answer(voice.ask_number() if digits == "2" else voice.again())

    def _voice(self, account: VoiceAccount) -> Voice:
        known = account.settings
        url = partial(hooks.url_of, self.context, account.id)
        return Voice(known.greeting, known.language, known.music_url, known.announce_seconds, url)

    async def read(self, account: VoiceAccount, raw: RawInput) -> list[Reading]:
        form = hooks.stored_form(raw)
        if raw.kind.startswith("dial."):
            return [self.read_dialled(raw, _moment(raw, form))]
        if raw.kind in ("call", "call.left"):
            # Our answer puts the caller into the queue, so that nothing later says that the waiting began.
            return [_change(raw, form, "waiting" if raw.kind == "call" else "completed")]
        if raw.kind == "call.agent":
            return [_agent_change(raw, form, account.settings.number)]
        if raw.kind == "call.callback":
            return [_callback_asked(raw, form)]
        states = _PLACED if raw.kind == "call.out" else _STATES
        state = states.get(form.get("CallStatus", ""))
        if raw.kind not in ("call.status", "call.out") or state is None:
            return [Ignored(f"{raw.kind} {form.get('CallStatus', '')}")]
        change = _change(raw, form, state)
        return [_placed(raw, form, change) if raw.kind == "call.out" else change]

    @override
    async def send(self, account: VoiceAccount, outgoing: Outgoing) -> Receipt:
        raise Invalid("Words cannot be sent into a telephone call.")

    async def join(self, account: VoiceAccount, call_id: str, interaction_id: UUID, agent_id: UUID) -> None:
        """Move the caller into the conference of the interaction, and call the agent into it.

        Both are looked up first, so that a repeated join changes nothing; the look-up lags behind a redirect by less
        than a second, which is why it is the caller who is checked by call and not by the conference alone. Raises
        CallOver or Missing when the caller is gone.
        """
        client, room = self._clients.of(account.settings), _room(interaction_id)
        call = await client.calls(call_id).fetch_async()
        if outgoing.is_over(call.status):
            raise CallOver
        present = await outgoing.participants(client, room)
        if all(one.call_sid != call_id for one in present):
            await client.calls(call_id).update_async(twiml=_conference(room))
        label = _identity(agent_id)
        if all(one.label != label for one in present):
            callback = hooks.url_of(self.context, account.id, "call/agent", call=call_id, caller=_caller(call))
            await outgoing.invite(
                client, room, account.settings.number, f"client:{label}", label, callback, _AGENT_EVENTS
            )

    @override
    def phone_key(self, account: VoiceAccount, agent_id: UUID) -> PhoneKey | None:
        """Return the key by which the agent's browser phone is the client that `join` calls."""
        known, secret = account.settings, account.settings.api_key_secret.get_secret_value()
        if not (known.api_key_sid and secret and known.twiml_app_sid):
            return None
        identity = _identity(agent_id)
        return PhoneKey(
            identity, *phone_token(known.account_sid, known.api_key_sid, secret, known.twiml_app_sid, identity)
        )

    @override
    def phone_kind(self, account: VoiceAccount) -> PhoneKind:
        known = account.settings
        if known.api_key_sid and known.api_key_secret.get_secret_value() and known.twiml_app_sid:
            return "twilio"
        return "simulated" if known.api_base else "none"

    async def mute(self, account: VoiceAccount, interaction_id: UUID, agent_id: UUID, *, is_muted: bool) -> None:
        agent = await self._participant(account, interaction_id, _identity(agent_id))
        await agent.update_async(muted=is_muted)

    async def hold(self, account: VoiceAccount, interaction_id: UUID, call_id: str, *, is_held: bool) -> None:
        """Without an address for it, Twilio plays its own music."""
        caller = await self._participant(account, interaction_id, call_id)
        await caller.update_async(hold=is_held)

    async def _participant(self, account: VoiceAccount, interaction_id: UUID, who: str) -> Any:
        """Find who is in the interaction's conference, by call or by label. Raises NotJoined."""
        present = await outgoing.participants(self._clients.of(account.settings), _room(interaction_id))
        found = next((one for one in present if who in (one.call_sid, one.label)), None)
        if found is None:
            raise NotJoined
        return found

    async def hang_up(self, account: VoiceAccount, call_id: str) -> None:
        try:
            await self._clients.of(account.settings).calls(call_id).update_async(status="completed")
        except (CallOver, Missing):
            # What was wanted is so already.
            return

    async def ring_agent(self, account: VoiceAccount, interaction_id: UUID, agent_id: UUID) -> None:
        client, room, label = self._clients.of(account.settings), _room(interaction_id), _identity(agent_id)
        if any(one.label == label for one in await outgoing.participants(client, room)):
            return
        asked = {"interaction": str(interaction_id), "agent": str(agent_id)}
        callback = hooks.url_of(self.context, account.id, "call/agent", **asked)
        number = account.settings.number
        await outgoing.invite(client, room, number, f"client:{label}", label, callback, _AGENT_EVENTS)

    async def dial(self, account: VoiceAccount, interaction_id: UUID, number: str, attempt: int) -> str:
        client, label = self._clients.of(account.settings), f"customer-{attempt}"
        asked = {"interaction": str(interaction_id), "attempt": str(attempt)}
        callback = hooks.url_of(self.context, account.id, "call/out", **asked)
        ours = account.settings.number
        return await outgoing.invite(client, _room(interaction_id), ours, number, label, callback, _CALL_EVENTS)

    @override
    async def find_dialled(
        self, account: VoiceAccount, interaction_id: UUID, number: str, since: datetime
    ) -> str | None:
        return await outgoing.find(self._clients.of(account.settings), account.settings.number, number, since)

    async def status_of(self, account: VoiceAccount, call_id: str) -> CallStatus:
        call = await self._clients.of(account.settings).calls(call_id).fetch_async()
        return _PLACED.get(str(call.status), "ringing")

    async def end_room(self, account: VoiceAccount, interaction_id: UUID) -> None:
        await outgoing.end(self._clients.of(account.settings), _room(interaction_id))

    def _taken(self, request: WebhookRequest, external_id: str, kind: str, document: str = "") -> WebhookAnswer:
        raw = hooks.raw_of(self.context, request, external_id, kind)
        return hooks.answer(document or twiml.response(), raw)

    def _enqueued(self, account: VoiceAccount) -> str:
        wait_url = hooks.url_of(self.context, account.id, "call/wait")
        action = hooks.url_of(self.context, account.id, "call/left")
        return twiml.response(twiml.verb("Enqueue", _QUEUE, waitUrl=wait_url, action=action))


def _room(interaction_id: UUID) -> str:
    return f"interaction-{interaction_id}"


def _conference(room: str) -> str:
    """The caller hears music until the agent starts the conference, and takes it along when they hang up."""
    conference = twiml.verb("Conference", room, startConferenceOnEnter="false", endConferenceOnExit="true")
    return twiml.response(twiml.verb("Dial", "", conference))


def _identity(agent_id: UUID) -> str:
    """Return the name of an agent's phone: Twilio takes letters, digits and underscores in the identity of a client."""
    return f"agent_{agent_id.hex}"


def _caller(call: Any) -> str:
    return str(call._from)  # noqa: SLF001 - that is how the library spells this field


def _change(raw: RawInput, form: Mapping[str, str], status: CallStatus) -> CallChange:
    call_id = hooks.need(form, "CallSid")
    return CallChange(
        call_id=call_id,
        caller=phone.caller(form.get("From", ""), call_id),
        called=form.get("To", ""),
        status=status,
        at=_moment(raw, form),
        sequence=_whole(form.get("SequenceNumber", ""), -1),
        duration_seconds=_whole(form.get("CallDuration", ""), None),
    )


def _placed(raw: RawInput, form: Mapping[str, str], change: CallChange) -> CallChange:
    """Say which conversation's call this is, and which try: our own address of it came back signed."""
    ours = hooks.stored_query(raw, "interaction", "attempt")
    callee = phone.sender(hooks.need(form, "To"))
    interaction_id, attempt = _id(ours.get("interaction", "")), _whole(ours.get("attempt", ""), 0)
    return replace(change, caller=callee, called=form.get("From", ""), interaction_id=interaction_id, attempt=attempt)


def _callback_asked(raw: RawInput, form: Mapping[str, str]) -> CallbackAsked:
    call_id = hooks.need(form, "CallSid")
    number = callable_number(hooks.stored_query(raw, "to").get("to", ""))
    if number is None:
        raise Invalid("This is no number to call.")
    return CallbackAsked(
        call_id, phone.caller(form.get("From", ""), call_id), form.get("To", ""), number, _moment(raw, form)
    )


_LEGS: Mapping[str, Literal["answered", "missed", "left"]] = {
    "in-progress": "answered",
    "completed": "left",
    **dict.fromkeys(("busy", "no-answer", "failed", "canceled"), "missed"),
}


def _agent_change(raw: RawInput, form: Mapping[str, str], number: str) -> Reading:
    """Say what the agent's phone means for the caller: joined when it answers, waiting again when it does not."""
    ours, state = hooks.stored_query(raw, "call", "caller", "interaction", "agent"), form.get("CallStatus", "")
    if "interaction" in ours:
        leg = _LEGS.get(state)
        return AgentLeg(_id(ours["interaction"]), _id(ours.get("agent", "")), leg) if leg else Ignored(state)
    if state == "in-progress":
        status: CallStatus = "joined"
    elif state in ("busy", "no-answer", "failed", "canceled"):
        status = "waiting"
    else:
        # The agent hung up: the conference ends, and the caller's own call tells of it.
        return Ignored(f"the agent's phone: {state}")
    call_id = hooks.need(ours, "call")
    return CallChange(call_id, phone.caller(ours.get("caller", ""), call_id), number, status, _moment(raw, form))


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid("This is no address of ours.") from error


def _moment(raw: RawInput, form: Mapping[str, str]) -> datetime:
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


def _whole(text: str, default: Any) -> Any:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else default  # noqa: PLR2004 - nine digits fit every column


CHANNEL = TelephoneChannel
