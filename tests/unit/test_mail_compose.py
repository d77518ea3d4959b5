"""Writing mails: what leaves is sound, threads, and is signed."""

from __future__ import annotations

from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from channels.base import Address, IdentityKind, Outgoing, OutgoingFile, ThreadKey
from channels.mailbox.compose import compose, ids_of, subject_of
from channels.mailbox.parse import parse_mail
from channels.mailbox.settings import EmailSettings
from channels.mailbox.thread import Marks, numbers_in
from channels.mailbox.unsubscribe import is_unsubscribe, unsubscribe_url
from core.errors import Invalid
from core.secrets import Keyring

MARKS = Marks(Keyring(b"k" * 32))
FOREIGN = Marks(Keyring(b"x" * 32))
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HELP = EmailSettings(address="Help@Example.com", from_name="پشتیبانی")
CONVERSATION = UUID("01900000-0000-7000-8000-000000000001")


def outgoing(**changes: Any) -> Outgoing:
    given: dict[str, Any] = {
        "message_id": UUID("01900000-0000-7000-8000-000000000002"),
        "interaction_id": CONVERSATION,
        "number": 123,
        "to": Address(IdentityKind.EMAIL, "sara@example.net", "سارا"),
        "text": "سلام\nIt is <b>on</b> its way.",
        "subject": "سفارش",
        **changes,
    }
    return Outgoing(**given)


def written(settings: EmailSettings = HELP, **changes: Any) -> EmailMessage:
    mail = compose(settings, "Help desk", outgoing(**changes), MARKS, NOW)
    message = BytesParser(policy=policy.default).parsebytes(mail.content)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def test_a_mail_says_who_whom_and_what() -> None:
    mail = written(references=("first@x", "last@x"))
    assert mail["From"] == "پشتیبانی <help@example.com>"
    assert mail["To"] == "سارا <sara@example.net>"
    assert mail["Subject"] == "Re: سفارش [#123]"
    assert mail["In-Reply-To"] == "<last@x>"
    assert mail["References"].split() == ["<first@x>", "<last@x>"]
    assert mail["Date"].datetime == NOW


def test_text_and_html_are_both_there_and_each_line_finds_its_direction() -> None:
    mail = written()
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().splitlines() == ["سلام", "It is <b>on</b> its way."]
    assert html.get_content().splitlines() == [
        '<div dir="auto">سلام</div>',
        '<div dir="auto">It is &lt;b&gt;on&lt;/b&gt; its way.</div>',
    ]


def test_html_of_an_agent_runs_nothing() -> None:
    html = written(html="<b>hi</b><script>x()</script>").get_body(("html",))
    assert html is not None
    assert html.get_content().strip() == '<div dir="auto"><b>hi</b></div>'


def test_every_byte_is_ascii_and_every_line_ends_and_fits() -> None:
    long = tuple(f"{'r' * 200}{number}@example.org" for number in range(30))
    content = compose(HELP, "Help", outgoing(references=long, text="سلام " * 5_000), MARKS, NOW).content
    assert content.isascii()
    assert content.count(b"\n") == content.count(b"\r\n")
    assert max(map(len, content.split(b"\r\n"))) <= 998
    read = parse_mail(content)
    assert len(read.references) == 20
    assert (read.references[0], read.references[-1]) == (long[-1], long[0])


def test_every_attempt_bears_the_same_message_id() -> None:
    first, second = (compose(HELP, "Help", outgoing(attempt=attempt), MARKS, NOW) for attempt in (1, 2))
    assert first.message_id == second.message_id
    assert f"<{first.message_id}>".encode() in first.content


def test_files_go_along_with_their_names() -> None:
    files = (OutgoingFile("فاکتور.pdf", "application/pdf", b"%PDF"), OutgoingFile("../x.eml", "message/rfc822", b"x"))
    kept = [
        (part.get_filename(), part.get_content_type(), part.get_content())
        for part in written(files=files).iter_attachments()
    ]
    assert kept == [("فاکتور.pdf", "application/pdf", b"%PDF"), ("x.eml", "application/octet-stream", b"x")]


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Order\r\nBcc: everybody@x.com"},
        {"subject": "Order\n\nbody"},
        {"to": Address(IdentityKind.EMAIL, "sara@example.net\r\nBcc: x@y.z")},
        {"to": Address(IdentityKind.EMAIL, "sara@example.net", "Sara\r\nBcc: x@y.z")},
        {"to": Address(IdentityKind.EMAIL, "sara@example.net, x@y.z")},
        {"to": Address(IdentityKind.EMAIL, "sara")},
        {"to": Address(IdentityKind.EMAIL, "")},
        {"to": Address(IdentityKind.EMAIL, "سارا@example.net")},
        {"author_name": "Ali\nBcc: x@y.z"},
    ],
)
def test_no_value_makes_a_header_of_its_own(changes: dict[str, Any]) -> None:
    plain = EmailSettings(address="help@example.com")
    with pytest.raises(Invalid):
        compose(plain, "Help desk", outgoing(**changes), MARKS, NOW)


