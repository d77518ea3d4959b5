"""Content-Transfer-Encoding undone, also where it is written or broken as programs do. Pure."""

from __future__ import annotations

import quopri
import re
from binascii import a2b_base64
from collections.abc import Sequence
from email.message import Message

_HEADER = "content-transfer-encoding"
_ENCODING = re.compile(r"\s*([\w-]{1,40})")
_UUENCODED = {"x-uuencode", "uuencode", "uue", "x-uue"}
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NO_LETTERS = bytes(sorted(set(range(256)) - set(_LETTERS)))
_PADDING = re.compile(rb"=+")
_MORE = re.compile(rb"[A-Za-z0-9+/=\s]+")
_GROUP = 4


def content_of(part: Message) -> bytes:
    """Return the content of a part that has no parts itself, byte for byte as its sender had it."""
    said = part.get_all(_HEADER, [])
    found = _ENCODING.match(str(said[0])) if said else None
    encoding = found.group(1).lower() if found else ""
    raw = part.get_payload(decode=True) if encoding in _UUENCODED else _as_it_came(part, said)
    if not isinstance(raw, bytes):
        return b""
    if encoding == "base64":
        return base64_bytes(raw)
    return quopri.decodestring(raw) if encoding == "quoted-printable" else raw


def _as_it_came(part: Message, said: Sequence[str]) -> object:
    """Return the bytes before any decoding: CPython gives them where no encoding is said."""
    del part[_HEADER]
    raw = part.get_payload(decode=True)
    for each in said:
        part[_HEADER] = each
    return raw


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
