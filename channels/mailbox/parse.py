"""One mail, from bytes to what it says: pure, bounded, run in a worker process, and never more than a value."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email._policybase import Compat32
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.utils import parsedate_to_datetime

from channels.mailbox.addresses import addresses_of, sender_of, visible
from channels.mailbox.automatic import classify
from channels.mailbox.bounces import report_of
from channels.mailbox.charset import decode_header, decode_text
from channels.mailbox.markup import HTML_LIMIT, sanitise, to_text
from channels.mailbox.model import Automatic, MailFile, ParsedMail
from channels.mailbox.names import safe_name, safe_type
from channels.mailbox.quotes import new_part
from channels.mailbox.tnef import Opened, is_winmail, open_winmail
from core.errors import Invalid

_HEADER_BYTES = 256_000
_HEADERS = 1_000
_CONTAINERS = 100
_PARTS = 300
_DEPTH = 20
_FILES = 100
_TEXT_LIMIT = 500_000
_IDS = 50
_ID_HEADER_MOST = 32_000
_ID = re.compile(r"<([!-;=?-~]{1,250})>")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s{0,5}=\s{0,5}[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_NAME_LIMIT = 1_000

# What programs send without a name, by what people would call it.
_NAMES = {
    "message/rfc822": "forwarded-{}.eml",
    "text/calendar": "invitation-{}.ics",
    "message/delivery-status": "delivery-status-{}.txt",
    "text/rfc822-headers": "returned-headers-{}.txt",
}

Headers = dict[str, list[str]]


class _Plain(Compat32):
    """CPython's oldest reading, but headers as they stand: its own would replace bytes above 127 by question marks."""

    def header_fetch_parse(self, name: str, value: str) -> str:  # noqa: ARG002 - the signature is CPython's
        return value


_PLAIN = _Plain()


class Unreadable(Invalid):
    """The mail cannot be read; its original is kept."""


@dataclass(slots=True)
class _Found:
    texts: list[str] = field(default_factory=list)
    htmls: list[str] = field(default_factory=list)
    files: list[MailFile] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    parts: int = 0


def parse_mail(raw: bytes, mail_from: str | None = None) -> ParsedMail:
    """Read one mail. A body that is a bomb is left closed and attached whole; the headers are read all the same.

    Raises Unreadable for headers beyond all measure. `mail_from` is the envelope's sender where one is known.
    """
    head, _, _ = raw.partition(b"\r\n\r\n") if b"\r\n\r\n" in raw else raw.partition(b"\n\n")
    if len(head) > _HEADER_BYTES:
        raise Unreadable("The headers of this mail are longer than any mail's should be.")
    try:
        return _read(raw, mail_from)
    except Exception as error:
        # Whatever a mail provokes is a fact about that mail: trying again would only provoke it again.
        raise Unreadable(f"This mail cannot be read ({type(error).__name__}).") from error


def _read(raw: bytes, mail_from: str | None) -> ParsedMail:
    message, found = _open(raw)
    headers = _headers(message)
    text, html = _body(found)
    sender = sender_of(headers["from"])
    subject = visible(decode_header(_first(headers, "subject")[:4_000]))[:500]
    automatic = classify(headers, subject, sender.address, _type(message), mail_from)
    return ParsedMail(
        sender=sender,
        subject=subject,
        text=new_part(text),
        full_text=text,
        html=html,
        to=addresses_of(headers["to"]),
        cc=addresses_of(headers["cc"]),
        reply_to=addresses_of(headers["reply-to"]),
        delivered_to=addresses_of(headers["delivered-to"] + headers["x-original-to"]),
        message_id=next(iter(_ids(_first(headers, "message-id"))), None),
        references=_references(headers),
        automatic=automatic,
        sent_at=_date(_first(headers, "date")),
        files=tuple(found.files),
        notes=tuple(dict.fromkeys(found.notes)),
        bounce=report_of(message, raw) if automatic is Automatic.BOUNCE else None,
        authentication=tuple(headers["authentication-results"][:20]),
    )


def _open(raw: bytes) -> tuple[Message, _Found]:
    """Take the mail apart, or leave it closed when it holds more containers than people send."""
    found = _Found()
    lowered = raw.lower()
    if (
        lowered.count(b"boundary=") + lowered.count(b"boundary*") <= _CONTAINERS
        and lowered.count(b"message/rfc822") <= _CONTAINERS
    ):
        try:
            message: Message = BytesParser(policy=_PLAIN).parsebytes(raw)
            _collect(message, found, 0)
        except (RecursionError, ValueError, LookupError, TypeError, AttributeError, AssertionError):
            # CPython's parser raises all of these on real mails.
            found = _Found()
        else:
            return message, found
    found.notes.append("The body of this mail could not be opened; the whole mail is attached.")
    found.files.append(MailFile("message.eml", "message/rfc822", raw))
    return BytesHeaderParser(policy=_PLAIN).parsebytes(raw), found


