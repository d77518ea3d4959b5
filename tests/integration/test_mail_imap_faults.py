"""IMAP servers that misbehave: what they do costs time, never a mail, and never the program."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from mail_doubles import MemoryInbox, until
from mail_servers import Folder, following, of, scripted

from channels.base import Account
from channels.mailbox import imap
from channels.mailbox.follow import Follower
from channels.mailbox.tokens import Tokens
from core.clock import utc_now
from core.errors import Unavailable

BODIES = "UID FETCH 1,2 (UID RFC822.SIZE BODY.PEEK[])"
HALF = ["* 1 FETCH (UID 1 RFC822.SIZE 5)", "* 2 FETCH (UID 2 RFC822.SIZE 5 BODY[] {5}\r\nhello)"]


def at(port: int) -> Account[Any]:
    return of(Folder(port, "INBOX"), imap_mark_seen=True)


async def test_ok_without_a_body_is_owed_told_and_stops_no_other() -> None:
    inbox = MemoryInbox()
    async with scripted({BODIES: HALF, "IDLE": ["+ idling"]}) as port, following(at(port), inbox):
        await until(lambda: len(inbox.reports) == 1)
    assert inbox.bodies == [b"hello"]
    assert inbox.places == [{"uidvalidity": 7, "uid": 2, "owed": [1]}]
    assert "does not give: 1" in (inbox.reports[0] or "")


async def test_what_is_owed_is_asked_for_again() -> None:
    inbox = MemoryInbox()
    sizes = {"UID FETCH 1 (UID RFC822.SIZE)": ["* 1 FETCH (UID 1 RFC822.SIZE 5)"]}
    bodies = {"UID FETCH 1 (UID RFC822.SIZE BODY.PEEK[])": ["* 1 FETCH (UID 1 RFC822.SIZE 5 BODY[] {5}\r\nfirst)"]}
    mailbox = replace(at(1), place={"uidvalidity": 7, "uid": 2, "owed": [1]})
    async with scripted({**sizes, **bodies, "IDLE": ["+ idling"]}) as port:
        settings = mailbox.settings.model_copy(update={"imap_port": port})
        async with following(replace(mailbox, settings=settings), inbox):
            await until(lambda: inbox.reports == [None])
    assert (inbox.bodies, inbox.places) == ([b"first"], [{"uidvalidity": 7, "uid": 2}])


async def test_a_body_shorter_than_announced_is_fetched_twice_before_it_is_believed() -> None:
    inbox = MemoryInbox()
    short = [
        "* 1 FETCH (UID 1 RFC822.SIZE 9 BODY[] {5}\r\nfirst)",
        "* 2 FETCH (UID 2 RFC822.SIZE 5 BODY[] {5}\r\nhello)",
    ]
    again = ["* 1 FETCH (UID 1 RFC822.SIZE 9 BODY[] {5}\r\nfirst)"]
    script = {BODIES: short, "UID FETCH 1 (UID RFC822.SIZE BODY.PEEK[])": again, "IDLE": ["+ idling"]}
    async with scripted({**script}) as port, following(at(port), inbox):
        await until(lambda: inbox.reports == [None])
    assert inbox.bodies == [b"first", b"hello"]
    async with scripted({**script, "UID FETCH 1 (UID RFC822.SIZE BODY.PEEK[])": HALF[:1]}) as port:
        with pytest.raises(Unavailable, match="cut short"):
            await Follower(at(port), MemoryInbox(), utc_now, Tokens()).run()


async def test_goodbye_while_idle_ends_it_at_once() -> None:
    whole = [HALF[0].replace("5)", "5 BODY[] {5}\r\nfirst)"), HALF[1]]
    async with scripted({BODIES: whole, "IDLE": ["+ idling", "* BYE too long idle"]}) as port:
        async with asyncio.timeout(5):
            with pytest.raises(Unavailable, match="says goodbye: too long idle"):
                await Follower(at(port), MemoryInbox(), utc_now, Tokens()).run()


@pytest.mark.parametrize("silent", ["CAPABILITY", "LOGIN", "SELECT", "UID SEARCH", BODIES, "UID STORE", "IDLE"])
async def test_a_server_that_falls_silent_is_left(silent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "_CALL_SECONDS", 0.3)
    monkeypatch.setattr(imap.ok, "__defaults__", (0.3,))
    monkeypatch.setattr(imap.Mailbox._ok, "__defaults__", (0.3,))
    script: dict[str, list[str] | None] = {BODIES: HALF, "IDLE": ["+ idling"], silent: None}
    if silent == "UID SEARCH":
        script["UID SEARCH UID 1:*"] = None
    async with scripted(script) as port, asyncio.timeout(10):
        with pytest.raises(Unavailable):
            await Follower(at(port), MemoryInbox(), utc_now, Tokens()).run()


async def test_ten_thousand_lines_at_once_are_only_lines() -> None:
    inbox = MemoryInbox()
    flood = [f"* {number} EXISTS" for number in range(10_000)]
    async with scripted({BODIES: [*flood, *HALF], "IDLE": ["+ idling"]}) as port, following(at(port), inbox):
        await until(lambda: len(inbox.reports) >= 1)
    assert inbox.bodies[0] == b"hello"


async def test_nonsense_ends_the_connection_and_not_the_program() -> None:
    for nonsense in (["A1 OK never asked"], ["x" * 5_000_000], ["* 1 FETCH (UID 1 BODY[] {99999999999}"]):
        async with scripted({BODIES: nonsense}) as port, asyncio.timeout(10):
            with pytest.raises(Unavailable):
                await Follower(at(port), MemoryInbox(), utc_now, Tokens()).run()
