"""What goes out by mail: signed, to whom it should, word for word as it is shown, and taken back while it can be."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from house import hire, made, query
from outside import Outside, outside

from demo.organisation import MAILBOX
from storage.database import Database, adhoc
from tests.integration.test_receive import settled
from tests.live import AgentSocket, CommandFailed, Live, Person, eventually

LENA = "lena@customer.example"


async def talk(around: Outside, **headers: str) -> tuple[Person, AgentSocket, str]:
    """Return an administrator who has a mail of Lena's."""
    it = around.it
    admin = await it.person("admin")
    socket = await admin.console()
    await socket.command("presence.set", state="available", reason=None)
    await _can(it, admin)
    await around.mail("When do you open?", sender=f"Lena <{LENA}>", **headers)
    taken = await socket.take_offer("email")
    return admin, socket, str(taken["interaction"]["id"])


async def _can(it: Live, admin: Person) -> None:
    skills = [skill["id"] for skill in (await admin.json("GET", "/api/skills"))[1]["items"]]
    agents = (await admin.json("GET", "/api/agents"))[1]["items"]
    me = next(each for each in agents if each["staff_id"] == admin.me["id"])
    profile = {"version": me["version"], "trust": 3, "skills": dict.fromkeys(skills, 5)}
    status, answer = await admin.json("PUT", f"/api/agents/{admin.me['id']}", profile)
    assert status == 200, answer


async def hold(socket: AgentSocket, at: str, text: str, **more: Any) -> dict[str, Any]:
    said = {"undo_seconds": 60} if "send_at" not in more else {}
    asked = {"interaction_id": at, "client_id": uuid.uuid4().hex, "text": text, **said, **more}
    return dict((await socket.command("interaction.hold", **asked))["held"])


async def due(it: Live, *ids: str) -> None:
    """Let the moment of these come."""
    held = list(map(uuid.UUID, ids))
    await query(it, "update held_reply set due_at = now() - interval '1 second' where id = any($1)", held)
    await query(
        it, "update job set run_at = now() where kind = 'reply.release' and payload->>'held_id' = any($1)", list(ids)
    )


async def outgoing(around: Outside) -> list[dict[str, Any]]:
    return [mail for mail in (await around.state())["mails"] if mail["direction"] == "out"]


async def test_a_reply_can_be_taken_back_and_then_nothing_goes(dsn: str, tmp_path: Path, db: Database) -> None:
    async with outside(dsn, tmp_path) as around:
        _, socket, at = await talk(around)
        held = await hold(socket, at, "We open at nnie", html="<p>We open at <b>nnie</b></p>")
        await socket.until(lambda: [each["id"] for each in socket.state["held"]] == [held["id"]])
        await socket.command("draft.save", interaction_id=at, kind="reply", text="And more", client_id="desk")
        back = await socket.command("held.take_back", held_id=held["id"], device="desk")
        assert back["held"]["html"] == '<p dir="auto">We open at <b>nnie</b></p>'
        await socket.until(lambda: not socket.state["held"])
        fresh = await around.it.agent("admin", available=False)
        (draft,) = fresh.state["drafts"]
        assert draft["text"] == "We open at nnie\nAnd more", "what is being written stays behind it"
        await due(around.it, held["id"])
        with pytest.raises(CommandFailed) as failed:
            await socket.command("held.take_back", held_id=held["id"], device="desk")
        assert failed.value.status == 409
        await settled(db)
        assert await outgoing(around) == []


async def test_what_is_due_goes_in_its_order_and_cannot_be_taken_back(dsn: str, tmp_path: Path, db: Database) -> None:
    async with outside(dsn, tmp_path) as around:
        _, socket, at = await talk(around)
        first = await hold(socket, at, "first", client_id="same")
        again = await hold(socket, at, "first", client_id="same")
        assert again["id"] == first["id"]
        second = await hold(socket, at, "second", undo_seconds=1)
        assert second["due_at"] >= first["due_at"], "nothing overtakes what its author said before"
        await due(around.it, first["id"], second["id"])
        await around.answered("second")
        said = [
            row["text"]
            for row in await db.rows(adhoc("select text from message where direction = 'outbound' order by seq"))
        ]
        assert said == ["first", "second"]
        with pytest.raises(CommandFailed) as failed:
            await socket.command("held.take_back", held_id=first["id"], device="d")
        assert failed.value.status == 409
        known = await hold(socket, at, "first", client_id="same")
        assert (known["id"], known["state"]) == (first["id"], "sent")
        assert len(await outgoing(around)) == 2


