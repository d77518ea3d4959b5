"""A mail of ours, from our values to the bytes that leave."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address as MailAddress
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from html import escape

from channels.base import Address, Outgoing, OutgoingFile
from channels.mailbox.addresses import visible
from channels.mailbox.markup import sanitise
from channels.mailbox.names import safe_name, safe_type
from channels.mailbox.settings import EmailSettings
from channels.mailbox.thread import Marks, numbers_in
from channels.mailbox.unsubscribe import unsubscribe_headers
from core.errors import Invalid
from core.text import printable

_SUBJECT_LIMIT = 300
_REFERENCES = 20
_ID = re.compile(r"[!-;=?-~]{1,250}")
_WHOLE_HEADERS = {"message-id", "in-reply-to", "references", "list-unsubscribe"}
_PICTURE = re.compile(r'<img\b[^<>]*\ssrc="cid:([^"<>@]+)"[^<>]*>')
_REPLY = re.compile(r"^(?:re|aw|fwd?|wg|رد|پاسخ|إعادة توجيه|بازفرست)\s?(?:\[\d+\])?\s?[:：]", re.IGNORECASE)


class _Policy(EmailPolicy):
    """CPython folds long ids and links into encoded words, which no program reads: they go on lines of their own."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in _WHOLE_HEADERS:
            return (f"{name}: " + "\r\n ".join(value.split()) + "\r\n").encode("ascii")
        return super().fold_binary(name, value)


# Seven bits, so that no server on the way has a reason to change a byte.
_POLICY = _Policy(linesep="\r\n", cte_type="7bit", raise_on_defect=True)


@dataclass(frozen=True, slots=True)
class Composed:
    """A mail ready to leave; `message_id` is without brackets."""

    message_id: str
    content: bytes


def compose(settings: EmailSettings, account_name: str, outgoing: Outgoing, marks: Marks, now: datetime) -> Composed:
    """Return the mail. Raises Invalid for anything that would break a header (O1): it is never repaired silently."""
    message_id = marks.message_id(outgoing.message_id, outgoing.interaction_id, settings.domain)
    references = ids_of(outgoing.references)
    name = settings.from_name or outgoing.author_name or account_name
    mail = EmailMessage(policy=_POLICY)
    try:
        mail["From"] = MailAddress(_line(name), addr_spec=settings.address)
        mail["To"] = _people((outgoing.to, *outgoing.more_to))
        if outgoing.cc:
            mail["Cc"] = _people(outgoing.cc)
        mail["Subject"] = subject_of(_line(outgoing.subject or ""), outgoing.number, is_reply=bool(references))
        mail["Date"] = format_datetime(now)
        mail["Message-ID"] = f"<{message_id}>"
        if references:
            mail["In-Reply-To"] = f"<{references[-1]}>"
            mail["References"] = " ".join(f"<{reference}>" for reference in references)
        if reply_to := outgoing.reply_to or marks.reply_address(settings, outgoing.interaction_id):
            mail["Reply-To"] = MailAddress(_line(name), addr_spec=_line(reply_to))
        _mark(mail, outgoing, is_reply=bool(references))
        _fill(mail, outgoing)
        return Composed(message_id, mail.as_bytes())
    except (ValueError, TypeError, IndexError, LookupError, MessageError) as error:
        raise Invalid(f"This mail cannot be written: {error}.") from error


def _people(addresses: tuple[Address, ...]) -> tuple[MailAddress, ...]:
    return tuple(MailAddress(visible(_line(each.name)), addr_spec=ascii_address(each.value)) for each in addresses)


def _mark(mail: EmailMessage, outgoing: Outgoing, *, is_reply: bool) -> None:
    """Say what no person wrote, and how its reader stops it."""
    if outgoing.is_automatic:
        # RFC 3834: nobody's machine answers what no person wrote; the second is what Exchange looks at.
        mail["Auto-Submitted"] = "auto-replied" if is_reply else "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
    for header, value in unsubscribe_headers(outgoing.unsubscribe_url).items():
        mail[header] = value


