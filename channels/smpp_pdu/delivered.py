"""Reading a deliver_sm: who writes to whom, what, and of which long text it is a part; or what became of one of ours.

Sources: SMPP 3.4, sections 4.6.1, 5.2.12, 5.3.2 and appendix B; 3GPP TS 23.040, section 9.2.3.24.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from channels.smpp_pdu import alphabets
from channels.smpp_pdu.alphabets import USUAL, Tables
from core.errors import Invalid

_HEADER_BYTES = 16
_KIND_BITS = 0b00111100
_RECEIPTS = frozenset({0b00000100, 0b00100000})  # The last report of a text, and one on its way.
_WITH_HEADER = 0b01000000
_SHORT_REFERENCE, _LONG_REFERENCE, _SINGLE_SHIFT, _LOCKING_SHIFT = 0x00, 0x08, 0x24, 0x25
_RECEIPTED_ID, _SAR_REFERENCE, _SAR_TOTAL, _SAR_PLACE, _PAYLOAD, _STATE = 0x1E, 0x20C, 0x20E, 0x20F, 0x424, 0x427
_STATES = ("", "ENROUTE", "DELIVRD", "EXPIRED", "DELETED", "UNDELIV", "ACCEPTD", "UNKNOWN", "REJECTD")
_FIELD = re.compile(r"(?<![a-z])(id|stat|err):([^\s\x00]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """Which part of which long text it is. `reference` says too how it was given: equal numbers are not the same."""

    reference: str
    total: int
    place: int


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of a text of ours."""

    id: str
    state: str
    error: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """A text; `octets` are its words without the header that some begin with, in GSM one letter in each."""

    sender: str
    recipient: str
    coding: int
    octets: bytes
    piece: Piece | None = None
    report: Reported | None = None
    tables: Tables = USUAL

    @property
    def text(self) -> str:
        return alphabets.words(self.octets, self.coding, self.tables)

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(bytes([self.coding]) + self.octets).digest()


def read(pdu: bytes, *, is_packed: bool = False) -> Delivered:
    """Read the bytes of a deliver_sm; `is_packed`: letters of GSM come eight in seven octets. Raises Invalid."""
    try:
        return _read(pdu, is_packed=is_packed)
    except (ValueError, IndexError, struct.error) as error:
        raise Invalid("This is no text.") from error


def joined(parts: Mapping[int, Delivered], total: int) -> str:
    """Put a long text together: octets first and letters then, since a letter may be cut between two parts.

    Parts that are not there leave a mark.
    """
    found = []
    for written, places in groupby(range(1, total + 1), lambda place: _written(parts, place)):
        run = list(places)
        if written is not None:
            found.append(alphabets.words(b"".join(parts[place].octets for place in run), *written))
        else:
            found.append(gap(run[0], run[-1], total))
    return "".join(found)


def gap(first: int, last: int, total: int) -> str:
    """Return the mark of parts that are not there, in no language."""
    return f"[… {first if first == last else f'{first}-{last}'}/{total} …]"


def _written(parts: Mapping[int, Delivered], place: int) -> tuple[int, Tables] | None:
    """Return in what a part is written, by which its neighbours may be read with it; None: it is not there."""
    part = parts.get(place)
    return None if part is None else (part.coding, part.tables)


def _read(pdu: bytes, *, is_packed: bool) -> Delivered:
    at = pdu.index(0, _HEADER_BYTES) + 1
    sender, at = _address(pdu, at)
    recipient, at = _address(pdu, at)
    esm_class = pdu[at]
    at = pdu.index(0, at + 3) + 1
    at = pdu.index(0, at) + 1
    coding, length = pdu[at + 2], pdu[at + 4]
    at += 5
    octets = pdu[at : at + length]
    if len(octets) < length:
        raise ValueError
    tags = dict(_tags(pdu, at + length))
    octets = octets or tags.get(_PAYLOAD, b"")
    header: Mapping[int, bytes] = {}
    whole = len(octets)
    if esm_class & _WITH_HEADER and octets:
        header, octets = _header(octets)
    if esm_class & _KIND_BITS in _RECEIPTS:
        # The centre writes it itself, in plain letters.
        return Delivered(sender, recipient, coding, octets, report=_report(octets, coding, tags))
    if is_packed and alphabets.is_gsm(coding):
        octets = alphabets.unpacked(octets, whole - len(octets))
    tables = Tables(_language(header, _LOCKING_SHIFT), _language(header, _SINGLE_SHIFT))
    return Delivered(sender, recipient, coding, octets, _piece(header, tags), tables=tables)


def _address(pdu: bytes, at: int) -> tuple[str, int]:
    """Read a number behind its type and plan."""
    end = pdu.index(0, at + 2)
    return pdu[at + 2 : end].decode("ascii"), end + 1


def _tags(pdu: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(pdu):
        tag, length = struct.unpack_from("!HH", pdu, at)
        at += 4
        if at + length > len(pdu):
            raise ValueError
        yield tag, pdu[at : at + length]
        at += length


def _header(octets: bytes) -> tuple[Mapping[int, bytes], bytes]:
    """Take the user data header off. One that does not fit is none: what it would cover is shown."""
    end = octets[0] + 1
    found, at = {}, 1
    while at + 2 <= end <= len(octets):
        element, length = octets[at], octets[at + 1]
        if at + 2 + length > end:
            break
        # Of an element that comes twice the last one holds (9.2.3.24).
        found[element] = octets[at + 2 : at + 2 + length]
        at += 2 + length
    return (found, octets[end:]) if at == end else ({}, octets)


def _language(header: Mapping[int, bytes], element: int) -> int:
    """Return the language that an element names; one of another length names none."""
    said = header.get(element, b"")
    return said[0] if len(said) == 1 else 0


def _piece(header: Mapping[int, bytes], tags: Mapping[int, bytes]) -> Piece | None:
    short, long = header.get(_SHORT_REFERENCE, b""), header.get(_LONG_REFERENCE, b"")
    if len(long) == 4:  # noqa: PLR2004 - two octets of reference, total, place
        return _sound("w", *struct.unpack("!HBB", long))
    if len(short) == 3:  # noqa: PLR2004 - reference, total, place
        return _sound("b", *short)
    sar = [tags.get(tag) for tag in (_SAR_REFERENCE, _SAR_TOTAL, _SAR_PLACE)]
    if None in sar:
        return None
    return _sound("s", *(int.from_bytes(each or b"") for each in sar))


def _sound(kind: str, reference: int, total: int, place: int) -> Piece | None:
    """A place outside the text means that it is no part (9.2.3.24.1); one part of one is a whole."""
    is_part = 1 < total <= 255 and 1 <= place <= total  # noqa: PLR2004 - an octet
    return Piece(f"{kind}{reference}", total, place) if is_part else None


def _report(octets: bytes, coding: int, tags: Mapping[int, bytes]) -> Reported:
    """Read a report by its words, as most centres write them, and else by its tags.

    The text at its end is ours and may look like anything.
    """
    said: dict[str, str] = {}
    ahead = re.split(r"\btext:", alphabets.words(octets, coding), maxsplit=1, flags=re.IGNORECASE)[0]
    for name, value in _FIELD.findall(ahead):
        said.setdefault(name.lower(), value)
    tagged = tags.get(_RECEIPTED_ID, b"").rstrip(b"\0").decode("ascii", "replace")
    state = int.from_bytes(tags.get(_STATE, b""))
    named = _STATES[state] if state < len(_STATES) else ""
    return Reported(said.get("id") or tagged, (said.get("stat") or named).upper(), said.get("err", ""))
