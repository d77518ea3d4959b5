"""Content-Transfer-Encoding undone, also where it is written or broken as programs do. Pure."""

from __future__ import annotations

import quopri
import re
from binascii import a2b_base64
from email.message import Message

_ENCODING = re.compile(r"\s*([\w-]{1,40})")
_UUENCODED = {"x-uuencode", "uuencode", "uue", "x-uue"}
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NO_LETTERS = bytes(sorted(set(range(256)) - set(_LETTERS)))
_PADDING = re.compile(rb"=+")
_MORE = re.compile(rb"[A-Za-z0-9+/=\s]+")
_GROUP = 4


def content_of(part: Message) -> bytes:
    """Return the content of a part that has no parts itself, byte for byte as its sender had it."""
    found = _ENCODING.match(str(part.get("content-transfer-encoding") or ""))
    encoding = found.group(1).lower() if found else ""
    if encoding not in _UUENCODED:
        # Without it CPython gives the bytes as they came.
        del part["content-transfer-encoding"]
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return b""
    if encoding == "base64":
        return base64_bytes(raw)
    return quopri.decodestring(raw) if encoding == "quoted-printable" else raw


def base64_bytes(encoded: bytes) -> bytes:
    """Decode what there is: foreign characters are passed over, padding may be absent, pieces may follow each other.

    What follows the padding and is no base64 was put there by a list, and says nothing.

    >>> base64_bytes(b"aGVs! bG8"), base64_bytes(b"YWE=YWE="), base64_bytes(b"aGVsb")
    (b'hello', b'aaaa', b'hel')
    """
    first, _, rest = encoded.partition(b"=")
    more = _PADDING.split(rest) if _MORE.fullmatch(rest) else []
    return b"".join(_piece(piece.translate(None, _NO_LETTERS)) for piece in (first, *more))


def _piece(letters: bytes) -> bytes:
    left = len(letters) % _GROUP
    # A single letter of a group says less than a byte.
    whole = letters[:-1] if left == 1 else letters
    return a2b_base64(whole + b"=" * (-len(whole) % _GROUP))
