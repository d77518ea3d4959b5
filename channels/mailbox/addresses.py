"""Who sent a mail and to whom: strict about From, which decides whose conversation it is; lenient about the rest."""

from __future__ import annotations

import re
from email import policy
from email.errors import MessageError
from email.utils import getaddresses

from channels.mailbox.charset import decode_header, word_bytes
from channels.mailbox.model import Sender

# CPython's parsers take seconds for kilobytes of dots; no honest From is longer.
_FROM_LIMIT = 1_000
_LIST_LIMIT = 8_000
_ADDRESSES = 100
_ADDRESS = re.compile(r"[^@\s<>\"(),:;\\\[\]\x00-\x1f\x7f]{1,64}@[^@\s<>\"(),:;\\\[\]\x00-\x1f\x7f]{1,253}")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}"
_DOTTED = rf"{_ATOM}(?:\.{_ATOM}){{0,20}}"
_USUAL_ADDRESS = rf"{_DOTTED}@{_DOTTED}"
_ENCODED = (
    r"=\?[Uu][Tt][Ff]-8\?(?:"
    r"[Bb]\?(?:[A-Za-z0-9+/]{4}){0,20}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?|[Qq]\?(?:[A-Za-z0-9_]|=[0-9A-F]{2}){1,75}"
    r")\?="
)
# What nearly every mail has: an address, alone or behind a name of plain words, of words in UTF-8, or within quotation
# marks. It reads in one way only, and CPython's modern parser takes longer for it than the rest of the mail takes.
_USUAL = re.compile(
    rf"(?P<alone>{_USUAL_ADDRESS})"
    rf"|(?:(?P<encoded>{_ENCODED}(?: {_ENCODED}){{0,10}})"
    rf"|(?P<words>{_ATOM}(?: {_ATOM}){{0,10}})"
    rf"|\"(?P<quoted>[ !#-\[\]-~]{{1,120}})\") <(?P<beside>{_USUAL_ADDRESS})>"
)
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
    """Return name and address of a value that both parsers read alike, None for all that is not of that kind."""
    found = _USUAL.fullmatch(value)
    if found is None:
        return None
    name, address = found["encoded"] or found["words"] or found["quoted"] or "", found["alone"] or found["beside"]
    is_plain = _is_letters(name) if found["encoded"] else "=?" not in value
    return (name, address) if is_plain and _ADDRESS.fullmatch(address) else None


def _is_letters(name: str) -> bool:
    """Tell whether each of these encoded words is sound and says letters and spaces: others may read in two ways."""
    for word in name.split(" "):
        _, _, encoding, text, _ = word.split("?")
        try:
            said = word_bytes(encoding, text).decode("utf-8")
        except UnicodeDecodeError:
            return False
        if not said.replace(" ", "").isalpha():
            return False
    return True


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
    others = {found.lower() for found in _ADDRESS.findall(shown)} - {address.lower()}
    return "" if others else shown


def _guess(values: list[str], doubt: str) -> Sender:
    """Return what people may look at: the last address, and the name beside it where nothing else is there."""
    joined = " ".join(values)[:_LIST_LIMIT]
    found = _ADDRESS.findall(joined)
    before = joined.partition("<")[0] if len(values) == len(found) == 1 else ""
    name = _name(before.strip(' "'), found[0]) if before and before != joined else ""
    return Sender(_plain(found[-1]) if found else "", name, doubt)
