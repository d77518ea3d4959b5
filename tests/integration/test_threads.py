"""The table of which mail belongs where (docs/decisions/channels.md), row by row, by SMTP and from an IMAP folder."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from letters import Door, Letter, door
from test_receive import report_about

from storage.database import Database, Row, adhoc
from tests.live import eventually

SARA = "Sara <sara.{0}@customer.example>"
MESSAGES = adhoc("select count(*) from message where interaction_id = :id::uuid")
ALL = adhoc("select count(*) from interaction")
_SAY = adhoc(
    "update queue set after_close = :how::text, reopen_days = :days::int where id = (select queue_id from interaction"
    " where id = :id::uuid)"
)


def of(name: str, **more: Any) -> Letter:
    """Return a letter of a customer whom only this row knows."""
    return Letter(SARA.format(name), **more)


def answer(letter: Letter, name: str, **more: Any) -> Letter:
    headers = {"In-Reply-To": f"<{letter.id}>", **more.pop("headers", {})}
    return of(name, headers=headers, **{"subject": "Re: A question", **more})


def same(one: Row, other: Row) -> bool:
    return bool(one["interaction_id"] == other["interaction_id"])


async def the_sender_answers_the_own_mail(at: Door) -> None:
    first = of("own")
    asked = await at.post(first)
    more = await at.post(answer(first, "own"))
    assert same(asked, more)
    assert (asked["details"]["thread"], more["details"]["thread"]) == ("new", "mid:participant")


async def the_customer_answers_us(at: Door) -> None:
    asked = await at.post(of("us"))
    ours = await at.reply(asked, "Which model, please?")
    more = await at.post(of("us", headers={"In-Reply-To": ours["message_id"]}))
    assert same(asked, more)
    assert more["details"]["thread"] == "interaction", "what we signed is the strongest"
    assert more["author_id"] is not None


async def a_third_party_answers_the_same_mail(at: Door) -> None:
    first = of("third", headers={"Cc": "wife@customer.example"})
    asked = await at.post(first)
    sent = len((await at.around.state())["mails"])
    heard = await at.post(Letter('"Sara" <third@else.example>', {"In-Reply-To": f"<{first.id}>"}, "Re: A question"))
    assert same(asked, heard)
    assert (heard["details"]["thread"], heard["author_name"], heard["author_id"]) == (
        "mid:stranger", "third@else.example", None,
    )  # fmt: skip
    assert heard["customer_address"] == "sara.third@customer.example", "the customer stays"
    people = (await at.around_of(asked))["participants"]
    assert [(one["address"], one["origin"], one["state"]) for one in people] == [
        ("sara.third@customer.example", "customer", "confirmed"),
        ("wife@customer.example", "cc", "pending"),
        ("third@else.example", "reply", "pending"),
    ]
    assert len((await at.around.state())["mails"]) == sent, "nothing is sent to anybody"


async def a_third_party_has_only_the_number(at: Door) -> None:
    asked = await at.post(of("token"))
    guess = Letter("guess@else.example", subject=f"Re: A question [#{asked['number']}]")
    heard = await at.post(guess)
    assert not same(asked, heard)
    assert heard["details"]["thread"] == "new:number"


async def the_owner_has_only_the_number(at: Door) -> None:
    asked = await at.post(of("number"))
    more = await at.post(of("number", subject=f"again [#{asked['number']}]"))
    assert same(asked, more)
    assert more["details"]["thread"] == "number:participant"


async def the_same_mail_comes_again(at: Door) -> None:
    letter = of("again")
    first = await at.post(letter)
    counted = adhoc("select sum(repeated)::int from account_tally")
    before = await at.db.value(counted)
    await at.put(letter.content(at.address))
    await at.post(of("after"))
    assert await at.db.value(MESSAGES, id=first["interaction_id"]) == first["last_seq"], "dropped"
    assert await at.db.value(counted) == before + 1, "counted"


async def the_same_id_has_another_content(at: Door) -> None:
    first = of("twice")
    one = await at.post(first)
    other = await at.post(of("twice", message_id=first.id, body="Something else"))
    assert other["details"]["repeated_id"] is True
    assert "repeated_id" not in one["details"]


async def the_owner_answers_under_a_new_subject(at: Door) -> None:
    first = of("subject")
    asked = await at.post(first)
    more = await at.post(answer(first, "subject", subject="Re: Now the oven"))
    assert same(asked, more)
    assert more["details"]["subject_changed"] == "Re: Now the oven"
    plain = await at.post(answer(first, "subject", subject="RE: پاسخ: A question"))
    assert "subject_changed" not in plain["details"]


async def a_reply_comes_before_what_it_answers(at: Door) -> None:
    parent = of("late", headers={"Date": "Fri, 27 Nov 2026 12:00:00 +0000"})
    early = {"Date": "Thu, 26 Nov 2026 12:00:00 +0000"}
    orphan = await at.post(answer(parent, "late", headers=early))
    second = await at.post(answer(parent, "late", headers=early))
    assert same(orphan, second), "two who wait for the same parent"
    adopted = await at.post(parent)
    assert same(orphan, adopted), "a late parent finds its children"
    assert (orphan["seq"] < second["seq"] < adopted["seq"], adopted["details"]["thread"]) == (True, "ref:participant")
    stranger = await at.post(Letter("x@else.example", {"In-Reply-To": "<never-seen@letters.example>"}))
    other = await at.post(Letter("y@else.example", {"In-Reply-To": "<never-seen@letters.example>"}))
    assert not same(stranger, other), "a shared hope is no proof"


async def a_program_writes_whom_nobody_knows(at: Door) -> None:
    mails = len((await at.around.state())["mails"])
    robot = await at.post(Letter("robot@else.example", {"Auto-Submitted": "auto-generated"}))
    assert robot["state"] == "closed", "parked: it waits for nobody"
    assert len((await at.around.state())["mails"]) == mails, "and hears nothing"
    first = of("robot")
    asked = await at.post(first)
    heard = await at.post(Letter("r@else.example", {"In-Reply-To": f"<{first.id}>", "Auto-Submitted": "auto-replied"}))
    assert not same(asked, heard)
    assert heard["details"]["thread"] == "new:automatic"


async def an_automatic_reply_comes(at: Door) -> None:
    asked = await at.post(of("office"))
    ours = await at.reply(asked, "We are looking into the office.")
    before = await at.state(asked)
    mails = len((await at.around.state())["mails"])
    away = {"In-Reply-To": ours["message_id"], "Auto-Submitted": "auto-replied"}
    heard = await at.post(of("office", headers=away, subject="Out of office"))
    after = await at.state(asked)
    assert same(asked, heard)
    for clock in ("state", "customer_at", "answered_at", "unread"):
        assert after[clock] == before[clock], "no clock begins anew"
    assert len((await at.around.state())["mails"]) == mails
    await at.close(asked)
    late = await at.post(of("office", headers=away, subject="Still out of office"))
    assert same(asked, late)
    assert (await at.state(asked))["state"] == "closed", "and nothing is reopened"


async def a_mail_has_no_id(at: Door) -> None:
    one, other = await at.post(of("noid", message_id=None)), await at.post(of("noid", message_id=None))
    assert not same(one, other)
    assert one["external_id"].startswith("sha256:")
    assert one["external_id"] != other["external_id"]


async def a_closed_conversation_is_reopened(at: Door) -> None:
    for how, age in (("reopen", "400 days"), ("reopen_within", "13 days")):
        first = of(how)
        asked = await at.post(first)
        await at.close(asked)
        await _age(at, asked, how, age)
        more = await at.post(answer(first, how))
        assert same(asked, more), how
        assert (await at.state(asked))["state"] == "queued", how


async def a_closed_conversation_goes_on_in_a_new_one(at: Door) -> None:
    for how, age in (("new", "1 hour"), ("reopen_within", "15 days")):
        first = of(f"{how}-2")
        asked = await at.post(first)
        await at.close(asked)
        await _age(at, asked, how, age)
        more = await at.post(answer(first, f"{how}-2"))
        assert not same(asked, more), how
        assert more["details"]["thread"] == "new:closed", how
        (earlier,) = (await at.around_of(more))["links"]
        (later,) = (await at.around_of(asked))["links"]
        assert (earlier["id"], earlier["is_earlier"], earlier["reason"]) == (
            str(asked["interaction_id"]),
            True,
            "closed",
        )
        assert (later["id"], later["is_earlier"]) == (str(more["interaction_id"]), False)
        again = await at.post(answer(first, f"{how}-2"))
        assert same(more, again), "not a third one"
        assert again["details"]["thread"] == "sequel", how


async def a_stranger_ends_no_pause(at: Door) -> None:
    first = of("pause")
    asked = await at.post(first)
    paused = adhoc("update interaction set snoozed_until = now() + interval '1 hour' where id = :id::uuid")
    until = adhoc("select snoozed_until from interaction where id = :id::uuid")
    await at.db.run(paused, id=asked["interaction_id"])
    heard = await at.post(Letter("x@else.example", {"In-Reply-To": f"<{first.id}>"}, "Re: A question"))
    assert same(asked, heard)
    assert heard["author_id"] is None
    assert await at.db.value(until, id=asked["interaction_id"]) is not None, "the stranger is heard, and nobody wakes"
    await at.post(answer(first, "pause"))
    assert await at.db.value(until, id=asked["interaction_id"]) is None, "the customer's word ends it"


async def a_stranger_answers_what_is_closed(at: Door) -> None:
    first = of("shut")
    asked = await at.post(first)
    await at.close(asked)
    heard = await at.post(Letter("late@else.example", {"In-Reply-To": f"<{first.id}>"}))
    assert not same(asked, heard)
    assert (await at.state(asked))["state"] == "closed"


async def a_report_of_failure_comes(at: Door) -> None:
    asked = await at.post(of("bounce"))
    ours = await at.reply(asked, "This will come back.")
    conversations = await at.db.value(ALL)
    mails = len((await at.around.state())["mails"])
    to = "sara.bounce@customer.example"
    await at.put(report_about(ours["message_id"]).replace(b"lena@customer.example", to.encode()))
    failed = adhoc("select true from message where interaction_id = :id::uuid and delivery = 'failed'")
    await eventually(lambda: at.db.value(failed, id=asked["interaction_id"]))
    assert await at.db.value(ALL) == conversations, "never a question of its own"
    assert len((await at.around.state())["mails"]) == mails, "and never answered"


async def _age(at: Door, letter: Row, how: str, age: str) -> None:
    await at.db.run(_SAY, how=how, days=14, id=letter["interaction_id"])
    shift = adhoc(f"update interaction set closed_at = closed_at - interval '{age}' where id = :id::uuid")
    await at.db.run(shift, id=letter["interaction_id"])


ROWS: tuple[Callable[[Door], Awaitable[None]], ...] = (
    the_sender_answers_the_own_mail,
    the_customer_answers_us,
    a_third_party_answers_the_same_mail,
    a_third_party_has_only_the_number,
    the_owner_has_only_the_number,
    the_same_mail_comes_again,
    the_same_id_has_another_content,
    the_owner_answers_under_a_new_subject,
    a_reply_comes_before_what_it_answers,
    a_program_writes_whom_nobody_knows,
    an_automatic_reply_comes,
    a_mail_has_no_id,
    a_closed_conversation_is_reopened,
    a_closed_conversation_goes_on_in_a_new_one,
    a_stranger_ends_no_pause,
    a_stranger_answers_what_is_closed,
    a_report_of_failure_comes,
)


@pytest.mark.alone
@pytest.mark.parametrize("kind", ["smtp", "imap"])
async def test_each_mail_is_where_the_table_says(dsn: str, tmp_path: Path, db: Database, kind: str) -> None:
    async with door(dsn, tmp_path, db, kind) as at:
        for row in ROWS:
            await row(at)
