"""The verbs of TwiML as values, with Twilio's defaults. Seconds everywhere."""

from __future__ import annotations

from dataclasses import dataclass, field

MUSIC_SECONDS = 4.0
"""A file has no length here: every <Play> lasts this long."""
_LETTERS_PER_SECOND = 15
_FOREVER = 1000
"""Twilio plays `loop="0"` at most this often."""


@dataclass(frozen=True, slots=True)
class Say:
    text: str
    loop: int = 1

    @property
    def seconds(self) -> float:
        return max(0.5, len(self.text) / _LETTERS_PER_SECOND) * (self.loop or _FOREVER)


@dataclass(frozen=True, slots=True)
class Play:
    url: str
    digits: str = ""
    loop: int = 1

    @property
    def seconds(self) -> float:
        return len(self.digits) / 2 if self.digits else MUSIC_SECONDS * (self.loop or _FOREVER)


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: float = 1


Prompt = Say | Play | Pause


@dataclass(frozen=True, slots=True)
class RecordingOrder:
    """Where the news of a recording go."""

    url: str = ""
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


@dataclass(frozen=True, slots=True)
class Gather:
    action: str = ""
    method: str = "POST"
    silence_seconds: float = 5
    digits: int | None = None
    finish_on_key: str = "#"
    acts_on_empty: bool = False
    prompts: tuple[Prompt, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    action: str = ""
    method: str = "POST"
    silence_seconds: float = 5
    max_seconds: float = 3600
    finish_on_key: str = "1234567890*#"
    recording: RecordingOrder = field(default_factory=RecordingOrder)


@dataclass(frozen=True, slots=True)
class Target:
    """A number or a client to dial; `url` is played to the callee before the two are joined."""

    name: str
    url: str = ""
    url_method: str = "POST"
    status_callback: str = ""
    status_method: str = "POST"
    status_events: frozenset[str] = frozenset({"completed"})


@dataclass(frozen=True, slots=True)
class Conference:
    name: str
    muted: bool = False
    starts_on_enter: bool = True
    ends_on_exit: bool = False
    label: str = ""
    coaches: str = ""
    records: bool = False
    recording: RecordingOrder = field(default_factory=RecordingOrder)
    status_callback: str = ""
    status_method: str = "POST"
    status_events: frozenset[str] = frozenset({"start", "end"})


@dataclass(frozen=True, slots=True)
class Queue:
    """The front of a queue, to be joined with whoever dials it; `url` is played to the waiting caller first."""

    name: str
    url: str = ""
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Dial:
    target: tuple[Target, ...] | Conference | Queue
    action: str = ""
    method: str = "POST"
    ring_seconds: float = 30
    limit_seconds: float = 14400
    caller_id: str = ""
    answers_on_bridge: bool = False
    records: bool = False
    recording: RecordingOrder = field(default_factory=RecordingOrder)


@dataclass(frozen=True, slots=True)
class Enqueue:
    name: str
    action: str = ""
    method: str = "POST"
    wait_url: str = ""
    wait_method: str = "POST"
    max_size: int = 100


@dataclass(frozen=True, slots=True)
class Leave:
    """Stop waiting in the queue; means something only in the document of a waitUrl."""


@dataclass(frozen=True, slots=True)
class Hangup:
    pass


@dataclass(frozen=True, slots=True)
class Reject:
    is_busy: bool = False


@dataclass(frozen=True, slots=True)
class Redirect:
    url: str
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Message:
    body: str = ""
    media: tuple[str, ...] = ()
    to: str = ""
    sender: str = ""
    status_callback: str = ""


Verb = Say | Play | Pause | Gather | Record | Dial | Enqueue | Leave | Hangup | Reject | Redirect | Message


def answers_the_call(verb: Verb) -> bool:
    """Tell whether an inbound call is picked up by this verb; before it, the caller hears ringing.

    Source: Twilio's pages of <Reject>, <Pause> (as the first verb it keeps ringing) and <Dial answerOnBridge>.
    """
    if isinstance(verb, Dial):
        return not verb.answers_on_bridge
    return not isinstance(verb, Pause | Reject | Redirect | Message | Leave)
