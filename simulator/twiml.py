"""TwiML, read into verbs: pure, and stricter than Twilio, which only warns about what it does not know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from simulator import verbs as v


class TwimlError(ValueError):
    """The document cannot be played; Twilio logs 12100 or 12200 and ends the call."""


@dataclass(slots=True)
class _Element:
    tag: str
    attributes: dict[str, str]
    children: list[_Element] = field(default_factory=list)
    text: str = ""

    def word(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default).strip()

    def method(self, name: str = "method") -> str:
        return self.word(name, "POST").upper()

    def number(self, name: str, default: float) -> float:
        try:
            return float(self.attributes.get(name, default))
        except ValueError:
            raise TwimlError(f"<{self.tag} {name}> is not a number: {self.attributes[name]!r}") from None

    def flag(self, name: str, *, default: bool = False) -> bool:
        return self.attributes.get(name, str(default)).strip().lower() == "true"

    def events(self, name: str, default: str) -> frozenset[str]:
        return frozenset(self.word(name, default).split())


def parse(document: str | bytes) -> tuple[v.Verb, ...]:
    """Read a whole <Response>. Raises TwimlError."""
    root = _tree(document)
    if root.tag != "Response":
        raise TwimlError(f"the root of TwiML is <Response>, not <{root.tag}>")
    return tuple(_verb(child) for child in root.children)


def _tree(document: str | bytes) -> _Element:
    top = _Element("", {})
    path = [top]
    reader = expat.ParserCreate()

    def opened(tag: str, attributes: dict[str, str]) -> None:
        element = _Element(tag, attributes)
        path[-1].children.append(element)
        path.append(element)

    def closed(_tag: str) -> None:
        path.pop()

    def wrote(text: str) -> None:
        path[-1].text += text

    def declared(*_args: object) -> None:
        # Entities are how small XML becomes large; TwiML needs none.
        raise TwimlError("TwiML has no document type")

    reader.StartElementHandler, reader.EndElementHandler = opened, closed
    reader.CharacterDataHandler, reader.StartDoctypeDeclHandler = wrote, declared
    try:
        reader.Parse(document, True)  # noqa: FBT003 - expat takes `isfinal` by position only
    except (expat.ExpatError, ValueError) as error:
        raise TwimlError(f"not XML: {error}") from error
    return top.children[0]


def _verb(element: _Element) -> v.Verb:
    read = _READERS.get(element.tag)
    if read is None:
        raise TwimlError(f"<{element.tag}> is not a verb that this carrier knows")
    return read(element)


def _children(element: _Element, *allowed: str) -> list[_Element]:
    for child in element.children:
        if child.tag not in allowed:
            raise TwimlError(f"<{child.tag}> does not belong into <{element.tag}>")
    return element.children


def _url(element: _Element) -> str:
    url = element.text.strip()
    if not url:
        raise TwimlError(f"<{element.tag}> needs a URL")
    return url


def _say(element: _Element) -> v.Say:
    # <Say> may hold SSML; the words are what matters to somebody who reads what a caller hears.
    inner = "".join(child.text for child in element.children)
    return v.Say(" ".join(f"{element.text} {inner}".split()), loop=int(element.number("loop", 1)))


def _play(element: _Element) -> v.Play:
    digits = element.word("digits")
    return v.Play("" if digits else _url(element), digits=digits, loop=int(element.number("loop", 1)))


def _pause(element: _Element) -> v.Pause:
    return v.Pause(element.number("length", 1))


def _prompt(element: _Element) -> v.Prompt:
    if element.tag == "Say":
        return _say(element)
    return _play(element) if element.tag == "Play" else _pause(element)


def _gather(element: _Element) -> v.Gather:
    return v.Gather(
        action=element.word("action"),
        method=element.method(),
        silence_seconds=element.number("timeout", 5),
        digits=int(element.number("numDigits", 0)) or None,
        finish_on_key=element.attributes.get("finishOnKey", "#"),
        acts_on_empty=element.flag("actionOnEmptyResult"),
        prompts=tuple(_prompt(child) for child in _children(element, "Say", "Play", "Pause")),
    )


def _recording(element: _Element) -> v.RecordingOrder:
    return v.RecordingOrder(
        url=element.word("recordingStatusCallback"),
        method=element.method("recordingStatusCallbackMethod"),
        events=element.events("recordingStatusCallbackEvent", "completed"),
    )


def _record(element: _Element) -> v.Record:
    return v.Record(
        action=element.word("action"),
        method=element.method(),
        silence_seconds=element.number("timeout", 5),
        max_seconds=element.number("maxLength", 3600),
        finish_on_key=element.attributes.get("finishOnKey", "1234567890*#"),
        recording=_recording(element),
    )


def _target(element: _Element) -> v.Target:
    name = element.text.strip() or "".join(c.text.strip() for c in element.children if c.tag == "Identity")
    if not name:
        raise TwimlError(f"<{element.tag}> in <Dial> is empty")
    if element.tag == "Client":
        name = f"client:{name.removeprefix('client:')}"
    return v.Target(
        name,
        url=element.word("url"),
        url_method=element.method(),
        status_callback=element.word("statusCallback"),
        status_method=element.method("statusCallbackMethod"),
        status_events=element.events("statusCallbackEvent", "completed"),
    )


def _conference(element: _Element) -> v.Conference:
    name = element.text.strip()
    if not name:
        raise TwimlError("<Conference> needs a name")
    return v.Conference(
        name,
        muted=element.flag("muted"),
        starts_on_enter=element.flag("startConferenceOnEnter", default=True),
        ends_on_exit=element.flag("endConferenceOnExit"),
        label=element.word("participantLabel"),
        coaches=element.word("coach"),
        records=element.word("record", "do-not-record") == "record-from-start",
        recording=_recording(element),
        status_callback=element.word("statusCallback"),
        status_method=element.method("statusCallbackMethod"),
        status_events=element.events("statusCallbackEvent", "start end"),
    )


def _queue(element: _Element) -> v.Queue:
    name = element.text.strip()
    if not name:
        raise TwimlError("<Queue> needs a name")
    return v.Queue(name, url=element.word("url"), method=element.method())


def _dial(element: _Element) -> v.Dial:
    inner = _children(element, "Number", "Client", "Conference", "Queue")
    rooms = tuple(_conference(child) for child in inner if child.tag == "Conference")
    lines = tuple(_queue(child) for child in inner if child.tag == "Queue")
    targets = tuple(_target(child) for child in inner if child.tag in ("Number", "Client"))
    if not inner:
        targets = (_target(element),)
    if len(rooms) + len(lines) + bool(targets) != 1:
        raise TwimlError("<Dial> joins one conference, one queue, or any of several numbers and clients")
    return v.Dial(
        target=rooms[0] if rooms else lines[0] if lines else targets,
        action=element.word("action"),
        method=element.method(),
        ring_seconds=element.number("timeout", 30),
        limit_seconds=element.number("timeLimit", 14400),
        caller_id=element.word("callerId"),
        answers_on_bridge=element.flag("answerOnBridge"),
        records=element.word("record", "do-not-record") not in ("do-not-record", "false"),
        recording=_recording(element),
    )


def _enqueue(element: _Element) -> v.Enqueue:
    name = element.text.strip() or element.word("workflowSid")
    if not name:
        raise TwimlError("<Enqueue> needs the name of a queue")
    return v.Enqueue(
        name,
        action=element.word("action"),
        method=element.method(),
        wait_url=element.word("waitUrl"),
        wait_method=element.method("waitUrlMethod"),
        max_size=int(element.number("maxQueueSize", 100)),
    )


def _message(element: _Element) -> v.Message:
    body = "".join(child.text for child in _children(element, "Body", "Media") if child.tag == "Body")
    return v.Message(
        body=(body or element.text).strip(),
        media=tuple(_url(child) for child in element.children if child.tag == "Media"),
        to=element.word("to"),
        sender=element.word("from"),
        status_callback=element.word("statusCallback") or element.word("action"),
    )


_READERS: dict[str, Callable[[_Element], v.Verb]] = {
    "Say": _say,
    "Play": _play,
    "Pause": _pause,
    "Gather": _gather,
    "Record": _record,
    "Dial": _dial,
    "Enqueue": _enqueue,
    "Leave": lambda _: v.Leave(),
    "Hangup": lambda _: v.Hangup(),
    "Reject": lambda e: v.Reject(is_busy=e.word("reason", "rejected") == "busy"),
    "Redirect": lambda e: v.Redirect(_url(e), e.method()),
    "Message": _message,
}
