"""Ten ways to get into somebody else's conversation, or to be taken for somebody else: what must not happen."""

from __future__ import annotations

from dataclasses import dataclass
from email.header import Header
from pathlib import Path
from typing import Any

from letters import Door, Letter, door

from storage.database import Database, Row, adhoc

LENA = "lena@customer.example"
EVIL = "evil@else.example"
TRUSTED = "mx.sahra.example"
_TRUST = adhoc(
    "update channel_account set settings = settings || jsonb_build_object('trusted_server', :name::text),"
    " version = version + 1 where settings ->> 'address' = :address::text"
)


@dataclass(frozen=True)
class Target:
    """A conversation with Lena in which we have answered: what a forger may have seen of it."""

    asked: Row
    hers: str
    ours: str
    reply_to: str
    number: int


async def target(at: Door) -> Target:
    letter = Letter(f"Lena <{LENA}>")
    asked = await at.post(letter)
    ours = await at.reply(asked, f"Our answer to {letter.word}, which is nobody else's.")
    return Target(asked, f"<{letter.id}>", ours["message_id"], ours["reply_to"], asked["number"])


def changed(signed: str) -> str:
    """Return a signed address or id with one letter of its signature changed; the last one may hold no whole bit."""
    head, at, domain = signed.rpartition("@")
    return f"{head[:-9]}{'a' if head[-9] != 'a' else 'b'}{head[-8:]}{at}{domain}"


FAILS = {"Authentication-Results": f"{TRUSTED}; dmarc=fail header.from=customer.example"}
FAILED = f"Authentication-Results: {TRUSTED}; dmarc=fail"
DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
# What claims to be an answer, and in which words the message says why it is none.
OUTSIDE = {
    "a From that its domain disowns": lambda t: Letter(LENA, {**FAILS, "In-Reply-To": t.hers}),
    "a From that is disowned beside another server's word": lambda t: Letter(
        LENA, {"Authentication-Results": f"mx.else.example; dmarc=pass\n{FAILED}", "In-Reply-To": t.hers}
    ),
    "a wrong signature in the Message-ID": lambda t: Letter(EVIL, {"In-Reply-To": changed(t.ours)}),
    "the number in the subject": lambda t: Letter(EVIL, {}, f"Re: A question [#{t.number}]"),
    "the number in other digits": lambda t: Letter(EVIL, {}, f"[# {t.number} ]".translate(DIGITS)),
    "an address as the name": lambda t: Letter(f'"{LENA}" <{EVIL}>', {}, f"Re: [#{t.number}]"),
    "two From headers": lambda t: Letter(f"{EVIL}\nFrom: {LENA}", {"In-Reply-To": t.hers}),
    "two addresses in From": lambda t: Letter(f"{LENA}, {EVIL}", {"In-Reply-To": t.hers}),
    "an address before the address": lambda t: Letter(f"{LENA} <{EVIL}>", {"In-Reply-To": t.hers}),
    "an address behind the address": lambda t: Letter(f"<{LENA}> <{EVIL}>", {"In-Reply-To": t.hers}),
    "an address in encoded words": lambda t: Letter("=?utf-8?q?lena=40customer=2Eexample?=", {"In-Reply-To": t.hers}),
    "an address within a comment": lambda t: Letter(f"{EVIL} ({LENA}), {LENA}", {"In-Reply-To": t.hers}),
    "a group": lambda t: Letter(f"friends: {LENA};", {"In-Reply-To": t.hers}),
    "nobody at all": lambda t: Letter("", {"In-Reply-To": t.hers}),
}
# What is heard in the conversation, but as a stranger's.
FLAGGED = {
    "our Message-ID": lambda t: Letter(EVIL, {"In-Reply-To": t.ours}),
    "her Message-ID": lambda t: Letter(EVIL, {"In-Reply-To": t.hers}),
    "her Message-ID among References": lambda t: Letter(EVIL, {"References": f"<x@y.example> {t.hers}"}),
    "her name": lambda t: Letter(f"Lena <{EVIL}>", {"In-Reply-To": t.hers}),
    "her address as the name": lambda t: Letter(f'"{LENA}" <{EVIL}>', {"In-Reply-To": t.hers}),
    "her address for answers": lambda t: Letter(EVIL, {"In-Reply-To": t.hers, "Reply-To": LENA, "Sender": LENA}),
    "her address in encoded words, beside a sound one": lambda t: Letter(
        f"{Header(LENA, 'utf-8').encode()} <{EVIL}>", {"In-Reply-To": t.hers}
    ),
}


async def test_who_forges_an_answer_gets_neither_in_nor_an_answer(dsn: str, tmp_path: Path, db: Database) -> None:
    async with door(dsn, tmp_path, db, "smtp") as at:
        await db.run(_TRUST, name=TRUSTED, address=at.address)
        aim = await target(at)
        other = await target(at)
        assert aim.asked["interaction_id"] != other.asked["interaction_id"]
        mails = len((await at.around.state())["mails"])
        for name, forged in OUTSIDE.items():
            await must_stay_outside(at, aim, name, await at.post(forged(aim)))
        for name, forged in FLAGGED.items():
            await must_be_a_stranger(at, aim, name, await at.post(forged(aim)))
        await a_guessed_address_opens_nothing(at, aim)
        await another_signature_opens_the_other_one(at, aim, other)
        state = await at.state(aim.asked)
        assert (state["address"], state["customer_id"]) == (LENA, (await at.state(aim.asked))["customer_id"])
        assert state["number"] == aim.number
        assert len((await at.around.state())["mails"]) == mails, "nobody heard anything"
        await only_she_hears_what_we_say(at, aim)


async def must_stay_outside(at: Door, aim: Target, name: str, heard: Row) -> None:
    assert heard["interaction_id"] != aim.asked["interaction_id"], name
    assert heard["details"]["thread"].startswith("new"), name
    people = (await at.around_of(aim.asked))["participants"]
    assert EVIL not in [one["address"] for one in people if one["state"] == "confirmed"], name


async def must_be_a_stranger(at: Door, aim: Target, name: str, heard: Row) -> None:
    assert heard["interaction_id"] == aim.asked["interaction_id"], name
    assert (heard["author_name"], heard["author_id"]) == (EVIL, None), name
    assert heard["details"]["participant"]["address"] == EVIL, name
    people = {one["address"]: one["state"] for one in (await at.around_of(aim.asked))["participants"]}
    assert people == {LENA: "confirmed", EVIL: "pending"}, name


async def a_guessed_address_opens_nothing(at: Door, aim: Target) -> None:
    letter = Letter(EVIL)
    await at.around.raw_mail(letter.content(changed(aim.reply_to)), EVIL, changed(aim.reply_to))
    await must_stay_outside(at, aim, "a wrong signature in the address", await at.found(letter.word))


async def another_signature_opens_the_other_one(at: Door, aim: Target, other: Target) -> None:
    """A signature is good for its own conversation, whatever else a letter names."""
    letter = Letter(LENA, {"In-Reply-To": other.ours}, f"[#{aim.number}]")
    heard = await at.post(letter)
    assert heard["interaction_id"] == other.asked["interaction_id"]


async def only_she_hears_what_we_say(at: Door, aim: Target) -> None:
    answer: dict[str, Any] = {"client_id": "last", "text": "Only for Lena."}
    await at.nadia.json("POST", f"/api/interactions/{aim.asked['interaction_id']}/messages", answer)
    mail = await at.around.answered("Only for Lena.")
    assert LENA in str(mail["to"])
    assert EVIL not in str(mail)