async def test_of_undo_and_sending_at_once_exactly_one_wins(dsn: str, tmp_path: Path, db: Database) -> None:
    async with outside(dsn, tmp_path) as around:
        _, socket, at = await talk(around)
        held = [await hold(socket, at, f"number {number}") for number in range(12)]

        async def undo(one: dict[str, Any]) -> bool:
            with contextlib.suppress(CommandFailed):
                await socket.command("held.take_back", held_id=one["id"], device="d")
                return True
            return False

        _, *taken = await asyncio.gather(due(around.it, *[one["id"] for one in held]), *map(undo, held))
        await settled(db)
        said = {row["text"] for row in await db.rows(adhoc("select text from message where direction = 'outbound'"))}
        backs = {f"number {number}" for number, is_back in enumerate(taken) if is_back}
        assert said | backs == {f"number {number}" for number in range(12)}
        assert not said & backs


async def test_a_later_reply_waits_is_moved_and_outlives_the_process(dsn: str, tmp_path: Path, db: Database) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    async with outside(dsn, tmp_path) as around:
        admin, socket, at = await talk(around)
        held = await hold(socket, at, "Good morning", send_at=tomorrow)
        await socket.command("interaction.close", interaction_id=at, disposition="resolved", note=None)
        listed = (await admin.json("GET", "/api/held-replies"))[1]["items"]
        assert [(each["id"], each["customer_name"]) for each in listed] == [(held["id"], "Lena")]
        other = await hire(around.it, ["interaction.reply", "interaction.read"])
        assert (await other.json("GET", "/api/held-replies"))[1]["items"] == []
        assert (await other.json("GET", "/api/held-replies?of_all=true"))[0] == 403
        assert (await other.json("DELETE", f"/api/held-replies/{held['id']}"))[0] == 403
        past = {"send_at": "2020-01-01T00:00:00Z", "version": 1}
        assert (await admin.json("PUT", f"/api/held-replies/{held['id']}", past))[0] == 422
        later = {"send_at": (datetime.now(UTC) + timedelta(days=2)).isoformat(), "version": 1}
        status, moved = await admin.json("PUT", f"/api/held-replies/{held['id']}", later)
        assert (status, moved["version"]) == (200, 2)
        assert (await admin.json("PUT", f"/api/held-replies/{held['id']}", later))[0] == 409
    async with outside(dsn, tmp_path) as around:
        await due(around.it, held["id"])
        statement = "select text from message where direction = 'outbound'"
        assert (await eventually(lambda: _first(around, statement)))["text"] == "Good morning"
        (row,) = await query(around.it, "select state, text from held_reply")
        assert tuple(row) == ("sent", "")


async def test_closing_sends_what_could_still_be_taken_back(dsn: str, tmp_path: Path, db: Database) -> None:
    async with outside(dsn, tmp_path) as around:
        _, socket, at = await talk(around)
        await hold(socket, at, "It is done")
        await socket.command("interaction.close", interaction_id=at, disposition="resolved", note=None)
        await around.answered("It is done")
        rows = await db.rows(adhoc("select coalesce(event, text) as said from message order by seq desc limit 2"))
        assert [row["said"] for row in rows][-1] == "It is done" or rows[0]["said"] == "It is done"


async def test_words_of_who_may_no_longer_write_are_stopped(dsn: str, tmp_path: Path, db: Database) -> None:
    async with outside(dsn, tmp_path) as around:
        _, socket, at = await talk(around)
        held = await hold(socket, at, "Never said", send_at=(datetime.now(UTC) + timedelta(days=1)).isoformat())
        await db.run(adhoc("update staff set is_active = false where login = 'admin'"))
        await due(around.it, held["id"])
        line = "select event, text from message order by seq desc limit 1"
        found = await eventually(lambda: _first(around, "select 1 from held_reply where state = 'stopped'"))
        assert found
        (row,) = await query(around.it, line)
        assert row["event"] == "reply_stopped"
        assert await outgoing(around) == []


