"""The simulated post office, spoken to by CPython's own SMTP client, and its mails taken by an SMTP server."""

from __future__ import annotations

import asyncio
import base64
import smtplib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from carrier import Carrier, carrier
from mail_doubles import MemoryInbox, account, channel, outgoing

from channels.base import InboundMessage, ThreadKey
from channels.mailbox.settings import Security
from simulator import Simulator, SimulatorSettings

SARA, HELP = "sara@example.org", "help@example.com"


@dataclass
class Centre:
    """The centre's mail server: answers what it is told, and keeps what it took."""

    port: int = 0
    rcpt: str = "250 OK"
    data: str | None = "250 OK"
    took: list[tuple[str, list[str], EmailMessage]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        mail = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        self.took.append((envelope.mail_from or "", list(envelope.rcpt_tos), mail))
        if self.data is None and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        return self.data or ""


@asynccontextmanager
async def centre() -> AsyncIterator[Centre]:
    double = Centre()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(double, hostname="centre", loop=loop), "127.0.0.1", 0)
    double.port = server.sockets[0].getsockname()[1]
    yield double
    server.close()
    await server.wait_closed()


def mail(**headers: str) -> EmailMessage:
    written = EmailMessage(policy=policy.SMTP)
    given = {
        "From": f"پشتیبانی <{HELP}>",
        "To": SARA,
        "Subject": "سفارش شما",
        "Message-ID": "<1@example.com>",
    } | headers
    for name, value in given.items():
        del written[name.replace("_", "-")]
        written[name.replace("_", "-")] = value
    written.set_content("سلام سارا\n.dot\n")
    return written


def deliver(port: int, content: bytes, *to: str) -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        return client.sendmail(HELP, list(to), content)


async def out(c: Carrier, content: bytes, *to: str) -> Any:
    return await asyncio.to_thread(deliver, c.simulator.post_port, content, *(to or (SARA,)))


async def mails(c: Carrier) -> list[dict[str, Any]]:
    return list((await c.state())["mails"])


async def refused(c: Carrier, **order: Any) -> tuple[int, dict[str, Any]]:
    body = {"from": SARA, "to": HELP, "subject": "x", "text": "y"} | order
    async with c.http.post(f"{c.simulator.url}/simulator/mail", json=body) as answer:
        return answer.status, await answer.json()


async def test_a_mail_of_the_centre_is_kept_read_and_announced():
    async with carrier() as c:
        before = (await c.state())["version"]
        news = asyncio.create_task(c.control("GET", f"state?after={before}"))
        assert await out(c, mail(Reply_To="help+token@example.com").as_bytes(), SARA, "ali@example.org") == {}
        (kept,) = (await news)["mails"]
        assert (kept["direction"], kept["status"], kept["from"], kept["to"]) == ("out", "received", HELP, SARA)
        assert (kept["from_name"], kept["subject"], kept["text"]) == ("پشتیبانی", "سفارش شما", "سلام سارا\n.dot")
        assert (kept["message_id"], kept["in_reply_to"]) == ("<1@example.com>", "")
        assert kept["reply_to"] == "help+token@example.com"
        assert kept["recipients"] == [SARA, "ali@example.org"]


async def test_an_html_mail_shows_its_words_and_a_file_can_be_fetched_but_not_run():
    written = mail()
    written.set_content("<style>p{}</style><p>Dear Sara,<br>it is <b>sent</b></p>", subtype="html")
    written.add_attachment(b"<script>1</script>", maintype="text", subtype="html", filename="صورت‌حساب.html")
    async with carrier() as c:
        await out(c, written.as_bytes())
        (kept,) = await mails(c)
        assert kept["text"] == "Dear Sara,\nit is sent"
        (file,) = kept["files"]
        assert (file["name"], file["content_type"], file["size"]) == ("صورت‌حساب.html", "text/html", 18)
        async with c.http.get(c.simulator.url + file["url"]) as answer:
            assert answer.content_type == "application/octet-stream"
            assert answer.headers["Content-Disposition"].startswith("attachment;")
            assert await answer.read() == b"<script>1</script>"
        async with c.http.get(f"{c.simulator.url}/simulator/mail/{kept['id']}/files/7") as answer:
            assert answer.status == 404


