"""What a change makes of a ticket. Pure: the values as they are and what is said in, the values as they will be out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from core.errors import Conflict, Invalid
from core.values import Value
from sla.model import OVER, Category
from tickets.model import PRIORITIES, Kind, Names

# What a change may touch, and what history keeps.
CHANGEABLE = (
    "subject", "description", "priority", "type_id", "status_id", "queue_id", "owner_id", "customer_id", "branch_id",
    "is_confidential", "fields", "merged_into",
)  # fmt: skip
_MAY_BE_EMPTY = frozenset({"description", "type_id", "queue_id", "owner_id", "branch_id", "merged_into"})
# While it is in one of these it is somebody's turn here.
OUR_TURN: frozenset[Category] = frozenset({"new", "open"})


class Status(Value):
    """A stage of tickets as it is called here; what the program goes by is its category."""

    id: UUID
    names: Names
    category: Category
    kinds: tuple[Kind, ...] | None
    position: int
    is_active: bool
    version: int

    @property
    def stage(self) -> Stage:
        return Stage(self.id, self.category)

    def is_of(self, kind: Kind) -> bool:
        return self.is_active and (self.kinds is None or kind in self.kinds)


class Stage(NamedTuple):
    """Where a ticket stands."""

    id: UUID
    category: Category


def first_status(statuses: Iterable[Status], kind: Kind, category: Category) -> Status:
    """Return the stage of a category in which a ticket of a kind begins. Raises Conflict when there is none.

    While it is our turn a stage that is for some kinds alone counts before those for all: a unit comes to the
    reception. In whatever else it gets by itself nothing has happened to it, and the stages for all count.
    """
    found = [each for each in statuses if each.category == category and each.is_of(kind)]
    if not found:
        raise Conflict(f"There is no active stage of the category {category} for this kind.")
    is_ours = category in OUR_TURN
    return min(found, key=lambda each: (is_ours and each.kinds is None, each.position, str(each.id)))


class IsMerged(Conflict):
    """It is merged into another ticket: take that back, or go on there."""


def must_be_whole(merged_into: UUID | None) -> None:
    """Raise IsMerged for a ticket that ended in another one: by a change it would be in two places."""
    if merged_into is not None:
        raise IsMerged


def changed(now_is: Mapping[str, Any], said: Mapping[str, Any], status: Stage, now: datetime) -> dict[str, Any]:
    """Return all values after a change; `status` is the stage in which it will be.

    Raises Invalid when something is emptied that must not be.
    """
    for name, value in said.items():
        if value is None and name not in _MAY_BE_EMPTY:
            raise Invalid("This cannot be empty.", field=name)
    values = dict(now_is) | {name: value for name, value in said.items() if name in CHANGEABLE}
    if isinstance(values["priority"], str):
        values["priority"] = PRIORITIES.index(values["priority"])
    values |= {"description": values["description"] or "", "status_id": status.id, "category": status.category}
    return values | _moments(now_is, status.category, now)


def _moments(now_is: Mapping[str, Any], category: Category, now: datetime) -> dict[str, Any]:
    """Return when it was solved and closed; what is opened again is neither."""
    if category not in OVER:
        return {"solved_at": None, "closed_at": None}
    solved_at = now_is["solved_at"] or now
    return {"solved_at": solved_at, "closed_at": (now_is["closed_at"] or now) if category == "closed" else None}


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return what changed, field by field, as [before, after]; of custom fields each by itself."""
    found: dict[str, list[Any]] = {}
    for name in CHANGEABLE:
        if name == "fields":
            old, new = before["fields"], after["fields"]
            for key in sorted({*old, *new}):
                if old.get(key) != new.get(key):
                    found[f"fields.{key}"] = [old.get(key), new.get(key)]
        elif before[name] != after[name]:
            found[name] = [_plain(name, before[name]), _plain(name, after[name])]
    return found


def undone(now_is: Mapping[str, Any], changes: Mapping[str, list[Any]]) -> dict[str, Any]:
    """Return what to say to take a change back. Raises Conflict where somebody has gone on from it."""
    said: dict[str, Any] = {}
    for name, (old, new) in changes.items():
        top, _, key = name.partition(".")
        current = now_is["fields"].get(key) if key else _plain(name, now_is[name])
        if current != new:
            raise Conflict("Somebody changed this since; it cannot be taken back.", field=name)
        if key:
            said.setdefault("fields", {})[key] = old
        elif name.endswith("_id") or name == "merged_into":
            said[top] = None if old is None else UUID(old)
        else:
            said[top] = old
    return said


def _plain(name: str, value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, UUID):
        return str(value)
    return PRIORITIES[value] if name == "priority" and isinstance(value, int) else value
