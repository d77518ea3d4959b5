"""What the octets of a text say. Sources: SMPP 3.4, section 5.2.19; 3GPP TS 23.038, sections 4, 6.2.1 and 6.2.1.1."""

from __future__ import annotations

from collections.abc import Mapping

from aiosmpplib.codec import GSM_BASIC_DECODE_MAP, GSM_EXTENDED_DECODE_MAP

_GSM = "gsm"
_OCTETS = "octets"
_UCS2 = "utf_16_be"
_ESCAPE = 0x1B
_SEPTETS = 0x80
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


def words(octets: bytes, coding: int) -> str:
    """Read octets in what `data_coding` names. Never fails: what means nothing is shown as the sign for that."""
    alphabet = _alphabet(coding)
    if alphabet == _GSM:
        return _gsm(octets)
    if alphabet == _OCTETS:
        return _of_octets(octets)
    return octets.decode(alphabet, "replace").removeprefix("\ufeff")


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


def _gsm(octets: bytes) -> str:
    """One septet in each octet. A centre that means Latin-1 by its own alphabet is shown by the eighth bit."""
    found, is_escaped = [], False
    for octet in octets:
        if is_escaped:
            # What has no second meaning is shown by its first (6.2.1.1); a second escape is kept for later tables.
            found.append(GSM_EXTENDED_DECODE_MAP.get(octet) or _letter(octet) or " ")
            is_escaped = False
        elif octet == _ESCAPE:
            is_escaped = True
        else:
            found.append(_letter(octet))
    return "".join(found)


def _letter(octet: int) -> str:
    return chr(octet) if octet >= _SEPTETS else str(GSM_BASIC_DECODE_MAP.get(octet, ""))
