"""The interpreter: a flow, where a call is in it and what happened; out come what the caller hears and the next place.

Pure. What only others know (hours, customers, requests) is asked of the caller of `walk` and handed in as an answer.
Every walk ends, asks or waits: a call takes at most `MOST_TAKEN` steps, and whoever is lost is put through to people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from pydantic import Field

from access.model import Locale
from channels.flows import Dial, Gather, HangUp, Say, TakeMessage, Verb
from channels.flows import Wait as WaitInQueue
from core.values import Value
from flows.model import Flow, Step
from flows.words import WORDS, Phrase

MOST_TAKEN = 150
_MOST_TURNS = 80
_KEY = "1"
_NO = "2"
_HIDDEN = "•"

End = Literal["queue", "voicemail", "callback", "hang_up", "lost"]


class Place(Value):
    """Where a call is in its flow. `typed` waits to be confirmed; `collected` was; `tries` are those of this step."""

    step: str
    language: Locale
    phase: Literal["", "asked", "confirm"] = ""
    tries: int = 0
    taken: int = 0
    turns: int = 0
    typed: str = ""
    caller: str = ""
    collected: dict[str, str] = Field({})


@dataclass(frozen=True, slots=True)
class Question:
    """What only others know: whether it is open, who calls, how a request stands."""

    kind: Literal["hours", "customer", "request"]
    calendar_id: UUID | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """The call comes to a step."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What was typed; nothing in time is no keys."""

    keys: str = ""


