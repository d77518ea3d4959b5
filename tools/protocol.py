"""Write the tables of docs/realtime.md from the code: every command, every event of the feed, every value in them.

`python tools/protocol.py` writes them; tests/unit/test_protocol_doc.py fails while they differ.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import NoneType
from typing import Any, get_type_hints

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pydantic import BaseModel

import dispatch.run_model  # noqa: F401 - these for their events
import organisation.model  # noqa: F401
import tickets.model  # noqa: F401
from agents.console import Console
from agents.lists import LiveLists
from board.live import LiveBoard
from chat.calling import CallbackCommands
from chat.sockets import WidgetDoor
from core.commands import Command, Commands
from core.events import Event
from dispatch.watching import DispatchCommands
from geo.live import LiveMap
from interactions.callcommands import CallCommands
from interactions.desk import DeskCommands
from interactions.post import PostCommands
from interactions.sockets import InteractionCommands
from notices.sockets import NoticeCommands
from rooms.sockets import RoomCommands
from routing.sockets import RoutingCommands

PAGE = Path(__file__).resolve().parent.parent / "docs" / "realtime.md"
# Who handles the commands of each namespace, as server.py wires them; a test holds this against a server that runs.
OWNERS: dict[str, tuple[type[Any], ...]] = {
    "/agent": (
        Console,
        RoutingCommands,
        InteractionCommands,
        CallCommands,
        DeskCommands,
        PostCommands,
        NoticeCommands,
        RoomCommands,
        LiveBoard,
        LiveLists,
        LiveMap,
        DispatchCommands,
    ),
    "/chat": (WidgetDoor, CallbackCommands),
}
_UUID = "00000000-0000-7000-8000-000000000000"
_FORMATS = {"uuid": "UUID", "date-time": "time (ISO 8601)", "date": "date (ISO 8601)"}
_SAMPLES = {"email": "lena@shop.example", "uuid": _UUID, "date-time": "2026-11-22T12:00:00Z", "date": "2026-11-22"}
# What has to come after what is sampled beside it.
_LATER = {"ends_at": "2026-11-22T13:00:00Z"}

Schema = dict[str, Any]


def commands(namespace: str) -> dict[str, Command]:
    """Return the commands of a namespace without a server behind them."""
    found = Commands(namespace)
    for owner in OWNERS[namespace]:
        found.add(object.__new__(owner))
    return found.all


class Values:
    """The models that tables refer to by name; each gets a table of its own."""

    def __init__(self) -> None:
        self._schemas: dict[str, Schema] = {}

    def fields(self, model: type[BaseModel], *, is_answer: bool = False) -> dict[str, str]:
        """Return a model's fields with their types."""
        schema = model.model_json_schema(mode="serialization" if is_answer else "validation")
        self._schemas |= schema.get("$defs", {})
        return self._fields(schema, with_defaults=not is_answer)

    def _fields(self, schema: Schema, *, with_defaults: bool) -> dict[str, str]:
        required = schema.get("required", [])
        return {
            name: self._kind(part) + (_default(part) if with_defaults and name not in required else "")
            for name, part in schema.get("properties", {}).items()
        }

    def _kind(self, part: Schema) -> str:
        if "$ref" in part:
            name = _name(part)
            is_table = "properties" in self._schemas[name]
            return f"[{name}](#{name.lower()})" if is_table else self._kind(self._schemas[name])
        if "anyOf" in part:
            return " or ".join(self._kind(each) for each in part["anyOf"])
        if part.get("type") == "array":
            return f"list of {self._kind(part.get('items', {}))}{_bounds(part, 'minItems', 'maxItems')}"
        inner = part.get("additionalProperties")
        return f"object of {self._kind(inner)}" if isinstance(inner, dict) else _plain(part)

    def tables(self) -> Iterator[str]:
        for name, schema in sorted(self._schemas.items()):
            # Words with a name of their own are shown where they are used.
            if "properties" in schema:
                yield f"#### {name}\n"
                yield _table(("field", "type"), self._fields(schema, with_defaults=False).items())


def _name(part: Schema) -> str:
    return str(part["$ref"].rsplit("/", 1)[1])