def subject_of(subject: str, number: int, *, is_reply: bool) -> str:
    """Return the subject with our number in it, which stays even where a mail program drops every id; 0 is none."""
    prefix = "Re: " if is_reply and not _REPLY.match(subject) else ""
    tag = "" if number == 0 or str(number) in numbers_in(subject) else f" [#{number}]"
    return f"{prefix}{visible(subject)[:_SUBJECT_LIMIT]}{tag}".strip()


def ids_of(references: tuple[str, ...]) -> list[str]:
    """Return sound Message-IDs without brackets, oldest first: the first one and the nearest, once each.

    A stranger's folded References would raise, or carry headers of their own (reliability: ids are normalised).
    """
    bare = (reference.removeprefix("mid:").strip().strip("<>") for reference in references)
    sound = list(dict.fromkeys(one for one in bare if _ID.fullmatch(one)))
    return sound if len(sound) <= _REFERENCES else [sound[0], *sound[1 - _REFERENCES :]]


def _fill(mail: EmailMessage, outgoing: Outgoing) -> None:
    text, signature = printable(outgoing.text), printable(outgoing.signature)
    # RFC 3676: two dashes and a space, so that mail programs take a signature for one.
    signed = f"{text}\n\n-- \n{signature}" if signature else text
    mail.set_content(signed.replace("\r\n", "\n"))
    shown = {file.cid: file for file in outgoing.files if _is_shown(file, outgoing.html)}
    html = _pictured(_html(text, outgoing.html), shown)
    below = f'<div dir="auto">-- </div>{_html(signature, None)}' if signature else ""
    mail.add_alternative(f"{html}{below and chr(10)}{below}", subtype="html")
    for file in shown.values():
        # The HTML is the last of the alternatives.
        part = mail.get_payload()[-1]  # type: ignore[index]  # ours: a multipart
        main, _, sub = safe_type(file.content_type).partition("/")
        name = safe_name(file.name, file.content_type, 1)
        part.add_related(file.content, main, sub, cid=f"<{file.cid}@inline>", filename=name, disposition="inline")  # type: ignore[union-attr]
    for number, file in enumerate((file for file in outgoing.files if file.cid not in shown), 1):
        content_type = safe_type(file.content_type)
        main, _, sub = content_type.partition("/")
        if main in {"multipart", "message"}:
            main, sub = "application", "octet-stream"
        name = safe_name(file.name, content_type, number)
        mail.add_attachment(file.content, maintype=main, subtype=sub, filename=name)


def _is_shown(file: OutgoingFile, html: str | None) -> bool:
    return bool(file.cid) and html is not None and f"cid:{file.cid}" in html and file.content_type.startswith("image/")


def _pictured(html: str, shown: Mapping[str, OutgoingFile]) -> str:
    """Name pictures as parts of this mail; one that does not go along is not shown at all."""

    def picture(found: re.Match[str]) -> str:
        return found[0].replace(found[1], f"{found[1]}@inline") if found[1] in shown else ""

    return _PICTURE.sub(picture, html)


def _html(text: str, html: str | None) -> str:
    """Each paragraph finds its own direction: a Persian answer may quote an English line."""
    if html is not None:
        return f'<div dir="auto">{sanitise(html)}</div>'
    return "\n".join(f'<div dir="auto">{escape(line) or "<br>"}</div>' for line in text.splitlines())


def _line(value: str) -> str:
    if any(letter in value for letter in "\r\n\x00"):
        raise Invalid("A header of a mail must be one line.")
    return printable(value)


def ascii_address(address: str) -> str:
    """Return an address with its domain as it stands in DNS; names beyond ASCII need SMTPUTF8, which few have."""
    local, _, domain = _line(address).rpartition("@")
    if not local.isascii():
        raise Invalid(f"Mail to {address} cannot be sent: its name is not in ASCII letters.")
    try:
        return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise Invalid(f"Mail to {address} cannot be sent: there is no such domain.") from error