@pytest.mark.parametrize(
    "content",
    [
        b"\x00\xff no header at all",
        b"Subject: =?utf-8?b?!!?=\r\nContent-Type: text/plain; charset=nobody\r\n\r\nwords",
        b"From: <<>>\r\nTo: ,;@\r\nContent-Type: multipart/mixed\r\n\r\n",
        b"",
    ],
)
async def test_a_mail_that_cannot_be_read_is_kept_as_it_came(content: bytes):
    async with carrier() as c:
        await out(c, content)
        (kept,) = await mails(c)
        assert (kept["from"], kept["to"]) == (HELP, SARA) or b"From" in content
        async with c.http.get(f"{c.simulator.url}/simulator/mail/{kept['id']}/raw") as answer:
            assert (await answer.read()).rstrip() == content.rstrip()


@pytest.mark.parametrize(("address", "code"), [("sara+451@example.org", 451), ("sara+550@example.org", 550)])
async def test_a_marked_address_gets_its_answer_and_others_their_mail(address: str, code: int):
    async with carrier() as c:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
            await out(c, mail().as_bytes(), address)
        assert caught.value.recipients[address][0] == code
        assert await mails(c) == []
        assert (await out(c, mail().as_bytes(), address, SARA))[address][0] == code
        assert [kept["recipients"] for kept in await mails(c)] == [[SARA]]


async def test_a_dropped_mail_was_taken_and_never_answered():
    async with carrier() as c:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=c.simulator.post_port, start_tls=False, timeout=5)
        await client.connect()
        await client.mail(HELP)
        await client.rcpt("sara+drop@example.org")
        with pytest.raises(aiosmtplib.SMTPServerDisconnected):
            await client.data(mail().as_bytes())
        (kept,) = await mails(c)
        assert (kept["recipients"], kept["text"]) == (["sara+drop@example.org"], "سلام سارا\n.dot")


async def test_a_person_writes_a_mail_that_the_centre_takes():
    async with centre() as ours, carrier(mail_port=ours.port, mailboxes=(HELP,)) as c:
        assert (await c.state())["post"] == {"port": c.simulator.post_port, "is_ready": True, "mailboxes": [HELP]}
        file = {"name": "قبض.pdf", "content_type": "application/pdf", "content": base64.b64encode(b"%PDF").decode()}
        sent = await c.control(
            "POST",
            "mail",
            {"from": SARA, "from_name": "سارا", "to": HELP, "subject": "کجاست؟", "text": "سلام\n.", "attachment": file},
        )
        ((sender, to, taken),) = ours.took
        assert (sender, to) == (SARA, [HELP])
        assert (taken["From"].addresses[0].display_name, taken["Subject"]) == ("سارا", "کجاست؟")
        assert taken.get_body(("plain",)).get_content().split() == ["سلام", "."]
        (attached,) = taken.iter_attachments()
        assert (attached.get_filename(), attached.get_content()) == ("قبض.pdf", b"%PDF")
        assert taken["Date"].datetime is not None
        (kept,) = await mails(c)
        assert kept == sent
        assert (kept["direction"], kept["status"], kept["message_id"]) == ("in", "sent", taken["Message-ID"])


async def test_a_reply_goes_to_reply_to_in_the_same_thread():
    async with centre() as ours, carrier(mail_port=ours.port) as c:
        first = await c.control("POST", "mail", {"from": SARA, "to": HELP, "subject": "Order", "text": "Where?"})
        long = f"<{'x' * 180}@example.com>"
        answer = mail(
            Message_ID=long, Subject="Re: Order [#7]", In_Reply_To=first["message_id"], References=first["message_id"]
        )
        answer["Reply-To"] = "help+r.token@example.com"
        await out(c, answer.as_bytes(policy=policy.SMTP.clone(max_line_length=None)))
        kept = (await mails(c))[1]
        assert (kept["in_reply_to"], kept["thread"]) == (first["message_id"], first["thread"])
        sent = await c.control("POST", "mail", {"from": SARA, "text": "Thanks", "in_reply_to": kept["id"]})
        _, to, taken = ours.took[1]
        assert (to, taken["To"], taken["Subject"]) == (
            ["help+r.token@example.com"],
            "help+r.token@example.com",
            "Re: Order [#7]",
        )
        assert str(taken["In-Reply-To"]) == long
        assert str(taken["References"]).split() == [first["message_id"], long]
        assert sent["thread"] == first["thread"]


