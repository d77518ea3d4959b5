"""Who sent a mail and to whom: strict about From, which decides whose conversation it is; lenient about the rest."""

from __future__ import annotations

import re
import unicodedata
from email import policy
from email.errors import MessageError
from email.utils import getaddresses

from channels.mailbox.charset import decode_header
from channels.mailbox.model import Sender

# CPython's parsers take seconds for kilobytes of dots; no honest From is longer.
_FROM_LIMIT = 1_000
_LIST_LIMIT = 8_000
_ADDRESSES = 100
_ADDRESS = re.compile(r"[^@\s<>\"(),:;\\\[\]\x00-\x1f\x7f]{1,64}@[^@\s<>\"(),:;\\\[\]\x00-\x1f\x7f]{1,253}")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}"
_DOTTED = rf"{_ATOM}(?:\.{_ATOM}){{0,20}}"
_USUAL_ADDRESS = rf"{_DOTTED}@{_DOTTED}"
_WORD = r"[^\x00-\x20\x7f-\xa0<>()\[\]:;@\\,\"\ud800-\udfff]{1,300}"
_BETWEEN_MARKS = r"[^\x00-\x1f\x7f-\x9f\\\"\ud800-\udfff]{1,400}"
# What nearly every mail has: an address, alone or behind a name of plain or encoded words, within quotation marks or
# not. It reads in one way only, and CPython's modern parser takes longer for it than the rest of the mail takes; it
# also sees a defect in a dot ("John Q. Public") and in encoded words between quotation marks, both of which are usual.
_USUAL = re.compile(
    rf"(?P<alone>{_USUAL_ADDRESS})"
    rf"|(?:(?P<words>{_WORD}(?:[ \t]{{1,5}}{_WORD}){{0,15}})|\"(?P<quoted>{_BETWEEN_MARKS})\")"
    rf"[ \t]{{0,5}}<(?P<beside>{_USUAL_ADDRESS})>"
)
# An encoded name that holds one of these says something else to whoever decodes first and looks for addresses then.
_STRUCTURE = re.compile(r"[<>()\[\]:;@\\\"\x00-\x1f\x7f-\x9f\ufffd]")
_ASIDE = re.compile(r"\"[^\"]*\"|\([^()]*\)")
_ANGLED = re.compile(rf"<\s{{0,5}}({_ADDRESS.pattern})\s{{0,5}}>")
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def sender_of(values: list[str]) -> Sender:
    """Return the one sender, or a guess with the reason why it must not be believed.

    Known only with exactly one From header, one address in it, no defect, and both of CPython's parsers agreeing:
    each alone is fooled by forms such as `victim@corp.com <evil@x.com>`.
    """
    if len(values) != 1:
        return _guess(values, f"{len(values)} From headers")
    value = values[0]
    if len(value) > _FROM_LIMIT:
        return _guess(values, "a From header beyond all measure")
    if usual := _usual(value):
        name, address = usual
        return Sender(_plain(address), _name(name, address))
    old = [(name, address) for name, address in _old(value) if name or address]
    new = _new(value)
    if new is None or len(old) != 1 or len(new) != 1:
        return _guess(values, "a From header that is not one sound address")
    name, address = old[0]
    if address.lower() != new[0].lower() or not _ADDRESS.fullmatch(address):
        return _guess(values, "a From header that reads in two ways")
    return Sender(_plain(address), _name(name, address))


def addresses_of(values: list[str]) -> tuple[str, ...]:
    """Return the addresses of To, Cc and the like, lower case, in order, once each; what is unsound is left out."""
    joined = ", ".join(values)[:_LIST_LIMIT]
    if not joined:
        return ()
    if usual := _usual(joined):
        return (_plain(usual[1]),)
    found = (_plain(address) for _, address in _old(joined) if _ADDRESS.fullmatch(address))
    return tuple(dict.fromkeys(found))[:_ADDRESSES]


def visible(text: str) -> str:
    """Return a name or subject without characters that turn or hide what people read."""
    return _INVISIBLE.sub("", text).strip()


def _plain(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.rstrip('.')}".lower().encode("utf-8", "replace").decode()


def _usual(value: str) -> tuple[str, str] | None:
    """Return name and address of a value that everybody reads alike, None for all that is not of that kind."""
    found = _USUAL.fullmatch(value)
    if found is None:
        return None
    name, address = found["words"] or found["quoted"] or "", found["alone"] or found["beside"]
    is_plain = "=?" not in value or not _STRUCTURE.search(unicodedata.normalize("NFKC", decode_header(name)))
    return (name, address) if is_plain and "=?" not in address and _ADDRESS.fullmatch(address) else None


def _old(value: str) -> list[tuple[str, str]]:
    try:
        return getaddresses([value])
    except (ValueError, IndexError, RecursionError):
        return []


def _new(value: str) -> list[str] | None:
    """Return the addresses by the modern parser, None when it sees a defect or a group, or fails."""
    try:
        header = policy.default.header_factory("from", value)
        is_sound = not header.defects and all(group.display_name is None for group in header.groups)
        return [address.addr_spec for address in header.addresses] if is_sound else None
    except (ValueError, IndexError, AttributeError, TypeError, RecursionError, MessageError):
        # The modern parser raises nearly anything on hostile input.
        return None


def _name(name: str, address: str) -> str:
    """Return the display name; one that shows another address than the sender's is a mask and is dropped."""
    shown = visible(decode_header(name))[:120]
    others = {found.lower() for found in _ADDRESS.findall(unicodedata.normalize("NFKC", shown))} - {address.lower()}
    return "" if others else shown


def _guess(values: list[str], doubt: str) -> Sender:
    """Return what people may look at: the one address in angles, else the first that is in no quotation or comment.

    A name goes with it where there is nothing else.
    """
    joined = " ".join(values)[:_LIST_LIMIT]
    bare = _ASIDE.sub(" ", joined)
    angled = _ANGLED.findall(bare)
    found = _ADDRESS.findall(joined)
    address = angled[0] if len(angled) == 1 else next(iter(_ADDRESS.findall(bare) or found), "")
    before, is_angle, _ = joined.partition("<")
    is_name = len(values) == 1 and len(found) <= 1 and (is_angle or not found)
    return Sender(_plain(address) if address else "", _name(before.strip(' "'), address) if is_name else "", doubt)
