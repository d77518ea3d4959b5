"""The unit of a service case: what it is, whether it is in warranty, and how long it was where. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from core.text import fold
from core.values import Value
from tickets.model import TicketRow

Warranty = Literal["in", "out", "unknown"]
Place = Literal["in_house", "outside"]


def _trimmed(text: str) -> str:
    return " ".join(text.split())


Line = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$"), AfterValidator(_trimmed)]
Product = Annotated[
    str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*\S[^\x00-\x1f]*$"), AfterValidator(_trimmed)
]


class UnitChange(Value):
    """What came in. `version` is the one that was read; 0 when nothing is registered yet."""

    product: Product
    serial: Line = ""
    place: Place = "in_house"
    workshop: Line = Field("", description="Who repairs it outside.")
    condition: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")] = Field(
        "", description="As it came, and what came along."
    )
    received_on: date | None = Field(None, description="None: today, or as it was.")
    warranty: Warranty = "unknown"
    warranty_until: date | None = Field(None, description="Counts before what somebody says.")
    version: int = Field(0, ge=0)


class UnitStep(Value):
    """In which stage it was from when until when; the last one lasts."""

    status_id: UUID
    since: datetime
    until: datetime | None


class UnitView(Value):
    """`warranty` is what holds: in is free of charge, out is charged."""

    product: str
    serial: str
    place: Place
    workshop: str
    condition: str
    received_on: date
    warranty_said: Warranty
    warranty_until: date | None
    warranty: Warranty
    charge: Literal["free", "charged", "open"]
    version: int


class UnitOfCase(Value):
    """The unit, its way through the stages, and earlier cases of the same serial number that the reader may see."""

    unit: UnitView | None
    steps: list[UnitStep]
    earlier: list[TicketRow]


CHARGES: dict[Warranty, Literal["free", "charged", "open"]] = {"in": "free", "out": "charged", "unknown": "open"}


def in_warranty(said: Warranty, until: date | None, received_on: date) -> Warranty:
    """Tell what holds on the day on which it came: the last day of a warranty still counts."""
    if until is None:
        return said
    return "in" if received_on <= until else "out"


def plain_serial(serial: str) -> str:
    """Return a serial number as it is compared: whatever digits and case, without what stands between.

    >>> plain_serial("SN-۴۲ 17/b")
    'sn4217b'
    """
    return "".join(sign for sign in fold(serial) if sign.isalnum())


def way(opened_at: datetime, status_id: UUID, changes: Iterable[tuple[datetime, UUID, UUID]]) -> list[UnitStep]:
    """Return in which stages it was; `changes` are when it went from which to which, in order."""
    steps: list[UnitStep] = []
    since = opened_at
    for at, before, _ in changes:
        steps.append(UnitStep(status_id=before, since=since, until=at))
        since = at
    return [*steps, UnitStep(status_id=status_id, since=since, until=None)]