async def test_a_reply_without_reply_to_goes_to_the_sender_and_a_follow_up_where_the_first_went():
    async with centre() as ours, carrier(mail_port=ours.port) as c:
        await out(c, mail().as_bytes())
        (kept,) = await mails(c)
        sent = await c.control("POST", "mail", {"from": SARA, "text": "Thanks", "in_reply_to": kept["id"]})
        await c.control("POST", "mail", {"from": SARA, "text": "And?", "in_reply_to": sent["id"]})
        assert [to for _, to, _ in ours.took] == [[HELP], [HELP]]
        assert [str(taken["Subject"]) for _, _, taken in ours.took] == ["Re: سفارش شما"] * 2
        assert str(ours.took[1][2]["References"]).split() == ["<1@example.com>", sent["message_id"]]


async def test_a_reply_may_choose_another_subject_and_address():
    async with centre() as ours, carrier(mail_port=ours.port) as c:
        await out(c, mail().as_bytes())
        (kept,) = await mails(c)
        order = {"from": SARA, "to": "sales@example.com", "subject": "New", "text": "x", "in_reply_to": kept["id"]}
        await c.control("POST", "mail", order)
        ((_, to, taken),) = ours.took
        assert (to, taken["Subject"], taken["In-Reply-To"]) == (["sales@example.com"], "New", "<1@example.com>")


@pytest.mark.parametrize(
    ("rcpt", "data", "status", "code"),
    [
        ("550 5.1.1 There is no such mailbox here", "250 OK", 422, 550),
        ("250 OK", "552 5.3.4 Too large", 422, 552),
        ("250 OK", "451 4.3.0 Not now", 503, 451),
    ],
)
async def test_a_refusal_is_told_in_the_servers_words_and_leaves_no_mail(rcpt: str, data: str, status: int, code: int):
    async with centre() as ours, carrier(mail_port=ours.port) as c:
        ours.rcpt, ours.data = rcpt, data
        answer, said = await refused(c)
        words = data if rcpt.startswith("250") else rcpt
        assert (answer, said["status"], said["smtp_code"]) == (status, status, code)
        assert words in said["message"]
        assert await mails(c) == []


async def test_a_mail_without_an_answer_may_have_arrived():
    async with centre() as ours, carrier(mail_port=ours.port) as c:
        ours.data = None
        status, said = await refused(c)
        assert (status, said["smtp_code"]) == (502, None)
        assert [(kept["direction"], kept["status"]) for kept in await mails(c)] == [("in", "unknown")]
        assert len(ours.took) == 1


async def test_the_centres_port_may_become_known_after_the_start():
    async with centre() as ours, carrier() as c:
        assert (await refused(c))[0] == 503
        c.simulator.deliver_mail_to("127.0.0.1", 9)
        assert (await refused(c))[0] == 503
        c.simulator.deliver_mail_to("127.0.0.1", ours.port, (HELP,))
        assert (await refused(c))[0] == 201
        assert (await c.state())["post"]["mailboxes"] == [HELP]


@pytest.mark.parametrize(
    "order",
    [
        {"from": "sara"},
        {"from": "سارا@example.org"},
        {"to": ""},
        {"to": "a@b\r\nBcc: x@y"},
        {"subject": "one\ntwo"},
        {"from_name": "a\x00b"},
        {"attachment": {"name": "a", "content_type": "multipart/mixed", "content": ""}},
        {"attachment": {"name": "a", "content_type": "text/plain", "content": "?"}},
        {"from": "a..b@example.org"},
    ],
)
async def test_what_no_mail_can_hold_is_refused_in_words(order: dict[str, Any]):
    async with centre() as ours, carrier(mail_port=ours.port) as c:
        status, said = await refused(c, **order)
        assert status == 422
        assert said["message"]
        assert ours.took == []


