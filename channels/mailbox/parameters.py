"""Parameters of Content-Type and Content-Disposition as programs write them: RFC 2231, RFC 2047, and neither. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from channels.mailbox.charset import decode_header, decode_text, raw_bytes

_LIMIT = 4_000
# A quotation that is never closed goes to the end: so it always matches, and no letter is looked at twice.
_PARAMETER = re.compile(r'(?:^|;)\s*([^\s=;"]{1,60})\s*=\s*(?:"((?:[^"\\]|\\.?)*)(?:"|$)|([^;]*))', re.DOTALL)
_ESCAPED = re.compile(r'\\([\\"])')
# A name, the number of its piece, and whether the piece is percent-encoded: `filename*1*`.
_NAME = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")


@dataclass(slots=True)
class _Given:
    """One parameter: what stands there plainly, and its pieces by RFC 2231 as (text, is encoded)."""

    plain: str | None = None
    pieces: dict[int, tuple[str, bool]] = field(default_factory=dict)


def parameters(header: str) -> dict[str, str]:
    """Return the parameters of a header, by lower-case name. The first of a name counts; RFC 2231 before the plain one.

    >>> parameters("attachment; filename=a.pdf; filename*=utf-8''%D8%A2.pdf")
    {'filename': 'آ.pdf'}
    """
    given: dict[str, _Given] = {}
    for raw_name, quoted, bare in _PARAMETER.findall(header[:_LIMIT]):
        found = _NAME.fullmatch(raw_name.lower())
        if found is None:
            continue
        name, number, mark = found.groups()
        one = given.setdefault(name, _Given())
        text = _ESCAPED.sub(r"\1", quoted) if quoted else bare.strip()
        if number is None and not mark:
            one.plain = text if one.plain is None else one.plain
        else:
            one.pieces.setdefault(int(number or 0), (text.replace('"', "") if mark else text, bool(mark)))
    return {name: _value(one) for name, one in given.items()}


def _value(given: _Given) -> str:
    if not given.pieces:
        return decode_header(given.plain or "")
    pieces = [given.pieces[number] for number in sorted(given.pieces)]
    if not any(is_encoded for _, is_encoded in pieces):
        # Outlook cuts encoded words like this.
        return decode_header("".join(text for text, _ in pieces))
    first, is_encoded = pieces[0]
    charset, is_said, rest = first.partition("'") if is_encoded else ("", "", first)
    pieces[0] = (rest.partition("'")[2] if is_said else first, is_encoded)
    body = b"".join(unquote_to_bytes(raw_bytes(text)) if encoded else raw_bytes(text) for text, encoded in pieces)
    return decode_text(body, charset if is_said else None)