def test_references_of_strangers_are_normalised() -> None:
    assert ids_of(("mid:a@x", "<b@x>", "c@x\r\nBcc: y@z", "", "d x@y", "a@x", "é@x")) == ["a@x", "b@x"]


def test_a_domain_beyond_ascii_is_written_as_dns_knows_it() -> None:
    assert written(to=Address(IdentityKind.EMAIL, "sara@مثال.com"))["To"] == "sara@xn--mgbh0fb.com"


@pytest.mark.parametrize(
    ("subject", "is_reply", "expected"),
    [
        ("Order", True, "Re: Order [#7]"),
        ("Re: Order [#7]", True, "Re: Order [#7]"),
        ("رد: الطلب [#٧]", True, "رد: الطلب [#٧]"),
        ("پاسخ: سفارش", True, "پاسخ: سفارش [#7]"),
        ("Order", False, "Order [#7]"),
        ("", False, "[#7]"),
        ("Order [#8]", True, "Re: Order [#8] [#7]"),
    ],
)
def test_the_subject_carries_the_number_once(subject: str, is_reply: bool, expected: str) -> None:
    assert subject_of(subject, 7, is_reply=is_reply) == expected


def test_a_reply_to_the_signed_address_proves_its_conversation() -> None:
    address = written()["Reply-To"].addresses[0].addr_spec
    assert address.startswith("help+")
    assert len(address.partition("@")[0]) <= 64
    assert MARKS.by_address(address.upper()) == CONVERSATION
    assert FOREIGN.by_address(address) is None
    assert HELP.is_own(address)


def test_a_reply_to_the_signed_message_id_proves_its_conversation() -> None:
    sent = compose(HELP, "Help", outgoing(), MARKS, NOW)
    reply = parse_mail(f"From: sara@example.net\r\nReferences: <x@y> <{sent.message_id}>\r\n\r\nThanks".encode())
    assert MARKS.keys_of(reply, []) == (
        ThreadKey(f"interaction:{CONVERSATION}", is_proof=True),
        ThreadKey(f"mid:{sent.message_id}"),
        ThreadKey("mid:x@y"),
        ThreadKey(f"ref:{sent.message_id}"),
        ThreadKey("ref:x@y"),
    )
    assert FOREIGN.keys_of(reply, [])[0] == ThreadKey(f"mid:{sent.message_id}")


@pytest.mark.parametrize("position", range(0, 101, 7))
def test_a_changed_letter_in_a_signed_id_proves_nothing(position: int) -> None:
    signed = MARKS.message_id(uuid4(), uuid4(), "example.com")
    changed = signed[:position] + ("0" if signed[position] != "0" else "1") + signed[position + 1 :]
    assert MARKS.by_message_id(changed) is None


def test_a_long_mailbox_name_has_no_signed_address() -> None:
    long = EmailSettings(address="customer-service-desk@example.com")
    assert MARKS.reply_address(long, CONVERSATION) is None
    assert written(long)["Reply-To"] is None


def test_numbers_are_read_in_every_script() -> None:
    assert numbers_in("رد: فاکتور [#۱۲۳] [# ٤٥ ] #9 [#x] [#007]") == ["123", "45", "7"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "help"},
        {"address": "help@example.com\r\nx"},
        {"address": "a..b@example.com"},
        {"imap_host": "mail.example.com"},
        {"imap_user": "help"},
        {"smtp_host": "mail.example.com", "smtp_user": "help"},
        {"smtp_user": "help", "smtp_password": "x"},
        {"imap_host": "mail\nhost", "imap_user": "u", "imap_password": "p"},
        {"smtp_port": 0},
        {"unknown": 1},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        EmailSettings.model_validate({"address": "help@example.com", **wrong})