async def test_a_reply_to_an_unknown_mail_is_not_found():
    async with centre() as ours, carrier(mail_port=ours.port) as c:
        assert (await refused(c, in_reply_to="PO0"))[0] == 404


async def test_only_the_last_two_hundred_mails_stay():
    async with carrier() as c:

        def many() -> None:
            with smtplib.SMTP("127.0.0.1", c.simulator.post_port, timeout=10) as client:
                for number in range(203):
                    client.sendmail(HELP, [SARA], f"Subject: {number}\r\n\r\n".encode())

        await asyncio.to_thread(many)
        kept = await mails(c)
        assert [kept[0]["subject"], kept[-1]["subject"], len(kept)] == ["3", "202", 200]


async def test_a_closed_post_office_listens_nowhere_and_a_taken_port_is_told():
    async with carrier(is_post_open=False) as c:
        assert c.simulator.post_port == 0
    async with carrier() as c:
        second = Simulator(SimulatorSettings(account_sid="AC", auth_token="x", post_port=c.simulator.post_port))
        with pytest.raises(OSError, match="address already in use"):
            await second.start()


async def test_a_stop_cuts_open_lines_and_leaves_no_task():
    before = asyncio.all_tasks()
    simulator = Simulator(SimulatorSettings(account_sid="AC", auth_token="x"))
    await simulator.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", simulator.post_port)
    assert (await reader.readline()).startswith(b"220 ")
    await simulator.stop()
    assert {task.get_name() for task in asyncio.all_tasks() - before} == set()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", simulator.post_port)
    writer.close()


async def test_the_page_and_its_parts_come_from_here_and_nowhere_else():
    async with carrier() as c:
        async with c.http.get(c.simulator.url) as answer:
            page = await answer.text()
            assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"]
        assert "http" not in page
        for name in ("page.css", "page.js", "parts.js", "phone.js", "mail.js", "words.js"):
            async with c.http.get(f"{c.simulator.url}/page/{name}") as answer:
                assert answer.status == 200
                assert "://" not in await answer.text()
        for name in ("page.html", "..%2fapp.py", "none.js"):
            async with c.http.get(f"{c.simulator.url}/page/{name}") as answer:
                assert answer.status == 404


async def test_a_whole_conversation_runs_between_the_post_office_and_the_email_channel():
    inbox = MemoryInbox()
    async with carrier() as c:
        mailbox = account(
            HELP, smtp_host="127.0.0.1", smtp_port=c.simulator.post_port, smtp_security=Security.NONE, from_name="مرکز"
        )
        email = channel(inbox, mailbox)
        await email.open()
        c.simulator.deliver_mail_to("127.0.0.1", email.port, (HELP,))
        asked = {"from": SARA, "from_name": "سارا", "to": HELP, "subject": "سفارش من", "text": "سلام"}
        first = await c.control("POST", "mail", asked)
        (raw,) = inbox.raws.values()
        (read,) = await email.read(mailbox, raw)
        assert isinstance(read, InboundMessage)
        assert (read.sender.name, read.subject, read.text) == ("سارا", "سفارش من", "سلام")

        answer = outgoing(to=read.sender, subject=read.subject, references=read.keys, text="فرستاده شد", number=7)
        await email.send(mailbox, answer)
        got = (await mails(c))[-1]
        assert (got["from_name"], got["text"], got["thread"]) == ("مرکز", "فرستاده شد", first["thread"])

        await c.control("POST", "mail", {"from": SARA, "text": "سپاس", "in_reply_to": got["id"]})
        (again,) = await email.read(mailbox, list(inbox.raws.values())[1])
        assert isinstance(again, InboundMessage)
        assert again.thread[0] == ThreadKey(f"interaction:{answer.interaction_id}", is_proof=True)

        status, said = await refused(c, to="nobody@example.com")
        assert (status, said["smtp_code"]) == (422, 550)
        await email.close()
        await email.context.workers.close()
