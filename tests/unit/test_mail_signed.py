"""Mails whose words lie within an opaque S/MIME signature."""

from __future__ import annotations

from base64 import encodebytes
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from cryptography.x509.oid import NameOID

from channels.mailbox.parse import parse_mail
from channels.mailbox.signed import signed_content

INNER = (
    "Content-Type: multipart/mixed; boundary=I\r\n\r\n--I\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nمرحبا\r\n"
    "--I\r\nContent-Type: text/csv; name=a.csv\r\n\r\na,b\r\n--I--\r\n"
).encode()


def signed(content: bytes, *options: PKCS7Options) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sara")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    ).sign(key, hashes.SHA256())  # fmt: skip
    builder = PKCS7SignatureBuilder().set_data(content).add_signer(certificate, key, hashes.SHA256())
    return builder.sign(serialization.Encoding.DER, [PKCS7Options.Binary, *options])


def mail(message: bytes) -> bytes:
    return (
        b"From: sara@example.com\r\nSubject: Signed\r\nContent-Type: application/pkcs7-mime; smime-type=signed-data;"
        b" name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encodebytes(message)
    )


def test_the_words_and_files_within_an_opaque_signature_are_read() -> None:
    message = signed(INNER)
    read = parse_mail(mail(message))
    assert (read.text, read.subject) == ("مرحبا", "Signed")
    assert [(file.name, file.content) for file in read.files] == [("smime.p7m", message), ("a.csv", b"a,b")]


def test_what_is_streamed_in_pieces_of_no_said_length_is_read() -> None:
    """OpenSSL and Apple write BER so."""
    octets = b"\x24\x80" + b"\x04\x03one" + b"\x04\x03two" + b"\0\0"
    inner = b"\x30\x80\x06\x09" + bytes.fromhex("2a864886f70d010701") + b"\xa0\x80" + octets + b"\0\0\0\0"
    data = b"\x30\x80\x02\x01\x01\x31\x00" + inner + b"\0\0"
    whole = b"\x30\x80\x06\x09" + bytes.fromhex("2a864886f70d010702") + b"\xa0\x80" + data + b"\0\0\0\0"
    assert signed_content(whole) == b"onetwo"


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\x30",
        b"\x30\x80" * 5_000,
        b"\x30\x80" + b"\x05\x00" * 1_000_000,
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x02\x05\x00",
        b"no CMS at all",
    ],
    ids=["empty", "short", "deep", "many", "long", "other", "text"],
)
def test_what_is_no_signature_stays_a_file(message: bytes) -> None:
    assert signed_content(message) is None
    read = parse_mail(mail(message))
    assert [file.content for file in read.files] == [message]


def test_a_detached_signature_holds_nothing() -> None:
    assert signed_content(signed(INNER, PKCS7Options.DetachedSignature)) is None
