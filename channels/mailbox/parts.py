"""A mail taken apart by CPython's parser: mails within stay closed, what it would lose is put right before. Pure."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from email._policybase import Compat32
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser, Parser
from typing import cast

from channels.mailbox.names import safe_type
from channels.mailbox.parameters import parameters

_END_OF_HEAD = re.compile(rb"\r?\n\r?\n|\r\r")
_FOLD = re.compile(r"[\r\n]+(?=[ \t])")
_FIELD = rb"[!-9;-~]{1,100}"
_SPACED = re.compile(rb"(?m)^(" + _FIELD + rb")[ \t]+:")
_STRAY = re.compile(rb"(?m)^(?!" + _FIELD + rb":|From |[ \t\r\n])[^\n]+(?:\n|\Z)")
_KNOWN = re.compile(
    rb"(?im)^(?:from|to|cc|subject|date|message-id|reply-to|return-path|received|mime-version|content-[a-z-]{1,40}|"
    rb"in-reply-to|references)[ \t]*:"
)
_FALSE_ENDS = 3
# Servers on the way add kilobytes; what is longer than that is read without its longest fields.
_HEAD_BYTES = 256_000
_FIELD_BYTES = 16_000
_WHOLE_FIELD = re.compile(rb"[^\n]+(?:\n[ \t][^\n]*)*\n?")


class _Plain(Compat32):
    """CPython's oldest reading, but headers as they stand: its own would replace bytes above 127 by question marks."""

    def header_fetch_parse(self, name: str, value: str) -> str:  # noqa: ARG002 - the signature is CPython's
        return _FOLD.sub("", value) if "\n" in value or "\r" in value else value


_PLAIN = _Plain()


class Part(Message):
    """A mail or a part of one.

    CPython takes a mail within a mail apart and cannot give it back byte for byte, nor decode it: here it is a file.
    """

    @property
    def kind(self) -> str:
        return safe_type(super().get_content_type())

    def get_content_type(self) -> str:
        """Answer what CPython's parser asks before it takes a part apart."""
        kind = super().get_content_type()
        return "application/octet-stream" if kind.startswith("message/") else kind

    def said(self, header: str) -> dict[str, str]:
        """Return the parameters of one of its headers."""
        return parameters(str(self.get(header) or ""))

    @property
    def file_name(self) -> str:
        """The name that its sender gave it, empty where there is none."""
        return self.said("content-disposition").get("filename") or self.said("content-type").get("name") or ""

    @property
    def is_attached(self) -> bool:
        return str(self.get("content-disposition") or "").strip().lower().startswith("attachment")


def head_of(raw: bytes) -> bytes:
    """Return the headers of a mail as they stand."""
    found = _END_OF_HEAD.search(raw)
    return raw[: found.start()] if found else raw


def whole(raw: bytes) -> Part:
    """Take a mail apart. CPython's parser raises nearly anything on hostile mails."""
    return cast("Part", BytesParser(_class=Part, policy=_PLAIN).parsebytes(raw))


def headers_only(raw: bytes) -> Part:
    """Read the headers, and leave the body closed."""
    return cast("Part", BytesHeaderParser(_class=Part, policy=_PLAIN).parsebytes(raw))


def tidied(raw: bytes) -> bytes:
    """Return a mail whose headers are read to their end.

    CPython stops at the first line that is none; a blank before the colon (RFC 5322 section 4.5.2), a byte order mark,
    blank lines at the top and a stray line among the others would end them.
    """
    raw = raw.removeprefix(codecs.BOM_UTF8)
    if raw[:1] in {b"\r", b"\n"} and _KNOWN.match(raw.lstrip(b"\r\n")):
        raw = raw.lstrip(b"\r\n")
    head = head_of(raw)
    tidy = _SPACED.sub(rb"\1:", head)
    # Without a blank line between them, what looks like a stray line is where the body begins.
    last = max((found.start() for found in _KNOWN.finditer(tidy)), default=0) if _STRAY.search(tidy) else 0
    if last:
        tidy = _STRAY.sub(lambda stray: stray[0] if stray.start() > last else b"", tidy)
    if len(tidy) > _HEAD_BYTES:
        short = b"".join(field for field in _WHOLE_FIELD.findall(tidy) if len(field) <= _FIELD_BYTES)
        tidy = short[:_HEAD_BYTES].rstrip(b"\r\n")
    return raw if tidy == head else tidy + raw[len(head) :]


def children(part: Part) -> Iterator[Part]:
    """Yield the parts of a part, also those behind an end that was none: programs use one boundary on two levels."""
    for _ in range(_FALSE_ENDS):
        payload = part.get_payload()
        if isinstance(payload, list):
            yield from (child for child in payload if isinstance(child, Part))
        boundary, behind = part.get_boundary(), part.epilogue
        if not boundary or not behind or f"--{boundary}" not in behind:
            return
        again = f"Content-Type: {part['content-type']}\n\n{behind}"
        part = cast("Part", Parser(_class=Part, policy=_PLAIN).parsestr(again))
