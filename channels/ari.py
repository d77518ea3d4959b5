"""Telephone calls by an Asterisk of one's own, through its REST interface (ARI).

The dialplan hands calls to `Stasis(<application>)`. A caller waits in a holding bridge with Asterisk's music; `join`
rings the agent's phone, and whoever answers is brought together with the caller in a bridge of the conversation's own.
Asterisk tells what happens on a websocket that `listen` keeps. It speaks no words: what is to be heard is sounds.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

from aiohttp import ClientSession
from typing_extensions import override

from channels.asterisk import client, events, heard, originating, rooms, taping
from channels.asterisk.client import Asterisk
from channels.asterisk.names import Leg
from channels.asterisk.settings import AriSettings
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
    Trial,
)
from channels.calls import Guest, Pressing, VoiceChannel
from channels.originate import AskedCall, CallScript, DialStatus
from core.errors import Invalid, Unavailable

AriAccount: TypeAlias = Account[AriSettings]
_STATES: dict[str, CallStatus] = {"Up": "joined"}


class AriChannel(VoiceChannel, Pressing):
    """Calls in and out. A call takes the whole of an agent."""

    kind: ClassVar[str] = "ari"
    settings_model: ClassVar[type[AccountSettings]] = AriSettings
    identity: ClassVar[IdentityKind] = IdentityKind.PHONE
    units: ClassVar[int] = 100

    def __init__(self, context: ChannelContext) -> None:
        super().__init__(context)
        self._session: ClientSession | None = None

    async def open(self) -> None:
        self._session = client.session()

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _of(self, account: AriAccount) -> Asterisk:
        if self._session is None:
            raise Unavailable("The channel is not open.")
        return Asterisk(self._session, account.settings)

    @override
    async def trial(self, account: AriAccount) -> list[Trial]:
        """Try the sign-in, then the application, which is there once its line of events was opened."""
        ari = self._of(account)
        steps: list[Trial] = []
        for step, look in (("ari.sign_in", self._sign_in), ("ari.application", self._application)):
            try:
                await look(ari)
            except (Unavailable, Invalid) as error:
                return [*steps, Trial(step, str(error.extra.get("fault", "other")), error.detail)]
            steps.append(Trial(step))
        return steps

    @override
    async def check(self, account: AriAccount) -> None:
        ari = self._of(account)
        await self._sign_in(ari)
        await self._application(ari)

    async def _sign_in(self, ari: Asterisk) -> None:
        try:
            found = await ari.get("asterisk", "info")
        except client.Missing as error:
            words = "There is a web server, but no ARI: enable it in ari.conf and http.conf."
            raise Invalid(words, fault="protocol") from error
        if not isinstance(found, dict) or "system" not in found:
            raise Invalid("What answers there is not Asterisk.", fault="protocol")

    async def _application(self, ari: Asterisk) -> None:
        """Ask for it; of one that nobody listens for yet a line of events is opened for a moment, as `listen` will."""
        name = ari.settings.application
        if await ari.find("applications", name) is not None:
            return
        await events.probe(ari)

    @override
    async def listen(self, account: AriAccount) -> None:
        await events.follow(self.context, account, self._of(account))

    @override
    async def read(self, account: AriAccount, raw: RawInput) -> list[Reading]:
        return heard.read(raw, account.settings.number, self.context.settings.default_region)

    @override
    async def send(self, account: AriAccount, outgoing: Outgoing) -> Receipt:
        raise Invalid("Words cannot be sent into a telephone call.")

    # --- callers and agents

    @override
    async def join(
        self, account: AriAccount, call_id: str, interaction_id: UUID, agent_id: UUID, phone: str = ""
    ) -> None:
        """Ring the agent; they are brought together when the phone is answered. Raises CallerGone."""
        ari, label = self._of(account), self.agent_label(agent_id)
        caller = await rooms.must_be_there(ari, call_id)
        await rooms.open_room(ari, interaction_id, call_id)
        if any(leg.label == label for leg, _ in await rooms.legs(ari, interaction_id)):
            return
        shown = str((caller.get("caller") or {}).get("number", ""))
        await self._ring(account, Leg("a", interaction_id, label, call_id), phone or label, shown)

    @override
    async def ring_agent(self, account: AriAccount, interaction_id: UUID, agent_id: UUID, phone: str = "") -> None:
        ari, label = self._of(account), self.agent_label(agent_id)
        if all(leg.label != label for leg, _ in await rooms.legs(ari, interaction_id)):
            await self._ring(account, Leg("a", interaction_id, label), phone or label, account.settings.number)

    async def _ring(self, account: AriAccount, leg: Leg, address: str, shown: str) -> None:
        """Ring an agent's phone; one that cannot be rung is told as one that was not answered."""
        try:
            await rooms.ring(self._of(account), leg.id, address, shown)
        except Invalid:
            now = self.context.clock().isoformat()
            channel = {"id": leg.id, "state": "Down", "creationtime": now}
            event = {"type": "ChannelDestroyed", "timestamp": now, "cause": 0, "channel": channel}
            raw = RawInput(f"not rung:{leg.id}:{now}", heard.EVENT, json.dumps(event).encode())
            await self.context.inbox.deliver(account, [raw])

    @override
    async def mute(self, account: AriAccount, interaction_id: UUID, agent_id: UUID, *, is_muted: bool) -> None:
        await rooms.mute(self._of(account), interaction_id, self.agent_label(agent_id), is_muted=is_muted)

    @override
    async def hold(self, account: AriAccount, interaction_id: UUID, call_id: str, *, is_held: bool) -> None:
        await rooms.hold(self._of(account), account.id, interaction_id, call_id, is_held=is_held)

    @override
    async def press(self, account: AriAccount, interaction_id: UUID, whom: str, keys: str) -> None:
        await rooms.press(self._of(account), interaction_id, whom, keys)

    @override
    async def hang_up(self, account: AriAccount, call_id: str) -> None:
        await rooms.end_call(self._of(account), call_id)

    @override
    async def end_room(self, account: AriAccount, interaction_id: UUID) -> None:
        await rooms.end(self._of(account), interaction_id)

    # --- calls that we place

    @override
    async def dial(self, account: AriAccount, interaction_id: UUID, number: str, attempt: int) -> str:
        """Call a customer under an id of our own, which Asterisk takes once while it lives.

        Nothing is dialled before anybody has listened: what becomes of it would not be heard.
        """
        ari = self._of(account)
        if await ari.find("applications", account.settings.application) is None:
            raise Unavailable("Asterisk knows of nobody who listens to its events, so that no call is placed.")
        call_id = Leg("c", interaction_id, str(attempt)).id
        await rooms.ring(ari, call_id, number, account.settings.number)
        return call_id

    @override
    async def find_dialled(self, account: AriAccount, interaction_id: UUID, number: str, since: datetime) -> str | None:
        """Look for a call that lives; of one that has ended the events told."""
        found = [leg for leg, _ in await rooms.legs(self._of(account), interaction_id) if leg.role == "c"]
        return max(found, key=lambda leg: int(leg.label)).id if found else None

    @override
    async def status_of(self, account: AriAccount, call_id: str) -> CallStatus:
        """Ask how a call stands; of one that is gone and whose end was never told nobody knows more than that."""
        channel = await self._of(account).find("channels", call_id)
        return "failed" if channel is None else _STATES.get(str(channel["state"]), "ringing")

    # --- calls of the dialer

    async def originate(self, account: AriAccount, attempt_id: UUID, number: str, script: CallScript) -> str:
        """Place a call for the dialer. Raises Invalid for what Asterisk cannot do by itself."""
        return await originating.originate(self._of(account), attempt_id, number, script)

    async def find_originated(self, account: AriAccount, asked: AskedCall) -> str | None:
        """Look for a call that lives; of one that has ended the events told."""
        call_id = originating.call_of(asked.attempt_id)
        return None if await self._of(account).find("channels", call_id) is None else call_id

    async def dial_status(self, account: AriAccount, call_id: str) -> DialStatus:
        return await originating.status(self._of(account), call_id)

    # --- further people, and recordings

    @override
    async def call_in(self, account: AriAccount, interaction_id: UUID, guest: Guest) -> None:
        await rooms.call_in(self._of(account), interaction_id, guest)

    @override
    async def change_guest(self, account: AriAccount, interaction_id: UUID, guest: Guest, *, is_heard: bool) -> None:
        beside = self.agent_label(guest.beside) if guest.beside else ""
        await rooms.change(self._of(account), interaction_id, guest, beside, is_heard=is_heard)

    @override
    async def send_out(self, account: AriAccount, interaction_id: UUID, label: str) -> None:
        await rooms.send_out(self._of(account), interaction_id, label)

    @override
    async def bind(self, account: AriAccount, interaction_id: UUID, label: str, *, ends: bool) -> None:
        """Nothing has to be said: a call ends when its agent, or the last who speaks with the customer, hangs up."""

    @override
    async def is_in(self, account: AriAccount, interaction_id: UUID, label: str) -> bool:
        return await rooms.is_in(self._of(account), interaction_id, label)

    @override
    async def record(
        self, account: AriAccount, interaction_id: UUID, call_id: str, wanted: Literal["on", "paused", "off"]
    ) -> bool:
        stamp = int(self.context.clock().timestamp() * 1000)
        return await taping.record(self._of(account), interaction_id, call_id, wanted, stamp)

    @override
    async def fetch_recording(self, account: AriAccount, recording_id: str) -> bytes:
        return await taping.sound(self._of(account), recording_id)

    @override
    async def delete_recording(self, account: AriAccount, recording_id: str) -> None:
        await taping.forget(self._of(account), recording_id)


CHANNEL = AriChannel
