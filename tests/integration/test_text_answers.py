"""A customer asks by text how the own requests stand, and hears it by text; everybody else waits for people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio
from house import made, query
from outside import PHONE, Outside, outside

from storage.database import Database
from tests.integration.test_receive import settled
from tests.integration.test_tickets import change, stage
from tests.live import Person, eventually

OTHER = "+989129999999"
_REPAIR = "00000000-0000-7000-8000-000000000204"


@pytest_asyncio.fixture
async def around(dsn: str, tmp_path: Path) -> AsyncIterator[Outside]:
    async with outside(dsn, tmp_path) as found:
        admin = await found.it.person("admin")
        status, answer = await admin.json("PUT", f"{await account(admin)}/self-service", {"is_on": True})
        assert (status, answer["version"]) == (200, 1)
        yield found


@pytest_asyncio.fixture
async def admin(around: Outside) -> Person:
    return await around.it.person("admin")


async def account(admin: Person, kind: str = "sms") -> str:
    _, answer = await admin.json("GET", "/api/accounts")
    return "/api/accounts/" + str(next(each["id"] for each in answer["items"] if each["kind"] == kind))


async def request(around: Outside, phone: str = PHONE, **said: Any) -> dict[str, Any]:
    """Open one for whoever has this telephone."""
    admin = await around.it.person("admin")
    rows = await query(around.it, "select customer_id from identity where kind = 'phone' and value = $1", phone)
    customer = str(rows[0]["customer_id"]) if rows else ""
    if not rows:
        new = {"name": "لیلا", "identities": [{"kind": "phone", "value": phone}]}
        customer = str((await made(admin, "/api/customers", new))["id"])
    body = {"kind": "support_request", "subject": "Fridge", "customer_id": customer, **said}
    return await made(admin, "/api/tickets", body)


async def answers(around: Outside, number: int, to: str = PHONE) -> list[str]:
    async def found() -> list[str]:
        told = [each["body"] for each in (await around.state())["messages"] if each["to"] == to]
        return told if len(told) == number else []

    return list(await eventually(found))


async def waiting(around: Outside) -> int:
    return len(await query(around.it, "select id from work where state <> 'done' and channel = 'sms'"))


async def test_c013_a_customer_texts_a_word_and_hears_how_the_own_requests_stand_and_nobody_is_disturbed(
    around: Outside, admin: Person, db: Database
) -> None:
    one = await request(around)
    foreign = await request(around, OTHER, subject="Not yours")
    await around.text("وضعیت")
    [told] = await answers(around, 1)
    assert one["number"] in told
    assert "Not yours" not in told
    await around.text(f"State {foreign['number']}")
    told = (await answers(around, 2))[1]
    assert foreign["number"] not in told
    assert "no such request" in told
    await change(admin, one, status_id=await stage(admin, "closed"))
    await around.text("status " + one["number"].split("-")[1])
    told = (await answers(around, 3))[2]
    assert told.startswith(f"{one['number']} (Fridge): ")
    await around.text("state")
    assert "no open request" in (await answers(around, 4))[3]
    assert await waiting(around) == 0
    rows = await query(around.it, "select state, count(*) as number from interaction group by state")
    assert [tuple(row) for row in rows] == [("closed", 4)], "each is kept with the customer"


async def test_c013_by_tracking_code_only_the_complainants_telephone_hears_the_stage_of_a_complaint(
    around: Outside, admin: Person, db: Database
) -> None:
    one = await request(around, kind="complaint", subject="A secret", is_confidential=True)
    (row,) = await query(around.it, "select code from complaint")
    await around.text(f"STATE {row['code'].lower()}", OTHER)
    assert "no such request" in (await answers(around, 1, OTHER))[0]
    await around.text(f"STATE {row['code'].lower()}")
    [told] = await answers(around, 1)
    assert told == f"{one['number']}: registered", "what is confidential shows no subject"


async def test_c013_a_customer_hears_when_somebody_comes(around: Outside, admin: Person, db: Database) -> None:
    one, other = await request(around), await request(around, subject="Oven")
    foreign = await request(around, OTHER)
    begins = (datetime.now(UTC) + timedelta(days=2)).replace(hour=7, minute=0, second=0, microsecond=0)

    async def visit(of: dict[str, Any], days: int, *, is_promised: bool = True) -> str:
        at = begins + timedelta(days=days)
        window = {"begins_at": at.isoformat(), "ends_at": (at + timedelta(hours=2)).isoformat()}
        asked = {"kind_id": _REPAIR, "ticket_id": of["id"], "promised": window if is_promised else None}
        return str((await made(admin, "/api/visits", asked))["number"])

    later, soon = await visit(one, 1), await visit(other, 0)
    unknown, theirs = await visit(one, 0, is_promised=False), await visit(foreign, 0)
    over = await visit(one, 2)
    done = "update visit set state = 'cancelled' where serial = $1 returning id"
    assert await query(around.it, done, int(over.split("-")[1]))
    await around.text("موعد")
    [told] = await answers(around, 1)
    assert [line.split(":")[0] for line in told.splitlines()[2:]] == [
        f"زيارة \u2066{each}\u2069" for each in (soon, later)
    ]
    assert "١٠:٣٠" in told, "on the clocks of the house"
    assert not any(each in told for each in (unknown, theirs, over))
    await around.text(f"State {one['number']}")
    lines = (await answers(around, 2))[1].splitlines()
    assert lines[0].startswith(f"{one['number']} (Fridge): ")
    assert [line.split(":")[0] for line in lines[1:]] == [f"Visit {later}"], "of the one that was asked about"
    for each in (one, other):
        await change(
            admin, (await admin.json("GET", f"/api/tickets/{each['id']}"))[1], status_id=await stage(admin, "closed")
        )
    await around.text("state")
    lines = (await answers(around, 3))[2].splitlines()
    assert [line.split(":")[0] for line in lines] == [f"Visit {each}" for each in (soon, later)], "nothing else is open"


async def test_c013_other_words_wait_for_people_and_so_does_who_asks_too_often(
    around: Outside, admin: Person, db: Database
) -> None:
    await around.text("state of my fridge is bad")
    await eventually(lambda: waiting(around))
    for number in range(1, 7):
        await around.text("state")
        await answers(around, number)
    await around.text("state", OTHER)
    await answers(around, 1, OTHER)
    await around.text("state")
    await settled(db)
    assert len(await answers(around, 6)) == 6
    (row,) = await query(around.it, "select count(*) as number from self_served")
    assert row["number"] == 7


async def test_c013_a_text_in_an_open_conversation_is_answered_and_its_agent_keeps_it(
    around: Outside, admin: Person, db: Database
) -> None:
    await request(around)
    await around.text("It is warm")
    await settled(db)
    await around.text("State")
    await answers(around, 1)
    (talk,) = await query(around.it, "select state, last_seq from interaction")
    assert talk["state"] == "queued"
    said = await query(around.it, "select text, author_kind from message where direction <> 'system' order by seq")
    assert [row["author_kind"] for row in said] == ["customer", "customer", "system"]


async def test_words_are_kept_by_who_manages_channels_and_only_for_texts(around: Outside, admin: Person) -> None:
    path = f"{await account(admin)}/self-service"
    _, kept = await admin.json("GET", path)
    assert (kept["is_on"], kept["version"], "STATE" in kept["words"]["en"]) == (True, 1, True)
    assert (await admin.json("PUT", path, {"is_on": True}))[0] == 409, "somebody changed it"
    status, answer = await admin.json("PUT", path, {"is_on": True, "version": 1, "words": {"en": ["STOP"]}})
    assert (status, answer["errors"][0]["loc"]) == (422, "words")
    status, answer = await admin.json("PUT", path, {"is_on": True, "version": 1, "words": {"ar": ["طلبي"]}})
    assert (status, answer["words"]) == (200, {"ar": ["طلبي"]})
    assert (await admin.json("PUT", f"{await account(admin, 'email')}/self-service", {"is_on": True}))[0] == 409
