"""Calls and their recordings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aiohttp import web

from simulator.exchange import Machine, Order
from simulator.leg import Fetch, Inline, Leg, Source
from simulator.model import Callback, CallStatus, TwilioError
from simulator.phones import Phones
from simulator.render import Render
from simulator.rest import API, Form, form, happened, listed, matches
from simulator.verbs import RecordingOrder

_ENDS = {"completed": CallStatus.COMPLETED, "canceled": CallStatus.CANCELED}


def callback(fields: Form, default_events: str = "completed") -> Callback:
    events = fields.events("StatusCallbackEvent", default_events)
    return Callback(fields.word("StatusCallback"), fields.word("StatusCallbackMethod", "POST").upper(), events)


def recording_order(fields: Form) -> RecordingOrder:
    return RecordingOrder(
        fields.word("RecordingStatusCallback"),
        fields.word("RecordingStatusCallbackMethod", "POST").upper(),
        fields.events("RecordingStatusCallbackEvent", "completed"),
    )


def machine(fields: Form) -> Machine | None:
    if not fields.word("MachineDetection"):
        return None
    return Machine(fields.flag("AsyncAmd"), fields.word("AsyncAmdStatusCallback"))


def source(fields: Form) -> Source | None:
    """Read what to play; Twilio prefers Url where both are given."""
    if fields.word("Url"):
        return Fetch(fields.word("Url"), fields.word("Method", "POST").upper())
    return Inline(fields.word("Twiml")) if fields.word("Twiml") else None


@dataclass(frozen=True, slots=True)
class CallRoutes:
    phones: Phones
    render: Render

    def table(self) -> Iterator[web.RouteDef]:
        yield web.post(API + "/Calls.json", self.place)
        yield web.get(API + "/Calls.json", self.calls)
        yield web.get(API + "/Calls/{sid}.json", self.call)
        yield web.post(API + "/Calls/{sid}.json", self.change)
        yield web.post(API + "/Calls/{sid}/Recordings.json", self.begin_recording)
        yield web.get(API + "/Calls/{sid}/Recordings.json", self.recordings)
        yield web.post(API + "/Calls/{sid}/Recordings/{recording}.json", self.change_recording)
        yield web.post(API + "/Conferences/{sid}/Recordings/{recording}.json", self.change_recording)
        yield web.get(API + "/Conferences/{sid}/Recordings.json", self.recordings)
        yield web.get(API + "/Recordings.json", self.recordings)
        yield web.get(API + "/Recordings/{recording}.json", self.recording)
        yield web.delete(API + "/Recordings/{recording}.json", self.forget_recording)
        yield web.get(API + "/Recordings/{recording}", self.sound)

    async def place(self, request: web.Request) -> web.Response:
        fields = await form(request)
        play = source(fields)
        if play is None:
            raise TwilioError(400, 21205, "Url or Twiml is required")
        order = Order(
            caller=fields.word("From"),
            to=fields.word("To"),
            source=play,
            callback=callback(fields),
            ring_seconds=fields.number("Timeout", 60),
            limit_seconds=fields.number("TimeLimit", 14400),
            machine=machine(fields),
            records=recording_order(fields) if fields.flag("Record") else None,
        )
        return web.json_response(self.render.call(self.phones.exchange.place(order)), status=201)

    async def calls(self, request: web.Request) -> web.Response:
        found = [leg for leg in self.phones.exchange.legs.newest() if _is_wanted(request, leg)]
        return listed(request, "calls", found, self.render.call)

    async def call(self, request: web.Request) -> web.Response:
        return web.json_response(self.render.call(self._leg(request)))

    async def change(self, request: web.Request) -> web.Response:
        """End a call, or play something else on it; a Status wins over a Url."""
        leg, fields = self._leg(request), await form(request)
        play, status = source(fields), fields.word("Status")
        if status and status not in _ENDS:
            raise TwilioError(400, 20001, f"Status {status!r} is not one of {', '.join(_ENDS)}")
        if status == "canceled" and leg.progress.is_answered:
            raise TwilioError(400, 21220, f"Call {leg.sid} is in progress. Cannot cancel.")
        if status:
            self.phones.exchange.hang_up(leg, _ENDS[status])
        elif play is not None:
            self.phones.exchange.redirect(leg, play)
        return web.json_response(self.render.call(leg))

    async def begin_recording(self, request: web.Request) -> web.Response:
        leg, fields = self._leg(request), await form(request)
        if leg.is_over or not leg.progress.is_answered:
            raise TwilioError(400, 21220, "Only a call in progress can be recorded")
        recording = self.phones.recordings.begin(recording_order(fields), "StartCallRecordingAPI", call_sid=leg.sid)
        return web.json_response(self.render.recording(recording), status=201)

    async def change_recording(self, request: web.Request) -> web.Response:
        status = (await form(request)).word("Status")
        changed = self.phones.recordings.change(self._recording_sid(request), status)
        return web.json_response(self.render.recording(changed))

    async def recordings(self, request: web.Request) -> web.Response:
        owner = request.match_info.get("sid")
        found = [
            one
            for one in self.phones.recordings.all.newest()
            if owner in (None, one.call_sid, one.conference_sid)
            and matches(request, CallSid=one.call_sid, ConferenceSid=one.conference_sid)
            and happened(request, "DateCreated", one.started_at)
        ]
        return listed(request, "recordings", found, self.render.recording)

    async def recording(self, request: web.Request) -> web.Response:
        recording = self.phones.recordings.all.need(request.match_info["recording"])
        return web.json_response(self.render.recording(recording))

    async def forget_recording(self, request: web.Request) -> web.Response:
        sid = self.phones.recordings.all.need(request.match_info["recording"]).sid
        self.phones.recordings.all.drop(sid)
        return web.Response(status=204)

    async def sound(self, request: web.Request) -> web.Response:
        sid = request.match_info["recording"].removesuffix(".wav")
        return web.Response(body=self.phones.recordings.wav(sid), content_type="audio/x-wav")

    def _leg(self, request: web.Request) -> Leg:
        return self.phones.exchange.legs.need(request.match_info["sid"])

    def _recording_sid(self, request: web.Request) -> str:
        """Return the recording's sid; `Twilio.CURRENT` is the live one of this call."""
        wanted, owner = request.match_info["recording"], request.match_info["sid"]
        if wanted != "Twilio.CURRENT":
            return wanted
        for one in self.phones.recordings.all.newest():
            if owner in (one.call_sid, one.conference_sid) and one.is_live:
                return one.sid
        raise TwilioError(404, 20404, f"Nothing is recorded on {owner}")


def _is_wanted(request: web.Request, leg: Leg) -> bool:
    return (
        matches(request, To=leg.to, From=leg.caller, Status=leg.progress.status.value, ParentCallSid=leg.parent)
        and happened(request, "StartTime", leg.progress.started_at)
        and happened(request, "EndTime", leg.progress.ended_at)
    )
