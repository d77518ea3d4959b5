"""Call flows in TwiML: what a flow says becomes verbs, and what Twilio tells of it becomes a turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from xml.etree.ElementTree import Element

from channels.base import Account, ChannelContext, WebhookAnswer, WebhookRequest
from channels.dialling import refusal
from channels.flows import Dial, Gather, HangUp, Heard, Played, Ringing, Say, TakeMessage, Verb, Wait, sound_url
from channels.twilio_api import hooks, twiml
from channels.twilio_api.announcing import spoken
from channels.twilio_api.settings import caller_id
from channels.twilio_api.waiting import Voice
from core.telephone import callable_number

_QUEUE = "markaz"
_RING_SECONDS = "30"
_END_KEY = "#"


async def begin(context: ChannelContext, account: Account[Any], request: WebhookRequest) -> WebhookAnswer | None:
    """Answer a call by the account's flow; None where it has none."""
    form = hooks.form_of(account.settings, request, "CallSid", "From")
    ringing = Ringing(form["CallSid"], callable_number(form["From"]) or "", form.get("To", ""))
    played = await context.flows.begin(account.id, ringing)
    return None if played is None else await _answer(context, account, request, form["CallSid"], played)


async def hear(context: ChannelContext, account: Account[Any], request: WebhookRequest) -> WebhookAnswer:
    """Go on with what the caller did. A turn that was answered already is answered the same."""
    form = hooks.form_of(account.settings, request, "CallSid")
    turn = hooks.query_of(request, "turn").get("turn", "")
    heard = Heard(
        form["CallSid"],
        int(turn) if turn.isascii() and turn.isdigit() and len(turn) < 4 else -1,  # noqa: PLR2004 - a turn is no long number
        form.get("Digits", ""),
        form.get("DialCallStatus", "") in ("completed", "answered"),
    )
    return await _answer(context, account, request, heard.call_id, await context.flows.hear(account.id, heard))


async def _answer(
    context: ChannelContext, account: Account[Any], request: WebhookRequest, call_id: str, played: Played
) -> WebhookAnswer:
    while any(isinstance(each, Dial) and refusal(each.number, account.settings) for each in played.verbs):
        # The account may not call it: as if nobody had answered there.
        before = played
        played = await context.flows.hear(account.id, Heard(call_id, played.turn))
        said = tuple(each for each in before.verbs if isinstance(each, Say))
        played = replace(played, verbs=(*said, *played.verbs))
    raws = []
    if played.is_placed:
        raws.append(hooks.without(hooks.raw_of(context, request, f"call:{call_id}", "call"), "Digits"))
    if played.callback:
        asked = hooks.raw_of(context, request, f"call:{call_id}:callback", "call.callback")
        query = {"query": urlencode({"to": played.callback})}
        raws.append(replace(asked, headers={**asked.headers, **query}))
    return hooks.answer(_document(context, account, played), *raws)


def voice(context: ChannelContext, account: Account[Any], language: str) -> Voice:
    """Return how an account speaks to who waits; who chose another language is not greeted in the usual one."""
    known = account.settings
    if not language:
        url = partial(hooks.url_of, context, account.id)
        return Voice(known.greeting, known.language, known.music_url, known.announce_seconds, url)
    mouth = spoken(known.language, language)
    greeting = known.greeting if mouth == known.language else ""
    url = partial(hooks.url_of, context, account.id, lang=language)
    return Voice(greeting, mouth, known.music_url, known.announce_seconds, url)


def enqueued(context: ChannelContext, account_id: UUID) -> str:
    """Return the document by which a caller without a flow waits."""
    return twiml.response(_wait(partial(hooks.url_of, context, account_id)))


def _document(context: ChannelContext, account: Account[Any], played: Played) -> str:
    known = account.settings
    say = partial(_say, context, known.language)
    verbs: list[Element] = []
    for each in played.verbs:
        match each:
            case Say():
                verbs.append(say(each))
            case TakeMessage():
                mouth = voice(context, account, played.language)
                return mouth.voicemail(*verbs, *map(say, each.said))
            case _:
                verbs.append(_verb(context, account, played, each))
    return twiml.response(*verbs)


def _verb(context: ChannelContext, account: Account[Any], played: Played, verb: Verb) -> Element:
    known = account.settings
    turn = hooks.url_of(context, account.id, "call/flow", turn=str(played.turn))
    match verb:
        case Gather():
            return _gather(turn, verb, [_say(context, known.language, each) for each in verb.said])
        case Dial():
            ours = caller_id(known.number, known.caller_ids, verb.number)
            number = twiml.verb("Number", verb.number)
            return twiml.verb("Dial", "", number, action=turn, timeout=_RING_SECONDS, callerId=ours)
        case Wait():
            return _wait(partial(hooks.url_of, context, account.id, lang=played.language))
        case HangUp() | Say() | TakeMessage():
            return twiml.verb("Hangup")


def _gather(turn: str, verb: Gather, said: Sequence[Element]) -> Element:
    """Silence is told too: so a flow decides what follows on it."""
    digits = {"finishOnKey": _END_KEY} if verb.digits is None else {"numDigits": str(verb.digits), "finishOnKey": ""}
    return twiml.verb(
        "Gather",
        "",
        *said,
        input="dtmf",
        action=turn,
        timeout=str(verb.seconds),
        actionOnEmptyResult="true",
        **digits,
    )


def _wait(url: Callable[..., str]) -> Element:
    return twiml.verb("Enqueue", _QUEUE, waitUrl=url("call/wait"), action=url("call/left"))


def _say(context: ChannelContext, usual: str, said: Say) -> Element:
    if said.sound:
        return twiml.verb("Play", sound_url(context.settings.base_url, context.keys, said.sound))
    return twiml.verb("Say", said.words, language=spoken(usual, said.language))
