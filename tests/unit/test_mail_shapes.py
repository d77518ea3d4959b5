"""Shapes of mails that break rules and are sent all the same, each with what its sender meant."""

from __future__ import annotations

import quopri
import time
from base64 import b64encode

import pytest

from channels.mailbox import parse
from channels.mailbox.flowed import unflowed
from channels.mailbox.model import Automatic, MailFile, ParsedMail
from channels.mailbox.parse import parse_mail
from channels.mailbox.tnef import Opened
from channels.mailbox.transfer import base64_bytes

HEAD = b"From: Sara <sara@example.com>\r\nSubject: Order\r\n"
INNER = (
    b"From: c@d.example\r\nSubject: inner\r\nX-Long: a\r\n  b\r\nContent-Type: multipart/mixed; boundary=I\r\n\r\n"
    b"before\r\n--I\r\n\r\ntext\r\n--I\r\nContent-Type: image/gif\r\nContent-Transfer-Encoding: base64\r\n\r\nR0lG\r\n"
    b"--I--\r\n"
)
REPORT = b"Reporting-MTA: dns; a.example\r\n\r\nFinal-Recipient: rfc822; x@y.example\r\nAction: failed\r\n"


def with_part(headers: bytes, content: bytes = b"x") -> ParsedMail:
    """Return what is read of a mail with a text and one part more."""
    return parse_mail(
        HEAD + b"Content-Type: multipart/mixed; boundary=B\r\n\r\n"
        b"--B\r\nContent-Type: text/plain\r\n\r\nhello\r\n--B\r\n" + headers + b"\r\n\r\n" + content + b"\r\n--B--\r\n"
    )


def only_file(mail: ParsedMail) -> MailFile:
    assert len(mail.files) == 1
    return mail.files[0]


def percent(text: str, charset: str) -> bytes:
    return "".join(f"%{byte:02X}" for byte in text.encode(charset)).encode()


def word(content: bytes, charset: str = "utf-8") -> bytes:
    return b"=?" + charset.encode() + b"?B?" + b64encode(content) + b"?="


NAME = "سلام.pdf"


@pytest.mark.parametrize(
    "disposition",
    [
        b"filename*=utf-8''" + percent(NAME, "utf-8"),
        b"filename*=windows-1256''" + percent(NAME, "cp1256"),
        # No charset, and one that there is not.
        b"filename*=''" + percent(NAME, "utf-8"),
        b"filename*=x-none''" + percent(NAME, "utf-8"),
        b"filename*=utf-8''\"" + percent(NAME, "utf-8") + b'"',
        # For old programs and for new ones, in both orders.
        b"filename=\"salam.pdf\"; filename*=UTF-8''" + percent(NAME, "utf-8"),
        b"filename*=UTF-8''" + percent(NAME, "utf-8") + b'; filename="salam.pdf"',
        # Cut within a letter, the second piece first.
        b"filename*1*=%84%D8%A7%D9%85.pdf;\r\n filename*0*=utf-8''%D8%B3%D9",
        b"filename*0*=utf-8''" + percent("سلام", "utf-8") + b';\r\n filename*1=".pdf"',
        b'filename="' + word(NAME.encode()) + b'"',
        b"filename=" + word(NAME.encode()),
        b'filename="' + word(NAME.encode("cp1256"), "windows-1256") + b'"',
        b'filename="' + word(NAME.encode()[:5]) + b"\r\n " + word(NAME.encode()[5:]) + b'"',
        b'filename*0="' + word(NAME.encode())[:20] + b'";\r\n filename*1="' + word(NAME.encode())[20:] + b'"',
        b'filename="' + NAME.encode() + b'"',
    ],
)
def test_a_file_has_the_name_that_its_sender_gave_it_however_written(disposition: bytes) -> None:
    headers = b"Content-Type: application/pdf\r\nContent-Disposition: attachment; " + disposition
    assert only_file(with_part(headers)).name == NAME


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        (b"Content-Disposition: attachment; filename=my file.pdf", "my file.pdf"),
        (b'Content-Disposition: attachment; filename="a;b.pdf"', "a;b.pdf"),
        (b'Content-Disposition: attachment; filename="long name\r\n of file.pdf"', "long name of file.pdf"),
        (b'Content-Disposition: attachment; filename="C:\\\\Users\\\\me\\\\a.pdf"', "a.pdf"),
        (b'Content-Disposition: attachment; filename="C:\\Users\\me\\a.pdf"', "a.pdf"),
        (b'Content-Type: application/pdf; name="n.pdf"', "n.pdf"),
        (b"Content-Type: application/pdf; name*=utf-8''" + percent(NAME, "utf-8"), NAME),
        (b'Content-Disposition: attachment; filename="' + b"a" * 150 + b'.pdf"', "a" * 150 + ".pdf"),
        (b"Content-Disposition: attachment; filename=a.txt; filename=b.txt", "a.txt"),
    ],
)
def test_names_of_files_are_read_as_programs_write_them(headers: bytes, name: str) -> None:
    assert only_file(with_part(headers)).name == name


