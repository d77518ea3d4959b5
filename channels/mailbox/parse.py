"""One mail, from bytes to what it says: pure, bounded, run in a worker process, and never more than a value."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from channels.mailbox.addresses import addresses_of, sender_of, visible
from channels.mailbox.automatic import classify
from channels.mailbox.bounces import report_of
from channels.mailbox.charset import decode_header, decode_text, raw_bytes
from channels.mailbox.flowed import unflowed
from channels.mailbox.markup import HTML_LIMIT, sanitise_mail, to_text
from channels.mailbox.model import Automatic, MailFile, Note, ParsedMail
from channels.mailbox.names import safe_name, safe_type
from channels.mailbox.parts import Part, children, head_of, headers_only, tidied, whole
from channels.mailbox.quotes import parted
from channels.mailbox.signed import TYPES, signed_content
from channels.mailbox.tnef import Opened, is_winmail, open_winmail
from channels.mailbox.transfer import content_of
from core.errors import Invalid
from core.text import printable

_HEADER_BYTES = 2_000_000
_HEADERS = 1_000
_CONTAINERS = 100
_PARTS = 300
_DEPTH = 20
_FILES = 200
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


class Unreadable(Invalid):
    """The mail cannot be read; its original is kept."""


@dataclass(slots=True)
class _Found:
    texts: list[str] = field(default_factory=list)
    htmls: list[str] = field(default_factory=list)
    files: list[MailFile] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    parts: int = 0
    # In which charset the first text says that it is.
    charset: str | None = None


def parse_mail(raw: bytes, mail_from: str | None = None) -> ParsedMail:
    """Read one mail. A body that is a bomb is left closed and attached whole; the headers are read all the same.

    Raises Unreadable for headers beyond all measure. `mail_from` is the envelope's sender where one is known.
    """
    if len(head_of(raw)) > _HEADER_BYTES:
        raise Unreadable("The headers of this mail are longer than any mail's should be.")
    try:
        return _read(raw, mail_from)
    except Exception as error:
        # Whatever a mail provokes is a fact about that mail: trying again would only provoke it again.
        raise Unreadable(f"This mail cannot be read ({type(error).__name__}).") from error


def _read(raw: bytes, mail_from: str | None) -> ParsedMail:
    message, found = _open(raw)
    headers = _headers(message)
    text, html, pictures = _body(found)
    new, rest = parted(text)
    sender = sender_of(headers["from"])
    subject = visible(decode_header(_first(headers, "subject")[:4_000], found.charset))[:500]
    automatic = classify(headers, subject, sender.address, message.kind, mail_from)
    return ParsedMail(
        sender=sender,
        subject=subject,
        text=new,
        full_text=text,
        cut=rest,
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
        bounce=report_of(raw) if automatic is Automatic.BOUNCE else None,
        authentication=tuple(headers["authentication-results"][:20]),
        pictures=pictures,
    )


def _open(raw: bytes) -> tuple[Part, _Found]:
    """Take the mail apart, or leave it closed when it holds more containers than people send."""
    found, tidy = _Found(), tidied(raw)
    if _holds_few_parts(tidy):
        try:
            message = whole(tidy)
            _collect(message, found, 0)
        except (RecursionError, ValueError, LookupError, TypeError, AttributeError, AssertionError):
            # CPython's parser raises all of these on real mails.
            found = _Found()
        else:
            return message, found
    found.notes.append(Note.CLOSED)
    found.files.append(MailFile("message.eml", "message/rfc822", raw))
    return headers_only(tidy), found


def _collect(part: Part, found: _Found, depth: int) -> None:
    found.parts += 1
    if found.parts > _PARTS or depth > _DEPTH:
        found.notes.append(Note.TOO_DEEP)
        return
    kind = part.kind
    if kind.startswith("multipart/") and part.is_multipart():
        for child in children(part):
            _collect(child, found, depth + 1)
    elif kind in {"text/plain", "text/html"} and not _is_file(part, is_whole=depth == 0):
        (found.htmls if kind == "text/html" else found.texts).append(_text(part, found))
    elif kind.startswith("multipart/"):
        _show_whole(part, found)
    else:
        content = content_of(part)
        _keep(part, kind, content, found)
        if kind in TYPES and (inner := signed_content(content)) and _holds_few_parts(inner):
            # The file stays beside what it says: who wants to verify the signature needs it.
            _collect(whole(tidied(inner)), found, depth + 1)


def _holds_few_parts(raw: bytes) -> bool:
    """Tell whether a mail holds no more containers than people send."""
    lowered = raw.lower()
    return lowered.count(b"boundary=") + lowered.count(b"boundary*") <= _CONTAINERS


def _is_file(part: Part, *, is_whole: bool) -> bool:
    """Tell whether a text is a file: it says so or has a name, and is not the whole mail under some name."""
    return part.is_attached or (bool(part.file_name) and not is_whole)


def _show_whole(part: Part, found: _Found) -> None:
    """Show parts that cannot be told apart (no boundary, or one that never comes) as they came; nothing of nothing."""
    text = _lines(decode_text(content_of(part), None))
    if text.strip():
        found.notes.append(Note.UNDIVIDED)
        found.texts.append(text)


def _text(part: Part, found: _Found) -> str:
    body, said = content_of(part), part.said("content-type")
    declared = said.get("charset") or None
    found.charset = found.charset or declared
    if part.kind == "text/html":
        if declared is None and (meta := _META_CHARSET.search(body[:4_000])):
            declared = meta.group(1).decode("ascii", "replace")
        return _lines(decode_text(body, declared))
    text = _lines(decode_text(body, declared))
    if said.get("format", "").lower() != "flowed":
        return text
    return unflowed(text, deletes_space=said.get("delsp", "").lower() == "yes")


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _keep(part: Part, kind: str, content: bytes, found: _Found) -> None:
    if len(found.files) >= _FILES:
        found.notes.append(Note.MANY_FILES)
        return
    number = len(found.files) + 1
    name = part.file_name[:_NAME_LIMIT]
    if is_winmail(kind, name) and (opened := open_winmail(content)):
        _keep_opened(opened, found)
        return
    shown = name or _NAMES.get(kind, "").format(number)
    cid = next(iter(_ids(str(part.get("content-id") or ""))), "")
    found.files.append(MailFile(safe_name(shown, kind, number), kind, content, cid, is_named=bool(name)))


def _keep_opened(opened: Opened, found: _Found) -> None:
    """Show what Outlook packed: its files, and its text where the mail has no other."""
    found.notes.append(Note.PACKED)
    for name, kind, content in opened.files[: _FILES - len(found.files)]:
        kept = safe_type(kind)
        found.files.append(MailFile(safe_name(name, kept, len(found.files) + 1), kept, content))
    if not found.texts and not found.htmls:
        found.texts.extend([_lines(printable(opened.text))] if opened.text else [])
        found.htmls.extend([printable(opened.html)] if opened.html else [])


def _body(found: _Found) -> tuple[str, str | None, tuple[str, ...]]:
    """Return text, sanitised HTML and its pictures elsewhere; the HTML's text where the sender gave no other."""
    together = "<hr>".join(found.htmls)
    html, pictures = sanitise_mail(together) if together else (None, ())
    if len(together) > HTML_LIMIT:
        found.notes.append(Note.HTML_CUT)
    text = "\n\n".join(text.strip() for text in found.texts if text.strip())
    if not text and html:
        text = to_text(html)
    if len(text) > _TEXT_LIMIT:
        found.notes.append(Note.TEXT_CUT)
    return text[:_TEXT_LIMIT].strip(), html, pictures


def _headers(message: Part) -> Headers:
    headers: Headers = defaultdict(list)
    for name, value in list(message.raw_items())[:_HEADERS]:
        headers[name.lower()].append(_as_text(" ".join(str(value).splitlines())))
    return headers


def _as_text(value: str) -> str:
    """Return a header that is sound UTF-8 as what it says (RFC 6532); other bytes above 127 stay as they came."""
    if value.isascii():
        return value
    try:
        return raw_bytes(value).decode("utf-8")
    except UnicodeDecodeError:
        return value


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
