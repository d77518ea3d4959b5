"""Reading mails as people and programs really send them."""

from __future__ import annotations

import time
from base64 import b64encode
from dataclasses import dataclass
from email.message import EmailMessage

import pytest

from channels.mailbox.addresses import sender_of
from channels.mailbox.charset import decode_header, decode_text
from channels.mailbox.model import Automatic, ParsedMail
from channels.mailbox.names import safe_name
from channels.mailbox.parse import Unreadable, parse_mail
from channels.mailbox.quotes import new_part

PERSIAN = "سلام، سفارش من هنوز نرسیده است. لطفاً پیگیری کنید."
OLD_PERSIAN = "كتاب خوب پيدا كردم"
ARABIC = "السلام عليكم، لم يصلني الطلب حتى الآن. أرجو المتابعة."


def mail(content: bytes = b"Hello\r\n", /, **headers: str | bytes) -> bytes:
    """Build a raw mail by hand: a composing library would repair what these tests are about."""
    given: dict[str, str | bytes] = {"From": "Sara <sara@example.com>", "Subject": "Order", **headers}
    lines = [
        name.replace("_", "-").encode() + b": " + (value if isinstance(value, bytes) else value.encode())
        for name, value in given.items()
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n" + content


def word(text: str, charset: str) -> str:
    return f"=?{charset}?B?{b64encode(text.encode(charset)).decode()}?="


def body(text: str, codec: str, declared: str | None = None, *, is_base64: bool = False) -> bytes:
    content = text.encode(codec)
    headers: dict[str, str | bytes] = {"Content_Type": f"text/plain; charset={declared}"} if declared else {}
    if is_base64:
        headers["Content_Transfer_Encoding"] = "base64"
        content = b64encode(content)
    return mail(content, **headers)


@dataclass(frozen=True)
class Case:
    name: str
    raw: bytes
    text: str | None = None
    subject: str | None = None
    sender: str | None = None


CASES = [
    Case("plain", mail(), "Hello", "Order", "sara@example.com"),
    Case("unix line ends", mail().replace(b"\r\n", b"\n"), "Hello", "Order"),
    Case("windows-1256 Arabic, declared", body(ARABIC, "cp1256", "windows-1256"), ARABIC),
    Case("windows-1256 Persian, declared as latin-1", body(OLD_PERSIAN, "cp1256", "iso-8859-1"), OLD_PERSIAN),
    Case("windows-1256 Arabic, undeclared", body(ARABIC, "cp1256"), ARABIC),
    Case("iso-8859-6 Arabic, declared", body("مرحبا بكم", "iso-8859-6", "iso-8859-6"), "مرحبا بكم"),
    Case("iso-8859-6 Arabic, undeclared", body("السلام عليكم يا أخي", "iso-8859-6"), "السلام عليكم يا أخي"),
    Case("UTF-8 declared as windows-1256", body(PERSIAN, "utf-8", "windows-1256"), PERSIAN),
    Case("UTF-8 declared as us-ascii", body(PERSIAN, "utf-8", "us-ascii"), PERSIAN),
    Case("UTF-8 in an unknown charset", body(PERSIAN, "utf-8", "x-nonsense-9"), PERSIAN),
    Case("latin-1 undeclared", body("Größe und Maß für alle Möbel", "latin-1"), "Größe und Maß für alle Möbel"),
    Case("utf-7 declared", body("سلام", "utf-7", "utf-7"), "سلام"),
    Case("utf-16 with a mark", body("سلام", "utf-16", "utf-16", is_base64=True), "سلام"),
    Case("subject in windows-1256", mail(Subject=word("طلب جديد", "windows-1256")), None, "طلب جديد"),
    Case("subject in raw UTF-8", mail(Subject="سفارش تازه"), None, "سفارش تازه"),
    Case("subject in raw windows-1256", mail(Subject="طلب جديد من".encode("cp1256")), None, "طلب جديد من"),
    Case(
        "subject with a letter cut in two words",
        # Two letters of two bytes each, cut after the third byte.
        mail(Subject="=?utf-8?B?2LPZ?=\r\n =?utf-8?B?hA==?="),
        None,
        "سل",
    ),
    Case("subject that turns the line", mail(Subject="invoice \u202egpj.exe"), None, "invoice gpj.exe"),
    Case("no From", mail(From=b"").replace(b"From: \r\n", b""), "Hello", "Order", ""),
    Case(
        "HTML only",
        mail("<p>سلام</p><p>دوم<br>سوم</p>".encode(), Content_Type="text/html; charset=utf-8"),
        "سلام\n\nدوم\nسوم",
    ),
    Case(
        "HTML that declares its charset itself",
        mail(b'<meta charset="windows-1256"><p>' + ARABIC.encode("cp1256") + b"</p>", Content_Type="text/html"),
        ARABIC,
    ),
    Case("a boundary that never comes", mail(b"words\r\n", Content_Type="multipart/mixed; boundary=x"), None, "Order"),
    Case("broken base64", mail(b"SGVsbG8\r\n", Content_Transfer_Encoding="base64"), "Hello"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_mail_reads_as_its_sender_meant_it(case: Case) -> None:
    read = parse_mail(case.raw)
    if case.text is not None:
        assert read.full_text == case.text
    if case.subject is not None:
        assert read.subject == case.subject
    if case.sender is not None:
        assert read.sender.address == case.sender


@pytest.mark.parametrize(
    "value",
    [
        "victim@corp.com <evil@x.com>",
        "<victim@corp.com> <evil@x.com>",
        "Sara <sara@example.com>, Evil <evil@x.com>",
        "victim@corp.com evil@x.com",
        "sara@example.com\x00 <evil@x.com>",
        "Sara <sara@example.com",
        "Support, Inc. <evil@x.com>",
        "friends: sara@example.com;",
        "=?utf-8?q?x?=@example.com",
        "sara@example@evil.com",
        "Sara",
        "",
        "." * 19_000,
        "(" * 5_000 + "<sara@example.com>",
    ],
)
def test_a_forged_or_broken_from_is_never_believed(value: str) -> None:
    began = time.perf_counter()
    assert sender_of([value]).doubt
    assert time.perf_counter() - began < 0.5


def test_two_from_headers_are_not_believed() -> None:
    read = parse_mail(b"From: sara@example.com\r\nFrom: evil@x.com\r\n\r\nHi")
    assert read.sender.doubt == "2 From headers"


@pytest.mark.parametrize(
    ("value", "address", "name"),
    [
        ("Sara <Sara@Example.COM>", "sara@example.com", "Sara"),
        ("sara@example.com", "sara@example.com", ""),
        ('"Ahmadi, Sara" <sara@example.com>', "sara@example.com", "Ahmadi, Sara"),
        (word("سارا احمدی", "utf-8") + " <sara@example.com>", "sara@example.com", "سارا احمدی"),
        ("سارا <sara@example.com>", "sara@example.com", "سارا"),
        # A name that shows another address is a mask.
        ('"support@bank.com" <evil@x.com>', "evil@x.com", ""),
        ("=?utf-8?q?support=40bank.com?= <evil@x.com>", "evil@x.com", ""),
    ],
)
def test_a_sound_from_gives_address_and_name(value: str, address: str, name: str) -> None:
    sender = sender_of([value])
    assert (sender.address, sender.name, sender.doubt) == (address, name, "")


@pytest.mark.parametrize(
    "opening",
    [
        "On Mon, 3 Nov 2026 at 10:00, Support <help@example.com> wrote:",
        "On Mon, 3 Nov 2026 at 10:00, Support\n<help@example.com> wrote:",
        "في الاثنين، 3 نوفمبر 2026 في 10:00 ص كتب الدعم <help@example.com>:",
        "كتب الدعم الفني <help@example.com>:",
        "در تاریخ دوشنبه ۱۲ آبان ۱۴۰۵ ساعت ۱۰:۰۰ پشتیبانی نوشت:",
        "در دوشنبه ۱۲ آبان، پشتیبانی <help@example.com> نوشته است:",
        "-----Original Message-----",
        "----- الرسالة الأصلية -----",
        "________________________________",
        "From: Support <help@example.com>\nSent: Monday\nTo: Sara\nSubject: Order",
        "من: الدعم <help@example.com>\nالتاريخ: الاثنين\nإلى: سارة",
        "از: پشتیبانی <help@example.com>\nتاریخ: دوشنبه\nبه: سارا",
        "\u200fكتب الدعم:\u200f",
    ],
)
def test_the_quoted_rest_is_trimmed_in_three_languages(opening: str) -> None:
    assert new_part(f"ممنون، رسید.\nThanks!\n\n{opening}\n> Has it arrived?\nold words") == "ممنون، رسید.\nThanks!"


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("> old\n> older\n\nanswer below", "> old\n> older\n\nanswer below"),
        ("answer\n> old\n> older", "answer"),
        ("On Monday I wrote:\n> x\n> y", "On Monday I wrote:\n> x\n> y"),
        ("hello\n-- \nSara\nExample Ltd", "hello"),
        ("من: محمد\nأريد طلب منتج", "من: محمد\nأريد طلب منتج"),
        ("I read on the site that someone wrote this.", "I read on the site that someone wrote this."),
        ("", ""),
    ],
)
def test_what_is_new_stays(text: str, new: str) -> None:
    assert new_part(text) == new


def test_trimming_is_linear() -> None:
    began = time.perf_counter()
    new_part("On " * 100_000 + "\n" + "> \n" * 50_000 + "On a wrote\n" * 20_000 + "x")
    assert time.perf_counter() - began < 2


def nested(depth: int) -> bytes:
    opened = b"".join(
        b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (level, level + 1) for level in range(depth)
    )
    return mail(opened + b"--b%d\r\n\r\ndeep\r\n" % depth, Content_Type="multipart/mixed; boundary=b0")


@pytest.mark.parametrize(
    "raw",
    [
        nested(2_000),
        nested(90),
        mail(b"--b\r\nContent-Type: message/rfc822\r\n\r\n" * 2_000, Content_Type="multipart/mixed; boundary=b"),
        mail(b"--b\r\n\r\nx\r\n" * 20_000, Content_Type="multipart/mixed; boundary=b"),
        mail(From="." * 19_000),
        mail(To="a@b.c, " * 20_000),
        mail(References="<a@b> " * 30_000),
        mail(Subject="=?utf-8?q?" + "=D8" * 60_000 + "?="),
        mail(b"<div>" * 60_000, Content_Type="text/html"),
        mail(b"<table><tr><td>" * 10_000, Content_Type="text/html"),
        mail(b"<" * 400_000, Content_Type="text/html"),
        mail(b"<li><dd><p><li>" * 60_000, Content_Type="text/html"),
        mail(b"<a " + b"/".join(b"a%d=1" % number for number in range(90_000)) + b">", Content_Type="text/html"),
        mail(b"--b--\r\n--b\r\n\r\nx\r\n" * 20_000, Content_Type="multipart/mixed; boundary=b"),
        mail(b"--b\r\nContent-Type: a/b" + b';a="' * 900 + b"\r\n\r\n", Content_Type="multipart/mixed; boundary=b"),
        b"x\n" * 100_000 + b"From: sara@example.com\n\nHi",
        mail(b"a \r\n" * 400_000, Content_Type="text/plain; format=flowed"),
        mail(b"YWE=\r\n" * 400_000, Content_Transfer_Encoding="base64"),
    ],
    ids=[
        "nested",
        "less nested",
        "mails in mails",
        "parts",
        "dots",
        "to",
        "refs",
        "words",
        "divs",
        "tables",
        "angles",
        "lists",
        "attrs",
        "false ends",
        "parameters",
        "stray lines",
        "flowing",
        "base64 in pieces",
    ],
)
def test_a_bomb_is_read_within_two_seconds(raw: bytes) -> None:
    # Of its own work: what else the machine does is nobody's bomb.
    began = time.process_time()
    read = parse_mail(raw)
    assert time.process_time() - began < 2
    assert read.message_id is None


def test_a_body_that_cannot_be_opened_is_attached_whole() -> None:
    read = parse_mail(nested(2_000))
    assert (read.subject, read.sender.address, read.text) == ("Order", "sara@example.com", "")
    assert [(file.name, file.content_type) for file in read.files] == [("message.eml", "message/rfc822")]
    assert read.notes


def test_headers_beyond_all_measure_are_refused() -> None:
    with pytest.raises(Unreadable):
        parse_mail(mail(X_Junk="x" * 2_100_000))


MIXED = b"""--b
Content-Type: multipart/alternative; boundary=c

--c
Content-Type: text/plain; charset=utf-8

The text
--c
Content-Type: text/html; charset=utf-8

<p onclick="x()">The <b>text</b></p><script>x()</script><img src="cid:logo@x"><img src="https://spy.example/1.gif">
<a href="java&#9;script:x()">one</a><a href="https://example.com/&#1;a">two</a><a href="cid:logo@x">three</a>
--c--
--b
Content-Type: image/png; name="logo.png"
Content-ID: <logo@x>
Content-Transfer-Encoding: base64

iVBORw==
--b
Content-Type: application/pdf
Content-Disposition: attachment; filename*=UTF-8''%D9%81%D8%A7%DA%A9%D8%AA%D9%88%D8%B1.pdf

%PDF
--b
Content-Type: text/plain
Content-Disposition: attachment; filename="../../etc/pass\\"wd"

notes
--b--
"""


def mixed() -> ParsedMail:
    return parse_mail(mail(MIXED.replace(b"\n", b"\r\n"), Content_Type="multipart/mixed; boundary=b"))


def test_files_keep_their_names_and_no_path() -> None:
    files = mixed().files
    assert [(file.name, file.content_type, file.cid) for file in files] == [
        ("logo.png", "image/png", "logo@x"),
        ("فاکتور.pdf", "application/pdf", ""),
        ("pass_wd", "text/plain", ""),
    ]
    assert files[0].content == b"\x89PNG"


def test_html_loses_what_runs_or_loads_and_keeps_its_own_images() -> None:
    read = mixed()
    assert read.text == "The text"
    assert read.html is not None
    assert "<b>text</b>" in read.html
    assert 'src="cid:logo@x"' in read.html
    assert 'href="https://example.com/' in read.html
    for bad in ("script", "onclick", "spy.example", 'href="cid', "\x01", "%01"):
        assert bad not in read.html


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("C:\\temp\\a.txt", "a.txt"),
        ("..", "attachment-1.txt"),
        ("a\x00b\r\n.txt", "ab.txt"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("می\u200cخواهم.txt", "می\u200cخواهم.txt"),
        ("x" * 300 + ".pdf", "x" * 236 + ".pdf"),
        ("", "attachment-1.txt"),
        (".htaccess", "htaccess"),
    ],
)
def test_a_file_name_is_only_a_name(name: str, safe: str) -> None:
    assert safe_name(name, "text/plain", 1) == safe


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, Automatic.NO),
        ({"Auto_Submitted": "no"}, Automatic.NO),
        ({"Auto_Submitted": "auto-replied (vacation)"}, Automatic.REPLIED),
        ({"Auto_Submitted": "auto-generated"}, Automatic.GENERATED),
        ({"Precedence": "bulk"}, Automatic.BULK),
        ({"List_Id": "<news.example.com>"}, Automatic.BULK),
        ({"X_Auto_Response_Suppress": "All"}, Automatic.GENERATED),
        ({"Return_Path": "<>"}, Automatic.BOUNCE),
        ({"From": "MAILER-DAEMON@example.com"}, Automatic.BOUNCE),
        ({"Content_Type": "multipart/report; boundary=x; report-type=delivery-status"}, Automatic.BOUNCE),
        ({"Subject": "Automatic reply: Order"}, Automatic.REPLIED),
        ({"Subject": "خارج از دفتر: سفارش"}, Automatic.REPLIED),
        ({"Subject": "رد تلقائي: الطلب"}, Automatic.REPLIED),
        ({"Subject": "الردّ التلقائي: الطلب"}, Automatic.REPLIED),
        ({"Subject": "[Auto-Reply] Order"}, Automatic.REPLIED),
        ({"X_Autogenerated": "Reply"}, Automatic.GENERATED),
        ({"Subject": "Auto parts are out of stock"}, Automatic.NO),
    ],
)
def test_what_no_person_wrote_is_known(headers: dict[str, str | bytes], expected: Automatic) -> None:
    assert parse_mail(mail(**headers)).automatic is expected


