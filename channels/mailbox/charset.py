"""Bytes to text as people really send them: declarations that are missing, wrong, or name no codec."""

from __future__ import annotations

import codecs
import quopri
import re

from channels.mailbox.transfer import base64_bytes
from core.text import printable

# Names seen in mails that Python does not know, or that promise less than their senders use.
_ALIASES = {
    "windows-1256": "cp1256", "win-1256": "cp1256", "cp-1256": "cp1256", "x-windows-1256": "cp1256",
    "iso-8859-6-i": "iso-8859-6", "iso-8859-6-e": "iso-8859-6", "asmo-708": "iso-8859-6", "iso-8859-8-i": "iso-8859-8",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "us-ascii": "ascii", "ansi_x3.4-1968": "ascii",
    "unicode-1-1-utf-7": "utf-7", "unicode-1-1-utf-8": "utf-8", "utf8mb4": "utf-8", "gb2312": "gb18030",
    "gbk": "gb18030", "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "euc-kr": "cp949",
}  # fmt: skip
# What is undecided by its declaration: senders leave these where they know nothing.
_SAY_NOTHING = {"", "ascii", "unknown-8bit", "x-unknown", "unknown", "default", "x-user-defined", "binary", "8bit"}
# These are not ASCII with something above it, so that bytes below 128 prove nothing.
_STATEFUL = ("utf-7", "utf-16", "utf-32", "iso-2022", "hz", "iso2022")
_NOT_TEXT = {"base64", "bz2", "hex", "quopri", "rot13", "uu", "zlib", "idna", "punycode", "unicode_escape",
             "raw_unicode_escape", "undefined"}  # fmt: skip
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_FREQUENT = frozenset("النميورهتبدسعفیک")
_ARABIC_SHARE = 0.5
_FEW = 3
_SAMPLE = 20_000
# Letters of both Arabic code pages begin at 0xC0; what is left of these tables is what is counted.
_NOT_HIGH = bytes(range(0xC0))
_NOT_LOW = bytes(sorted(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")))
# A question mark within is against RFC 2047, and sent.
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?((?:[^?\r\n]|\?(?!=)){0,2000})\?=")


def decode_text(body: bytes, declared: str | None) -> str:
    """Return the text of a body; never fails, and replaces only what no candidate can read."""
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return printable(body.decode(codec, "replace"))
    name = _codec(declared)
    if name.startswith(_STATEFUL):
        return printable(body.decode(name, "replace"))
    # Bytes above 127 that are sound UTF-8 are hardly ever anything else, whatever is declared.
    for candidate in ("utf-8", name or "utf-8"):
        try:
            text = body.decode(candidate)
        except (UnicodeDecodeError, LookupError):
            continue
        if candidate != "cp1252" or not _looks_arabic(body):
            return printable(text)
    return printable(_guess(body))


def decode_header(value: str, around: str | None = None) -> str:
    """Return a header's text on one line: encoded words (RFC 2047) joined before decoding.

    Raw bytes are read in the charset `around` them, the body's, or guessed.
    """
    pieces: list[tuple[str | None, bytes]] = []
    end = 0
    for word in _ENCODED_WORD.finditer(value):
        between = value[end : word.start()]
        if between.strip() or not pieces:
            pieces.append((None, raw_bytes(between)))
        _join(pieces, word.group(1).partition("*")[0].lower(), word_bytes(word.group(2), word.group(3)))
        end = word.end()
    pieces.append((None, raw_bytes(value[end:])))
    text = "".join(decode_text(body, charset or around) for charset, body in pieces if body)
    return " ".join(text.split())


def _join(pieces: list[tuple[str | None, bytes]], charset: str, body: bytes) -> None:
    # Senders cut a letter of several bytes in two words: the bytes belong together.
    if pieces and pieces[-1][0] == charset:
        pieces[-1] = (charset, pieces[-1][1] + body)
    else:
        pieces.append((charset, body))


def word_bytes(encoding: str, text: str) -> bytes:
    """Return the bytes of one encoded word, by the letter of its encoding."""
    raw = raw_bytes(text)
    return quopri.decodestring(raw, header=True) if encoding in "qQ" else base64_bytes(raw)


def raw_bytes(text: str) -> bytes:
    """Undo what the header parser did to bytes above 127."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _codec(declared: str | None) -> str:
    """Return Python's name of a declared charset, or nothing when the declaration says nothing."""
    name = (declared or "").strip().strip("\"'").lower()
    name = _ALIASES.get(name, name)
    if name in _SAY_NOTHING:
        return ""
    try:
        known = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    # Codecs such as "zip" or "rot13" turn bytes into something else than text.
    return known.name if known.name not in _NOT_TEXT else ""


def _looks_arabic(body: bytes) -> bool:
    """In Arabic and Persian nearly every letter lies above 127, in western languages few do."""
    sample = body[:_SAMPLE]
    high = len(sample.translate(None, _NOT_HIGH))
    low = len(sample.translate(None, _NOT_LOW))
    return high >= _FEW and high >= _ARABIC_SHARE * (high + low)


def _guess(body: bytes) -> str:
    if not _looks_arabic(body):
        return body.decode("cp1252", "replace")
    candidates = [body.decode(name, "replace") for name in ("cp1256", "iso-8859-6")]
    return max(candidates, key=lambda text: sum(letter in _FREQUENT for letter in text[:_SAMPLE]))
