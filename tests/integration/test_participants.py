"""Who takes part: people confirm a stranger or send them out; addresses that send mail back are marked and cleared."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID

from letters import Door, Letter, door
from test_receive import report_about

from core.events import Event
from interactions.participants import ParticipantChanged
from storage.database import Database, Row, adhoc
from tests.live import eventually

LENA = "lena@customer.example"
BOB = "bob@else.example"
GAPLESS = adhoc("select array_agg(seq order by seq) from message where interaction_id = :id::uuid")
TEXTS = adhoc("select text, event, seq from message where interaction_id = :id::uuid order by seq")


async def spoken(at: Door) -> tuple[Row, Row, str]:
    """Return Lena's letter, Bob's answer to it, and his id among those who take part."""
    first = Letter(LENA)
    asked = await at.post(first)
    await at.take(asked)
    heard = await at.post(Letter(f"Bob <{BOB}>", {"In-Reply-To": f"<{first.id}>"}))
    return asked, heard, str(heard["details"]["participant"]["id"])


async def decide(at: Door, letter: Row, who: str, how: str) -> tuple[int, Any]:
    return await at.nadia.json("POST", f"/api/interactions/{letter['interaction_id']}/participants/{who}/{how}")


async def states(at: Door, letter: Row) -> dict[str, str]:
    return {one["address"]: one["state"] for one in (await at.around_of(letter))["participants"]}


async def test_who_is_confirmed_is_heard_like_anybody_and_who_is_refused_has_a_conversation_of_their_own(
    dsn: str, tmp_path: Path, db: Database
) -> None:
    async with door(dsn, tmp_path, db, "smtp") as at:
        await _confirmed(at)
        await _refused(at, db)
        await _only_whoever_has_it(at)
        await _named_by_who_is_proven(at, db)


async def _confirmed(at: Door) -> None:
    asked, heard, bob = await spoken(at)
    assert (await states(at, asked))[BOB] == "pending"
    status, answer = await decide(at, asked, bob, "confirm")
    assert (status, answer["state"]) == (200, "confirmed")
    more = await at.post(Letter(BOB, {"In-Reply-To": f"<{heard['details']['message_id']}>"}))
    assert more["interaction_id"] == asked["interaction_id"]
    assert "participant" not in more["details"], "no longer a stranger"


async def _refused(at: Door, db: Database) -> None:
    asked, heard, bob = await spoken(at)
    unread = (await at.state(asked))["unread"]
    status, answer = await decide(at, asked, bob, "refuse")
    assert (status, answer["state"]) == (200, "refused")
    moved = await at.found(heard["text"].strip())
    assert moved["interaction_id"] != asked["interaction_id"]
    assert (moved["customer_address"], moved["state"], moved["author_name"]) == (BOB, "queued", "Bob")
    assert moved["external_id"] == heard["external_id"]
    left = await db.rows(TEXTS, id=asked["interaction_id"])
    assert [row["event"] for row in left if row["seq"] == heard["seq"]] == ["moved"], "its place says so"
    assert heard["text"] not in [row["text"] for row in left]
    seqs = await db.value(GAPLESS, id=asked["interaction_id"])
    assert seqs == list(range(1, len(seqs) + 1))
    now = await at.state(asked)
    assert now["unread"] == unread - 1
    assert heard["text"].strip() not in now["preview"]
    (link,) = (await at.around_of(asked))["links"]
    assert (link["id"], link["reason"], link["is_earlier"]) == (str(moved["interaction_id"]), "refused", False)
    # His answers to his own letter are his; to hers he is nobody.
    again = await at.post(Letter(BOB, {"In-Reply-To": f"<{heard['details']['message_id']}>"}))
    assert again["interaction_id"] == moved["interaction_id"]
    out = await at.post(Letter(BOB, {"In-Reply-To": f"<{asked['details']['message_id']}>"}))
    assert out["details"]["thread"] == "new:refused"
    hers = await at.post(Letter(LENA, {"In-Reply-To": f"<{asked['details']['message_id']}>"}))
    assert hers["interaction_id"] == asked["interaction_id"]
    told = adhoc("select count(*) from event_log where kind = :kind::text")
    assert issubclass(ParticipantChanged, Event)
    assert await db.value(told, kind="participant.changed") == 2


async def _only_whoever_has_it(at: Door) -> None:
    asked, _, bob = await spoken(at)
    sara = await at.around.it.person("sara")
    path = f"/api/interactions/{asked['interaction_id']}/participants"
    assert (await sara.json("POST", f"{path}/{bob}/confirm"))[0] == 409
    assert (await sara.json("POST", path, {"address": "x@y.example"}))[0] == 409
    status, added = await at.nadia.json("POST", path, {"address": " Friend@Customer.Example", "name": "Friend"})
    assert (status, added["address"], added["state"]) == (201, "friend@customer.example", "confirmed")
    assert (await at.nadia.json("POST", path, {"address": LENA}))[0] == 409
    assert (await at.nadia.json("POST", path, {"address": at.address.replace("@", "+x@")}))[0] == 422
    assert (await at.nadia.json("POST", path, {"address": "no address"}))[0] == 422


async def _named_by_who_is_proven(at: Door, db: Database) -> None:
    trust = adhoc(
        'update channel_account set settings = settings || \'{"trusted_server": "mx.sahra.example"}\','
        " version = version + 1 where kind = 'email'"
    )
    await db.run(trust)
    proven = {"Authentication-Results": "mx.sahra.example; dmarc=pass", "Cc": f"wife@customer.example, {at.address}"}
    asked = await at.post(Letter("ali@customer.example", proven))
    assert await states(at, asked) == {"ali@customer.example": "confirmed", "wife@customer.example": "confirmed"}


async def test_two_who_decide_at_once_move_a_letter_once(dsn: str, tmp_path: Path, db: Database) -> None:
    async with door(dsn, tmp_path, db, "smtp") as at:
        asked, heard, bob = await spoken(at)
        answers = await asyncio.gather(*(decide(at, asked, bob, "refuse") for _ in range(5)))
        assert {status for status, _ in answers} == {200}
        copies = adhoc("select count(*) from message where external_id = :id::text")
        assert await db.value(copies, id=heard["external_id"]) == 1
        assert await db.value(adhoc("select count(*) from interaction_link")) == 1


async def test_an_address_that_does_not_exist_is_marked_until_it_is_heard_of_again(
    dsn: str, tmp_path: Path, db: Database
) -> None:
    async with door(dsn, tmp_path, db, "smtp") as at:
        asked = await at.post(Letter(LENA))
        ours = await at.reply(asked, "Do you read this?")
        hard = report_about(ours["message_id"]).replace(b"5.2.2", b"5.1.1").replace(b"552 full", b"550 no such user")
        await at.put(hard.replace(LENA.encode(), b"somebody@else.example"))
        await at.settled()
        assert await _bounce(at, asked) is None, "only an address to which the mail went"
        await at.put(hard)
        bounce = await eventually(lambda: _bounce(at, asked))
        assert (bounce["is_hard"], bounce["status"]) == (True, "5.1.1")
        assert "no such user" in bounce["reason"]
        customer = (await at.state(asked))["customer_id"]
        _, listed = await at.nadia.json("GET", f"/api/customers/{customer}/bounces")
        assert [each["address"] for each in listed["items"]] == [LENA]
        assert await db.value(adhoc("select count(*) from interaction")) == 1
        await at.post(Letter(LENA))
        assert await _bounce(at, asked) is None, "who writes can be written to"
        await _cleared_by_hand(at, asked, customer, hard)


async def _cleared_by_hand(at: Door, asked: Row, customer: UUID, hard: bytes) -> None:
    await at.put(hard.replace(b"no such user", b"no such user at all"))
    await eventually(lambda: _bounce(at, asked))
    path = f"/api/customers/{customer}/bounces/clear"
    assert (await at.nadia.json("POST", path, {"address": "other@customer.example"}))[0] == 404
    assert (await at.nadia.json("POST", path, {"address": LENA}))[0] == 204
    assert await _bounce(at, asked) is None


async def test_a_full_mailbox_is_counted_and_a_refused_address_is_marked(
    dsn: str, tmp_path: Path, db: Database
) -> None:
    async with door(dsn, tmp_path, db, "smtp") as at:
        asked = await at.post(Letter(LENA))
        ours = await at.reply(asked, "Is there room?")
        full = report_about(ours["message_id"])
        delayed = full.replace(b"Action: failed", b"Action: delayed").replace(b"5.2.2", b"4.2.2")
        await at.put(delayed)
        await at.put(full)
        await eventually(lambda: _times(at, asked, 2))
        bounce = await _bounce(at, asked)
        assert (bounce["is_hard"], bounce["times"]) == (False, 2)
        gone = await at.post(Letter("gone+550@customer.example"))
        await at.take(gone)
        path = f"/api/interactions/{gone['interaction_id']}/messages"
        await at.nadia.json("POST", path, {"client_id": "gone", "text": "Are you there?"})
        assert (await eventually(lambda: _bounce(at, gone)))["is_hard"]
        here = f"/api/interactions/{gone['interaction_id']}/bounces/clear"
        assert (await at.nadia.json("POST", here, {"address": LENA}))[0] == 404
        assert (await at.nadia.json("POST", here, {"address": "gone+550@customer.example"}))[0] == 204
        assert await _bounce(at, gone) is None


async def _bounce(at: Door, letter: Row) -> Any:
    return (await at.around_of(letter))["participants"][0]["bounce"]


async def _times(at: Door, letter: Row, times: int) -> bool:
    bounce = await _bounce(at, letter)
    return bounce is not None and bounce["times"] == times
