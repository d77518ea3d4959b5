"""What a report of non-delivery is about: which mail, to whom, and whether that is final. Pure; for a worker process.

`flufl.bounce` knows the shapes of thirty years of servers; which of our mails came back is read from what is quoted.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message

from flufl.bounce import all_failures

from channels.mailbox.charset import decode_header
from channels.mailbox.model import Bounce
from core.text import printable

# It tells of each of its detectors.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)

_TEXT_LIMIT = 200_000
_REASON_LIMIT = 300
_LINES = 1_000
_PARTS = 100
_CONTAINERS = 100
_ID = re.compile(rb"(?im)^[> \t]{0,8}message-id:[ \t]{0,8}<([!-;=?-~]{1,250})>")
_DIAGNOSTIC = re.compile(r"(?im)^diagnostic-code:[ \t]{0,8}(.{1,600}(?:\n[ \t].{0,600}){0,6})")
_STATUS = re.compile(r"(?im)^status:[ \t]{0,8}([245]\.\d{1,3}\.\d{1,3})")
_CODE = re.compile(r"\b[45]\d\d[ -]|\b[45]\.\d{1,3}\.\d{1,3}\b")
_ENHANCED = re.compile(r"\b[45]\.\d{1,3}\.\d{1,3}\b")
_REPLY = re.compile(r"\b55[013]\b")
# A mailbox that is disabled, a host that is not there, a route that ends nowhere.
_GONE = {"5.2.1", "5.4.4"}
_ORIGINALS = {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global-headers"}
_STATUSES = {"message/delivery-status", "message/global-delivery-status"}


def report_of(raw: bytes) -> Bounce | None:
    """Return what a report says, None when it names no address. Ask only of what is a bounce."""
    try:
        message = message_from_bytes(raw) if _holds_few_mails(raw) else Message()
        delayed, failed = all_failures(message)
    except Exception:  # noqa: BLE001 - CPython's parser and the detectors raise nearly anything on hostile mails
        return None
    addresses = (printable(address.decode("ascii", "replace")) for address in failed or delayed)
    recipients = sorted(address.lower()[:254] for address in addresses)
    text = _status_text(message) or _below(raw).decode("utf-8", "replace")
    status = _STATUS.search(text)
    if not recipients:
        return None
    return Bounce(
        message_id=printable(_original(message)) or _id_in(_below(raw)),
        recipients=tuple(recipients[:_PARTS]),
        is_final=bool(failed),
        status=status.group(1) if status else "",
        # Servers speak their own language, in bare bytes and in encoded words.
        reason=decode_header(_reason(text)),
    )


def _holds_few_mails(raw: bytes) -> bool:
    """Tell whether CPython, which takes mails within mails apart, does so in a while."""
    lowered = raw.lower()
    return lowered.count(b"boundary") + lowered.count(b"message/") <= _CONTAINERS


def is_hard(bounce: Bounce) -> bool:
    """Tell whether a report says that the address itself is wrong, for good (RFC 3463).

    A full mailbox, a mail that is too large, and what somebody has against us (5.6, 5.7) say nothing of the address.
    """
    return bounce.is_final and blames_address(bounce.status or bounce.reason)


def blames_address(said: str) -> bool:
    """Tell whether a server's code or words mean that there is no such address.

    >>> blames_address("550 5.1.1 no such user"), blames_address("552 5.2.2 full"), blames_address("550 no")
    (True, False, True)
    """
    enhanced = _ENHANCED.search(said)
    if enhanced:
        return enhanced.group(0) in _GONE or enhanced.group(0).startswith("5.1.")
    return _REPLY.search(said) is not None


def _walk(message: Message) -> Iterator[Message]:
    """Yield the parts of the report itself, not those of the mail that it carries."""
    waiting, seen = [message], 0
    while waiting and seen < _PARTS:
        part = waiting.pop(0)
        seen += 1
        yield part
        if part.get_content_maintype() == "multipart":
            waiting.extend(_inner(part))


def _inner(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _status_text(message: Message) -> str:
    """Return the delivery status (RFC 3464), which Python's parser reads as a row of headers."""
    blocks = [block for part in _walk(message) if part.get_content_type() in _STATUSES for block in _inner(part)]
    return "\n".join(f"{name}: {value}" for block in blocks for name, value in block.raw_items())[:_TEXT_LIMIT]


def _original(message: Message) -> str:
    """Return the Message-ID of the mail that came back."""
    for part in _walk(message):
        if part.get_content_type() not in _ORIGINALS:
            continue
        inner = _inner(part)
        if inner:
            return str(inner[0].get("message-id") or "").strip().strip("<>")[:250]
        body = part.get_payload(decode=True)
        return _id_in(body) if isinstance(body, bytes) else ""
    return ""


def _id_in(body: bytes) -> str:
    found = _ID.search(body[:_TEXT_LIMIT])
    return found.group(1).decode() if found else ""


def _below(raw: bytes) -> bytes:
    """Return what stands below the report's own headers, which have a Message-ID too."""
    return raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2][:_TEXT_LIMIT]


def _reason(text: str) -> str:
    """Return the server's words: its diagnostic code, or the first line that bears a reply code of SMTP."""
    found = _DIAGNOSTIC.search(text)
    if found:
        return " ".join(found.group(1).rpartition(";")[2].split())[:_REASON_LIMIT]
    lines = (line[:_REASON_LIMIT] for line in text.splitlines()[:_LINES])
    return next((" ".join(line.split()) for line in lines if _CODE.search(line)), "")