def _collect(part: Message, found: _Found, depth: int) -> None:
    found.parts += 1
    if found.parts > _PARTS or depth > _DEPTH:
        found.notes.append("Parts of this mail lie too deep or are too many; the original holds them.")
        return
    kind = _type(part)
    if kind.startswith("multipart/") and part.is_multipart():
        for child in _children(part):
            _collect(child, found, depth + 1)
    elif kind in {"text/plain", "text/html"} and not _is_file(part):
        text = _text(part)
        (found.htmls if kind == "text/html" else found.texts).append(text)
    elif kind.startswith("multipart/"):
        _show_whole(part, found)
    else:
        _keep(part, kind, found)


def _show_whole(part: Message, found: _Found) -> None:
    """Show parts that cannot be told apart (no boundary, or one that never comes) as they came; nothing of nothing."""
    text = decode_text(_payload(part), None).replace("\r\n", "\n").replace("\r", "\n")
    if text.strip():
        found.notes.append("The parts of this mail cannot be told apart; they are shown as they came.")
        found.texts.append(text)


def _children(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    yield from (child for child in payload if isinstance(child, Message)) if isinstance(payload, list) else ()


def _type(part: Message) -> str:
    return safe_type(part.get_content_type())


def _is_file(part: Message) -> bool:
    disposition = str(part.get("content-disposition") or "").strip().lower()
    return disposition.startswith("attachment") or bool(part.get_filename())


def _text(part: Message) -> str:
    body = _payload(part)
    declared = str(part.get_param("charset") or "") or None
    if declared is None and _type(part) == "text/html" and (meta := _META_CHARSET.search(body[:4_000])):
        declared = meta.group(1).decode("ascii", "replace")
    return decode_text(body, declared).replace("\r\n", "\n").replace("\r", "\n")


def _payload(part: Message) -> bytes:
    if part.is_multipart():
        # A mail inside a mail.
        return b"\n".join(child.as_bytes() for child in _children(part))
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _keep(part: Message, kind: str, found: _Found) -> None:
    if len(found.files) >= _FILES:
        found.notes.append(f"Only the first {_FILES} files of this mail are shown.")
        return
    number = len(found.files) + 1
    name = str(part.get_filename() or "")[:_NAME_LIMIT]
    if is_winmail(kind, name) and (opened := open_winmail(_payload(part))):
        _keep_opened(opened, found)
        return
    if not name and kind in _NAMES:
        name = _NAMES[kind].format(number)
    cid = next(iter(_ids(str(part.get("content-id") or ""))), "")
    found.files.append(MailFile(safe_name(decode_header(name), kind, number), kind, _payload(part), cid))


def _keep_opened(opened: Opened, found: _Found) -> None:
    """Show what Outlook packed: its files, and its text where the mail has no other."""
    found.notes.append("This mail came packed by Outlook (winmail.dat) and was opened.")
    for name, kind, content in opened.files[: _FILES - len(found.files)]:
        kept = safe_type(kind)
        found.files.append(MailFile(safe_name(name, kept, len(found.files) + 1), kept, content))
    if not found.texts and not found.htmls:
        found.texts.extend([opened.text] if opened.text else [])
        found.htmls.extend([opened.html] if opened.html else [])


def _body(found: _Found) -> tuple[str, str | None]:
    """Return text and sanitised HTML; the text of the HTML where the sender gave no other."""
    whole = "<hr>".join(found.htmls)
    html = sanitise(whole) if whole else None
    if len(whole) > HTML_LIMIT:
        found.notes.append("The HTML of this mail was cut; the original holds all of it.")
    text = "\n\n".join(text.strip() for text in found.texts if text.strip())
    if not text and html:
        text = to_text(html)
    if len(text) > _TEXT_LIMIT:
        found.notes.append("The text of this mail was cut; the original holds all of it.")
    return text[:_TEXT_LIMIT].strip(), html


def _headers(message: Message) -> Headers:
    headers: Headers = defaultdict(list)
    for name, value in list(message.raw_items())[:_HEADERS]:
        headers[name.lower()].append(" ".join(str(value).splitlines()))
    return headers


def _first(headers: Headers, name: str) -> str:
    values = headers.get(name)
    return values[0] if values else ""


def _ids(value: str) -> list[str]:
    """Return the ids in a header; long ones come as encoded words from CPython's own mail package, against RFC 5322."""
    value = value[:_ID_HEADER_MOST]
    return _ID.findall(decode_header(value) if "=?" in value else value)


def _references(headers: Headers) -> tuple[str, ...]:
    """Return In-Reply-To, then References from the nearest back: the order in which they are tried."""
    nearest = _ids(_first(headers, "in-reply-to")) + _ids(_first(headers, "references"))[::-1]
    return tuple(dict.fromkeys(nearest))[:_IDS]


def _date(value: str) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(value[:100])
        return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
