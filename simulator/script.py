"""The player of TwiML: one document after another on one leg, verb by verb."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any
from urllib.parse import urljoin

from simulator import verbs as v
from simulator.exchange import Exchange
from simulator.leg import Fetch, Inline, Leg, Source
from simulator.lines import Lines
from simulator.model import CallStatus
from simulator.rooms import Rooms
from simulator.tasks import first_of
from simulator.twiml import TwimlError, parse
from simulator.webhooks import Hook

_NO_ANSWER = 11200
_NOT_TWIML = 12100


class End(Enum):
    """Why a document played no further."""

    FINISHED = auto()
    HANG_UP = auto()
    LEAVE = auto()
    REJECTED = auto()
    BUSY = auto()
    BROKEN = auto()


Step = Source | End | None
"""What a verb leads to: another document, an end, or simply the next verb."""

Handler = Callable[["Script", Any], Awaitable[Step]]

_UNANSWERED = {End.BUSY: CallStatus.BUSY, End.REJECTED: CallStatus.NO_ANSWER, End.BROKEN: CallStatus.FAILED}


@dataclass(frozen=True, slots=True)
class Stage:
    """What scripts play with."""

    exchange: Exchange
    rooms: Rooms
    lines: Lines
    handlers: Mapping[type[Any], Handler]


class Script:
    def __init__(self, stage: Stage, leg: Leg, base_url: str = "") -> None:
        self.stage = stage
        self.exchange = stage.exchange
        self.leg = leg
        self.base_url = base_url
        """The document that is played; relative URLs, and actions that name none, refer to it."""

    async def run(self, source: Source) -> None:
        """Play to the end, and hang up: a call without a next verb is over."""
        try:
            end = await self.play(source)
        except Exception:
            # Our own mistake must not leave a caller on the line for ever; the owner of the task reports it.
            self.exchange.hang_up(self.leg, CallStatus.FAILED)
            raise
        self.exchange.hang_up(self.leg, _UNANSWERED.get(end, CallStatus.NO_ANSWER))

    async def play(self, source: Source) -> End:
        """Play document after document, and say why it stopped; the call goes on."""
        step: Source | End = source
        while not isinstance(step, End):
            step = await self._document(step)
        return step

    def beside(self) -> Script:
        """Return another script on the same leg, for what is played while a verb is busy (waiting music)."""
        return Script(self.stage, self.leg, self.base_url)

    def follow(self, action: str, method: str, params: Mapping[str, str]) -> Fetch:
        return Fetch(urljoin(self.base_url, action), method, dict(params))

    def tell(self, kind: str, action: str, method: str, params: Mapping[str, str]) -> None:
        """Call an action whose answer nobody waits for any more, because the caller is gone."""
        self.exchange.tell(self.leg, kind, urljoin(self.base_url, action), method, dict(params))

    async def digit(self, seconds: float) -> str | None:
        """Wait for one key; None when none was pressed in time."""
        return await first_of(self.leg.digits.get(), self.exchange.ground.clock.sleep(seconds))

    async def _document(self, source: Source) -> Source | End:
        verbs = await self._read(source)
        if verbs is None:
            return End.BROKEN
        for verb in verbs:
            if v.answers_the_call(verb):
                self.exchange.answer(self.leg)
            step = await self.stage.handlers[type(verb)](self, verb)
            if step is not None:
                return step
        return End.FINISHED

    async def _read(self, source: Source) -> tuple[v.Verb, ...] | None:
        try:
            if isinstance(source, Fetch):
                return parse(await self._fetch(source))
            return parse(source.twiml) if isinstance(source, Inline) else source.verbs
        except TwimlError as error:
            self.exchange.ground.alert(_NOT_TWIML, str(error))
        except ConnectionError as error:
            self.exchange.ground.alert(_NO_ANSWER, str(error))
        return None

    async def _fetch(self, source: Fetch) -> str:
        if not source.url:
            raise ConnectionError(f"{self.leg.to} has no voice URL")
        self.base_url = source.url
        params = self.exchange.params(self.leg) | source.params
        reply = await self.exchange.webhooks.ask(Hook("twiml", source.url, params, source.method))
        if not reply.is_ok:
            raise ConnectionError(f"{source.url} answered {reply.status} {reply.error}".strip())
        return reply.body
