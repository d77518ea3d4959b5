"""What one mail says: plain values that travel between processes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Automatic(StrEnum):
    """Who wrote it (RFC 3834): anything but NO is never answered automatically."""

    NO = "no"
    REPLIED = "auto-replied"
    GENERATED = "auto-generated"
    BULK = "bulk"
    BOUNCE = "bounce"


class Note(StrEnum):
    """What people should know of how a mail was read; the console says it in their language."""

    CLOSED = "closed"
    TOO_DEEP = "too_deep"
    UNDIVIDED = "undivided"
    MANY_FILES = "many_files"
    PACKED = "packed"
    HTML_CUT = "html_cut"
    TEXT_CUT = "text_cut"
    BEGINNING = "beginning"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who is in From. `doubt` is why the address must not be believed, empty when it may be."""

    address: str
    name: str
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file in a mail; `cid` is the name by which the mail's own HTML shows it, `is_named` whether its sender did."""

    name: str
    content_type: str
    content: bytes
    cid: str = ""
    is_named: bool = True


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report that a mail did not arrive, or not yet. `message_id` is that mail's, empty when it is not quoted."""

    message_id: str
    recipients: tuple[str, ...]
    is_final: bool
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """A mail as it was understood. `text` is what is new in it, `full_text` with all that was `cut`: quotations.

    `pictures` are addresses elsewhere; its HTML names them by their number (markup.outside_name).
    `references` are ids without angle brackets, nearest ancestor first. `notes` say what was cut or odd.
    `authentication` has the Authentication-Results headers, topmost first, whoever wrote them.
    """

    sender: Sender
    subject: str
    text: str
    full_text: str
    html: str | None
    to: tuple[str, ...]
    cc: tuple[str, ...]
    reply_to: tuple[str, ...]
    delivered_to: tuple[str, ...]
    message_id: str | None
    references: tuple[str, ...]
    automatic: Automatic
    sent_at: datetime | None
    files: tuple[MailFile, ...]
    notes: tuple[Note, ...]
    bounce: Bounce | None = None
    authentication: tuple[str, ...] = ()
    cut: str = ""
    pictures: tuple[str, ...] = ()
