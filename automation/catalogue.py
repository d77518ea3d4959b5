"""What rules can be made of, for whoever draws a form: facts with their operations, what can be set. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from automation.model import PLACEHOLDERS, Condition, Happening, Lasting, Notify, Operation, SetValue
from core.values import Value
from sla.model import Category, Metric
from tickets.fields import TicketField
from tickets.model import KINDS, PRIORITIES, FieldType, Names, SlaState

# What is chosen from, or how it is typed: the name of a list that the console knows, or of a kind of field.
Shape = Literal[
    "kind", "priority", "category", "stage", "type", "agent", "team", "branch", "customer", "tier", "requester",
    "source", "promise", "metric", "change", "text", "number", "date", "yes_no", "choice",
]  # fmt: skip

_EITHER: tuple[Operation, ...] = ("is", "is_not")
_ANY_OF: tuple[Operation, ...] = (*_EITHER, "one_of", "none_of")
_THERE: tuple[Operation, ...] = ("empty", "filled")
_BOUNDS: tuple[Operation, ...] = ("at_least", "at_most")
_TEXT: tuple[Operation, ...] = ("contains", "lacks", *_EITHER, *_THERE)
_FACTS: dict[str, tuple[Shape, tuple[Operation, ...]]] = {
    "kind": ("kind", _ANY_OF),
    "priority": ("priority", (*_ANY_OF, *_BOUNDS)),
    "category": ("category", _ANY_OF),
    "status_id": ("stage", _ANY_OF),
    "type_id": ("type", (*_ANY_OF, *_THERE)),
    "queue_id": ("team", (*_ANY_OF, *_THERE)),
    "owner_id": ("agent", (*_ANY_OF, *_THERE)),
    "branch_id": ("branch", (*_ANY_OF, *_THERE)),
    "customer_id": ("customer", (*_EITHER, *_THERE)),
    "tier_id": ("tier", (*_ANY_OF, *_THERE)),
    "requester_kind": ("requester", _EITHER),
    "source": ("source", _ANY_OF),
    "sla": ("promise", _ANY_OF),
    "is_confidential": ("yes_no", ("is",)),
    "subject": ("text", _TEXT),
    "description": ("text", _TEXT),
    "changed": ("change", _ANY_OF),
    "metric": ("metric", _EITHER),
}
_FIELDS: dict[FieldType, tuple[Shape, tuple[Operation, ...]]] = {
    "text": ("text", _TEXT),
    "long_text": ("text", _TEXT),
    "number": ("number", (*_EITHER, *_BOUNDS, *_THERE)),
    "date": ("date", (*_EITHER, *_THERE)),
    "yes_no": ("yes_no", ("is",)),
    "choice": ("choice", (*_ANY_OF, *_THERE)),
    "choices": ("choice", (*_ANY_OF, *_THERE)),
}
_SET: dict[str, Shape] = {
    "status_id": "stage",
    "priority": "priority",
    "queue_id": "team",
    "owner_id": "agent",
    "type_id": "type",
    "is_confidential": "yes_no",
}

# What stands in facts that are words of ours.
_WORDS: dict[Shape, frozenset[str]] = {
    "kind": frozenset(KINDS),
    "priority": frozenset(PRIORITIES),
    "category": frozenset(get_args(Category)),
    "requester": frozenset({"external", "internal"}),
    "promise": frozenset(get_args(SlaState)),
    "metric": frozenset(get_args(Metric)),
}


class KnownFact(Value):
    """A thing that conditions ask for. `names`: of a field that an administrator added."""

    name: str
    shape: Shape
    operations: tuple[Operation, ...]
    names: Names | None = None


class Settable(Value):
    what: str
    shape: Shape


class Catalogue(Value):
    """Everything of which a rule can be made here, with the fields that tickets have at this time."""

    happenings: tuple[Happening, ...]
    lasting: tuple[Lasting, ...]
    facts: tuple[KnownFact, ...]
    settable: tuple[Settable, ...]
    told: tuple[str, ...]
    placeholders: tuple[str, ...]


def catalogue(fields: Iterable[TicketField]) -> Catalogue:
    """Return what there is, with a fact for each field that is in use."""
    own = [KnownFact(name=name, shape=shape, operations=operations) for name, (shape, operations) in _FACTS.items()]
    more = [
        KnownFact(name=f"fields.{each.key}", shape=shape, operations=operations, names=each.names)
        for each in fields
        if each.is_active
        for shape, operations in (_FIELDS[each.type],)
    ]
    return Catalogue(
        happenings=get_args(Happening),
        lasting=get_args(Lasting),
        facts=(*own, *more),
        settable=tuple(Settable(what=what, shape=_SET[what]) for what in get_args(_annotation(SetValue, "what"))),
        told=get_args(_annotation(Notify, "to")),
        placeholders=tuple(sorted(PLACEHOLDERS)),
    )


def misfit(condition: Condition, fields: Mapping[str, TicketField], ids: Mapping[Shape, frozenset[str]]) -> str | None:
    """Return what is wrong with a condition that can never hold: it asks for something that is not there.

    `ids`: the stages and types that there are.
    """
    known: frozenset[str] | None
    if condition.fact in _FACTS:
        shape = _FACTS[condition.fact][0]
        known = ids.get(shape, _WORDS.get(shape))
    else:
        field = fields.get(condition.fact.removeprefix("fields."))
        if field is None:
            return "There is no such field."
        known = frozenset(option.key for option in field.options) or None
    if known is None or condition.value is None:
        return None
    values = condition.value if isinstance(condition.value, list) else [condition.value]
    return None if all(str(each) in known for each in values) else "There is no such value."


def _annotation(of: type[Value], name: str) -> object:
    return of.model_fields[name].annotation
