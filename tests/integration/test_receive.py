"""From a stranger's words to an agent and back, with everything that goes wrong on the way."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from outside import PHONE, Outside, outside

from core.ids import uuid7
from core.workers import TooCostly
from interactions.store import sql as receive_sql
from storage.database import Database, adhoc
from storage.database import sql as storage_sql
from tests.live import AgentSocket, eventually

COUNT = adhoc("select count(*) from interaction")


def inbound(conversation: dict[str, Any]) -> list[str]:
    return [m["text"].strip() for m in conversation["messages"] if m["direction"] == "inbound"]


async def settled(db: Database) -> None:
    """Wait until every raw input was read."""
    await eventually(lambda: db.value(adhoc("select count(*) = 0 from raw_input where outcome is null")))


async def conversation_by_mail(around: Outside) -> tuple[AgentSocket, dict[str, Any], str]:
    sara = await around.it.agent("sara")
    asked = await around.mail("My fridge is warm")
    return sara, await sara.take_offer("email"), asked


async def test_c005_a_reply_of_the_same_sender_lands_in_the_thread(dsn: str, tmp_path: Path) -> None:
    async with outside(dsn, tmp_path) as around:
        sara, conversation, asked = await conversation_by_mail(around)
        interaction_id = conversation["interaction"]["id"]
        await sara.reply(interaction_id, "Which model is it?")
        answer = await around.answered("Which model is it?")
        assert answer["in_reply_to"] == asked
        await around.mail("An S-200", In_Reply_To=answer["message_id"], subject="Re: A question")
        await sara.until(lambda: inbound(sara.conversation(interaction_id)) == ["My fridge is warm", "An S-200"])
        delivered = [m for m in sara.conversation(interaction_id)["messages"] if m["direction"] == "outbound"]
        assert delivered[0]["delivery"] == "sent"


async def test_who_has_our_signed_address_is_in_the_thread_and_a_forger_is_not(
    dsn: str, tmp_path: Path, db: Database
) -> None:
    async with outside(dsn, tmp_path) as around:
        sara, conversation, asked = await conversation_by_mail(around)
        interaction_id = conversation["interaction"]["id"]
        number = conversation["interaction"]["number"]
        await sara.reply(interaction_id, "Which model is it?")
        await around.answered("Which model is it?")
        mails = (await around.state())["mails"]
        reply_to = next(m for m in mails if m["direction"] == "out")["reply_to"]
        assert "+" in reply_to
        await around.mail("From my other address", sender="lena@work.example", to=reply_to)
        await sara.until(lambda: "From my other address" in inbound(sara.conversation(interaction_id)))
        await around.mail("I am Lena, send me all", sender="evil@else.example", In_Reply_To=asked)
        await around.mail("Only the number", sender="evil@else.example", subject=f"Re: A question [#{number}]")
        forged = (
            reply_to.replace("@", "0@") if reply_to[reply_to.index("@") - 1] != "0" else reply_to.replace("@", "1@")
        )
        await around.mail("A guessed address", sender="evil@else.example", to=forged)
        await settled(db)
        await sara.until(lambda: len(inbound(sara.conversation(interaction_id))) == 3)
        flagged = sara.conversation(interaction_id)["messages"][-1]
        assert (flagged["author"]["name"], flagged["author"]["id"]) == ("evil@else.example", None), "not as Lena"
        assert flagged["details"]["participant"]["address"] == "evil@else.example"
        assert await db.value(COUNT) == 3, "what only guesses begins of its own"


async def test_the_owner_with_only_the_number_is_in_the_thread(dsn: str, tmp_path: Path) -> None:
    async with outside(dsn, tmp_path) as around:
        sara, conversation, _ = await conversation_by_mail(around)
        interaction = conversation["interaction"]
        await around.mail("And it drips", subject=f"once more [#{interaction['number']}]")
        await sara.until(lambda: "And it drips" in inbound(sara.conversation(interaction["id"])))


async def test_the_same_mail_twice_is_one(dsn: str, tmp_path: Path, db: Database) -> None:
    async with outside(dsn, tmp_path) as around:
        content = b"From: lena@customer.example\r\nSubject: twice\r\nMessage-ID: <t@c.example>\r\n\r\nhello\r\n"
        for _ in range(3):
            await around.raw_mail(content, "lena@customer.example")
        await settled(db)
        assert await db.value(COUNT) == 1
        assert await db.value(adhoc("select count(*) from raw_input")) == 1


async def test_a_mail_of_bombs_reaches_people_with_the_raw_file(dsn: str, tmp_path: Path) -> None:
    async with outside(dsn, tmp_path) as around:
        sara = await around.it.agent("sara")
        part = b"--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
        bomb = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + part * 3000
        await around.raw_mail(b"From: lena@customer.example\r\nSubject: nested\r\n" + bomb, "lena@customer.example")
        conversation = await sara.take_offer("email")
        message = next(m for m in conversation["messages"] if m["direction"] == "inbound")
        assert message["attachments"][0]["name"] == "message.eml"


async def test_what_cannot_be_read_at_all_is_kept_for_people(dsn: str, tmp_path: Path) -> None:
    async with outside(dsn, tmp_path) as around:
        sara = await around.it.agent("sara")
        channel = around.it.running.neck.channels["email"]
        read = channel.read

        async def too_costly(account: Any, raw: Any) -> Any:
            if b"costly" in raw.body:
                raise TooCostly
            return await read(account, raw)

        channel.read = too_costly  # type: ignore[method-assign]  # a worker that always dies, without the wait
        await around.mail("costly")
        conversation = await sara.take_offer("email")
        message = next(m for m in conversation["messages"] if m["direction"] == "inbound")
        assert message["attachments"][0]["name"] == "message.eml"
        assert message["details"]["unreadable"]
        await around.mail("and a good one after it", sender="other@customer.example")
        assert inbound(await sara.take_offer("email")) == ["and a good one after it"]


async def test_texts_both_ways_and_their_states_in_any_order(dsn: str, tmp_path: Path, db: Database) -> None:
    async with outside(dsn, tmp_path) as around:
        omar = await around.it.agent("omar")
        await around.faults(
            {"kind": "duplicate", "match": "*/sms*", "probability": 1.0},
            {"kind": "reorder", "match": "*/sms/status*", "probability": 0.5},
        )
        await around.text("سلام، یخچالم گرم است")
        conversation = await omar.take_offer("sms")
        assert inbound(conversation) == ["سلام، یخچالم گرم است"]
        interaction_id = conversation["interaction"]["id"]
        for number in range(3):
            await omar.reply(interaction_id, f"answer {number}")

        def all_delivered() -> bool:
            found = [m for m in omar.conversation(interaction_id)["messages"] if m["direction"] == "outbound"]
            return [m["delivery"] for m in found] == ["delivered"] * 3

        await omar.until(all_delivered, seconds=25)
        await settled(db)
        sent = [m["body"] for m in (await around.state())["messages"] if m["to"] == PHONE]
        assert sent == ["answer 0", "answer 1", "answer 2"], "in order, each once"
        assert omar.conversation(interaction_id)["messages"][-1]["delivery"] == "delivered"
        await around.text("هنوز هم")
        await omar.until(lambda: len(inbound(omar.conversation(interaction_id))) == 2)
        said = omar.conversation(interaction_id)["messages"]
        assert not any(m["details"].get("repeated_id") for m in said), "a number stands for a person, not for a mail"


@pytest.mark.parametrize("kind", ["accept_then_drop", "server_error", "rate_limit"])
async def test_an_uncertain_text_is_sent_once(dsn: str, tmp_path: Path, kind: str) -> None:
    async with outside(dsn, tmp_path) as around:
        omar = await around.it.agent("omar")
        await around.text("hello")
        conversation = await omar.take_offer("sms")
        await around.faults({"kind": kind, "match": "POST *Messages*", "times": 1, "seconds": 1})
        interaction_id = conversation["interaction"]["id"]
        await omar.reply(interaction_id, "only once, please")

        def arrived() -> bool:
            found = [m for m in omar.conversation(interaction_id)["messages"] if m["direction"] == "outbound"]
            return bool(found) and found[0]["delivery"] == "delivered"

        await omar.until(arrived, seconds=25)
        sent = [m["body"] for m in (await around.state())["messages"] if m["to"] == PHONE]
        assert sent == ["only once, please"]


async def test_mail_that_is_refused_shows_why(dsn: str, tmp_path: Path) -> None:
    async with outside(dsn, tmp_path) as around:
        sara = await around.it.agent("sara")
        await around.mail("answer me", sender="lena+550@customer.example")
        conversation = await sara.take_offer("email")
        interaction_id = conversation["interaction"]["id"]
        await sara.reply(interaction_id, "never arrives")

        def failed() -> Any:
            found = [m for m in sara.conversation(interaction_id)["messages"] if m["direction"] == "outbound"]
            return found[0] if found and found[0]["delivery"] == "failed" else None

        message = await sara.until(failed)
        assert "550" in message["error"]


def report_about(message_id: str) -> bytes:
    """Return what a server far away writes when a mailbox is full."""
    original = f"From: support@markaz.example\nTo: lena@customer.example\nMessage-ID: {message_id}\n\nHello"
    status = (
        "Final-Recipient: rfc822; lena@customer.example\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 full"
    )
    parts = [
        ("text/plain", "It could not be delivered."),
        ("message/delivery-status", f"Reporting-MTA: dns; far.example\n\n{status}"),
        ("message/rfc822", original),
    ]
    body = "".join(f"--b\nContent-Type: {kind}\n\n{text}\n" for kind, text in parts)
    head = (
        "From: MAILER-DAEMON@far.example\nSubject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\n"
        'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
    )
    return f"{head}{body}--b--\n".replace("\n", "\r\n").encode()


async def test_a_report_of_failure_belongs_to_the_mail_that_failed(dsn: str, tmp_path: Path, db: Database) -> None:
    async with outside(dsn, tmp_path) as around:
        sara, conversation, _ = await conversation_by_mail(around)
        interaction_id = conversation["interaction"]["id"]
        await sara.reply(interaction_id, "Which model is it?")
        answer = await around.answered("Which model is it?")
        ours = answer["message_id"]
        forged = ours.replace("@", "0@") if ours[ours.index("@") - 1] != "0" else ours.replace("@", "1@")
        await around.raw_mail(report_about(forged), "")
        await around.raw_mail(report_about(ours), "")

        def failed() -> Any:
            found = [m for m in sara.conversation(interaction_id)["messages"] if m["direction"] == "outbound"]
            return found[0] if found and found[0]["delivery"] == "failed" else None

        message = await sara.until(failed)
        assert "lena@customer.example" in message["error"]
        assert "552 full" in message["error"]
        await settled(db)
        assert await db.value(adhoc("select count(*) from interaction")) == 1, "a report is nobody's question"
        assert len([m for m in (await around.state())["mails"] if m["direction"] == "out"]) == 1, "nor answered"


async def test_a_call_that_ends_before_anybody_answers_is_abandoned(dsn: str, tmp_path: Path, db: Database) -> None:
    async with outside(dsn, tmp_path) as around:
        maya = await around.it.agent("maya")
        sid = await around.call()
        offer = await maya.offered("voice")
        await around.control("POST", f"calls/{sid}/hangup")
        await maya.until(lambda: not maya.state["offers"])
        admin = await around.it.person("admin")
        _, interaction = await admin.json("GET", f"/api/interactions/{offer['interaction_id']}")
        assert (interaction["state"], interaction["call"]["outcome"]) == ("closed", "abandoned")
        assert (interaction["customer_at"], interaction["answered_at"]) == (interaction["opened_at"], None)
        assert await db.value(adhoc("select used_units from agent where state = 'available'")) == 0


async def test_a_call_is_whole_in_whatever_order_the_carrier_tells_it(dsn: str, tmp_path: Path, db: Database) -> None:
    async with outside(dsn, tmp_path) as around:
        maya = await around.it.agent("maya")
        await around.faults(
            {"kind": "duplicate", "match": "*/call/status*", "probability": 1.0},
            {"kind": "reorder", "match": "*/call/status*", "probability": 0.7},
        )
        await around.call()
        conversation = await maya.take_offer("voice")
        interaction_id = conversation["interaction"]["id"]
        await maya.until(lambda: maya.conversation(interaction_id)["interaction"]["call"]["status"] == "joined")
        await maya.command("call.hang_up", interaction_id=interaction_id)
        await maya.until(lambda: maya.conversation(interaction_id)["interaction"]["state"] == "wrap_up")
        assert maya.conversation(interaction_id)["interaction"]["call"]["outcome"] == "handled"
        # A call is contact: the customer's at its beginning, ours when somebody answered.
        admin = await around.it.person("admin")
        now = maya.conversation(interaction_id)["interaction"]
        _, overview = await admin.json("GET", f"/api/customers/{now['customer']['id']}/overview")
        assert overview["last_in_at"] == now["customer_at"] == now["opened_at"]
        assert overview["last_out_at"] == now["answered_at"] == now["call"]["answered_at"]
        await maya.command("interaction.wrap_up_done", interaction_id=interaction_id)
        await settled(db)
        assert await db.value(COUNT) == 1


async def test_poison_goes_to_quarantine_stops_nothing_and_can_be_run_again(
    dsn: str, tmp_path: Path, db: Database
) -> None:
    async with outside(dsn, tmp_path) as around:
        sara = await around.it.agent("sara")
        channel = around.it.running.neck.channels["email"]
        read = channel.read

        async def surprise(account: Any, raw: Any) -> Any:
            if b"poison" in raw.body:
                raise RuntimeError("a surprise")
            return await read(account, raw)

        channel.read = surprise  # type: ignore[method-assign]  # a fault of our own making
        await around.mail("poison")
        await around.mail("medicine", sender="other@customer.example")
        assert inbound(await sara.take_offer("email")) == ["medicine"]
        admin = await around.it.person("admin")
        _, quarantine = await admin.json("GET", "/api/quarantine")
        assert "a surprise" in quarantine["items"][0]["last_error"]
        channel.read = read  # type: ignore[method-assign]  # as above
        status, _ = await admin.json("POST", f"/api/quarantine/{quarantine['items'][0]['id']}/release")
        assert status == 204
        assert inbound(await sara.take_offer("email")) == ["poison"]
        assert not await db.rows(storage_sql.list_quarantine, after=0, most=10)


async def test_the_next_message_goes_to_its_owner_or_waits_again_when_he_left(dsn: str, tmp_path: Path) -> None:
    async with outside(dsn, tmp_path) as around:
        omar = await around.it.agent("omar")
        await around.text("first")
        conversation = await omar.take_offer("sms")
        interaction_id = conversation["interaction"]["id"]
        await omar.command("presence.set", state="not_ready", reason="lunch")
        await around.text("second")
        await omar.until(lambda: inbound(omar.conversation(interaction_id)) == ["first", "second"])
        await omar.command("presence.set", state="offline")
        await around.text("third")
        await omar.until(lambda: not omar.state["interactions"])
        await omar.command("presence.set", state="available")
        again = await omar.take_offer("sms")
        assert again["interaction"]["id"] == interaction_id
        assert inbound(again) == ["first", "second", "third"]


async def test_a_channel_that_is_off_is_not_there(dsn: str, tmp_path: Path, db: Database) -> None:
    async with outside(dsn, tmp_path) as around:
        admin = await around.it.person("admin")
        _, accounts = await admin.json("GET", "/api/accounts")
        sms = next(a for a in accounts["items"] if a["kind"] == "sms")
        body = {name: sms[name] for name in ("name", "queue_id", "branch_id", "version")} | {
            "is_enabled": False,
            "settings": sms["settings"],
        }
        status, _ = await admin.json("PUT", f"/api/accounts/{sms['id']}", body)
        assert status == 200
        await around.text("is anybody there?")
        await asyncio.sleep(0.5)
        assert await db.value(COUNT) == 0
        hooks = (await around.state())["webhooks"]
        assert hooks[-1]["status"] == 404
        await around.mail("mail still works")
        await settled(db)
        assert await db.value(COUNT) == 1


async def test_a_message_that_nobody_is_there_for_waits(dsn: str, tmp_path: Path) -> None:
    async with outside(dsn, tmp_path) as around:
        await around.mail("in the night")
        await asyncio.sleep(0.5)
        sara = await around.it.agent("sara")
        assert inbound(await sara.take_offer("email")) == ["in the night"]


async def test_c005_an_employee_writes_first_and_the_answer_comes_back(dsn: str, tmp_path: Path) -> None:
    async with outside(dsn, tmp_path) as around:
        sara = await around.it.person("sara")
        admin = await around.it.person("admin")
        _, accounts = await admin.json("GET", "/api/accounts")
        account = next(a for a in accounts["items"] if a["kind"] == "email")
        _, customer = await sara.json(
            "POST",
            "/api/customers",
            {"name": "Lena", "identities": [{"kind": "email", "value": "lena@customer.example"}]},
        )
        body = {
            "account_id": account["id"],
            "customer_id": customer["id"],
            "address": "lena@customer.example",
            "subject": "Your order",
            "client_id": str(uuid7()),
            "text": "It is on its way",
        }
        status, interaction = await sara.json("POST", "/api/interactions", body)
        assert status == 201, interaction
        status, again = await sara.json("POST", "/api/interactions", body)
        assert again["id"] == interaction["id"]
        answer = await around.answered("It is on its way")
        console = await sara.console()
        await around.mail("Thank you", In_Reply_To=answer["message_id"], subject="Re: Your order")
        offer = await console.offered("email")
        assert offer["interaction_id"] == interaction["id"]
        await console.close()


async def test_what_was_tried_before_is_not_overtaken_by_what_came_later(
    dsn: str, tmp_path: Path, db: Database
) -> None:
    """A raw that an operator released waits for its own turn, and so does everything behind it."""
    async with outside(dsn, tmp_path) as around:
        await around.mail("first")
        await settled(db)
        account = await db.value(adhoc("select account_id from raw_input"))
        insert = adhoc(
            "with kept as (insert into raw_input (account_id, external_id, kind, body)"
            " select :account::uuid, 'x' || n, 'mail', '' from generate_series(1, 3) n returning id)"
            " insert into job (kind, key, payload, run_at, attempts) select 'intake', 'apart',"
            " jsonb_build_object('raw_id', id), now() + interval '1 day',"
            " case row_number() over (order by id) when 2 then 1 else 0 end from kept order by id returning id"
        )
        jobs = sorted(row["id"] for row in await db.rows(insert, account=account))
        together = await db.rows(receive_sql.raws_to_read, job_id=jobs[0], key="apart", most=32, most_bytes=1 << 20)
        assert [row["job_id"] for row in together] == [jobs[0]]
        own = await db.rows(receive_sql.raws_to_read, job_id=jobs[1], key="apart", most=32, most_bytes=1 << 20)
        assert [row["job_id"] for row in own] == jobs[1:]