def _plain(part: Schema) -> str:
    if "enum" in part or "const" in part:
        return " \\| ".join(f'"{each}"' for each in part.get("enum", [part.get("const")]))
    if "format" in part:
        return _FORMATS.get(part["format"], str(part["format"]))
    ends = ("minLength", "maxLength") if part.get("type") == "string" else ("minimum", "maximum")
    return f"{part.get('type', 'anything')}{_bounds(part, *ends)}"


def _default(part: Schema) -> str:
    value = part.get("default")
    return ", optional" if value in (None, [], {}, "") else f", {value} when left out"


def _bounds(part: Schema, least: str, most: str) -> str:
    low, high = part.get(least), part.get(most)
    if high is None:
        return "" if low in (None, 0) else f" (from {low})"
    return f" ({low or 0} to {high})" if low else f" (at most {high})"


def _table(head: tuple[str, ...], rows: Any) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join([f'`{first}`', *rest])} |" for first, *rest in rows]
    return "\n".join(lines) + "\n"


def _listed(fields: dict[str, str]) -> str:
    return "<br>".join(f"`{name}`: {kind}" for name, kind in fields.items()) or "`{}`"


def command_table(namespace: str, values: Values) -> str:
    """Return every command of a namespace with its payload, answer, permission and purpose."""
    rows = [
        (each.name, _listed(values.fields(each.payload)), _answer(each, values), f"`{each.permission}`", each.summary)
        for each in commands(namespace).values()
    ]
    return _table(("command", "payload", "answer", "permission", "what it does"), rows)


def _answer(each: Command, values: Values) -> str:
    hint = get_type_hints(each.call).get("return")
    if hint is NoneType:
        return "`{}`"
    return _listed(values.fields(each.answer, is_answer=True)) if each.answer else "see Snapshots"


def event_table(namespace: str, values: Values) -> str:
    """Return every type of event that sockets of a namespace hear, found by asking each kind what it tells them."""
    rows: dict[str, str] = {}
    for kind in Event.registry.values():
        schema = kind.model_json_schema(mode="serialization")
        data = kind.model_validate(_sample(schema, schema.get("$defs", {}))).model_dump(mode="json")
        told = kind.feed(namespace, data)
        if told is not None:
            known = values.fields(kind, is_answer=True) if "feed" in vars(kind) else {}
            rows[told[0]] = _listed({name: _told(name, value, data, known) for name, value in told[1].items()})
    return _table(("type", "data"), sorted(rows.items()))


def _told(name: str, value: Any, data: Schema, known: dict[str, str]) -> str:
    """Name the type of what is told as it was logged; what was made for this audience is shown by its fields."""
    if name in known and data.get(name) == value:
        return known[name]
    return f"object with {', '.join(f'`{field}`' for field in value)}" if isinstance(value, dict) else "see there"


def _sample(part: Schema, defs: dict[str, Schema]) -> Any:
    """Return a value that fits: of several kinds the first, of lists one, and true rather than false."""
    if "$ref" in part or "anyOf" in part:
        return _sample(defs[_name(part)] if "$ref" in part else part["anyOf"][0], defs)
    if "enum" in part or "const" in part:
        return part.get("const", part.get("enum", [None])[0])
    if part.get("type") == "object":
        return {name: _LATER.get(name) or _sample(each, defs) for name, each in part.get("properties", {}).items()}
    if part.get("type") == "array":
        return [_sample(part.get("items", {}), defs)]
    plain = {"string": _SAMPLES.get(part.get("format", ""), "text"), "boolean": True, "null": None}
    return plain.get(part.get("type", "null"), part.get("minimum", 1))


def sections() -> dict[str, str]:
    """Return what stands between the page's markers, by their names."""
    values = Values()
    found = {
        "commands of /agent": command_table("/agent", values),
        "events of /agent": event_table("/agent", values),
        "commands of /chat": command_table("/chat", values),
        "events of /chat": event_table("/chat", values),
    }
    return {**found, "values": "\n".join(values.tables())}


def render(page: str) -> str:
    """Return the page with every section between its markers as the code says."""
    for name, text in sections().items():
        begin, end = f"<!-- {name}: written by tools/protocol.py -->", f"<!-- end of {name} -->"
        before, found, rest = page.partition(begin)
        _, found_too, after = rest.partition(end)
        if not (found and found_too):
            raise SystemExit(f"docs/realtime.md has no markers for {name}")
        page = f"{before}{begin}\n\n{text}\n{end}{after}"
    return page


if __name__ == "__main__":
    PAGE.write_text(render(PAGE.read_text()))
