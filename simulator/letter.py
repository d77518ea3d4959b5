"""What stands in a mail, read and written with Python's own email package."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.policy import EmailPolicy
from email.utils import format_datetime
from html.parser import HTMLParser

_TEXT_LIMIT = 20_000
"""Characters of a text that are kept for showing; the raw mail has all of them."""
_ID = re.compile(r"<[^<>\s]+>")
_ID_HEADERS = {"message-id", "in-reply-to", "references"}
_REPLY = re.compile(r"^(?:re|رد|پاسخ)\s?[:：]", re.IGNORECASE)
_BREAKS = {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "blockquote"}
_SILENT = {"script", "style", "head", "title"}

# What CPython's header and MIME parsers are known to raise on hostile input.
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, AssertionError, RecursionError, MessageError)


class LetterError(Exception):
    """A mail that cannot be written; the words are for the person who wrote it."""


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it was understood; everything may be empty. Ids keep their angle brackets."""

    sender: str = ""
    sender_name: str = ""
    to: tuple[str, ...] = ()
    reply_to: str = ""
    subject: str = ""
    text: str = ""
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    files: tuple[tuple[str, str, int], ...] = ()
    """Name, content type and size in bytes of each attachment."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail that somebody outside writes to the centre."""

    sender: str
    to: str
    subject: str
    text: str
    message_id: str
    sender_name: str = ""
    references: tuple[str, ...] = ()
    """The whole chain, oldest first; the last one is what it answers."""
    file: File | None = None


class _Policy(EmailPolicy):
    """CPython folds long ids into encoded words, which nobody threads by: ids go on lines of their own."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in _ID_HEADERS:
            return (f"{name}: " + "\r\n ".join(value.split()) + "\r\n").encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _Policy(linesep="\r\n", cte_type="7bit", raise_on_defect=True)


def read(raw: bytes) -> Letter:
    """Understand a mail as far as it goes; what cannot be parsed at all is an empty letter."""
    try:
        return _read(BytesParser(policy=policy.default).parsebytes(raw))
    except _UNREADABLE:
        return Letter()


def file_of(raw: bytes, number: int) -> File | None:
    """Return an attachment by its place in `Letter.files`."""
    try:
        files = _files(BytesParser(policy=policy.default).parsebytes(raw))
    except _UNREADABLE:
        return None
    return files[number] if 0 <= number < len(files) else None


def write(draft: Draft, now: datetime) -> bytes:
    """Return the mail with CRLF line ends. Raises LetterError for what no header may hold."""
    mail = EmailMessage(policy=_POLICY)
    try:
        mail["From"] = Address(draft.sender_name, addr_spec=draft.sender)
        mail["To"] = Address(addr_spec=draft.to)
        mail["Subject"] = draft.subject
        mail["Date"] = format_datetime(now)
        mail["Message-ID"] = draft.message_id
        if draft.references:
            mail["In-Reply-To"] = draft.references[-1]
            mail["References"] = " ".join(draft.references)
        mail.set_content(draft.text.replace("\r\n", "\n"))
        if (file := draft.file) is not None:
            main, _, sub = file.content_type.partition("/")
            mail.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
        return mail.as_bytes()
    except _UNREADABLE as error:
        raise LetterError(f"This mail cannot be written: {error}") from error


def subject_of_reply(subject: str) -> str:
    """Put one `Re:` in front, unless a reply's mark in one of our three languages stands there already."""
    return subject if _REPLY.match(subject) else f"Re: {subject}".strip()


def _read(mail: EmailMessage) -> Letter:
    senders, to = _addresses(mail, "from"), _addresses(mail, "to")
    replies = _ids(mail, "in-reply-to")
    return Letter(
        sender=senders[0].addr_spec if senders else "",
        sender_name=senders[0].display_name if senders else "",
        to=tuple(one.addr_spec for one in to),
        reply_to=next((one.addr_spec for one in _addresses(mail, "reply-to")), ""),
        subject=str(mail.get("subject", "")),
        text=_text(mail)[:_TEXT_LIMIT],
        message_id=next(iter(_ids(mail, "message-id")), ""),
        in_reply_to=replies[0] if replies else "",
        references=_ids(mail, "references"),
        files=tuple((file.name, file.content_type, len(file.content)) for file in _files(mail)),
    )


def _addresses(mail: EmailMessage, name: str) -> tuple[Address, ...]:
    header = mail.get(name)
    return () if header is None else tuple(header.addresses)


def _ids(mail: EmailMessage, name: str) -> tuple[str, ...]:
    return tuple(_ID.findall(str(mail.get(name, ""))))


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    words = _words(part).replace("\r\n", "\n")
    return (_plain(words) if part.get_content_subtype() == "html" else words).strip()


def _words(part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except LookupError:  # a charset that nobody knows
        content = part.get_payload(decode=True)
        return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""


def _files(mail: EmailMessage) -> list[File]:
    files: list[File] = []
    for part in mail.iter_attachments() if mail.is_multipart() else ():
        # An attached mail is one file, not its parts.
        content = part.as_bytes() if part.is_multipart() else part.get_payload(decode=True)
        if isinstance(content, bytes):
            name = part.get_filename() or f"file-{len(files) + 1}"
            files.append(File(name, part.get_content_type(), content))
    return files


class _Plain(HTMLParser):
    """The words of an HTML mail, for reading only: nobody renders what comes out."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._silent += tag in _SILENT
        if tag in _BREAKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(re.sub(r"\s+", " ", data))


def _plain(html: str) -> str:
    parser = _Plain()
    parser.feed(html)
    parser.close()
    return re.sub(r"\s*\n\s*", "\n", "".join(parser.pieces))
