"""Custom fields: what an administrator defines, and what may stand in them. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from core.errors import Invalid
from core.text import ascii_digits
from core.values import Value
from tickets.model import FieldType, FieldValue, Kind, Names

_KEY = r"^[a-z][a-z0-9_]{0,39}$"
_MOST_TEXT, _MOST_LONG = 500, 20_000
# Beyond it a float is no exact integer any more.
_LARGEST = 2**53


class Option(Value):
    key: Annotated[str, Field(pattern=_KEY)]
    names: Names


class FieldSettings(Value):
    key: Annotated[str, Field(pattern=_KEY)] = Field(description="How rules, exports and the API name it; it stays.")
    names: Names
    kinds: tuple[Kind, ...] | None = Field(None, description="Of which kinds of ticket; none is all.")
    type: FieldType
    options: tuple[Option, ...] = Field((), max_length=200, validate_default=True)
    is_required: bool = False
    is_searchable: bool = False
    is_for_customer: bool = Field(default=False, description="Asked for and shown on the portal and in forms.")
    position: int = Field(0, ge=0, le=10_000)
    is_active: bool = True

    @field_validator("options")
    @classmethod
    def _are_of_a_choice(cls, value: tuple[Option, ...], found: ValidationInfo) -> tuple[Option, ...]:
        if "type" in found.data and (found.data["type"] in ("choice", "choices")) != bool(value):
            raise PydanticCustomError("choice_options", "A choice has options, and nothing else has.")
        if len({each.key for each in value}) != len(value):
            raise PydanticCustomError("option_keys", "Each option has a key of its own.")
        return value


class FieldChange(FieldSettings):
    version: int = Field(ge=1, description="The one that was read.")


class TicketField(FieldSettings):
    id: UUID
    version: int

    def is_of(self, kind: Kind) -> bool:
        return self.is_active and (self.kinds is None or kind in self.kinds)


def checked(
    defined: Iterable[TicketField], kind: Kind, said: Mapping[str, FieldValue], known: Mapping[str, FieldValue]
) -> dict[str, FieldValue]:
    """Return all fields of a ticket with what was said put in; empty ones are left out.

    Raises Invalid at the first field that is not of this kind, lacks although it is required, or has the wrong shape.
    What is required is asked for when something is said at all, and of a new ticket (`known` is empty).
    """
    fields = {each.key: each for each in defined if each.is_of(kind)}
    merged = {key: value for key, value in known.items() if key not in said}
    for key, value in said.items():
        field = fields.get(key)
        if field is None:
            raise Invalid("There is no such field here.", field=f"fields.{key}")
        kept = _kept(field, value)
        if kept is not None:
            merged[key] = kept
    for key, field in fields.items():
        if field.is_required and key not in merged:
            raise Invalid(
                f"{field.names.get('en') or next(iter(field.names.values()))} is required.", field=f"fields.{key}"
            )
    return merged


def searchable(defined: Iterable[TicketField], values: Mapping[str, FieldValue]) -> str:
    """Return the words of the fields in which an agent searches; of a choice its names."""
    found = []
    for field in defined:
        value = values.get(field.key)
        if not field.is_searchable or value is None:
            continue
        chosen = value if isinstance(value, list) else [value]
        names = {option.key: " ".join(option.names.values()) for option in field.options}
        found += [names.get(str(each), str(each)) for each in chosen]
    return " ".join(found)


def _kept(field: TicketField, value: FieldValue) -> FieldValue:
    """Return a value as it is kept; None for an empty one."""
    if value is None or value in ("", []):
        return None
    reader = _READERS[field.type]
    kept: FieldValue = reader(field, value)
    if kept is None:
        raise Invalid(_WANTED[field.type], field=f"fields.{field.key}")
    return kept


def _text(most: int) -> Any:
    def read(_: TicketField, value: Any) -> str | None:
        text = value.strip() if isinstance(value, str) and "\x00" not in value else ""
        return text if 0 < len(text) <= most else None

    return read


def _number(_: TicketField, value: Any) -> float | int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        try:
            value = float(ascii_digits(value).replace("٫", "."))
        except ValueError:
            return None
        value = int(value) if math.isfinite(value) and value == int(value) else value
    return value if isinstance(value, int | float) and math.isfinite(value) and abs(value) <= _LARGEST else None


def _date(_: TicketField, value: Any) -> str | None:
    try:
        return date.fromisoformat(value).isoformat() if isinstance(value, str) else None
    except ValueError:
        return None


def _yes_no(_: TicketField, value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _choice(field: TicketField, value: Any) -> str | None:
    return value if isinstance(value, str) and value in {each.key for each in field.options} else None


def _choices(field: TicketField, value: Any) -> list[str] | None:
    known = [each.key for each in field.options]
    if not isinstance(value, list) or not set(value) <= set(known):
        return None
    return [key for key in known if key in value]


_READERS: dict[FieldType, Any] = {
    "text": _text(_MOST_TEXT),
    "long_text": _text(_MOST_LONG),
    "number": _number,
    "date": _date,
    "yes_no": _yes_no,
    "choice": _choice,
    "choices": _choices,
}
_WANTED: dict[FieldType, str] = {
    "text": f"Up to {_MOST_TEXT} letters.",
    "long_text": f"Up to {_MOST_LONG} letters.",
    "number": "A number.",
    "date": "A date such as 2027-03-21.",
    "yes_no": "Yes or no.",
    "choice": "One of the options.",
    "choices": "Some of the options.",
}
