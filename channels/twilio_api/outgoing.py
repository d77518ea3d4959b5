"""Calls that we place: the agent is rung into a conference of the interaction, and the customer is dialled into it.

Twilio knows no idempotency key for calls: whoever lost its answer looks the call up before anything is repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from channels.twilio_api.errors import CallOver, Missing

RING_SECONDS = 30
_CLOCK_SLACK = timedelta(seconds=10)
_LOOKED_THROUGH = 50
_OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


async def participants(client: Any, room: str) -> list[Any]:
    """Return who is in the live conference of that name, or is being called into it."""
    found = await client.conferences.list_async(friendly_name=room, limit=20)
    for conference in found:
        if conference.status != "completed":
            present: list[Any] = await client.conferences(conference.sid).participants.list_async(limit=20)
            return present
    return []


async def invite(
    client: Any, room: str, number: str, to: str, label: str, callback: str, events: Sequence[str], **more: Any
) -> str:
    """Call somebody into a conference, which their hanging up ends unless `more` says else; return the call's sid."""
    asked = {"start_conference_on_enter": True, "end_conference_on_exit": True, **more}
    made = await client.conferences(room).participants.create_async(
        from_=number,
        to=to,
        label=label,
        timeout=RING_SECONDS,
        status_callback=callback,
        status_callback_event=list(events),
        **asked,
    )
    return str(made.call_sid)


async def find(client: Any, number: str, to: str, since: datetime) -> str | None:
    """Return the first call to this number that Twilio took since then."""
    # Not filtered by StartTime: a call that still waits in Twilio's queue has none.
    listed = await client.calls.list_async(to=to, from_=number, limit=_LOOKED_THROUGH, page_size=_LOOKED_THROUGH)
    young = [call for call in listed if _created_at(call) >= since - _CLOCK_SLACK]
    return str(min(young, key=_created_at).sid) if young else None


async def end(client: Any, room: str) -> None:
    """Hang up on all who are in a conference or whose phone rings for it."""
    for one in await participants(client, room):
        with suppress(CallOver, Missing):
            await client.calls(one.call_sid).update_async(status="completed")


def is_over(status: str) -> bool:
    return status in _OVER


def _created_at(call: Any) -> datetime:
    created: datetime | None = call.date_created
    return datetime.min.replace(tzinfo=UTC) if created is None else created.astimezone(UTC)
