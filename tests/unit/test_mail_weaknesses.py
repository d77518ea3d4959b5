"""What mails must not do to us, row by row of docs/reliability-email.md where no other test shows it."""

from __future__ import annotations

import gzip

import pytest
from pydantic import ValidationError

from channels.mailbox.authenticated import results
from channels.mailbox.listener import Door
from channels.mailbox.parse import parse_mail
from channels.mailbox.settings import EmailSettings

_HEAD = b"From: Sara <sara@example.com>\r\nSubject: s\r\nMIME-Version: 1.0\r\n"


def test_only_the_topmost_word_of_the_trusted_server_counts() -> None:
    """M6: whoever writes a header of that name below, or of another name above, says nothing."""
    ours, forged = "mx.ours.example; dmarc=fail", "mx.ours.example; dmarc=pass"
    assert results([ours, forged], "mx.ours.example") == {"dmarc": "fail"}
    assert results(["mx.evil.example; dmarc=pass"], "mx.ours.example") == {}
    assert results(["mx.ours.example.evil.example; dmarc=pass"], "mx.ours.example") == {}
    assert results(["(mx.ours.example) mx.evil.example; dmarc=pass"], "mx.ours.example") == {}
    assert results([forged], "") == {}


def test_nothing_that_is_packed_is_unpacked() -> None:
    """M10: a small file that would be a large one stays what it is."""
    packed = gzip.compress(b"0" * 5_000_000)
    raw = (
        _HEAD
        + b"Content-Type: application/gzip; name=a.gz\r\nContent-Encoding: gzip\r\n"
        + b"Content-Transfer-Encoding: binary\r\n\r\n"
        + packed.replace(b"\r\n", b"")
    )
    [file] = parse_mail(raw).files
    assert len(file.content) <= len(packed)


@pytest.mark.parametrize(
    "name", ["imap_user", "imap_password", "imap_folder", "smtp_user", "smtp_password", "sent_folder"]
)
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x00"])
def test_no_setting_begins_a_command_of_its_own(name: str, end: str) -> None:
    """M14: what goes to the server of a mailbox is one line."""
    sound = {
        "address": "help@example.com", "imap_host": "i.example", "imap_user": "u", "imap_password": "p",
        "smtp_host": "s.example", "smtp_user": "u", "smtp_password": "p", "sent_folder": "Sent",
    }  # fmt: skip
    assert EmailSettings.model_validate(sound)
    with pytest.raises(ValidationError):
        EmailSettings.model_validate({**sound, name: f"x{end}a1 DELETE INBOX"})


def test_encoded_words_are_decoded_once() -> None:
    """M15: what comes out of one is text, also when it looks like another one or like a header."""
    raw = (
        b"From: =?utf-8?q?=3D=3Futf-8=3Fq=3FBoss=3F=3D?= <sara@example.com>\r\n"
        b"Subject: =?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3F=3D?= =?utf-8?q?a=0D=0ABcc=3A_b=40c.d?=\r\n"
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=3D41 =26lt;b&gt;\r\n"
    )
    read = parse_mail(raw)
    assert read.sender.name in ("=?utf-8?q?Boss?=", "")
    assert "=?utf-8?q?x?=" in read.subject
    assert not {"\r", "\n"} & set(read.subject)
    assert read.text == "=41 &lt;b&gt;"


@pytest.mark.parametrize(
    "text", ["<" + "a." * 50_000 + "@b>", "<a@" + "b." * 50_000 + ">", "<a@b>" + " " * 100_000 + "\n"]
)
def test_an_address_of_any_length_is_read_in_one_go(text: str) -> None:
    """M16: a pattern that tried all ways would not come back in a lifetime."""
    door = Door.__new__(Door)
    door._getaddr(text[:4_000])


def test_parts_that_cannot_be_told_apart_are_shown_and_no_empty_file() -> None:
    whole = parse_mail(_HEAD + b"Content-Type: multipart/alternative; boundary=never\r\n\r\nAll that was said\r\n")
    assert (whole.text, whole.files) == ("All that was said", ())
    assert whole.notes
    nothing = parse_mail(_HEAD + b"Content-Type: multipart/alternative\r\n\r\n")
    assert (nothing.text, nothing.files, nothing.notes) == ("", (), ())
