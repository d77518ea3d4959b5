"""That a call is recorded, said to the customer before it is: only what was said to its end is told back to us.

Twilio plays an announcement to one participant of a conference and says nothing of its end. So the document ends with a
redirect to an address of ours: whoever asks for that has said all before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from channels.base import Account, ChannelContext, RawInput, WebhookAnswer, WebhookRequest
from channels.spoken import Announced
from channels.twilio_api import heard, hooks, outgoing, twiml
from core.errors import Invalid, NotFound, Unavailable

ANNOUNCE, ANNOUNCED = "call/announce", "call/announced"
_OURS = ("interaction", "call", "lang")
# What the carrier's voices are called where the account's own language is another.
VOICES: Mapping[str, str] = {"en": "en-US", "ar": "arb", "fa": "fa-IR"}
WORDS: Mapping[str, str] = {
    "en": "This call is recorded.",
    "ar": "هذه المكالمة مسجلة.",
    "fa": "این مکالمه ضبط می‌شود.",
}


def spoken(usual: str, language: str) -> str:
    """Return what the carrier calls a language; the account's own voice where it is that."""
    is_usual = usual.partition("-")[0].lower() == language
    return usual if is_usual else VOICES.get(language, usual)


async def announce(client: Any, room: str, call_sid: str, url: str) -> None:
    """Have it said to who is in the conference by this call. Raises Unavailable while they are not there yet."""
    found = next((one for one in await outgoing.participants(client, room) if one.call_sid == call_sid), None)
    if found is None:
        raise Unavailable("The customer is not in the conference yet.")
    await found.update_async(announce_url=url, announce_method="POST")


def url_of(context: ChannelContext, account_id: UUID, interaction_id: UUID, call_sid: str, language: str) -> str:
    ours = {"interaction": str(interaction_id), "call": call_sid, "lang": language}
    return hooks.url_of(context, account_id, ANNOUNCE, **ours)


def accept(context: ChannelContext, account: Account[Any], request: WebhookRequest, path: str) -> WebhookAnswer:
    """Say what is to be said, or keep that it was."""
    hooks.form_of(account.settings, request)
    ours = hooks.query_of(request, *_OURS)
    if not ours.get("interaction") or not ours.get("call"):
        raise NotFound
    if path == ANNOUNCED:
        raw = hooks.raw_of(context, request, f"announced:{ours['interaction']}:{ours['call']}", "call.announced")
        return hooks.answer(twiml.response(), raw)
    usual = account.settings.language
    language = ours.get("lang") or usual.partition("-")[0].lower()
    sound = getattr(account.settings, f"announcement_{language}", "")
    words = WORDS.get(language, WORDS["en"])
    voice = spoken(usual, language) if language in WORDS else VOICES["en"]
    said = twiml.verb("Play", sound) if sound else twiml.verb("Say", words, language=voice)
    told = hooks.url_of(context, account.id, ANNOUNCED, **ours)
    return hooks.answer(twiml.response(said, twiml.verb("Redirect", told)))


def read(raw: RawInput) -> Announced:
    """Turn it into news; our own address came back signed."""
    ours = hooks.stored_query(raw, *_OURS)
    try:
        interaction_id = UUID(ours.get("interaction", ""))
    except ValueError as error:
        raise Invalid("This is no address of ours.") from error
    return Announced(interaction_id, hooks.need(ours, "call"), heard.moment(raw, hooks.stored_form(raw)))
