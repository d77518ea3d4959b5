"""The mail inside an opaque signature (S/MIME, RFC 8551 section 3.5.2): read, not verified. Pure.

Outlook sends signed mails so that their words lie within the signature; without this they would be a file and no words.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_DATA = bytes.fromhex("2a864886f70d010701")
_SEQUENCE, _IDENTIFIER, _EXPLICIT, _OCTETS, _OCTETS_IN_PIECES = 0x30, 0x06, 0xA0, 0x04, 0x24
_INDEFINITE, _LONG = 0x80, 0x80
_LENGTH_BYTES = 4
_DEPTH = 12
# Programs write pieces of kilobytes.
_CHILDREN = 50_000


class _Element(NamedTuple):
    """One element of BER: its tag, where its content begins and ends, and where the next one begins."""

    tag: int
    begin: int
    end: int
    after: int


def signed_content(message: bytes) -> bytes | None:
    """Return the bytes that were signed, None where they are not within (encrypted, detached) or it is no CMS."""
    try:
        return _content(message)
    except (IndexError, ValueError, StopIteration):
        return None


def _content(message: bytes) -> bytes | None:
    kind, wrapped = list(_children(message, _element(message, 0)))[:2]
    if message[kind.begin : kind.end] != _SIGNED_DATA:
        return None
    signed = next(_children(message, wrapped))
    inner = next(each for each in list(_children(message, signed))[1:] if each.tag == _SEQUENCE)
    named, *content = _children(message, inner)
    if named.tag != _IDENTIFIER or message[named.begin : named.end] != _DATA or not content:
        return None
    octets = next(_children(message, content[0]))
    if content[0].tag != _EXPLICIT:
        return None
    return b"".join(_pieces(message, octets))


def _pieces(data: bytes, element: _Element, depth: int = 0) -> Iterator[bytes]:
    if element.tag == _OCTETS:
        yield data[element.begin : element.end]
    elif element.tag == _OCTETS_IN_PIECES and depth < _DEPTH:
        for child in _children(data, element):
            yield from _pieces(data, child, depth + 1)


def _children(data: bytes, parent: _Element) -> Iterator[_Element]:
    at = parent.begin
    for _ in range(_CHILDREN):
        if at >= parent.end:
            return
        child = _element(data, at)
        yield child
        at = child.after
    raise ValueError("more pieces than programs write")


def _element(data: bytes, at: int, depth: int = 0) -> _Element:
    """Read one element. ValueError for what is none, or lies too deep."""
    tag, length, begin = data[at], data[at + 1], at + 2
    if length == _INDEFINITE:
        if depth > _DEPTH:
            raise ValueError("nested too deep")
        end = begin
        for _ in range(_CHILDREN):
            if data[end : end + 2] == b"\0\0":
                return _Element(tag, begin, end, end + 2)
            end = _element(data, end, depth + 1).after
        raise ValueError("more pieces than programs write")
    if length > _LONG:
        count = length - _LONG
        if count > _LENGTH_BYTES:
            raise ValueError("longer than any mail")
        length, begin = int.from_bytes(data[begin : begin + count]), begin + count
    end = begin + length
    if end > len(data):
        raise ValueError("cut off")
    return _Element(tag, begin, end, end)
