"""A channel whose stranger says what each call and text cost."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from channels.base import Account


@dataclass(frozen=True, slots=True)
class Price:
    """What one call or text cost; `external_id` is the stranger's."""

    external_id: str
    kind: Literal["call", "text"]
    number: str
    is_inbound: bool
    at: datetime
    seconds: int
    segments: int
    price: Decimal
    currency: str


class Pricing(ABC):
    """Beside `Channel`, for those that can."""

    @abstractmethod
    async def prices(self, account: Account[Any], since: datetime) -> Sequence[Price]:
        """Return what has a price among what ended since then; the rest has one later. Raises Unavailable."""
