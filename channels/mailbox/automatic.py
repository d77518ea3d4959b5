"""Whether a person wrote a mail (RFC 3834 and what programs do instead)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from channels.mailbox.model import Automatic

_SUBJECT = re.compile(
    r"^(?:auto(?:matic)? ?(?:reply|response)\b|auto:|out of (?:the )?office\b|رد تلقائي|رد آلي|خارج المكتب|"
    r"خارج از دفتر|پاسخ خودکار)",
    re.IGNORECASE,
)
_DAEMONS = ("mailer-daemon@", "postmaster@")
_BULK_HEADERS = ("list-id", "list-unsubscribe", "list-post")
_ROBOT_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-response-suppress")


def classify(
    headers: Mapping[str, Sequence[str]], subject: str, sender: str, content_type: str, mail_from: str | None
) -> Automatic:
    """Judge by envelope and headers; `headers` by lower-case name, `mail_from` None when no envelope is known."""
    envelope = mail_from if mail_from is not None else _first(headers, "return-path")
    if content_type == "multipart/report" or sender.startswith(_DAEMONS):
        return Automatic.BOUNCE
    submitted = _first(headers, "auto-submitted")
    if submitted is not None and not submitted.startswith("no"):
        return Automatic.REPLIED if submitted.startswith("auto-replied") else Automatic.GENERATED
    if _SUBJECT.match(subject) or _first(headers, "precedence") == "auto_reply":
        return Automatic.REPLIED
    if envelope is not None and envelope in {"", "<>"}:
        return Automatic.BOUNCE
    if any(name in headers for name in _BULK_HEADERS) or _first(headers, "precedence") in {"bulk", "list", "junk"}:
        return Automatic.BULK
    return Automatic.GENERATED if any(name in headers for name in _ROBOT_HEADERS) else Automatic.NO


def _first(headers: Mapping[str, Sequence[str]], name: str) -> str | None:
    values = headers.get(name)
    return values[0].strip().lower() if values else None