def test_an_empty_envelope_sender_is_no_person() -> None:
    assert parse_mail(mail(), "<>").automatic is Automatic.BOUNCE
    assert parse_mail(mail(), "sara@example.com").automatic is Automatic.NO


def test_references_come_nearest_first_and_only_sound_ones() -> None:
    read = parse_mail(
        mail(
            Message_ID=" <own@x> (note)", In_Reply_To="<d@x>", References="<a@x>\r\n <b@x> nonsense <c d@x>\r\n\t<d@x>"
        )
    )
    assert read.message_id == "own@x"
    assert read.references == ("d@x", "b@x", "a@x")


def test_names_of_codecs_that_are_no_charsets_are_ignored() -> None:
    for name in ("zip", "hex", "rot13", "undefined", "idna", "a" * 1_000, "\x00"):
        assert decode_text(b"plain words", name) == "plain words"
    assert decode_header("=?zip?B?eJw=?= x").endswith("x")


def test_a_long_id_that_came_as_encoded_words_is_still_an_id() -> None:
    answer = EmailMessage()
    long_id = f"m.{'a' * 30}.{'b' * 30}.{'c' * 30}@sahra.example"
    answer["From"], answer["In-Reply-To"] = "lena@customer.example", f"<{long_id}>"
    answer.set_content("hello")
    raw = answer.as_bytes()
    assert b"=?" in raw, "CPython's own mail package writes it so"
    assert parse_mail(raw, None).references == (long_id,)
