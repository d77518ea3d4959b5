"""Telephone calls by Twilio.

At Twilio, set three addresses of the number (all POST):

- "A call comes in": `<public url>/hooks/<account id>/call`
- "Call status changes": `<public url>/hooks/<account id>/call/status`; without it nobody tells us that a call ended
- "Primary handler fails": nothing of ours; a recorded announcement serves well there

A caller waits in Twilio's queue with the words of `call/wait`. `join` moves the caller into a conference of their own
and calls the agent's browser phone into it; whoever of the two hangs up ends it for both.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, TypeAlias
from uuid import UUID

from pydantic import Field, SecretStr
from typing_extensions import override

from channels.base import (
    Account,
    AccountSettings,
    CallStatus,
    ChannelContext,
    IdentityKind,
    Outgoing,
    RawInput,
    Reading,
    Receipt,
    WebhookAnswer,
    WebhookRequest,
)
from channels.calls import Guest, PhoneKey, PhoneKind, VoiceChannel
from channels.pricing import Price, Pricing
from channels.twilio_api import announcing, catchup, flowing, heard, hooks, outgoing, rooms, twiml
from channels.twilio_api.client import TwilioClients
from channels.twilio_api.errors import CallOver, Missing
from channels.twilio_api.originating import Originating
from channels.twilio_api.settings import TwilioSettings, caller_id
from channels.twilio_api.softphone import phone_token
from channels.twilio_api.waiting import Voice, typed
from core.errors import Invalid, NotFound
from core.telephone import callable_number

_AGENT_EVENTS = ("answered", "completed")
_CALL_EVENTS = ("initiated", "ringing", "answered", "completed")


Announcement = Annotated[str, Field(pattern=r"^(https?://\S{1,490})?$")]


class NotJoined(Invalid):
    """The caller and the agent are not in one call."""


class VoiceSettings(TwilioSettings):
    """A number that is called, and what callers hear while they wait."""

    greeting: str = Field("Please hold the line. You will be connected shortly.", description="Said while waiting.")
    language: str = Field("en-US", pattern=r"^[A-Za-z0-9-]{2,20}$", description="The language of what is said.")
    announce_seconds: int = Field(20, ge=5, le=300, description="Seconds between announcements to who waits.")
    music_url: str = Field("", pattern=r"^(https?://\S{1,490})?$", description="Music for who waits; empty is silence.")
    caller_ids: dict[str, str] = Field(
        default={},
        max_length=50,
        description="Which number of ours those see whom we call: country code, such as +98, to number.",
    )
    is_recorded: bool = Field(default=False, description="Whether calls are recorded; the greeting should say so.")
    announces_recording: bool = Field(
        default=False, description="Whether customers hear that a call is recorded before it is; else it is not."
    )
    announcement_en: Announcement = Field("", description="Address of a recording that says so; empty: a voice does.")
    announcement_ar: Announcement = Field("", description="The same in Arabic.")
    announcement_fa: Announcement = Field("", description="The same in Persian.")
    api_key_sid: str = Field(
        "", pattern=r"^(SK[0-9a-fA-F]{32})?$", description="For browser phones: SID of an API key."
    )
    api_key_secret: SecretStr = Field(SecretStr(""), description="For browser phones: the secret of that key.")
    twiml_app_sid: str = Field("", pattern=r"^(AP[0-9a-fA-F]{32})?$", description="For browser phones: a TwiML app.")


VoiceAccount: TypeAlias = Account[VoiceSettings]


class TelephoneChannel(Originating, VoiceChannel, Pricing):
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

    @override
    async def listen(self, account: VoiceAccount) -> None:
        client = self._clients.of(account.settings)
        await catchup.follow(self.context, account, client, catchup.calls, catchup.name_call)

    @override
    async def prices(self, account: VoiceAccount, since: datetime) -> list[Price]:
        return await catchup.call_prices(self._clients.of(account.settings), account.settings.number, since)

    async def accept(self, account: VoiceAccount, request: WebhookRequest) -> WebhookAnswer:
        path = request.path.strip("/")
        if path == "call":
            played = await flowing.begin(self.context, account, request)
            if played is not None:
                return played
            sid = hooks.form_of(account.settings, request, "CallSid", "From")["CallSid"]
            return self._taken(request, f"call:{sid}", "call", flowing.enqueued(self.context, account.id))
        if path == "call/flow":
            return await flowing.hear(self.context, account, request)
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
            if form["QueueResult"] == "leave":
                document = self._voice(account, request).voicemail()
                return self._taken(request, f"call:{form['CallSid']}:message", "call.message", document)
            if form["QueueResult"] != "hangup":
                return hooks.answer(twiml.response())
            return self._taken(request, f"call:{form['CallSid']}:left", "call.left")
        if path in ("call/agent", "call/out", "call/party"):
            form = hooks.form_of(account.settings, request, "CallSid", "CallStatus")
            mark = path.removeprefix("call/")
            return self._taken(request, f"{mark}:{form['CallSid']}:{form['CallStatus']}", f"call.{mark}")
        return self._recorded(account, request, path)

    def _recorded(self, account: VoiceAccount, request: WebhookRequest, path: str) -> WebhookAnswer:
        if path in (announcing.ANNOUNCE, announcing.ANNOUNCED):
            return announcing.accept(self.context, account, request, path)
        if path == "call/recording":
            form = hooks.form_of(account.settings, request, "RecordingSid", "RecordingStatus")
            mark = f"recording:{form['RecordingSid']}:{form['RecordingStatus']}"
            return self._taken(request, mark, "call.recording")
        if path == "call/voicemail":
            hooks.form_of(account.settings, request, "CallSid")
            return hooks.answer(self._voice(account, request).voicemail_thanks())
        return self._pressed(account, request, path)

    async def _wait(self, account: VoiceAccount, request: WebhookRequest) -> WebhookAnswer:
        """Tell who waits where they stand; the minutes that were said before do not grow."""
        form = hooks.form_of(account.settings, request, "CallSid")
        query = hooks.query_of(request, "said", "again")
        said = heard.whole(query.get("said", ""), None)
        wait = await self.context.line.of_call(account.id, form["CallSid"])
        if wait.leaves_message:
            return hooks.answer(twiml.response(twiml.verb("Leave")))
        if said is not None and wait.minutes is not None:
            wait = replace(wait, minutes=min(said, wait.minutes))
        return hooks.answer(self._voice(account, request).waiting(wait, said, is_first="again" not in query))

    def _pressed(self, account: VoiceAccount, request: WebhookRequest, path: str) -> WebhookAnswer:
        """Follow the keys of a caller who wants to be called back; the last is kept before it is thanked for."""
        if path not in ("call/keys", "call/confirm", "call/number"):
            raise NotFound
        form = hooks.form_of(account.settings, request, "CallSid", "Digits")
        voice, digits = self._voice(account, request), form["Digits"]
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

    def _voice(self, account: VoiceAccount, request: WebhookRequest) -> Voice:
        return flowing.voice(self.context, account, hooks.query_of(request, "lang").get("lang", ""))

    async def read(self, account: VoiceAccount, raw: RawInput) -> list[Reading]:
        if raw.kind.startswith("dial."):
            return [self.read_dialled(raw, heard.moment(raw, hooks.stored_form(raw)))]
        if raw.kind == "call.announced":
            return [announcing.read(raw)]
        return [heard.read(raw, account.settings.number)]

    @override
    async def send(self, account: VoiceAccount, outgoing: Outgoing) -> Receipt:
        raise Invalid("Words cannot be sent into a telephone call.")

    async def join(
        self, account: VoiceAccount, call_id: str, interaction_id: UUID, agent_id: UUID, phone: str = ""
    ) -> None:
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
        label = self.agent_label(agent_id)
        if all(one.label != label for one in present):
            ours = {"call": call_id, "caller": _caller(call), "interaction": str(interaction_id)}
            await self._ring(account, interaction_id, agent_id, phone, ours)

    @override
    def phone_key(self, account: VoiceAccount, agent_id: UUID) -> PhoneKey | None:
        """Return the key by which the agent's browser phone is the client that `join` calls."""
        known, secret = account.settings, account.settings.api_key_secret.get_secret_value()
        if not (known.api_key_sid and secret and known.twiml_app_sid):
            return None
        identity = self.agent_label(agent_id)
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
        agent = await self._participant(account, interaction_id, self.agent_label(agent_id))
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

    async def ring_agent(self, account: VoiceAccount, interaction_id: UUID, agent_id: UUID, phone: str = "") -> None:
        client, label = self._clients.of(account.settings), self.agent_label(agent_id)
        if all(one.label != label for one in await outgoing.participants(client, _room(interaction_id))):
            await self._ring(account, interaction_id, agent_id, phone, {"interaction": str(interaction_id)})

    async def _ring(
        self, account: VoiceAccount, interaction_id: UUID, agent_id: UUID, phone: str, ours: dict[str, str]
    ) -> None:
        """Call an agent's phone in. Who hangs up a telephone means it; a browser that is gone may come back."""
        label = self.agent_label(agent_id)
        callback = hooks.url_of(self.context, account.id, "call/agent", **ours, agent=str(agent_id))
        client, to = self._clients.of(account.settings), phone or f"client:{label}"
        number = account.settings.number
        ends = bool(phone)
        await outgoing.invite(
            client, _room(interaction_id), number, to, label, callback, _AGENT_EVENTS, end_conference_on_exit=ends
        )

    async def dial(self, account: VoiceAccount, interaction_id: UUID, number: str, attempt: int) -> str:
        client, label = self._clients.of(account.settings), f"customer-{attempt}"
        asked = {"interaction": str(interaction_id), "attempt": str(attempt)}
        callback = hooks.url_of(self.context, account.id, "call/out", **asked)
        ours = caller_id(account.settings.number, account.settings.caller_ids, number)
        return await outgoing.invite(client, _room(interaction_id), ours, number, label, callback, _CALL_EVENTS)

    @override
    async def find_dialled(
        self, account: VoiceAccount, interaction_id: UUID, number: str, since: datetime
    ) -> str | None:
        ours = caller_id(account.settings.number, account.settings.caller_ids, number)
        return await outgoing.find(self._clients.of(account.settings), ours, number, since)

    async def status_of(self, account: VoiceAccount, call_id: str) -> CallStatus:
        call = await self._clients.of(account.settings).calls(call_id).fetch_async()
        return heard.PLACED.get(str(call.status), "ringing")

    async def end_room(self, account: VoiceAccount, interaction_id: UUID) -> None:
        await outgoing.end(self._clients.of(account.settings), _room(interaction_id))

    # --- further people in a call, and its recording

    @override
    async def call_in(self, account: VoiceAccount, interaction_id: UUID, guest: Guest) -> None:
        ours = {"interaction": str(interaction_id), "label": guest.label}
        callback = hooks.url_of(self.context, account.id, "call/party", **ours)
        known = account.settings
        number = caller_id(known.number, known.caller_ids, guest.address)
        await rooms.call_in(
            self._clients.of(known), _room(interaction_id), number, guest, callback, self._beside(guest)
        )

    @override
    async def change_guest(self, account: VoiceAccount, interaction_id: UUID, guest: Guest, *, is_heard: bool) -> None:
        client, beside = self._clients.of(account.settings), self._beside(guest)
        await rooms.change(client, _room(interaction_id), guest, beside, is_heard=is_heard)

    @override
    async def send_out(self, account: VoiceAccount, interaction_id: UUID, label: str) -> None:
        await rooms.send_out(self._clients.of(account.settings), _room(interaction_id), label)

    @override
    async def bind(self, account: VoiceAccount, interaction_id: UUID, label: str, *, ends: bool) -> None:
        await rooms.bind(self._clients.of(account.settings), _room(interaction_id), label, ends=ends)

    @override
    async def is_in(self, account: VoiceAccount, interaction_id: UUID, label: str) -> bool:
        present = await outgoing.participants(self._clients.of(account.settings), _room(interaction_id))
        return any(one.label == label and one.status == "connected" for one in present)

    @override
    async def record(
        self, account: VoiceAccount, interaction_id: UUID, call_id: str, wanted: Literal["on", "paused", "off"]
    ) -> bool:
        callback = hooks.url_of(self.context, account.id, "call/recording", interaction=str(interaction_id))
        return await rooms.record(self._clients.of(account.settings), call_id, callback, wanted)

    @override
    async def announce(self, account: VoiceAccount, interaction_id: UUID, call_id: str, language: str) -> None:
        url = announcing.url_of(self.context, account.id, interaction_id, call_id, language)
        await announcing.announce(self._clients.of(account.settings), _room(interaction_id), call_id, url)

    @override
    async def fetch_recording(self, account: VoiceAccount, recording_id: str) -> bytes:
        return await rooms.sound(self._clients.of(account.settings), account.settings.account_sid, recording_id)

    @override
    async def delete_recording(self, account: VoiceAccount, recording_id: str) -> None:
        await rooms.delete(self._clients.of(account.settings), recording_id)

    def _beside(self, guest: Guest) -> str:
        return self.agent_label(guest.beside) if guest.beside else ""

    def _taken(self, request: WebhookRequest, external_id: str, kind: str, document: str = "") -> WebhookAnswer:
        raw = hooks.raw_of(self.context, request, external_id, kind)
        return hooks.answer(document or twiml.response(), raw)


def _room(interaction_id: UUID) -> str:
    return f"interaction-{interaction_id}"


def _conference(room: str) -> str:
    """The caller hears music until the agent starts the conference, and takes it along when they hang up."""
    conference = twiml.verb("Conference", room, startConferenceOnEnter="false", endConferenceOnExit="true")
    return twiml.response(twiml.verb("Dial", "", conference))


def _caller(call: Any) -> str:
    return str(call._from)  # noqa: SLF001 - that is how the library spells this field


CHANNEL = TelephoneChannel
