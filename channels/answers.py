"""What an agent says by mail, from outside the console."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class InboundFile:
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class AgentAnswer:
    """A reply to a mail of ours to an agent. Whether it is believed, people's words and `is_signed` decide together.

    `is_signed`: it came to the address that we signed. `is_vouched`: our own mail server says that its domain stands
    for the sender (DMARC). `doubt` is why the sender must not be believed whatever else holds.
    """

    mail_id: UUID
    external_id: str
    sender: str
    text: str
    files: tuple[InboundFile, ...]
    is_signed: bool
    is_vouched: bool
    doubt: str
    message_id: str
