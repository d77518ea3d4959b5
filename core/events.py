"""Events: what happened, in the past tense, written in the transaction that made it true.

The log of them is at once audit trail, feed of the sockets, trigger of side effects and source of metrics.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json


class Event(BaseModel):
    """One thing that happened. Subclasses name their kind: `class TicketClosed(Event, kind="ticket.closed")`."""

    model_config = ConfigDict(frozen=True, ser_json_timedelta="float")

    kind: ClassVar[str] = ""
    registry: ClassVar[dict[str, type[Event]]] = {}

    def __init_subclass__(cls, kind: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.kind = kind
        if kind:
            if kind in Event.registry:
                raise TypeError(f"two events are called {kind}")
            Event.registry[kind] = cls

    def audience(self) -> tuple[str, ...]:
        """Name the rooms whose sockets hear of it, such as `agent:<id>`; none by default."""
        return ()

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:  # noqa: ARG003 - for subclasses
        """Return type and payload of what the sockets of a namespace hear, from the logged data; None for nothing."""
        return None

    def subject(self) -> str:
        """Name what it is about for the audit trail, such as `interaction:<id>`."""
        return ""


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event as the log holds it: `seq` is its position, the same for every reader."""

    seq: int
    at: datetime
    kind: str
    actor: str
    subject: str
    audience: tuple[str, ...]
    text: str
    _data: dict[str, Any] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def data(self) -> dict[str, Any]:
        """The data, read when first asked for, not to be changed: few readers ask, but several of them for the same."""
        if self._data is None:
            found: dict[str, Any] = from_json(self.text)
            object.__setattr__(self, "_data", found)
            return found
        return self._data

    def parse(self) -> Event | None:
        """Return the typed event, or None when a later version of the program wrote a kind unknown here."""
        kind = Event.registry.get(self.kind)
        return None if kind is None else kind.model_validate_json(self.text)