@pytest.mark.parametrize(
    ("address", "is_own"),
    [
        ("help@example.com", True),
        ("HELP+x@EXAMPLE.COM", True),
        ("help@example.org", False),
        ("helper@example.com", False),
        ("x+help@example.com", False),
        ("", False),
    ],
)
def test_a_mailbox_knows_its_own_addresses(address: str, is_own: bool) -> None:
    assert HELP.is_own(address) is is_own


def test_copies_stand_in_the_mail_but_secret_ones() -> None:
    cc, bcc = (
        (Address(IdentityKind.EMAIL, "boss@example.net", "Boss\u202e"),),
        (Address(IdentityKind.EMAIL, "x@y.example"),),
    )
    mail = written(cc=cc, bcc=bcc, more_to=(Address(IdentityKind.EMAIL, "ali@example.net"),))
    assert mail["To"] == "سارا <sara@example.net>, ali@example.net"
    assert "boss@example.net" in mail["Cc"]
    assert mail["Bcc"] is None
    assert "x@y.example" not in mail.as_string()


def test_a_signature_stands_once_below_both_forms_and_runs_nothing() -> None:
    mail = written(html="<b>hi</b>", signature="Sara <script>x()</script>\nMarkaz")
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().splitlines()[-4:] == ["", "-- ", "Sara <script>x()</script>", "Markaz"]
    assert html.get_content().count("Markaz") == 1
    assert "<script" not in html.get_content()


def test_what_no_person_wrote_says_so() -> None:
    assert written(is_automatic=True)["Auto-Submitted"] == "auto-generated"
    assert written(is_automatic=True, references=("a@x",))["Auto-Submitted"] == "auto-replied"
    assert written(references=("a@x",))["Auto-Submitted"] is None


def test_its_reader_can_stop_it_with_one_click() -> None:
    keys = Keyring(b"k" * 32)
    url = unsubscribe_url(keys, "https://centre.example", "offers of may", "Sara+x@example.net")
    mail = written(unsubscribe_url=url)
    assert mail["List-Unsubscribe"] == f"<{url}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    # A program looks at the header as it stands: as an encoded word the link is none.
    content = compose(HELP, "Help desk", outgoing(unsubscribe_url=url), MARKS, NOW).content
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in content
    found = dict(parse_qsl(urlsplit(url).query))
    assert is_unsubscribe(keys, found["list"], found["address"], found["mac"])
    assert not is_unsubscribe(keys, found["list"], "ali@example.net", found["mac"])
    assert not is_unsubscribe(keys, "other", found["address"], found["mac"])
    for wrong in (
        "http://centre.example/u",
        "https://centre.example/u\r\nBcc: x@y.example",
        "https:///u",
        "mailto:a@b.c",
    ):
        with pytest.raises(Invalid):
            written(unsubscribe_url=wrong)


@pytest.mark.parametrize(
    "subject", ["Fwd: سفارش", "FW: x", "Re: x", "رد: x", "إعادة توجيه: x", "بازفرست: x", "پاسخ: x"]
)
def test_a_subject_that_says_what_it_is_says_it_once(subject: str) -> None:
    assert subject_of(subject, 7, is_reply=True) == f"{subject} [#7]"


def test_a_picture_of_the_text_is_a_part_beside_it_and_other_files_are_attached() -> None:
    shown = OutgoingFile("a.png", "image/png", b"\x89PNG1", cid="01900000-0000-7000-8000-000000000001")
    other = OutgoingFile("b.png", "image/png", b"\x89PNG2", cid="01900000-0000-7000-8000-000000000002")
    html = f'<p>see <img src="cid:{shown.cid}" alt="a"> <img src="cid:01900000-0000-7000-8000-000000000009"></p>'
    mail = written(html=html, files=(shown, other), signature="Sara")
    body = mail.get_body(("html",))
    assert body is not None
    assert f'src="cid:{shown.cid}@inline"' in body.get_content()
    assert body.get_content().count("<img") == 1, "a picture that does not go along is not shown"
    assert [part.get_filename() for part in mail.iter_attachments()] == ["b.png"]
    (related,) = [part for part in mail.walk() if part["Content-ID"]]
    assert related["Content-ID"] == f"<{shown.cid}@inline>"
    assert related.get_content() == shown.content
    read = parse_mail(mail.as_bytes())
    assert [(file.name, file.cid) for file in read.files] == [("a.png", f"{shown.cid}@inline"), ("b.png", "")]