async def _first(around: Outside, statement: str) -> Any:
    rows = await query(around.it, statement)
    return rows[0] if rows else None


# --- signatures


async def test_a_signature_of_queue_and_agent_is_shown_before_and_added_once(
    dsn: str, tmp_path: Path, db: Database
) -> None:
    async with outside(dsn, tmp_path) as around:
        admin, socket, at = await talk(around)
        (queue,) = await query(around.it, "select queue_id::text from interaction")
        texts = {"en": "{queue.name} of {organisation.name|Sahra}\n{date}", "fa": "{queue.name}، {date}"}
        await made(admin, "/api/signatures", {"queue_id": queue["queue_id"], "texts": texts})
        await made(admin, "/api/signatures", {"texts": {"en": "{agent.name}, for {customer.name}"}})
        twice = {"queue_id": queue["queue_id"], "texts": texts}
        assert (await admin.json("POST", "/api/signatures", twice))[0] == 409
        _, head = await admin.json("GET", f"/api/interactions/{at}/letterhead?locale=en")
        me = head["values"]["agent.name"]
        assert head["signature"].splitlines()[:2][0] == f"{me}, for Lena"
        await socket.command("interaction.reply", interaction_id=at, client_id="r", text="At nine", locale="en")
        mail = await around.answered("At nine")
        assert mail["text"].count("for Lena") == 1
        assert f"\n-- \n{head['signature']}" in mail["text"].replace("\r\n", "\n")
        (row,) = await query(around.it, "select text, details from message where direction = 'outbound'")
        assert row["text"] == "At nine", "the words are the agent's alone"
        _, persian = await admin.json("GET", f"/api/interactions/{at}/letterhead?locale=fa")
        assert "۱۴" in persian["values"]["date"], "a Persian letter is dated in the solar calendar"
        await socket.command("interaction.reply", interaction_id=at, client_id="n", text="Bare", is_signed=False)
        assert "for Lena" not in (await around.answered("Bare"))["text"]


async def test_a_name_of_a_stranger_cannot_begin_a_header_or_run(dsn: str, tmp_path: Path, db: Database) -> None:
    async with outside(dsn, tmp_path) as around:
        admin, socket, at = await talk(around)
        evil = "Lena\r\nBcc: evil@x.example <script>alert(1)</script> {agent.name}"
        await db.run(adhoc("update customer set name = :name::text"), name=evil)
        await made(admin, "/api/signatures", {"texts": {"en": "Dear {customer.name}"}})
        await socket.command(
            "interaction.reply", interaction_id=at, client_id="r", text="Hi", html="<p><b>Hi</b></p>", locale="en"
        )
        await around.answered("Hi")
        original = await _original(admin, around)
        mail = message_from_bytes(original, _class=EmailMessage, policy=policy.default)
        assert "evil" not in str(mail.items())
        html = mail.get_body(("html",))
        assert html is not None
        assert "<script" not in html.get_content()
        assert "&lt;script&gt;" in html.get_content()
        assert "{agent.name}" in html.get_content(), "a value is not looked through again"


async def _original(person: Person, around: Outside) -> bytes:
    (row,) = await query(
        around.it, "select id::text from message where direction = 'outbound' order by seq desc limit 1"
    )
    async with person.session.get(f"{person.base_url}/api/messages/{row['id']}/original") as response:
        assert response.status == 200
        assert response.headers["Content-Disposition"].startswith("attachment")
        return await response.read()


async def test_a_text_is_tried_with_a_real_customer(dsn: str, tmp_path: Path) -> None:
    async with outside(dsn, tmp_path) as around:
        admin = await around.it.person("admin")
        customer = await made(admin, "/api/customers", {"name": "Omid"})
        asked = {"text": "سلام {customer.name}", "locale": "fa", "customer_id": customer["id"]}
        assert (await admin.json("POST", "/api/text-previews", asked))[1]["text"] == "سلام Omid"
        assert (await admin.json("POST", "/api/text-previews", {**asked, "text": "{nothing}"}))[0] == 422
        clerk = await hire(around.it, ["interaction.reply"])
        assert (await clerk.json("POST", "/api/text-previews", asked))[0] in (403, 404)


# --- to whom


