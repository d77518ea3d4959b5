"""What is asked of whoever knows where technicians are: positions, and how long a way takes."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.values import Value
from storage.database import Database, Tx


class Whereabout(Value):
    latitude: float
    longitude: float
    at: datetime


class Arrival(Value):
    """When somebody is expected, as a range; `source` says what it was reckoned by."""

    earliest_at: datetime
    latest_at: datetime
    metres: int
    source: str


class Whereabouts(Protocol):
    async def last(self, reader: Tx | Database, technician_id: UUID) -> Whereabout | None:
        """Return where somebody was last, within the shift; None when nobody knows."""
        ...

    async def arrival(self, begin: tuple[float, float], end: tuple[float, float], at: datetime) -> Arrival | None:
        """Return when somebody who starts now would be there."""
        ...
