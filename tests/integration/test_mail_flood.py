"""Five hundred mails of which five are bad in five ways: the rest is read, and nothing of the five is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from burning import parse_or_burn

from channels.base import RawInput
from channels.mailbox.listener import content_id
from core.actor import SYSTEM
from core.chunks import Chunks
from interactions import intake, reading
from interactions.accounts import NewAccount
from storage.database import Database, adhoc
from tests.live import eventually, live

_LEFT = adhoc("select count(*) from raw_input r where outcome is null")
_OUTCOMES = adhoc("select outcome, count(*)::int as many from raw_input group by outcome order by outcome")
_TALKS = adhoc(
    "select count(*)::int as many, count(distinct interaction_id)::int as talks"
    " from message where direction = 'inbound'"
)


def mails(count: int) -> list[bytes]:
    nested = b"--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    bodies = [f"number {number}".encode() for number in range(count)]
    for place, body in ((17, b"burns the processor"), (101, b"kills the process"), (333, b"surprises 1")):
        bodies[place] = body
    bodies[334] = bodies[450] = b"surprises 2"
    found = [
        f"From: <c{number}@x.example>\r\nSubject: {number}\r\nMessage-ID: <{number}@x>\r\n\r\n".encode() + body
        for number, body in enumerate(bodies)
    ]
    head = b"From: bomb@x.example\r\nSubject: bomb\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    found[250] = head + nested * 2_000
    return found


@pytest.mark.long
async def test_poison_among_five_hundred_mails_harms_only_itself_and_can_be_run_again(
    dsn: str, tmp_path: Path, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "SCHEDULE", (0.01, 0.01))
    monkeypatch.setattr(reading, "_SECOND_READING_SECONDS", 0.01)
    async with live(dsn, tmp_path) as it:
        neck = it.running.neck
        queue = await db.value(adhoc("select id from queue limit 1"))
        new = NewAccount(kind="email", name="Flood", queue_id=queue, settings={"address": "flood@markaz.example"})
        account, _ = await neck.accounts.get((await neck.accounts.add(SYSTEM, new)).id)
        channel: Any = neck.channels["email"]
        sound, channel.parser = channel.parser, Chunks(channel.context.workers, parse_or_burn, seconds=0.5)
        said = mails(500)
        await neck.intake.deliver(
            account, [RawInput(content_id(mail), "mail", mail) for mail in said], {"reached": 500}
        )
        admin = await it.person("admin")

        async def aside() -> list[Any]:
            _, answer = await admin.json("GET", "/api/quarantine")
            return list(answer["items"])

        async def only_the_aside_is_left() -> bool:
            return len(await aside()) == 3 and await db.value(_LEFT) == 3

        await eventually(only_the_aside_is_left, seconds=180)
        assert all("nobody thought of that" in each["last_error"] for each in await aside())
        outcomes = {row["outcome"]: row["many"] for row in await db.rows(_OUTCOMES)}
        assert outcomes == {"taken": 495, "unreadable": 2, None: 3}
        (kept,) = await db.rows(_TALKS)
        assert (kept["many"], kept["talks"]) == (497, 497)

        await channel.parser.close()
        channel.parser = sound
        for each in await aside():
            status, _ = await admin.json("POST", f"/api/quarantine/{each['id']}/release")
            assert status < 300

        async def nothing_is_left() -> bool:
            return not await aside() and not await db.value(_LEFT)

        await eventually(nothing_is_left, seconds=90)
        (kept,) = await db.rows(_TALKS)
        assert (kept["many"], kept["talks"]) == (500, 500)
