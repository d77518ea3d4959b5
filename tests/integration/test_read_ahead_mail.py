"""Mails of which some are read before their turn come out as if each had been read in its own."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.base import RawInput
from channels.mailbox.listener import content_id
from core.errors import Invalid
from interactions import reading
from storage import jobs
from storage.database import adhoc
from tests.integration import test_mail_batches
from tests.integration.test_mail_batches import Post, forget, normal

# One place, another account: a neck without a server, in a database of its own.
post = test_mail_batches.post
_HEAD = adhoc(
    "select id, kind, key, payload, attempts, epoch, created_at from job where kind = 'intake' and key = :key::text"
    " and (:after::bigint is null or id > :after) order by id limit 1"
)
_DONE = adhoc("delete from job where id = :id::bigint")
_SAID = adhoc("select m.text, r.outcome from raw_input r left join message m on m.raw_id = r.id order by r.id")
_numbers = itertools.count()


def mail(way: str, example: int, number: int, sender: str, refers: int | None, text: str = "") -> bytes:
    lines = [
        f"From: {sender}{example}@{way}.example",
        f"To: {way}@markaz.example",
        f"Subject: {sender}",
        f"Message-ID: <{example}.{number}@x>",
        *([] if refers is None else [f"In-Reply-To: <{example}.{refers}@x>"]),
    ]
    return "\r\n".join([*lines, "", text or f"word {number}"]).encode()


async def lay(post: Post, way: str, said: list[bytes]) -> None:
    account, _ = post.accounts[way]
    await post.neck.intake.deliver(account, [RawInput(content_id(each), "mail", each) for each in said], {})


async def turn(post: Post, way: str, *, after: int | None = None, is_alone: bool = False) -> int | None:
    """Do the job whose turn it is, as a worker does; return it, None when there is none."""
    key = await post.db.value(adhoc("select key from job where kind = 'intake' limit 1"))
    row = await post.db.row(_HEAD, key=key, after=after)
    if row is None:
        return None
    job = jobs.Job(**{**row, "attempts": 2 if is_alone else 1})
    await post.reader.take(job)
    await post.db.run(_DONE, id=job.id)
    return job.id


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three at a time, hence three more ahead of them."""
    monkeypatch.setattr(reading, "_AT_ONCE", 3)


@given(
    sent=st.lists(
        st.tuples(st.sampled_from(("lena", "omid", "sara")), st.none() | st.integers(0, 11)), min_size=4, max_size=12
    ).flatmap(st.permutations)
)
@settings(max_examples=6)
async def test_what_is_read_ahead_is_what_is_read_singly(post: Post, sent: list[tuple[str, int | None]]) -> None:
    example = next(_numbers)
    kept: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "_AT_ONCE", 3)
        for way in ("together", "apart"):
            await lay(post, way, [mail(way, example, place, *each) for place, each in enumerate(sent)])
            turns = 0
            while await turn(post, way, is_alone=way == "apart") is not None:
                turns += 1
            assert turns == (len(sent) if way == "apart" else -(-len(sent) // 3))
            kept[way] = normal(await post.talks(way), way)
            for talk in kept[way]:
                for each in talk["said"]:
                    # Ids of raws are made of their bytes, in which the account is named.
                    each.update(external_id=None, raw=None)
                    each["details"] = None
            await forget(post.db)
    ordered = {way: sorted(talks, key=lambda talk: talk["keys"]) for way, talks in kept.items()}
    assert ordered["together"] == ordered["apart"]


async def test_one_that_another_process_took_meanwhile_is_not_said_twice(post: Post, few: None) -> None:
    await lay(post, "together", [mail("together", 1000, place, f"s{place}", None) for place in range(6)])
    await turn(post, "together")
    # The fourth was read ahead; another process had its job, and answered for it.
    taken = adhoc(
        "with gone as (delete from job where id = (select min(id) from job where kind = 'intake') returning payload)"
        " update raw_input set outcome = 'ignored' where id = (select (payload ->> 'raw_id')::bigint from gone)"
    )
    await post.db.run(taken)
    while await turn(post, "together") is not None:
        pass
    said = [(row["text"] or "", row["outcome"]) for row in await post.db.rows(_SAID)]
    assert [text.strip() for text, _ in said] == ["word 0", "word 1", "word 2", "", "word 4", "word 5"]
    assert [outcome for _, outcome in said] == ["taken"] * 3 + ["ignored"] + ["taken"] * 2
    await forget(post.db)


async def test_a_read_that_fails_ahead_of_its_turn_harms_only_its_own_mail(
    post: Post, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel: Any = post.neck.channels["email"]
    read, tried = channel.read, []

    async def fails(account: Any, raw: RawInput) -> Any:
        for word in (b"surprising", b"unreadable"):
            if word in raw.body:
                tried.append(word)
                raise Invalid("This is no mail.") if word == b"unreadable" else ValueError("Nobody thought of that.")
        return await read(account, raw)

    monkeypatch.setattr(type(channel), "read", lambda _, account, raw: fails(account, raw))
    texts = ["", "", "", "unreadable", "surprising", "", ""]
    said = [mail("together", 1001, place, f"s{place}", None, text) for place, text in enumerate(texts)]
    await lay(post, "together", said)
    await turn(post, "together")
    assert sorted(tried) == [b"surprising", b"unreadable"], "both were read ahead of their turn"
    await turn(post, "together")
    with pytest.raises(ValueError, match="Nobody thought"):
        await turn(post, "together")
    outcomes = [row["outcome"] for row in await post.db.rows(_SAID)]
    assert outcomes[:5] == ["taken", "taken", "taken", "unreadable", None]
    # The job of the surprising one is put off; those behind it come to their own turn.
    waits = await post.db.value(adhoc("select min(id) from job where kind = 'intake'"))
    while (await turn(post, "together", after=waits)) is not None:
        pass
    assert [row["outcome"] for row in await post.db.rows(_SAID)] == [*outcomes[:5], "taken", "taken"]
    await forget(post.db)


async def test_a_mail_is_read_with_the_settings_that_hold_when_its_turn_comes(post: Post, few: None) -> None:
    account, row = post.accounts["together"]
    await lay(post, "together", [mail("together", 1002, place, f"s{place}", None) for place in range(5)])
    await turn(post, "together")
    # From now on the fourth says to be ourselves.
    own = adhoc(
        "update channel_account set settings = settings || jsonb_build_object('address', :own::text)"
        " where id = :id::uuid"
    )
    await post.db.run(own, own="s31002@together.example", id=account.id)
    while await turn(post, "together") is not None:
        pass
    doubts = adhoc("select details ->> 'doubt' as doubt from message where raw_id is not null order by raw_id")
    found = [each["doubt"] for each in await post.db.rows(doubts)]
    await post.db.run(own, own=row["settings"]["address"], id=account.id)
    await forget(post.db)
    assert found == ["", "", "", "Our own address as the sender", ""]
