"""The voice side of the carrier, wired together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator import connect, talk
from simulator import verbs as v
from simulator.exchange import Exchange
from simulator.ground import Ground
from simulator.leg import Leg, Source
from simulator.lines import Lines
from simulator.recordings import Recordings
from simulator.rooms import Rooms
from simulator.script import Handler, Script, Stage
from simulator.tasks import first_of
from simulator.webhooks import Webhooks

HANDLERS: Mapping[type[Any], Handler] = {
    v.Say: talk.prompt,
    v.Play: talk.prompt,
    v.Pause: talk.prompt,
    v.Gather: talk.gather,
    v.Record: talk.record,
    v.Leave: talk.leave,
    v.Hangup: talk.hang_up,
    v.Reject: talk.reject,
    v.Redirect: talk.redirect,
    v.Message: talk.message,
    v.Dial: connect.dial,
    v.Enqueue: connect.enqueue,
}


class Phones:
    def __init__(self, ground: Ground, webhooks: Webhooks) -> None:
        self.recordings = Recordings(ground, webhooks)
        self.exchange = Exchange(ground, webhooks, self.recordings, self._play)
        self.rooms = Rooms(self.exchange, self.recordings)
        self.lines = Lines(self.exchange)
        self._stage = Stage(self.exchange, self.rooms, self.lines, HANDLERS)

    def announce(self, leg: Leg, source: Source) -> None:
        """Play something to one who is in a conference; whatever they are in goes on."""
        heard = first_of(Script(self._stage, leg).play(source), leg.ended.wait())
        self.exchange.ground.tasks.start(heard, f"announcement to {leg.sid}")

    async def _play(self, leg: Leg, source: Source) -> None:
        await Script(self._stage, leg).run(source)
