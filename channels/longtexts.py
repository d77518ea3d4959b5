"""A channel whose stranger cuts what is long and hands it over part by part."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from channels.base import Account, InboundMessage, RawInput


@dataclass(frozen=True, slots=True)
class TextPart:
    """One part of a long text: the core keeps it until the others are there.

    `key` names the text among those of its account for a while, until the stranger uses the name again. `digest`: of
    what the part says, so that a part that comes again is known.
    """

    key: str
    total: int
    place: int
    sender: str
    digest: bytes
    at: datetime


class Joining(ABC):
    """Beside `Channel`, for those that can. Both are pure and never fail on what was read as a part."""

    @abstractmethod
    def join(self, account: Account[Any], external_id: str, raws: Mapping[int, RawInput], total: int) -> InboundMessage:
        """Put the parts together, by their places; those that are not there leave a mark that people see."""

    @abstractmethod
    def late(self, account: Account[Any], external_id: str, raw: RawInput) -> InboundMessage:
        """Return a part that came after its text was shown without it, as a message that says which part it is."""