@dataclass(frozen=True, slots=True)
class Dialled:
    """A call that was put through is over."""

    is_connected: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question: the exit to take, and what is said of it."""

    exit: str
    said: str = ""


Happened = Entered | Keys | Dialled | Answer


@dataclass(frozen=True, slots=True)
class Walk:
    """How far a call came: it waits for the caller, or `asks` something, or ended at a step.

    `path` is what it left: steps, exits, and what was typed there.
    """

    place: Place
    verbs: tuple[Verb, ...] = ()
    path: tuple[tuple[str, str, str], ...] = ()
    asks: Question | None = None
    end: End | None = None


@dataclass(frozen=True, slots=True)
class _Left:
    """A step is left by an exit, saying something on the way."""

    exit: str
    said: tuple[Say, ...] = ()
    language: Locale | None = None
    collected: Mapping[str, str] | None = None
    typed: str = ""


@dataclass(frozen=True, slots=True)
class _Stays:
    """The caller is waited for."""

    verb: Gather | Dial
    phase: Literal["", "asked", "confirm"] = "asked"
    tries: int = 0
    typed: str = ""


@dataclass(frozen=True, slots=True)
class _Ended:
    end: End
    verbs: tuple[Verb, ...]


_Move = _Left | _Stays | _Ended | Question


def begin(flow: Flow, caller: str) -> Walk:
    """Return how a call begins."""
    return walk(flow, Walk(Place(step=flow.first, language=flow.languages[0], caller=caller)), Entered())


def walk(flow: Flow, before: Walk, happened: Happened) -> Walk:
    """Go on from where the call is until it waits, ends or must ask; what was said before an answer stays said."""
    now = before
    while True:
        place, step = now.place, flow.by_id.get(now.place.step)
        if step is None or place.taken >= MOST_TAKEN or place.turns >= _MOST_TURNS:
            return replace(now, end="lost", verbs=(*now.verbs, WaitInQueue()), asks=None)
        move = _MOVES[step.kind](_Scene(flow, step, place), happened)
        match move:
            case Question():
                return replace(now, asks=move, place=place.model_copy(update={"typed": move.code}))
            case _Ended():
                verbs = (*now.verbs, *move.verbs)
                return replace(now, verbs=verbs, end=move.end, path=(*now.path, (step.id, move.end, "")), asks=None)
            case _Stays():
                kept = {"phase": move.phase, "tries": move.tries, "typed": move.typed, "turns": place.turns + 1}
                said = tuple(each for each in now.verbs if isinstance(each, Say))
                return replace(now, verbs=_joined(said, move.verb), place=place.model_copy(update=kept), asks=None)
            case _Left():
                now, happened = _left(now, step, move), Entered()


def _joined(said: tuple[Say, ...], verb: Gather | Dial) -> tuple[Verb, ...]:
    """What was said before a question is said within it: a key cuts it short too."""
    return (replace(verb, said=(*said, *verb.said)),) if isinstance(verb, Gather) else (*said, verb)


def _left(now: Walk, step: Step, move: _Left) -> Walk:
    place = now.place
    changed = {
        "step": step.exits.get(move.exit, ""),
        "language": move.language or place.language,
        "collected": {**place.collected, **(move.collected or {})},
        "taken": place.taken + 1,
        "phase": "",
        "tries": 0,
        "typed": "",
    }
    place = place.model_copy(update=changed)
    return Walk(place, (*now.verbs, *move.said), (*now.path, (step.id, move.exit, move.typed)))


@dataclass(frozen=True, slots=True)
class _Scene:
    """A call at a step, and what can be said there."""

    flow: Flow
    step: Step
    place: Place

    def prompt(self) -> tuple[Say, ...]:
        language = self.place.language
        if not self.step.prompt.speaks(language):
            return ()
        return (Say(self.step.prompt.words.get(language, ""), language, self.step.prompt.sounds.get(language, "")),)

    def own(self, phrase: Phrase, **values: str) -> Say:
        return Say(WORDS[self.place.language][phrase].format(**values), self.place.language)

    def asked(self, digits: int | None, *said: Say, tries: int = 0) -> _Stays:
        return _Stays(Gather(said, digits, self.step.seconds), tries=tries)

    def again(self, digits: int | None, exit_: str, *said: Say, is_silent: bool = False) -> _Move:
        """Ask once more, or give up by an exit."""
        tries = self.place.tries + 1
        if tries > self.step.repeats:
            return _Left(exit_)
        wrong = () if is_silent else (self.own("wrong"),)
        return self.asked(digits, *wrong, *said, tries=tries)


def _say(scene: _Scene, _happened: Happened) -> _Move:
    return _Left("next", scene.prompt())


def _menu(scene: _Scene, happened: Happened) -> _Move:
    if not isinstance(happened, Keys):
        return scene.asked(1, *scene.prompt())
    if happened.keys in scene.step.exits and happened.keys not in scene.step.must_have():
        kept = {scene.step.key: scene.step.values.get(happened.keys, happened.keys)} if scene.step.key else None
        return _Left(happened.keys, collected=kept)
    silent = not happened.keys
    return scene.again(1, "timeout" if silent else "invalid", *scene.prompt(), is_silent=silent)


def _language(scene: _Scene, happened: Happened) -> _Move:
    """Each language offers itself in its own words, in the order of the flow."""
    languages = scene.flow.languages
    offers = (*scene.prompt(), *(_offer(each, key) for key, each in enumerate(languages, 1)))
    if not isinstance(happened, Keys):
        return scene.asked(1, *offers)
    chosen = {str(key): each for key, each in enumerate(languages, 1)}.get(happened.keys)
    if chosen is not None:
        return _Left("next", language=chosen)
    return scene.again(1, "next", *offers, is_silent=not happened.keys)


def _offer(language: Locale, key: int) -> Say:
    return Say(WORDS[language]["language"].format(key=key), language)


def _hours(scene: _Scene, happened: Happened) -> _Move:
    if isinstance(happened, Answer):
        return _Left(happened.exit)
    return Question("hours", calendar_id=scene.step.calendar_id)


def _customer(scene: _Scene, happened: Happened) -> _Move:
    """Whose tier has no way of its own goes the way of the known."""
    if isinstance(happened, Answer):
        exit_ = happened.exit
        return _Left("known" if exit_.startswith("tier:") and exit_ not in scene.step.exits else exit_)
    return Question("customer")


def _collect(scene: _Scene, happened: Happened) -> _Move:
    step, place = scene.step, scene.place
    if not isinstance(happened, Keys):
        return scene.asked(None, *scene.prompt())
    if place.phase == "confirm":
        if happened.keys == _KEY:
            return _Left("next", collected={step.key: place.typed}, typed=place.typed)
        return scene.again(None, "failed", *scene.prompt(), is_silent=True)
    if not step.least_digits <= len(happened.keys) <= step.most_digits or not happened.keys.isdigit():
        return scene.again(None, "failed", *scene.prompt(), is_silent=not happened.keys)
    if step.is_secret or not step.is_confirmed:
        # What is secret is neither read out nor kept anywhere while the caller thinks about it.
        typed = _HIDDEN * len(happened.keys) if step.is_secret else happened.keys
        return _Left("next", collected={step.key: typed}, typed=typed)
    said = scene.own("confirm", digits=" ".join(happened.keys))
    return replace(scene.asked(1, said, tries=place.tries), phase="confirm", typed=happened.keys)


def _request(scene: _Scene, happened: Happened) -> _Move:
    if isinstance(happened, Answer):
        is_found = happened.exit == "found"
        said = scene.own("request", stage=happened.said) if is_found else scene.own("missing")
        return _Left(happened.exit, (said,), typed=scene.place.typed)
    if not isinstance(happened, Keys):
        return scene.asked(None, *scene.prompt())
    if happened.keys.isdigit():
        return Question("request", code=happened.keys)
    return scene.again(None, "missing", *scene.prompt(), is_silent=not happened.keys)


def _callback(scene: _Scene, happened: Happened) -> _Move:
    """Only a number that is shown can be called back; who hides theirs goes on."""
    number = scene.place.caller
    if not number:
        return _Left("declined")
    offer = (*scene.prompt(), scene.own("callback", digits=" ".join(number.lstrip("+"))))
    if not isinstance(happened, Keys):
        return scene.asked(1, *offer)
    if happened.keys == _KEY:
        return _Ended("callback", (scene.own("thanks"), HangUp()))
    if happened.keys == _NO:
        return _Left("declined")
    return scene.again(1, "declined", *offer, is_silent=not happened.keys)


def _transfer(scene: _Scene, happened: Happened) -> _Move:
    if isinstance(happened, Dialled):
        return _Ended("hang_up", (HangUp(),)) if happened.is_connected else _Left("failed")
    if isinstance(happened, Answer):
        return _Left(happened.exit)
    # What was to be said before is heard before it rings: a dial is no question.
    return _Stays(Dial(scene.step.number))


def _queue(scene: _Scene, _happened: Happened) -> _Move:
    return _Ended("queue", (*scene.prompt(), WaitInQueue()))


def _voicemail(scene: _Scene, _happened: Happened) -> _Move:
    return _Ended("voicemail", (TakeMessage(scene.prompt() or (scene.own("voicemail"),)),))


def _hang_up(scene: _Scene, _happened: Happened) -> _Move:
    return _Ended("hang_up", (*scene.prompt(), HangUp()))


_MOVES: Mapping[str, Callable[[_Scene, Happened], _Move]] = {
    "say": _say,
    "menu": _menu,
    "language": _language,
    "hours": _hours,
    "customer": _customer,
    "collect": _collect,
    "request": _request,
    "callback": _callback,
    "transfer": _transfer,
    "queue": _queue,
    "voicemail": _voicemail,
    "hang_up": _hang_up,
}