@pytest.mark.parametrize(
    ("encoding", "encoded"),
    [
        (b"base64", b"aGVs\r\n bG8=\r\n\r\n"),
        (b"base64", b"aGVs!bG8=\r\n"),
        (b"base64", b"aGVsbG8"),
        (b"base64", b"aGVsbG8=A"),
        (b"base64", b"aGVsbG8=\r\n-- \r\nPut here by a list, without any meaning.\r\n"),
        (b" BASE64 ", b"aGVsbG8="),
        (b"base64 (of seven bits)", b"aGVsbG8="),
        (b"base64;", b"aGVsbG8="),
        (b"Quoted-Printable", b"hel=\r\nlo"),
        (b"x-unheard-of", b"hello"),
        (b"x-uuencode", b"begin 644 a.bin\n%:&5L;&\\ \n \nend\n"),
    ],
)
def test_content_is_decoded_however_its_encoding_is_written_or_broken(encoding: bytes, encoded: bytes) -> None:
    headers = b"Content-Type: application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: " + encoding
    assert only_file(with_part(headers, encoded)).content == b"hello"


def test_base64_in_pieces_or_cut_gives_what_there_is() -> None:
    assert base64_bytes(b"YWE=\r\nYWE=") == b"aaaa"
    assert base64_bytes(b"aGVsb") == b"hel"
    assert base64_bytes(b"") == b""


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        (b"Content-Type: message/rfc822", INNER),
        (b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64", b64encode(INNER)),
        (
            b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable",
            quopri.encodestring(INNER.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n"),
        ),
    ],
    ids=["as it is", "base64", "quoted-printable"],
)
def test_a_mail_within_a_mail_is_kept_byte_for_byte(headers: bytes, content: bytes) -> None:
    file = only_file(with_part(headers, content))
    assert (file.name, file.content_type, file.content) == ("forwarded-1.eml", "message/rfc822", INNER)
    assert not file.is_named


def test_a_report_within_a_mail_is_kept_byte_for_byte() -> None:
    assert only_file(with_part(b"Content-Type: message/delivery-status", REPORT)).content == REPORT


def test_a_hundred_mails_within_a_mail_are_a_hundred_files() -> None:
    one = b"--B\r\nContent-Type: message/rfc822\r\n\r\nSubject: one\r\nContent-Type: text/plain\r\n\r\nhi\r\n"
    mail = parse_mail(HEAD + b"Content-Type: multipart/mixed; boundary=B\r\n\r\n" + one * 100 + b"--B--\r\n")
    assert len(mail.files) == 100
    assert not mail.notes


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbf" + HEAD + b"\r\nhi",
        b"\r\n\r\n" + HEAD + b"\r\nhi",
        b"From sara@example.com Mon Jan  1 00:00:00 2024\r\n" + HEAD + b"\r\nhi",
        HEAD.replace(b":", b" :", 2) + b"\r\nhi",
        b"From: Sara <sara@example.com>\r\nA line that is no header\r\nSubject: Order\r\n\r\nhi",
        HEAD.replace(b"\r\n", b"\r") + b"\rhi",
        HEAD.replace(b"\r\n", b"\n") + b"\r\nhi\r\n",
    ],
    ids=["mark", "blank lines", "mbox", "blanks", "stray", "CR", "mixed"],
)
def test_headers_are_read_to_their_end(raw: bytes) -> None:
    mail = parse_mail(raw)
    assert (mail.sender.address, mail.subject, mail.text) == ("sara@example.com", "Order", "hi")


def test_a_body_without_a_blank_line_before_it_is_a_body() -> None:
    mail = parse_mail(HEAD + b"Dear all,\r\nthis is the body: of it all.\r\n")
    assert (mail.subject, mail.text) == ("Order", "Dear all,\nthis is the body: of it all.")


def test_unix_line_ends_and_a_large_body_are_no_large_headers() -> None:
    mail = parse_mail(b"Subject: x\nFrom: a@b.example\n\n" + b"words\n" * 60_000 + b"\r\n\r\n")
    assert mail.subject == "x"


def test_parts_behind_an_end_that_was_none_are_not_lost() -> None:
    inner = b"--B\r\nContent-Type: multipart/alternative; boundary=B\r\n\r\n--B\r\n\r\nhi\r\n--B--\r\n"
    file = b"--B\r\nContent-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\nYWE=\r\n--B--"
    mail = parse_mail(HEAD + b"Content-Type: multipart/mixed; boundary=B\r\n\r\n" + inner + file)
    assert (mail.text, only_file(mail).content) == ("hi", b"aa")


def test_a_boundary_that_was_folded_is_whole() -> None:
    mail = parse_mail(
        HEAD + b'Content-Type: multipart/mixed;\r\n boundary="of\r\n two"\r\n\r\n--of two\r\n\r\nhi\r\n--of two--'
    )
    assert (mail.text, mail.notes) == ("hi", ())


