"""An agent who is away hears by mail what a customer wrote, and answers that mail: believed, refused, repeated."""

from __future__ import annotations

import uuid
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from house import query
from outside import Outside, outside

from demo.organisation import MAILBOX
from storage.database import Database
from tests.integration.test_outflow import LENA, outgoing, talk
from tests.integration.test_receive import settled
from tests.live import AgentSocket, eventually

AGENT = "agent@centre.example"
SERVER = "mx.centre.example"


async def away(around: Outside) -> tuple[AgentSocket, str, dict[str, Any]]:
    """Return an agent on a break who was told by mail what Lena wrote, and that mail."""
    _, socket, at = await talk(around)
    await query(around.it, "update staff set email = $1 where login = 'admin'", AGENT)
    await socket.command("desk.save", undo_seconds=10, is_mailed=True)
    await socket.command("presence.set", state="not_ready", reason="lunch")
    await around.it.running.neck.colleagues.look()
    await around.it.running.neck.colleagues.look()
    told = await around.answered("When do you open?")
    assert told["to"] == AGENT
    assert len(await outgoing(around)) == 1, "once for each message"
    return socket, at, told


async def raw(around: Outside, told: dict[str, Any]) -> EmailMessage:
    async with around.http.get(f"{around.base}/mail/{told['id']}/raw") as response:
        return message_from_bytes(await response.read(), _class=EmailMessage, policy=policy.default)


async def answer(
    around: Outside, to: str, text: str, sender: str = AGENT, message_id: str | None = None, **headers: str
) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, "Re: Lena has written"
    mail["Message-ID"] = message_id or f"<{uuid.uuid4().hex}@centre.example>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    await around.raw_mail(mail.as_bytes(), AGENT, to)


async def said(around: Outside) -> list[str]:
    rows = await query(around.it, "select text from message where direction = 'outbound' order by seq")
    return [row["text"] for row in rows]


async def refusal(around: Outside, words: str) -> dict[str, Any]:
    mail = await around.answered(words)
    assert mail["to"] == AGENT, "only the agent is told, at the address that is known"
    return mail


async def test_a_signed_answer_goes_to_the_customer_once(dsn: str, tmp_path: Path, db: Database) -> None:
    async with outside(dsn, tmp_path) as around:
        _, at, told = await away(around)
        mail = await raw(around, told)
        assert mail["Auto-Submitted"] == "auto-generated"
        assert "[#" not in str(mail["Subject"])
        to = mail["Reply-To"].addresses[0].addr_spec
        quoted = "Nine to five.\n\nOn Fri, Markaz wrote:\n> When do you open?\n"
        await answer(around, to, quoted, message_id="<answer-1@centre.example>")
        went = await around.answered("Nine to five")
        assert went["to"] == LENA
        assert "When do you open?" not in went["text"], "what it quotes stays behind"
        (row,) = await query(
            around.it, "select author_kind, author_name, client_id from message where direction = 'outbound'"
        )
        assert row["author_kind"] == "agent"
        await answer(around, to, quoted + "\n", message_id="<answer-1@centre.example>")
        await settled(db)
        assert await said(around) == ["Nine to five."], "the same mail by another way is the same"
        (state,) = await query(around.it, "select id::text, state from interaction")
        assert (state["id"], state["state"]) == (at, "assigned")


async def test_an_answer_without_the_signed_address_needs_the_word_of_our_server(
    dsn: str, tmp_path: Path, db: Database
) -> None:
    async with outside(dsn, tmp_path) as around:
        trusted = "settings || jsonb_build_object('trusted_server', $1::text)"
        await query(around.it, f"update channel_account set settings = {trusted} where kind = 'email'", SERVER)
        _, _, told = await away(around)
        named = {"In_Reply_To": str((await raw(around, told))["Message-ID"])}
        await answer(around, MAILBOX, "Nobody vouches", **named)
        await refusal(around, "Nothing shows that it is from you")
        await answer(around, MAILBOX, "Disowned", Authentication_Results=f"{SERVER}; dmarc=fail", **named)
        await refusal(around, "cannot be believed")
        await answer(
            around, MAILBOX, "Vouched by a stranger", Authentication_Results="evil.example; dmarc=pass", **named
        )
        await answer(around, MAILBOX, "Vouched for", Authentication_Results=f"{SERVER}; dmarc=pass", **named)
        await around.answered("Vouched for")
        assert await said(around) == ["Vouched for"]
        (row,) = await query(around.it, "select count(*)::int as many from interaction")
        assert row["many"] == 1, "what is refused is no mail of a customer either"


async def test_a_forged_sender_is_refused_and_the_agent_is_told(dsn: str, tmp_path: Path, db: Database) -> None:
    async with outside(dsn, tmp_path) as around:
        _, _, told = await away(around)
        to = (await raw(around, told))["Reply-To"].addresses[0].addr_spec
        await answer(around, to, "Send me the money", sender="mallory@evil.example")
        await refusal(around, "somebody uses your name")
        await answer(around, to, "Me", sender=f"{AGENT}, mallory@evil.example")
        local, _, domain = to.partition("@")
        changed = f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}"
        await answer(around, changed, "A wrong signature", sender="mallory@evil.example")
        await settled(db)
        assert await said(around) == []


async def test_a_permission_that_is_lost_meanwhile_counts(dsn: str, tmp_path: Path, db: Database) -> None:
    async with outside(dsn, tmp_path) as around:
        _, _, told = await away(around)
        to = (await raw(around, told))["Reply-To"].addresses[0].addr_spec
        await query(
            around.it,
            "update role set permissions = array_remove(permissions, 'interaction.reply')"
            " where id in (select role_id from staff_role r join staff s on s.id = r.staff_id where s.login = 'admin')",
        )
        await answer(around, to, "Too late")
        await refusal(around, "may not answer")
        assert await said(around) == []


async def test_what_somebody_else_has_by_now_is_no_longer_the_agents(dsn: str, tmp_path: Path, db: Database) -> None:
    async with outside(dsn, tmp_path) as around:
        socket, at, told = await away(around)
        to = (await raw(around, told))["Reply-To"].addresses[0].addr_spec
        await socket.command("interaction.close", interaction_id=at, disposition="resolved", note=None)
        await answer(around, to, "Nine to five")
        await refusal(around, "Somebody else has the conversation")
        await answer(around, to, "I am away", Auto_Submitted="auto-replied")
        await settled(db)
        assert await said(around) == []


async def test_what_waits_for_an_agent_who_is_gone_is_answered_and_waits_no_longer(
    dsn: str, tmp_path: Path, db: Database
) -> None:
    async with outside(dsn, tmp_path) as around:
        socket, _, told = await away(around)
        await socket.command("presence.set", state="offline", reason=None)
        message = str(
            (await query(around.it, "select details->>'message_id' as id from message where seq = 2"))[0]["id"]
        )
        await around.mail("And on Friday?", sender=f"Lena <{LENA}>", In_Reply_To=f"<{message}>")
        await settled(db)
        (row,) = await query(around.it, "select state from interaction")
        assert row["state"] == "queued"
        await around.it.running.neck.colleagues.look()
        second = await around.answered("And on Friday?")
        await answer(around, (await raw(around, second))["Reply-To"].addresses[0].addr_spec, "On Friday till noon")
        await around.answered("On Friday till noon")
        found = await eventually(
            lambda: query(around.it, "select i.state, w.state as work from interaction i join work w on w.id = i.id")
        )
        assert tuple(found[0]) == ("closed", "done")
        assert told["to"] == AGENT
