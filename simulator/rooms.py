"""Conferences: who is in, who is muted or on hold, when they start and what ends them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from simulator import verbs as v
from simulator.exchange import Exchange
from simulator.leg import Leg
from simulator.model import Callback, CallStatus, Sid, TwilioError, rfc2822
from simulator.recordings import Recordings
from simulator.webhooks import Hook
from simulator.world import Shelf

_ENOUGH_TO_START = 2

_CONNECTION = {CallStatus.QUEUED: "queued", CallStatus.RINGING: "ringing", CallStatus.IN_PROGRESS: "connecting"}


@dataclass(eq=False, slots=True)
class Participant:
    leg: Leg
    room: Room
    joined_at: datetime
    label: str = ""
    muted: bool = False
    hold: bool = False
    starts_on_enter: bool = True
    ends_on_exit: bool = False
    coaches: str = ""
    is_in: bool = False
    left: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def status(self) -> str:
        if self.leg.is_over or self.left.is_set():
            return "complete" if self.leg.progress.is_answered else "failed"
        return "connected" if self.is_in else _CONNECTION[self.leg.progress.status]


@dataclass(eq=False, slots=True)
class Room:
    sid: Sid
    name: str
    created_at: datetime
    updated_at: datetime
    callback: Callback = field(default_factory=Callback)
    status: str = "init"
    sequence: int = 0
    reason_ended: str | None = None
    ended_by: str | None = None
    participants: dict[str, Participant] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return self.status == "completed"

    @property
    def present(self) -> list[Participant]:
        return [one for one in self.participants.values() if one.is_in]

    def participant(self, call: str) -> Participant:
        """Find by call or by label."""
        for one in self.participants.values():
            if call in (one.leg.sid, one.label) and not one.left.is_set() and not one.leg.is_over:
                return one
        raise TwilioError(404, 20404, f"{call} is not in conference {self.name}")


class Rooms:
    def __init__(self, exchange: Exchange, recordings: Recordings) -> None:
        self._exchange = exchange
        self._ground = exchange.ground
        self._recordings = recordings
        self.all: Shelf[Room] = Shelf(may_go=lambda room: not room.present)

    def named(self, name: str) -> Room | None:
        """Find a live conference by its sid or its name."""
        return next((room for room in self.all.newest() if name in (room.sid, room.name) and not room.is_over), None)

    def open(self, order: v.Conference) -> Room:
        """Find the live conference of that name, or create it; whoever creates it says who is told."""
        found = self.named(order.name)
        if found is not None:
            return found
        now = self._ground.clock.now()
        callback = Callback(order.status_callback, order.status_method, order.status_events)
        room = Room(self._ground.new_sid("CF"), order.name, now, now, callback)
        self.all.put(room.sid, room)
        return room

    def invite(self, leg: Leg, order: v.Conference) -> Participant:
        """Note a participant whose phone still rings."""
        room = self.open(order)
        participant = Participant(
            leg,
            room,
            self._ground.clock.now(),
            label=order.label,
            muted=order.muted,
            starts_on_enter=order.starts_on_enter,
            ends_on_exit=order.ends_on_exit,
            coaches=order.coaches,
        )
        room.participants[leg.sid] = participant
        return participant

    def enter(self, leg: Leg, order: v.Conference) -> Participant:
        """Walk in; the conference starts with two inside of whom one may start it."""
        room = self.open(order)
        waiting = room.participants.get(leg.sid)
        participant = self.invite(leg, order) if waiting is None or waiting.left.is_set() else waiting
        participant.is_in, participant.joined_at = True, self._ground.clock.now()
        self._exchange.move(leg, f"conference {room.name}")
        self._tell(room, "join", "participant-join", participant)
        starts = any(one.starts_on_enter for one in room.present)
        if room.status == "init" and starts and len(room.present) >= _ENOUGH_TO_START:
            self._start(room, order)
        return participant

    def leave(self, participant: Participant, reason: str = "left") -> None:
        """Walk out (or be `kicked`); leaving twice changes nothing."""
        if participant.left.is_set():
            return
        room, was_in = participant.room, participant.is_in
        participant.is_in = False
        participant.left.set()
        room.participants.pop(participant.leg.sid, None)
        participant.leg.where = ""
        if not was_in:
            return
        self._tell(room, "leave", "participant-leave", participant)
        if participant.ends_on_exit:
            self.end(room, f"participant-with-end-conference-on-exit-{reason}", participant.leg.sid)
        elif not room.present:
            self.end(room, f"last-participant-{reason}", participant.leg.sid)

    def end(self, room: Room, reason: str = "conference-ended-via-api", by: str | None = None) -> None:
        """Send everybody out."""
        if room.is_over:
            return
        room.status, room.reason_ended, room.ended_by = "completed", reason, by
        for participant in list(room.participants.values()):
            self.leave(participant)
        self._recordings.finish_all(room.sid)
        self._tell(room, "end", "conference-end")

    def mute(self, participant: Participant, *, muted: bool) -> None:
        if participant.muted != muted:
            participant.muted = muted
            self._tell(participant.room, "mute", "participant-mute" if muted else "participant-unmute", participant)

    def hold(self, participant: Participant, *, hold: bool) -> None:
        if participant.hold != hold:
            participant.hold = hold
            self._tell(participant.room, "hold", "participant-hold" if hold else "participant-unhold", participant)

    def _start(self, room: Room, order: v.Conference) -> None:
        room.status = "in-progress"
        self._tell(room, "start", "conference-start")
        if order.records:
            self._recordings.begin(order.recording, "Conference", conference_sid=room.sid)

    def _tell(self, room: Room, subscription: str, event: str, participant: Participant | None = None) -> None:
        room.sequence += 1
        room.updated_at = self._ground.clock.now()
        self._ground.world.touch()
        if not room.callback.wants(subscription):
            return
        params = {
            "AccountSid": self._ground.settings.account_sid,
            "ConferenceSid": room.sid,
            "FriendlyName": room.name,
            "StatusCallbackEvent": event,
            "SequenceNumber": str(room.sequence),
            "Timestamp": rfc2822(room.updated_at) or "",
        }
        if participant is not None:
            params |= _about(participant)
        if room.reason_ended is not None and event == "conference-end":
            params["ReasonConferenceEnded"] = room.reason_ended
            params["CallSidEndingConference"] = room.ended_by or ""
        self._exchange.webhooks.tell(room.sid, Hook(event, room.callback.url, params, room.callback.method))


def _about(participant: Participant) -> dict[str, str]:
    about = {
        "CallSid": participant.leg.sid,
        "Muted": str(participant.muted).lower(),
        "Hold": str(participant.hold).lower(),
        "Coaching": str(bool(participant.coaches)).lower(),
        "StartConferenceOnEnter": str(participant.starts_on_enter).lower(),
        "EndConferenceOnExit": str(participant.ends_on_exit).lower(),
    }
    if participant.label:
        about["ParticipantLabel"] = participant.label
    return about