def test_a_mail_that_is_one_text_with_a_name_is_a_text() -> None:
    mail = parse_mail(HEAD + b"Content-Type: text/plain; name=mail.txt\r\n\r\nhi")
    assert (mail.text, mail.files) == ("hi", ())
    assert only_file(parse_mail(HEAD + b"Content-Disposition: attachment; filename=a.txt\r\n\r\nhi")).content == b"hi"


@pytest.mark.parametrize(
    ("subject", "charset", "text"),
    [
        (b"=?utf-8?Q?what?_is=C3=A9?=", "utf-8", "what? isé"),
        ("رضا".encode("cp1256"), "windows-1256", "رضا"),
        ("邮件传输失败".encode("gb2312"), "gb2312", "邮件传输失败"),
        ("çekilişini kaçırmayın".encode("iso-8859-9"), "iso-8859-9", "çekilişini kaçırmayın"),
        ("سفارش".encode(), "windows-1256", "سفارش"),
    ],
)
def test_bare_bytes_in_a_subject_are_in_the_charset_of_the_text(subject: bytes, charset: str, text: str) -> None:
    said = b"Content-Type: text/plain; charset=" + charset.encode()
    assert parse_mail(b"Subject: " + subject + b"\r\n" + said + b"\r\n\r\nhi").subject == text


def test_addresses_beyond_ascii_are_what_they_are() -> None:
    mail = parse_mail("From: علی <علی@مثال.example>\r\nTo: jøran@example.com\r\n\r\nhi".encode())
    assert (mail.sender.address, mail.sender.name, mail.to) == ("علی@مثال.example", "علی", ("jøran@example.com",))


@pytest.mark.parametrize(
    ("text", "deletes_space", "whole"),
    [
        ("A \nlong line.\n\nAnother.", False, "A long line.\n\nAnother."),
        ("http://exam \nple.com", True, "http://example.com"),
        ("> old \n> words\nnew", False, "> old words\nnew"),
        ("> old \n>> older", False, "> old \n>> older"),
        (" From here\n  indented", False, "From here\n indented"),
        ("Hi \n\n-- \nSara", False, "Hi \n\n-- \nSara"),
        ("سلام \nدوست من", False, "سلام دوست من"),
        ("", False, ""),
    ],
)
def test_flowing_text_is_made_whole(text: str, deletes_space: bool, whole: str) -> None:
    assert unflowed(text, deletes_space=deletes_space) == whole


def test_a_flowing_mail_is_read_in_paragraphs_and_its_signature_is_trimmed() -> None:
    flowing = b"Content-Type: text/plain; charset=utf-8; format=flowed\r\n\r\n"
    mail = parse_mail(HEAD + flowing + b"One \r\nparagraph.\r\n\r\n-- \r\nSara\r\n")
    assert mail.text == "One paragraph."
    assert mail.automatic is Automatic.NO


def test_what_outlook_packed_holds_no_letter_that_cannot_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Opened((), "Sample description\r\n\x00", "<p>Sample\x00</p>")
    monkeypatch.setattr(parse, "open_winmail", lambda _: opened)
    mail = parse_mail(HEAD + b"Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\nx")
    assert (mail.text, mail.html) == ("Sample description", "<p>Sample</p>")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("550 5.1.1 العنوان غير موجود".encode(), "550 5.1.1 العنوان غير موجود"),
        ("550 العنوان غير موجود".encode("cp1256"), "550 العنوان غير موجود"),
        (b"550 =?utf-8?Q?caf=C3=A9?=", "550 café"),
        (b"550 no\x00body", "550 nobody"),
    ],
)
def test_the_words_of_a_report_can_be_kept_in_whatever_letters_they_came(said: bytes, shown: str) -> None:
    report = (
        b"From: MAILER-DAEMON@a.example\r\nContent-Type: multipart/report; boundary=B\r\n\r\n"
        b"--B\r\n\r\nnote\r\n--B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; a.example\r\n\r\n"
        b"Final-Recipient: rfc822; x@y.exa\0mple\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; "
        + said
        + b"\r\n\r\n--B\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <m@m.example>\r\n\r\nhello\r\n--B--\r\n"
    )
    bounce = parse_mail(report).bounce
    assert bounce is not None
    assert (bounce.reason, bounce.recipients, bounce.message_id) == (shown, ("x@y.example",), "m@m.example")


def test_a_header_beyond_all_measure_is_passed_over_and_the_mail_read() -> None:
    many = b", ".join(b"person-%d@example.com" % number for number in range(20_000))
    read = parse_mail(b"X-Junk: " + b"x" * 300_000 + b"\r\nTo: " + many + b"\r\n" + HEAD + b"\r\nHello")
    assert (read.subject, read.sender.address, read.text, read.to) == ("Order", "sara@example.com", "Hello", ())


def test_a_million_headers_cost_no_more_than_the_first_thousands() -> None:
    began = time.process_time()
    read = parse_mail(HEAD + b"a: b\r\n" * 320_000 + b"\r\nHello")
    assert time.process_time() - began < 2
    assert (read.subject, read.text) == ("Order", "Hello")
