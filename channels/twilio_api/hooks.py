"""The way in and the way back: our webhooks' addresses, and what is kept of a signed form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from channels.base import ChannelContext, RawInput, WebhookAnswer, WebhookRequest
from channels.twilio_api import signature, twiml
from channels.twilio_api.settings import TwilioSettings
from core.errors import Invalid

# W5: names that are not here are never looked at, so that shifted borders between names and values gain nothing.
_READ = frozenset(
    {
        *("AccountSid", "From", "To", "ErrorCode", "Timestamp", "SequenceNumber"),
        *("MessageSid", "MessageStatus", "Body", "NumMedia"),
        *("CallSid", "CallStatus", "CallDuration", "QueueResult", "Digits", "Direction", "AnsweredBy"),
        "DialCallStatus",
        *("RecordingSid", "RecordingStatus", "RecordingDuration"),
        *(f"MediaUrl{place}" for place in range(10)),
        *(f"MediaContentType{place}" for place in range(10)),
    }
)
_RECEIVED_AT = "received-at"


def url_of(context: ChannelContext, account_id: UUID, tail: str, **query: str) -> str:
    """Return the public address of one of an account's webhooks."""
    asked = f"?{urlencode(query)}" if query else ""
    return f"{context.settings.base_url}/hooks/{account_id}/{tail}{asked}"


def form_of(settings: TwilioSettings, request: WebhookRequest, *needed: str) -> dict[str, str]:
    """Return what we read of a signed form; raises NotTwilio, also when a field that is `needed` is missing."""
    signed = signature.signed_form(settings.auth_token.get_secret_value(), settings.account_sid, request)
    form = {name: value for name, value in signed.items() if name in _READ}
    if not all(form.get(name) for name in needed):
        raise signature.NotTwilio
    return form


def raw_of(context: ChannelContext, request: WebhookRequest, external_id: str, kind: str) -> RawInput:
    """Keep a request word for word, with its query and the moment when it came."""
    query = request.url.partition("?")[2]
    return RawInput(external_id, kind, request.body, {_RECEIVED_AT: context.clock().isoformat(), "query": query})


def without(raw: RawInput, name: str) -> RawInput:
    """Keep a form without one of its fields: what was typed in a flow is the flow's, and may be secret."""
    pairs = parse_qsl(raw.body.decode("ascii", "replace"), keep_blank_values=True)
    return replace(raw, body=urlencode([pair for pair in pairs if pair[0] != name]).encode())


def looked_up(context: ChannelContext) -> dict[str, str]:
    """Return the headers of what was not told but found at Twilio."""
    return {_RECEIVED_AT: context.clock().isoformat(), "query": ""}


def query_of(request: WebhookRequest, *names: str) -> dict[str, str]:
    """Return what our own address carried in a request whose signature was checked."""
    return _pairs(request.url.partition("?")[2], frozenset(names))


def stored_form(raw: RawInput) -> dict[str, str]:
    """Return what we read of a stored form."""
    return _pairs(raw.body.decode("ascii", "replace"), _READ)


def stored_query(raw: RawInput, *names: str) -> dict[str, str]:
    """Return what our own address carried, signed along with the rest."""
    return _pairs(raw.headers.get("query", ""), frozenset(names))


def received_at(raw: RawInput) -> str:
    return raw.headers.get(_RECEIVED_AT, "")


def need(form: Mapping[str, str], name: str) -> str:
    """Return a field; Invalid without it, because the stored words will not change."""
    if not form.get(name):
        raise Invalid(f"{name} is missing.")
    return form[name]


def answer(document: str, *raws: RawInput) -> WebhookAnswer:
    """Answer with TwiML, after the raws are committed."""
    return WebhookAnswer(raws, document, twiml.CONTENT_TYPE)


def _pairs(text: str, names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in parse_qsl(text, keep_blank_values=True) if name in names}
