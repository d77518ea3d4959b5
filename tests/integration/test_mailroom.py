"""Mail is sorted by its account's rules, what a program wrote waits for nobody, and people hear that theirs came."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from house import hire, made, query
from outside import Outside, outside

from storage.database import Database, adhoc
from tests.integration.test_receive import settled
from tests.live import Person, eventually

_ROWS = adhoc(
    "select i.state, q.name as queue, w.priority, i.subject from interaction i join queue q on q.id = i.queue_id"
    " left join work w on w.id = i.id order by i.number"
)


PARKED = {"is_parked": True}
TEXT = "Dear {customer.name}, number {interaction.number}, {answer_by}"


async def mailbox(admin: Person) -> str:
    _, answer = await admin.json("GET", "/api/accounts")
    return str(next(each["id"] for each in answer["items"] if each["kind"] == "email"))


async def queue_named(admin: Person, name: str) -> str:
    return str((await made(admin, "/api/queues", {"name": name}))["id"])


async def sent(around: Outside) -> list[dict[str, Any]]:
    return [mail for mail in (await around.state())["mails"] if mail["direction"] == "out"]


async def test_the_first_rule_that_holds_says_where_it_waits(dsn: str, tmp_path: Path, db: Database) -> None:
    async with outside(dsn, tmp_path) as around:
        admin = await around.it.person("admin")
        rules = f"/api/accounts/{await mailbox(admin)}/rules"
        billing = await queue_named(admin, "Billing")
        words = {"name": "bills", "conditions": {"words_any": ["فاتورة", "invoice"]}}
        await made(admin, rules, {**words, "actions": {"queue_id": billing, "priority": 2}, "position": 5})
        await made(
            admin,
            rules,
            {"name": "noise", "conditions": {"from_any": ["@noise.example"]}, "actions": PARKED},
        )
        await around.mail("أرجو إرسال الفاتورة", subject="طلب")
        await around.mail("Hello", sender="x@noise.example", subject="Offer")
        await around.mail("The door is open", subject="Door")
        await settled(db)
        found = {row["subject"]: tuple(row.values()) for row in await db.rows(_ROWS)}
        assert found["طلب"][:3] == ("queued", "Billing", 2)
        assert found["Offer"][:3] == ("closed", found["Door"][1], None)
        assert (found["Door"][0], found["Door"][2]) == ("queued", 0)


async def test_what_a_program_wrote_to_nobody_waits_for_nobody(dsn: str, tmp_path: Path, db: Database) -> None:
    async with outside(dsn, tmp_path) as around:
        await around.mail("The backup is done", sender="cron@host.example", Auto_Submitted="auto-generated")
        await settled(db)
        (row,) = await db.rows(_ROWS)
        assert (row["state"], row["priority"]) == ("closed", None)
        assert await sent(around) == []
        told = "select data->'interaction'->>'subject' as subject from event_log where kind = 'interaction.changed'"
        (last,) = await query(around.it, f"{told} order by seq desc limit 1")
        assert last["subject"] == "A question", "the search and other systems hear of it"
        (kept,) = await query(around.it, "select closed_at from interaction")
        assert kept["closed_at"] is not None


async def acknowledge(admin: Person, account: str, **change: Any) -> dict[str, Any]:
    status, answer = await admin.json("PUT", f"/api/accounts/{account}/acknowledgement", {"mode": "always", **change})
    assert status == 200, answer
    return dict(answer)


async def test_people_hear_once_a_day_that_their_mail_came(dsn: str, tmp_path: Path, db: Database) -> None:
    async with outside(dsn, tmp_path) as around:
        admin = await around.it.person("admin")
        account = await mailbox(admin)
        await acknowledge(admin, account, texts={"en": TEXT})
        await around.mail(
            "Click http://evil.example", sender="Win a prize <lena@customer.example>", subject="Buy pills"
        )
        answer = await around.answered("number")
        assert answer["to"] == "lena@customer.example"
        assert "Dear lena@customer.example, number 1, " in answer["text"]
        said = answer["subject"] + answer["text"]
        assert not [word for word in ("pills", "evil", "prize") if word in said], "From is easily forged"
        state = "select unread, answered_at, preview from interaction"
        (row,) = await query(around.it, state)
        assert tuple(row) == (1, None, "Click http://evil.example"), "nobody has answered"
        (row,) = await query(around.it, "select details from message where direction = 'outbound'")
        assert "is_automatic" in row["details"]
        await around.mail("And another one", subject="Second")
        await around.mail("I am away", sender="robot@customer.example", Auto_Submitted="auto-replied")
        await settled(db)
        await asyncio.sleep(0.3)
        assert len(await sent(around)) == 1


async def test_two_machines_do_not_talk_to_each_other(dsn: str, tmp_path: Path, db: Database) -> None:
    """A machine that answers ours without saying what it is hears from us once (RFC 3834)."""
    async with outside(dsn, tmp_path) as around:
        admin = await around.it.person("admin")
        await acknowledge(admin, await mailbox(admin))
        await around.mail("first", sender="bot@loop.example")
        for number in range(6):
            answer = await around.answered("We have received")
            await around.mail(
                f"Thank you, {number}", sender="bot@loop.example", In_Reply_To=answer["message_id"], subject="Re: Hello"
            )
        await settled(db)
        await asyncio.sleep(0.3)
        assert len(await sent(around)) == 1


async def test_only_outside_the_hours_where_it_is_asked_so(dsn: str, tmp_path: Path, db: Database) -> None:
    async with outside(dsn, tmp_path) as around:
        admin = await around.it.person("admin")
        account = await mailbox(admin)
        await acknowledge(admin, account, mode="closed")
        await around.mail("while open", sender="a@customer.example")
        await settled(db)
        await db.run(adhoc('update queue set hours = \'{"zone": "Asia/Tehran", "weekly": [], "holidays": []}\''))
        await around.mail("while closed", sender="b@customer.example")
        answer = await around.answered("We have received")
        assert answer["to"] == "b@customer.example"
        assert "answer by" not in answer["text"], "nothing is promised where nobody ever works"
        assert len(await sent(around)) == 1


async def test_a_program_is_not_known_for_what_programs_wrote_before(dsn: str, tmp_path: Path, db: Database) -> None:
    async with outside(dsn, tmp_path) as around:
        for number in range(3):
            await around.mail("Offers", sender="news@shop.example", subject=f"News {number}", List_Id="<news.shop>")
            await around.mail("gone", sender="mailer-daemon@else.example", subject=f"Failure {number}")
            await settled(db)
        await around.mail("A person", sender="news@shop.example", subject="Question")
        await settled(db)
        await around.mail("Receipt", sender="news@shop.example", subject="Receipt", Auto_Submitted="auto-generated")
        await around.mail("still gone", sender="mailer-daemon@else.example", subject="Failure 4")
        await settled(db)
        found = {row["subject"]: row["state"] for row in await db.rows(_ROWS)}
        assert {state for subject, state in found.items() if subject.startswith(("News", "Failure"))} == {"closed"}
        assert found["Question"] == "queued"
        assert found["Receipt"] == "queued", "somebody wrote from there: now the address is known"


async def test_two_administrators_do_not_overwrite_each_other(dsn: str, tmp_path: Path) -> None:
    async with outside(dsn, tmp_path) as around:
        admin = await around.it.person("admin")
        account = await mailbox(admin)
        rules = f"/api/accounts/{account}/rules"
        rule = await made(admin, rules, {"name": "one", "conditions": {}, "actions": {"priority": 1}})
        change = {name: rule[name] for name in ("name", "conditions", "actions", "version")}
        assert (await admin.json("PUT", f"{rules}/{rule['id']}", change))[0] == 200
        assert (await admin.json("PUT", f"{rules}/{rule['id']}", change))[0] == 409
        first = await acknowledge(admin, account, version=0)
        assert first["version"] == 1
        status, _ = await admin.json("PUT", f"/api/accounts/{account}/acknowledgement", {"mode": "never", "version": 0})
        assert status == 409
        agent = await hire(around.it, ["interaction.reply"])
        assert (await agent.json("GET", rules))[0] == 403
        assert (await admin.json("DELETE", f"{rules}/{rule['id']}"))[0] in (200, 204)
        assert await eventually(lambda: _none_left(admin, rules))


async def _none_left(admin: Person, rules: str) -> bool:
    return (await admin.json("GET", rules))[1]["items"] == []
