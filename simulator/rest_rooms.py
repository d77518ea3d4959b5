"""Conferences with their participants, and queues with their members."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aiohttp import web

from simulator import verbs as v
from simulator.exchange import Order
from simulator.leg import Fetch, Leg, Ready
from simulator.lines import Member
from simulator.model import TwilioError
from simulator.phones import Phones
from simulator.render import Render
from simulator.rest import API, Form, form, happened, listed, matches
from simulator.rest_calls import callback, machine, recording_order, source
from simulator.rooms import Participant, Room

_ROOM = API + "/Conferences/{room}"
_QUEUE = API + "/Queues/{queue}"


@dataclass(frozen=True, slots=True)
class RoomRoutes:
    phones: Phones
    render: Render

    def table(self) -> Iterator[web.RouteDef]:
        yield web.get(API + "/Conferences.json", self.rooms)
        yield web.get(_ROOM + ".json", self.room)
        yield web.post(_ROOM + ".json", self.change_room)
        yield web.get(_ROOM + "/Participants.json", self.participants)
        yield web.post(_ROOM + "/Participants.json", self.invite)
        yield web.get(_ROOM + "/Participants/{call}.json", self.participant)
        yield web.post(_ROOM + "/Participants/{call}.json", self.change_participant)
        yield web.delete(_ROOM + "/Participants/{call}.json", self.kick)
        yield web.get(API + "/Queues.json", self.queues)
        yield web.post(API + "/Queues.json", self.create_queue)
        yield web.get(_QUEUE + ".json", self.queue)
        yield web.get(_QUEUE + "/Members.json", self.members)
        yield web.get(_QUEUE + "/Members/{call}.json", self.member)
        yield web.post(_QUEUE + "/Members/{call}.json", self.dequeue)

    async def rooms(self, request: web.Request) -> web.Response:
        found = [
            room
            for room in self.phones.rooms.all.newest()
            if matches(request, FriendlyName=room.name, Status=room.status)
            and happened(request, "DateCreated", room.created_at)
        ]
        return listed(request, "conferences", found, self.render.room)

    async def room(self, request: web.Request) -> web.Response:
        return web.json_response(self.render.room(self._room(request)))

    async def change_room(self, request: web.Request) -> web.Response:
        room, fields = self._room(request), await form(request)
        if fields.has("Status"):
            self.phones.rooms.end(room)
        return web.json_response(self.render.room(room))

    async def participants(self, request: web.Request) -> web.Response:
        live = [one for one in self._room(request).participants.values() if not one.leg.is_over]
        found = [one for one in live if matches(request, Muted=_said(one.muted), Hold=_said(one.hold))]
        return listed(request, "participants", found, self.render.participant)

    async def invite(self, request: web.Request) -> web.Response:
        """Dial somebody into a conference; a name that is not open yet opens one."""
        fields = await form(request)
        name = request.match_info["room"]
        open_room = self.phones.rooms.named(name)
        if open_room is None and name.startswith("CF"):
            raise TwilioError(404, 20404, f"Conference {name} was not found, or is over")
        order = _entrance(open_room.name if open_room else name, fields)
        leg = self._dial(fields, order)
        participant = self.phones.rooms.invite(leg, order)
        return web.json_response(self.render.participant(participant), status=201)

    async def participant(self, request: web.Request) -> web.Response:
        return web.json_response(self.render.participant(self._participant(request)))

    async def change_participant(self, request: web.Request) -> web.Response:
        participant, fields = self._participant(request), await form(request)
        _must_be_known(fields)
        if fields.has("Muted"):
            self.phones.rooms.mute(participant, muted=fields.flag("Muted"))
        if fields.has("Hold"):
            self.phones.rooms.hold(participant, hold=fields.flag("Hold"))
        if fields.has("EndConferenceOnExit"):
            participant.ends_on_exit = fields.flag("EndConferenceOnExit")
        if fields.has("CallSidToCoach") or fields.has("Coaching"):
            coached = fields.word("CallSidToCoach", participant.coaches)
            participant.coaches = coached if fields.flag("Coaching", default=True) else ""
        if fields.has("AnnounceUrl"):
            method = fields.word("AnnounceMethod", "POST").upper()
            about = {"ConferenceSid": str(participant.room.sid)}
            self.phones.announce(participant.leg, Fetch(fields.word("AnnounceUrl"), method, about))
        return web.json_response(self.render.participant(participant))

    async def kick(self, request: web.Request) -> web.Response:
        participant = self._participant(request)
        if participant.is_in:
            self.phones.rooms.leave(participant, "kicked")
        else:
            self.phones.exchange.hang_up(participant.leg)
        return web.Response(status=204)

    async def queues(self, request: web.Request) -> web.Response:
        return listed(request, "queues", self.phones.lines.all.newest(), self.render.line)

    async def create_queue(self, request: web.Request) -> web.Response:
        fields = await form(request)
        line = self.phones.lines.create(fields.word("FriendlyName"), int(fields.number("MaxSize", 100)))
        return web.json_response(self.render.line(line), status=201)

    async def queue(self, request: web.Request) -> web.Response:
        return web.json_response(self.render.line(self.phones.lines.all.need(request.match_info["queue"])))

    async def members(self, request: web.Request) -> web.Response:
        line = self.phones.lines.all.need(request.match_info["queue"])
        return listed(request, "queue_members", line.waiting, lambda one: self.render.member(one, self.phones.lines))

    async def member(self, request: web.Request) -> web.Response:
        return web.json_response(self.render.member(self._member(request), self.phones.lines))

    async def dequeue(self, request: web.Request) -> web.Response:
        """Take a caller out of the queue and play something else to them."""
        member, play = self._member(request), source(await form(request))
        if play is None:
            raise TwilioError(400, 21205, "Url is required")
        shown = self.render.member(member, self.phones.lines)
        self.phones.exchange.redirect(member.leg, play)
        return web.json_response(shown)

    def _dial(self, fields: Form, order: v.Conference) -> Leg:
        return self.phones.exchange.place(
            Order(
                caller=fields.word("From"),
                to=fields.word("To"),
                source=Ready((v.Dial(order),)),
                callback=callback(fields),
                ring_seconds=fields.number("Timeout", 60),
                limit_seconds=fields.number("TimeLimit", 14400),
                machine=machine(fields),
                records=recording_order(fields) if fields.flag("Record") else None,
            ),
        )

    def _room(self, request: web.Request) -> Room:
        name = request.match_info["room"]
        return self.phones.rooms.named(name) or self.phones.rooms.all.need(name)

    def _participant(self, request: web.Request) -> Participant:
        return self._room(request).participant(request.match_info["call"])

    def _member(self, request: web.Request) -> Member:
        line = self.phones.lines.all.need(request.match_info["queue"])
        return self.phones.lines.member(line, request.match_info["call"])


def _entrance(name: str, fields: Form) -> v.Conference:
    return v.Conference(
        name,
        muted=fields.flag("Muted"),
        starts_on_enter=fields.flag("StartConferenceOnEnter", default=True),
        ends_on_exit=fields.flag("EndConferenceOnExit"),
        label=fields.word("Label"),
        coaches=fields.word("CallSidToCoach"),
        records=fields.word("ConferenceRecord") in ("true", "record-from-start"),
        recording=v.RecordingOrder(
            fields.word("ConferenceRecordingStatusCallback"),
            fields.word("ConferenceRecordingStatusCallbackMethod", "POST").upper(),
            fields.events("ConferenceRecordingStatusCallbackEvent", "completed"),
        ),
        status_callback=fields.word("ConferenceStatusCallback"),
        status_method=fields.word("ConferenceStatusCallbackMethod", "POST").upper(),
        status_events=fields.events("ConferenceStatusCallbackEvent", "start end"),
    )


def _must_be_known(fields: Form) -> None:
    """Refuse values that Twilio's page of the participant resource does not have."""
    for name in ("Muted", "Hold", "EndConferenceOnExit", "Coaching"):
        if fields.has(name) and fields.word(name).lower() not in ("true", "false"):
            raise TwilioError(400, 20001, f"{name} must be true or false")
    if fields.has("AnnounceUrl") and not fields.word("AnnounceUrl").startswith(("http://", "https://")):
        raise TwilioError(400, 21205, "AnnounceUrl is not a valid URL")
    if fields.word("HoldMethod", "POST").upper() not in ("GET", "POST"):
        raise TwilioError(400, 20001, "HoldMethod must be GET or POST")
    if fields.has("HoldUrl") and not fields.word("HoldUrl").startswith(("http://", "https://")):
        raise TwilioError(400, 21205, "HoldUrl is not a valid URL")


def _said(flag: object) -> str:
    return str(flag).lower()
