"""Recordings: begun, paused, finished, told, and fetched as silence of the right length."""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from simulator.ground import Ground
from simulator.model import Sid, TwilioError, rfc2822
from simulator.verbs import RecordingOrder
from simulator.webhooks import Hook, Webhooks
from simulator.world import Shelf

_PROCESSING_SECONDS = 1.0
_LONGEST_WAV_SECONDS = 60
_RATE = 8000
STATES = ("in-progress", "paused", "stopped")
"""What may be asked of a recording; the first two are also what a live one can be."""


@dataclass(frozen=True, slots=True)
class Recording:
    """`status` walks in-progress (paused), processing, completed; before `completed` there is nothing to fetch."""

    sid: Sid
    source: str
    order: RecordingOrder
    started_at: datetime
    status: str = "in-progress"
    call_sid: str = ""
    conference_sid: str = ""
    resumed_at: datetime | None = None
    recorded: timedelta = timedelta()

    @property
    def is_live(self) -> bool:
        return self.status in STATES

    def seconds(self, now: datetime) -> float:
        running = now - (self.resumed_at or self.started_at) if self.status == "in-progress" else timedelta()
        return (self.recorded + running).total_seconds()

    def to(self, status: str, now: datetime) -> Recording:
        return replace(self, status=status, recorded=timedelta(seconds=self.seconds(now)), resumed_at=now)


class Recordings:
    def __init__(self, ground: Ground, webhooks: Webhooks) -> None:
        self._ground = ground
        self._webhooks = webhooks
        self.all: Shelf[Recording] = Shelf()

    def begin(self, order: RecordingOrder, source: str, call_sid: str = "", conference_sid: str = "") -> Recording:
        recording = Recording(
            self._ground.new_sid("RE"),
            source,
            order,
            self._ground.clock.now(),
            call_sid=call_sid,
            conference_sid=conference_sid,
        )
        self._keep(recording)
        self._tell(recording)
        return recording

    def change(self, sid: str, status: str) -> Recording:
        """Pause, resume or stop. Raises TwilioError on anything else, and on what is over."""
        recording = self.all.need(sid)
        if status not in STATES:
            raise TwilioError(400, 20001, f"Status {status!r} is not one of {', '.join(STATES)}")
        if not recording.is_live:
            raise TwilioError(400, 21220, "The recording is over")
        return self.finish(sid) if status == "stopped" else self._keep(recording.to(status, self._ground.clock.now()))

    def finish(self, sid: str) -> Recording:
        """Stop; it is processed for a moment, and then it can be fetched. Finishing twice changes nothing."""
        recording = self.all.need(sid)
        if not recording.is_live:
            return recording
        recording = recording.to("processing", self._ground.clock.now())
        self._ground.tasks.start(self._process(recording), f"process {sid}")
        return self._keep(recording)

    def finish_all(self, owner: str) -> None:
        """End what records a call or a conference that is over."""
        for recording in self.all:
            if owner in (recording.call_sid, recording.conference_sid) and recording.is_live:
                self.finish(recording.sid)

    def url(self, sid: str) -> str:
        return self._ground.url + self._ground.api_uri(f"Recordings/{sid}")

    def wav(self, sid: str) -> bytes:
        """Return the sound; 404 until it is processed, as with Twilio."""
        recording = self.all.need(sid)
        if recording.status != "completed":
            raise TwilioError(404, 20404, f"Recording {sid} is not processed yet")
        seconds = min(recording.recorded.total_seconds(), _LONGEST_WAV_SECONDS)
        sound = io.BytesIO()
        with wave.open(sound, "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(_RATE)
            out.writeframes(bytes(2 * round(seconds * _RATE)))
        return sound.getvalue()

    async def _process(self, recording: Recording) -> None:
        await self._ground.clock.sleep(_PROCESSING_SECONDS)
        self._tell(self._keep(replace(recording, status="completed")))

    def _keep(self, recording: Recording) -> Recording:
        self.all.put(recording.sid, recording)
        self._ground.world.touch()
        return recording

    def _tell(self, recording: Recording) -> None:
        if recording.status not in recording.order.events:
            return
        params = {
            "AccountSid": self._ground.settings.account_sid,
            "CallSid": recording.call_sid,
            "ConferenceSid": recording.conference_sid,
            "RecordingSid": recording.sid,
            "RecordingUrl": self.url(recording.sid),
            "RecordingStatus": recording.status,
            "RecordingDuration": str(round(recording.seconds(self._ground.clock.now()))),
            "RecordingChannels": "1",
            "RecordingStartTime": rfc2822(recording.started_at) or "",
            "RecordingSource": recording.source,
        }
        filled = {name: value for name, value in params.items() if value}
        kind = f"recording {recording.status}"
        self._webhooks.tell(recording.sid, Hook(kind, recording.order.url, filled, recording.order.method))
