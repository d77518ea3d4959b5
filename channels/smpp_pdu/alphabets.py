"""What the octets of a text say.

Sources: SMPP 3.4, section 5.2.19; 3GPP TS 23.038, sections 4, 6.1.2.1 and 6.2.1; its tables are those of `gsmcodecs`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gsmcodecs.charmaps import GSMCHARMAPS

_GSM = "gsm"
_OCTETS = "octets"
_UCS2 = "utf_16_be"
_ESCAPE = 0x1B
_SEPTET_BITS, _SEPTETS = 7, 0x80
_ALPHABETS: Mapping[int, str] = {
    0x00: _GSM,
    0x01: "ascii",
    0x02: _OCTETS,
    0x03: "latin_1",
    0x04: _OCTETS,
    0x05: "shift_jis",
    0x06: "iso8859_5",
    0x07: "iso8859_8",
    0x08: _UCS2,
    0x09: "shift_jis",
    0x0A: "iso2022_jp",
    0x0D: "iso2022_jp_1",
    0x0E: "euc_kr",
}
# Some centres hand on the coding of the air as it is: with a class of message in its lower half.
_CLASSED = (_GSM, _OCTETS, _UCS2, _GSM)
_WITH_CLASS, _DATA_OR_CLASS = 0x1, 0xF


class Tables(NamedTuple):
    """The languages (6.2.1.2.4) of the two tables of a text in GSM; 0 is the alphabet that all have, 13 is Urdu."""

    locking: int = 0
    single: int = 0


USUAL = Tables()


def words(octets: bytes, coding: int, tables: Tables = USUAL) -> str:
    """Read octets in what `data_coding` names. Never fails: what means nothing is shown as the sign for that."""
    alphabet = _alphabet(coding)
    if alphabet == _GSM:
        return _gsm(octets, tables)
    if alphabet == _OCTETS:
        return _of_octets(octets)
    return octets.decode(alphabet, "replace").removeprefix("\ufeff")


def is_gsm(coding: int) -> bool:
    """Tell whether it names the alphabet that has seven bits for a letter."""
    return _alphabet(coding) == _GSM


def unpacked(octets: bytes, before: int = 0) -> bytes:
    """Return the septets of packed octets, one in each octet (6.1.2.1).

    `before`: how many octets of header stand before them; the first septet begins at the next whole one behind that
    (3GPP TS 23.040, 9.2.3.24). Seven bits that are left over at the end look like an @, which nobody wrote.
    """
    fill = -8 * before % _SEPTET_BITS
    count, rest = divmod(8 * len(octets) - fill, _SEPTET_BITS)
    bits = int.from_bytes(octets, "little") >> fill
    septets = bytes(bits >> _SEPTET_BITS * place & _SEPTETS - 1 for place in range(count))
    return septets[:-1] if rest == 0 and septets.endswith(b"\0") else septets


def _alphabet(coding: int) -> str:
    group = coding >> 4
    if group == _WITH_CLASS:
        return _CLASSED[coding >> 2 & 0b11]
    if group == _DATA_OR_CLASS:
        return _OCTETS if coding & 0b100 else _GSM
    return _ALPHABETS.get(coding, _OCTETS)


def _of_octets(octets: bytes) -> str:
    """Nobody says what they are: UTF-8 where they are that, else a letter each."""
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return octets.decode("latin_1")


def _gsm(octets: bytes, tables: Tables) -> str:
    """One septet in each octet. A centre that means Latin-1 by its own alphabet is shown by the eighth bit."""
    locking, single = _table(tables.locking, "locking"), _table(tables.single, "singleShift")
    found, is_escaped = [], False
    for octet in octets:
        if is_escaped:
            # What has no second meaning is shown by its first (6.2.1.1); a second escape is kept for later tables.
            found.append(chr(single[octet]) if octet in single else _letter(octet, locking) or " ")
            is_escaped = False
        elif octet == _ESCAPE:
            is_escaped = True
        else:
            found.append(_letter(octet, locking))
    return "".join(found)


def _letter(octet: int, locking: Mapping[int, int]) -> str:
    """Return a letter; what a language leaves empty is as in the alphabet that all have (6.2.1.2.3)."""
    if octet >= _SEPTETS:
        return chr(octet)
    return chr(locking[octet] if octet in locking else _table(0, "locking")[octet])


def _table(language: int, which: str) -> Mapping[int, int]:
    """Return the table of a language; one that has none, or is not known, leaves that of all (6.2.1.2.5)."""
    known: Mapping[str, Mapping[str, Mapping[int, int]]] = GSMCHARMAPS.get(language, {})
    return known[which]["decode"] if which in known else GSMCHARMAPS[0][which]["decode"]
