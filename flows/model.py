"""Values of call flows: steps and where each leads, and what is wrong with a flow, named at its step. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any, Literal
from uuid import UUID

import phonenumbers
from pydantic import Field

from access.model import Locale
from channels.dialling import is_emergency
from core.events import Event
from core.ids import BranchId
from core.values import Value

MOST_STEPS = 100
StepId = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")]
Kind = Literal[
    "say",
    "menu",
    "language",
    "hours",
    "customer",
    "collect",
    "request",
    "queue",
    "callback",
    "voicemail",
    "transfer",
    "hang_up",
]
_ID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
Sound = Annotated[str, Field(pattern=rf"^(https?://\S{{1,490}}|sound:{_ID}(:{_ID}:\S{{1,300}})?)$")]
Attribute = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
Level = Annotated[int, Field(ge=1, le=10)]
Words = Annotated[str, Field(max_length=1000)]

# Where the caller is asked: no way around that only passes others can be without end.
ASKS = frozenset({"menu", "language", "collect", "request", "callback", "transfer"})
ENDS = frozenset({"queue", "voicemail", "hang_up"})
_EXITS: Mapping[str, frozenset[str]] = {
    "say": frozenset({"next"}),
    "menu": frozenset({"timeout", "invalid"}),
    "language": frozenset({"next"}),
    "hours": frozenset({"open", "closed"}),
    "customer": frozenset({"known", "unknown"}),
    "collect": frozenset({"next", "failed"}),
    "request": frozenset({"found", "missing"}),
    "callback": frozenset({"declined"}),
    "transfer": frozenset({"failed"}),
    **{kind: frozenset() for kind in ENDS},
}
_SPEAKS = frozenset({"say", "menu", "collect", "request"})
# What says words of its own (digits, stages, languages), or needs a carrier that puts calls through.
_WORDY = frozenset({"language", "request", "callback", "transfer"})
_NEEDS_QUEUE = frozenset({"queue", "voicemail", "callback"})


class Prompt(Value):
    """What is said, by language; a language with a sound is played instead."""

    words: dict[Locale, Words] = Field({}, description="For the carrier's voice.")
    sounds: dict[Locale, Sound] = Field(
        {},
        description="Sounds of the library (`sound:` and its id), or addresses of recordings that the carrier fetches.",
    )

    def speaks(self, language: Locale) -> bool:
        return bool(self.words.get(language, "").strip() or self.sounds.get(language))


class Step(Value):
    """One thing that happens to a caller. `exits` says which step follows on what; its names are the kind's own.

    A menu has its keys beside `timeout` and `invalid`, a customer's tier is `tier:` and its id.
    """

    id: StepId
    kind: Kind
    name: str = Field("", max_length=80)
    prompt: Prompt = Prompt()
    exits: dict[Annotated[str, Field(max_length=60)], StepId] = Field(default={}, max_length=30)
    repeats: int = Field(2, ge=0, le=5, description="How often it is asked again.")
    seconds: int = Field(6, ge=2, le=30, description="How long keys are waited for.")
    calendar_id: UUID | None = None
    queue_id: UUID | None = None
    priority: int = Field(0, ge=0, le=3)
    attributes: dict[Attribute, Annotated[str, Field(max_length=100)]] = Field(
        {}, max_length=10, description="What rules of work see as form.<name>."
    )
    skills: dict[UUID, Level] = Field(
        {}, max_length=10, description="What the agent needs besides what the queue asks."
    )
    key: str = Field("", pattern=r"^([a-z0-9_]{1,40})?$", description="Under which name what was typed is kept.")
    values: dict[Annotated[str, Field(pattern=r"^[0-9*#]$")], Annotated[str, Field(min_length=1, max_length=100)]] = (
        Field({}, description="Of a menu: as what a key is kept; otherwise as itself.")
    )
    is_secret: bool = Field(default=False, description="Whether the digits are dots to everybody, and in what is kept.")
    least_digits: int = Field(1, ge=1, le=20)
    most_digits: int = Field(20, ge=1, le=20)
    is_confirmed: bool = Field(default=True, description="Whether they are read back for a yes.")
    number: str = Field("", max_length=16, description="An outside number, with + and country code.")

    @property
    def asks(self) -> bool:
        return self.kind in ASKS

    def must_have(self) -> frozenset[str]:
        """Return the exits without which a caller could stand nowhere."""
        return _EXITS[self.kind]

    def may_have(self, name: str) -> bool:
        if name in self.must_have():
            return True
        if self.kind == "menu":
            return len(name) == 1 and name in "0123456789*#"
        return self.kind == "customer" and name.startswith("tier:")


class Flow(Value):
    """Steps and the first of them; the first language is spoken until another is chosen."""

    languages: tuple[Locale, ...] = Field(("en",), min_length=1, max_length=3)
    announces_recording: bool = Field(
        default=False, description="Whether its callers hear that a call is recorded before it is; else it is not."
    )
    first: StepId = "start"
    steps: tuple[Step, ...] = Field((), max_length=MOST_STEPS)

    @cached_property
    def by_id(self) -> Mapping[str, Step]:
        return {step.id: step for step in self.steps}


Fault = Literal[
    "empty",
    "twice",
    "exit_missing",
    "exit_unknown",
    "nowhere",
    "unreached",
    "endless",
    "words",
    "choices",
    "queue",
    "calendar",
    "key",
    "card",
    "digits",
    "number",
    "languages",
    "sound",
    "recording",
    "sounds_only",
    "skill",
]


class FlowFault(Value):
    """What is wrong, at which step and exit or language."""

    step: str
    fault: Fault
    at: str = ""


def faults(flow: Flow) -> list[FlowFault]:
    """Return all that keeps a flow from being published: then every path of it ends or waits for the caller."""
    if flow.first not in flow.by_id:
        return [FlowFault(step=flow.first, fault="empty")]
    ids = [step.id for step in flow.steps]
    found = [FlowFault(step=each, fault="twice") for each in sorted({each for each in ids if ids.count(each) > 1})]
    if len(set(flow.languages)) < len(flow.languages):
        found.append(FlowFault(step=flow.first, fault="languages"))
    for step in flow.steps:
        found += _exit_faults(flow, step)
        found += (FlowFault(step=step.id, fault=fault, at=at) for fault, at in _own_faults(flow, step))
    reached = _reached(flow)
    found += (FlowFault(step=step.id, fault="unreached") for step in flow.steps if step.id not in reached)
    found += (FlowFault(step=each, fault="endless") for each in _endless(flow))
    return found


def silent_faults(flow: Flow) -> list[FlowFault]:
    """Return what cannot be heard by a telephone that plays sounds and speaks no words."""
    found: list[FlowFault] = []
    for step in flow.steps:
        if step.kind in _WORDY or (step.kind == "collect" and step.is_confirmed):
            found.append(FlowFault(step=step.id, fault="sounds_only"))
        said = [each for each in flow.languages if step.prompt.speaks(each) or step.kind == "voicemail"]
        found += (
            FlowFault(step=step.id, fault="recording", at=each) for each in said if not step.prompt.sounds.get(each)
        )
    return found


def _exit_faults(flow: Flow, step: Step) -> Iterator[FlowFault]:
    for name in sorted(step.must_have() - step.exits.keys()):
        yield FlowFault(step=step.id, fault="exit_missing", at=name)
    for name, to in step.exits.items():
        if not step.may_have(name):
            yield FlowFault(step=step.id, fault="exit_unknown", at=name)
        elif to not in flow.by_id:
            yield FlowFault(step=step.id, fault="nowhere", at=name)


def _own_faults(flow: Flow, step: Step) -> Iterator[tuple[Fault, str]]:
    if step.kind in _SPEAKS:
        yield from (("words", language) for language in flow.languages if not step.prompt.speaks(language))
    if step.kind == "menu":
        if not step.exits.keys() - step.must_have():
            yield "choices", ""
        yield from _key_faults(step)
    if step.kind in _NEEDS_QUEUE and step.queue_id is None:
        yield "queue", ""
    if step.kind == "hours" and step.calendar_id is None:
        yield "calendar", ""
    if step.kind == "transfer" and not is_number(step.number):
        yield "number", ""
    if step.kind == "collect":
        yield from _collect_faults(step)


def _collect_faults(step: Step) -> Iterator[tuple[Fault, str]]:
    if not step.key:
        yield "key", ""
    if step.least_digits > step.most_digits:
        yield "digits", ""
    yield from _key_faults(step)


def _key_faults(step: Step) -> Iterator[tuple[Fault, str]]:
    if {"card", "cvv", "cvc", "pan", "pin"} & set(step.key.split("_")):
        yield "card", ""


def is_number(number: str) -> bool:
    """Tell whether a number can be put through to at all; what the account allows is asked at the call."""
    if not number.startswith("+") or is_emergency(number):
        return False
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return False


def _reached(flow: Flow) -> set[str]:
    found: set[str] = set()
    ahead = [flow.first]
    while ahead:
        step = flow.by_id.get(ahead.pop())
        if step is not None and step.id not in found:
            found.add(step.id)
            ahead += step.exits.values()
    return found


def _endless(flow: Flow) -> list[str]:
    """Return the steps from which a caller can go round without being asked anything."""
    silent = {step.id: set(step.exits.values()) for step in flow.steps if not step.asks}
    while True:
        # Whoever leads only to what is no silent step any more ends or asks.
        done = {each for each, to in silent.items() if not to & silent.keys()}
        if not done:
            return sorted(silent)
        silent = {each: to for each, to in silent.items() if each not in done}


class FlowView(Value):
    """A flow with its draft. `published` is the number of the version that new calls begin with."""

    id: UUID
    name: str
    branch_id: BranchId | None
    draft: Flow
    published: int | None
    account_ids: list[UUID]
    problems: list[FlowFault]
    version: int


class NewFlow(Value):
    name: Annotated[str, Field(min_length=1, max_length=100)]
    branch_id: BranchId | None = None
    draft: Flow = Flow()


class FlowChange(NewFlow):
    """`account_ids` are the telephone numbers that the flow answers; one that another flow had is this one's then."""

    account_ids: list[UUID] = Field([], max_length=50)
    version: int = Field(ge=1, description="The one that was read.")