async def test_copies_go_openly_and_secretly_and_the_original_shows_what_went(
    dsn: str, tmp_path: Path, db: Database
) -> None:
    async with outside(dsn, tmp_path) as around:
        admin, socket, at = await talk(around)
        recipients = {
            "to": [{"address": LENA, "name": "Lena"}],
            "cc": [{"address": "boss@customer.example"}, {"address": LENA}],
            "bcc": [{"address": "audit@centre.example", "name": "Audit"}],
        }
        await socket.command(
            "interaction.reply", interaction_id=at, client_id="r", text="To all", recipients=recipients
        )
        await around.answered("To all")
        original = await _original(admin, around)
        assert b"\r\nCc: boss@customer.example\r\n" in original
        assert b"audit@" not in original, "a secret copy is nowhere in the mail"
        (row,) = await query(around.it, "select address, sha256 from departure")
        assert row["address"] == LENA
        statement = "select recipients from message where direction = 'outbound' and delivery = 'sent'"
        kept = await eventually(lambda: _first(around, statement))
        assert "audit@centre.example" in kept["recipients"]
        _, everybody = await admin.json("GET", f"/api/interactions/{at}/recipients")
        assert [each["address"] for each in everybody["cc"]] == ["boss@customer.example"]
        reader = await hire(around.it, ["interaction.read"])
        assert await _original(reader, around) == original
        nobody = await hire(around.it, ["customer.read"])
        (message,) = await query(around.it, "select id::text from message where direction = 'outbound'")
        assert (await nobody.json("GET", f"/api/messages/{message['id']}/original"))[0] == 403
        ours = {"to": [{"address": MAILBOX}]}
        with pytest.raises(CommandFailed) as failed:
            await socket.command("interaction.reply", interaction_id=at, client_id="o", text="Loop", recipients=ours)
        assert failed.value.status == 422


async def test_what_is_passed_on_is_no_answer_and_takes_the_files_along(dsn: str, tmp_path: Path, db: Database) -> None:
    async with outside(dsn, tmp_path) as around:
        admin, socket, at = await talk(around)
        before = await query(around.it, "select answered_at, unread from interaction")
        (mail,) = await query(around.it, "select id::text from message where direction = 'inbound'")
        passed = {"recipients": {"to": [{"address": "workshop@partner.example"}]}, "forwards": mail["id"]}
        await socket.command(
            "interaction.reply",
            interaction_id=at, client_id="f", text="Can you?", subject="Fwd: A question", **passed,
        )  # fmt: skip
        went = await around.answered("Can you?")
        assert went["to"] == "workshop@partner.example"
        assert went["subject"].startswith("Fwd: A question")
        assert await query(around.it, "select answered_at, unread from interaction") == before
        _, everybody = await admin.json("GET", f"/api/interactions/{at}/recipients")
        assert everybody["cc"] == [], "whom we asked aside is not in the conversation"
        with pytest.raises(CommandFailed) as failed:
            await socket.command(
                "interaction.reply", interaction_id=at, client_id="g", text="x", forwards=str(uuid.uuid4())
            )
        assert failed.value.status == 404


async def test_an_answer_to_all_goes_to_who_was_confirmed_and_whom_an_agent_named(
    dsn: str, tmp_path: Path, db: Database
) -> None:
    async with outside(dsn, tmp_path) as around:
        admin, socket, at = await talk(around)
        (mail,) = await query(around.it, "select details->>'message_id' as id from message where direction = 'inbound'")
        await around.mail("Me too", sender="mallory@evil.example", In_Reply_To=f"<{mail['id']}>")
        await settled(db)
        path = f"/api/interactions/{at}"
        await made(admin, f"{path}/participants", {"address": "sara@customer.example", "name": "Sara"})
        recipients = {
            "to": [{"address": LENA}, {"address": "omid@customer.example"}],
            "bcc": [{"address": "x@y.example"}],
        }
        await socket.command("interaction.reply", interaction_id=at, client_id="r", text="All", recipients=recipients)
        _, everybody = await admin.json("GET", f"{path}/recipients")
        assert everybody["to"] == [{"address": LENA, "name": "Lena"}]
        assert [each["address"] for each in everybody["cc"]] == ["sara@customer.example", "omid@customer.example"]
