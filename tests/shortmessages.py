"""Texts as a message centre writes them: deliver_sm in bytes, whole or in parts."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Mapping, Sequence

SAR = (0x20C, 0x20E, 0x20F)
PERSON, OURS = "989121234567", "10001"


def deliver_sm(
    octets: bytes,
    *,
    sender: str = PERSON,
    coding: int = 0,
    esm_class: int = 0,
    tags: Mapping[int, bytes] | None = None,
    sequence: int = 1,
) -> bytes:
    tail = b"".join(struct.pack("!HH", tag, len(value)) + value for tag, value in (tags or {}).items())
    body = (
        b"\0\1\1" + sender.encode() + b"\0\1\1" + OURS.encode() + b"\0" + bytes([esm_class, 0, 0])
        + b"\0\0\0\0" + bytes([coding, 0, len(octets)]) + octets + tail
    )  # fmt: skip
    return struct.pack("!IIII", 16 + len(body), 5, 0, sequence) + body


def header(*elements: tuple[int, bytes]) -> bytes:
    inner = b"".join(bytes([element, len(value)]) + value for element, value in elements)
    return bytes([len(inner)]) + inner


def one_part(
    octets: bytes, way: str, reference: int, total: int, place: int, *, coding: int = 0, sender: str = PERSON
) -> bytes:
    """Write one part: `way` is b or w for a reference of one or two octets in the text's header, s for tags."""
    if way == "s":
        values = (struct.pack("!H", reference), bytes([total]), bytes([place]))
        return deliver_sm(octets, sender=sender, coding=coding, tags=dict(zip(SAR, values, strict=True)))
    numbers = struct.pack("!BBB" if way == "b" else "!HBB", reference, total, place)
    said = header((0 if way == "b" else 8, numbers)) + octets
    return deliver_sm(said, sender=sender, coding=coding, esm_class=0x40)


def cut(octets: bytes, places: Sequence[int]) -> list[bytes]:
    """Cut wherever is said, also within a letter."""
    edges = [0, *sorted({place for place in places if 0 < place < len(octets)}), len(octets)]
    return [octets[begin:end] for begin, end in itertools.pairwise(edges)]
