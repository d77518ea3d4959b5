"""Outlook's winmail.dat opened: the files and the text that it hides."""

from __future__ import annotations

import logging
import mimetypes
from dataclasses import dataclass

from tnefparse import TNEF

from channels.mailbox.charset import decode_text

# It warns of every odd checksum.
logging.getLogger("tnef-decode").setLevel(logging.CRITICAL)
logging.getLogger("tnefparse").setLevel(logging.CRITICAL)

TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_BYTES = 50_000_000
_FILES = 100


@dataclass(frozen=True, slots=True)
class Opened:
    """What was inside: (name, content type, content) of each file, and the body where it has one."""

    files: tuple[tuple[str, str, bytes], ...]
    text: str
    html: str


def is_winmail(content_type: str, name: str) -> bool:
    return content_type in TYPES or name.strip().lower() == "winmail.dat"


def open_winmail(content: bytes) -> Opened | None:
    """Return what a winmail.dat holds, None when it cannot be read or holds nothing: then it stays as it is."""
    if len(content) > _BYTES:
        return None
    try:
        found = TNEF(content, do_checksum=False)
        files = [(str(file.long_filename() or ""), bytes(file.data)) for file in found.attachments[:_FILES]]
        text, html = _text(found.body), _text(found.htmlbody)
    except Exception:  # noqa: BLE001 - a parser of a binary format raises nearly anything on hostile input
        return None
    typed = tuple((name, mimetypes.guess_type(name)[0] or "application/octet-stream", data) for name, data in files)
    return Opened(typed, text, html) if typed or text or html else None


def _text(body: object) -> str:
    if isinstance(body, bytes):
        return decode_text(body, None)
    return body if isinstance(body, str) else ""
