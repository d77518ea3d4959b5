"""Complaints as tests make them: people who register, handle and review them, and what these do over the API."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.integration.house import made, query
from tests.live import Live, Person, eventually

PLAIN = ["ticket.read", "ticket.write", "customer.read", "interaction.read", "comment.write"]
HANDLER = [*PLAIN, "complaint.handle", "complaint.read"]
REVIEWER = [*PLAIN, "complaint.read", "complaint.review", "complaint.handle"]
CUSTOMER = "00000000-0000-7000-8000-000000000101"
LEGAL = "00000000-0000-7000-8000-000000000105"
PUBLIC_RELATIONS = "00000000-0000-7000-8000-000000000102"
DELAY = "00000000-0000-7000-8000-000000000121"
GENERAL = "00000000-0000-7000-8000-000000000111"


async def customer(admin: Person, name: str = "مریم کاظمی") -> str:
    return str((await made(admin, "/api/customers", {"name": name}))["id"])


async def complaint(person: Person, **said: Any) -> dict[str, Any]:
    return await made(person, "/api/complaints", {"subject": "Nobody came", **said})


async def does(person: Person, it: dict[str, Any], what: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    status, answer = await person.json("POST", f"/api/complaints/{it['ticket_id']}/{what}", body or {})
    assert status in (200, 201), answer
    return dict(answer)


async def refused(person: Person, it: dict[str, Any], what: str, body: dict[str, Any] | None = None) -> tuple[int, str]:
    status, answer = await person.json("POST", f"/api/complaints/{it['ticket_id']}/{what}", body or {})
    return status, answer["detail"]


async def shown(person: Person, it: dict[str, Any]) -> dict[str, Any]:
    status, answer = await person.json("GET", f"/api/complaints/{it['ticket_id']}")
    assert status == 200, answer
    return dict(answer)


async def record(person: Person, it: dict[str, Any], **said: Any) -> dict[str, Any]:
    path = f"/api/complaints/{it['ticket_id']}"
    _, now = await person.json("GET", path)
    status, answer = await person.json("PATCH", path, {"version": now["version"], **said})
    assert status == 200, answer
    return dict(answer)


async def ticket(person: Person, it: dict[str, Any]) -> dict[str, Any]:
    return dict((await person.json("GET", f"/api/tickets/{it['ticket_id']}"))[1])


async def listed(person: Person, **wanted: Any) -> list[str]:
    asked = "&".join(f"{name}={value}" for name, value in wanted.items())
    status, answer = await person.json("GET", f"/api/complaints?limit=200&{asked}")
    assert status == 200, answer
    return [each["number"] for each in answer["items"]]


async def decided(person: Person, outcome: str = "unfounded", **said: Any) -> dict[str, Any]:
    opened = await complaint(person, **said)
    return await does(person, opened, "decision", {"outcome": outcome, "reasons": "The papers say so."})


async def told(person: Person, it: dict[str, Any]) -> dict[str, Any]:
    return await does(person, it, "answer", {"way": "telephone", "note": "Told Mrs Kazemi at noon."})


async def late_now(it: Live, ticket_id: str) -> None:
    """Let the clock have run out, as days would; the job that looks is due."""
    past, which = datetime.now(UTC) - timedelta(hours=1), uuid.UUID(ticket_id)
    for table in ("complaint_deadline", "complaint_referral"):
        await query(it, f"update {table} set due_at = $1 where ticket_id = $2", past, which)
    statement = "insert into job (kind, payload, run_at) values ('complaint.late', $1::jsonb, now())"
    await query(it, statement, json.dumps({"ticket_id": ticket_id}))
    await eventually(lambda: no_job(it, "complaint.late"))


async def no_job(it: Live, kind: str) -> bool:
    return not await query(it, "select 1 from job where kind = $1 and run_at <= now()", kind)


async def bell(person: Person) -> list[str]:
    _, answer = await person.json("GET", "/api/notifications?limit=100")
    return [each["kind"] for each in answer["items"]]
