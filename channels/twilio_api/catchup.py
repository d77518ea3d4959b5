"""What was missed: calls and texts that Twilio lists and whose webhooks never came (we were away, or they were lost).

Each becomes the raw input that its webhook would have been, under the same id where there is one, so that what did come
has no second effect.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any, Literal
from urllib.parse import urlencode

from channels.base import Account, ChannelContext, RawInput
from channels.pricing import Price
from channels.twilio_api import hooks
from channels.twilio_api.settings import TwilioSettings

EVERY_SECONDS = 300.0
# A delivery report may come long after the text; a call is listed under its end.
_TEXTS_BACK, _CALLS_BACK = timedelta(hours=1), timedelta(minutes=10)
_MOST = 5000
_PAGE = 500
_OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_SETTLED = frozenset({"sent", "delivered", "undelivered", "failed", "read"})

Look = Callable[[Any, str, datetime], Awaitable[Sequence[Mapping[str, str]]]]
Name = Callable[[Mapping[str, str]], tuple[str, str]]


async def follow(context: ChannelContext, account: Account[Any], client: Any, look: Look, name: Name) -> None:
    """Look again and again; the first time of all nothing is fetched: what was before us is not ours to answer."""
    place = account.place or {}
    while True:
        now = context.clock()
        seen = datetime.fromisoformat(place["seen"]) if "seen" in place else None
        forms = [] if seen is None else await look(client, account.settings.number, seen)
        place = {"seen": now.isoformat()}
        await context.inbox.deliver(account, [_raw(context, account.settings, form, name) for form in forms], place)
        await context.inbox.report(account, None)
        await asyncio.sleep(EVERY_SECONDS)


async def calls(client: Any, number: str, since: datetime) -> list[dict[str, str]]:
    """Return calls of a number that are over since then; legs to our own phones are none."""
    listed = await client.calls.list_async(end_time_after=since - _CALLS_BACK, limit=_MOST, page_size=_PAGE)
    return [_call(one) for one in listed if one.status in _OVER and number in (one.to, _from(one)) and _is_outside(one)]


async def texts(client: Any, number: str, since: datetime) -> list[dict[str, str]]:
    """Return texts of a number since then: those to us whole, and how far ours are."""
    listed = await client.messages.list_async(date_sent_after=since - _TEXTS_BACK, limit=_MOST, page_size=_PAGE)
    found = []
    for one in listed:
        if one.direction == "inbound" and one.to == number:
            found.append(await _text(client, one))
        elif one.direction != "inbound" and _from(one) == number and one.status in _SETTLED:
            found.append(_status(one))
    return found


def name_call(form: Mapping[str, str]) -> tuple[str, str]:
    return f"call:{form['CallSid']}:found", "call.found"


def name_text(form: Mapping[str, str]) -> tuple[str, str]:
    """Return the ids under which the webhook would have come."""
    sid = form["MessageSid"]
    return (f"status:{sid}:{form['MessageStatus']}", "sms.status") if "MessageStatus" in form else (f"in:{sid}", "sms")


def _raw(context: ChannelContext, settings: TwilioSettings, form: Mapping[str, str], name: Name) -> RawInput:
    external_id, kind = name(form)
    body = urlencode({"AccountSid": settings.account_sid, **form}).encode()
    return RawInput(external_id, kind, body, hooks.looked_up(context))


def _call(one: Any) -> dict[str, str]:
    ended = one.end_time or one.date_updated or datetime.now(UTC)
    return {
        "CallSid": str(one.sid),
        "CallStatus": str(one.status),
        "From": _from(one),
        "To": str(one.to),
        "Direction": "inbound" if one.direction == "inbound" else "outbound",
        "Timestamp": format_datetime(ended.astimezone(UTC)),
        **({"CallDuration": str(one.duration)} if one.duration is not None else {}),
    }


async def _text(client: Any, one: Any) -> dict[str, str]:
    form = {"MessageSid": str(one.sid), "From": _from(one), "To": str(one.to), "Body": str(one.body or "")}
    count = int(one.num_media or 0)
    if count:
        media = await client.messages(one.sid).media.list_async(limit=10)
        form["NumMedia"] = str(len(media))
        for place, each in enumerate(media):
            form[f"MediaUrl{place}"] = f"https://api.twilio.com{str(each.uri).removesuffix('.json')}"
            form[f"MediaContentType{place}"] = str(each.content_type)
    return form


def _status(one: Any) -> dict[str, str]:
    error = {"ErrorCode": str(one.error_code)} if one.error_code else {}
    return {"MessageSid": str(one.sid), "MessageStatus": str(one.status), **error}


def _is_outside(one: Any) -> bool:
    return not str(one.to).startswith(("client:", "sip:")) and not _from(one).startswith(("client:", "sip:"))


def _from(one: Any) -> str:
    return str(one.from_ if hasattr(one, "from_") else one._from)  # noqa: SLF001 - that is how the library spells it


async def call_prices(client: Any, number: str, since: datetime) -> list[Price]:
    listed = await client.calls.list_async(end_time_after=since, limit=_MOST, page_size=_PAGE)
    return [
        _price(one, "call", one.end_time, seconds=int(one.duration or 0))
        for one in listed
        if one.price is not None and number in (one.to, _from(one))
    ]


async def text_prices(client: Any, number: str, since: datetime) -> list[Price]:
    listed = await client.messages.list_async(date_sent_after=since, limit=_MOST, page_size=_PAGE)
    return [
        _price(one, "text", one.date_sent, segments=int(one.num_segments or 0))
        for one in listed
        if one.price is not None and number in (one.to, _from(one))
    ]


def _price(
    one: Any, kind: Literal["call", "text"], at: datetime | None, *, seconds: int = 0, segments: int = 0
) -> Price:
    """Twilio writes what is taken from the account as a negative amount."""
    is_inbound = one.direction == "inbound"
    amount = abs(Decimal(str(one.price)))
    when = (at or one.date_created).astimezone(UTC)
    other = _from(one) if is_inbound else str(one.to)
    return Price(str(one.sid), kind, other, is_inbound, when, seconds, segments, amount, str(one.price_unit).upper())