class Publish(Value):
    """Publish the draft, or an earlier version again (`number`)."""

    number: int | None = Field(None, ge=1)
    version: int = Field(ge=1, description="The one that was read.")


class Edition(Value):
    """A published version."""

    number: int
    flow: Flow
    published_at: datetime
    published_by: str
    calls: int


class StepFigure(Value):
    """How often a step was left by an exit; `hung_up` is leaving the call there."""

    step: str
    exit: str
    calls: int


class Passed(Value):
    """A step that a call went through. `typed` are the digits; those of a secret step are dots."""

    step: str
    kind: str
    name: str
    exit: str
    typed: str
    at: datetime


class CallPath(Value):
    """What a machine did with a call before people had it; empty for a call without a flow.

    `ended` says how it left the flow, `hung_up` at the step `where` the caller was then; none while it goes on.
    """

    items: list[Passed]
    flow: str = ""
    began_at: datetime | None = None
    ended: Literal["queue", "voicemail", "callback", "hang_up", "lost", "hung_up"] | None = None
    where: str = ""


class FlowSaved(Event, kind="call_flow.saved"):
    flow_id: UUID
    name: str
    published: int | None = None

    def subject(self) -> str:
        return f"call_flow:{self.flow_id}"


def changed_fields(change: NewFlow) -> dict[str, Any]:
    return {"name": change.name, "branch_id": change.branch_id, "draft": change.draft.model_dump(mode="json")}
