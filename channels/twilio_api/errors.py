"""Twilio's refusals in our words: what the core does next, and what a person should know."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Literal

from channels.base import Uncertain
from channels.faults import TextFault
from core.errors import Invalid, MarkazError, Unavailable

_TOO_MANY = frozenset({20429, 14107, 51002})
_CREDENTIALS = frozenset({20003, 20005, 20006, 20008})
_NOT_FOUND = 20404
_NOT_IN_PROGRESS = 21220
_DEFAULT_WAIT_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 3600.0

# Source: Twilio's error dictionary. The codes below 30000 refuse a request, the others end a delivery.
WORDS: Mapping[int, str] = {
    21201: "No number to call was given.",
    21210: "Our number may not place calls from this Twilio account.",
    21211: "The recipient's number is not a valid telephone number.",
    21214: "The number cannot be called.",
    21217: "The number is not a valid telephone number.",
    21219: "A trial account calls verified numbers only.",
    21265: "The recipient's number is a short code, which takes no messages from us.",
    21408: "Messages to the recipient's country are not allowed in this Twilio account.",
    21602: "A message needs words.",
    21604: "No recipient was given.",
    21606: "Our number may not send messages from this Twilio account.",
    21608: "A trial account writes to verified numbers only.",
    21610: "The recipient opted out (STOP) and must not be written to.",
    21611: "Our number has too many messages waiting at Twilio.",
    21612: "Twilio has no way from our number to the recipient.",
    21614: "The recipient's number is not a mobile number.",
    21617: "The message is longer than 1,600 characters.",
    21659: "Our number does not belong to this Twilio account.",
    30001: "Too many messages waited at Twilio.",
    30002: "The Twilio account is suspended.",
    30003: "The recipient's phone is switched off or out of reach.",
    30004: "The recipient's operator blocks this message.",
    30005: "The recipient's number does not exist (any more).",
    30006: "The recipient's number is a landline or cannot be reached by SMS.",
    30007: "The recipient's operator filtered the message as unwanted.",
    30008: "The message was lost at the recipient's operator.",
    30022: "Our number sends faster than it may.",
    30034: "Our number is not registered for this kind of message.",
}

# What of them something follows from, for whoever writes to this number again.
_FAULTS: Mapping[int, TextFault] = {
    **dict.fromkeys((21211, 21214, 21217, 21265, 21614, 30005, 30006), "dead_number"),
    **dict.fromkeys((21606, 21659, 30034), "sender"),
    21610: "opted_out",
    30003: "unreachable",
    30007: "filtered",
}


class BadCredentials(Unavailable):
    """Twilio does not accept the account's credentials."""


class Missing(Invalid):
    """Twilio does not know this (any more)."""


class CallOver(Invalid):
    """The call is over."""


def words(code: int) -> str:
    """Return what a person should know of an error code."""
    return WORDS.get(code, f"Twilio's error {code}; see https://www.twilio.com/docs/errors/{code}.")


def fault(code: int) -> TextFault | Literal[""]:
    """Return what follows from an error code; nothing, from most of them."""
    return _FAULTS.get(code, "")


def refusal(method: str, status: int, headers: Mapping[str, str], body: str) -> MarkazError:
    """Return what a refused request means.

    429 was not processed, so it may simply be repeated (extra: retry_after, in seconds). 5xx says nothing about
    whether it was processed: a write is then uncertain, a look-up may be repeated.
    """
    code, message = _said(body)
    if status == HTTPStatus.TOO_MANY_REQUESTS or code in _TOO_MANY:
        return Unavailable("Twilio asks us to slow down.", retry_after=_wait_seconds(headers))
    if status == HTTPStatus.UNAUTHORIZED or code in _CREDENTIALS:
        return BadCredentials()
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _unknown(method, f"Twilio failed ({status}).")
    if status < HTTPStatus.BAD_REQUEST:
        return Unavailable(f"Twilio's address sends us elsewhere ({status}); check it.")
    kind = {_NOT_IN_PROGRESS: CallOver, _NOT_FOUND: Missing}.get(code)
    if kind is not None:
        return kind(code=code)
    known = {"fault": why} if (why := fault(code)) else {}
    return Invalid(WORDS.get(code) or message or f"Twilio refused ({status}).", code=code, **known)


def silence(method: str, *, was_sent: bool) -> MarkazError:
    """Return what no answer means: without a connection nothing can have happened."""
    if not was_sent:
        return Unavailable("Twilio cannot be reached.")
    return _unknown(method, "Twilio did not answer.")


def _unknown(method: str, what: str) -> MarkazError:
    return Unavailable(what) if method == "GET" else Uncertain(f"{what} Whether it took this is not known.")


def _said(body: str) -> tuple[int, str]:
    try:
        said = json.loads(body)
        return int(said.get("code") or 0), str(said.get("message") or "")
    except (ValueError, TypeError, AttributeError, RecursionError):
        return 0, ""


def _wait_seconds(headers: Mapping[str, str]) -> float:
    try:
        seconds = float(headers.get("Retry-After", ""))
    except ValueError:
        return _DEFAULT_WAIT_SECONDS
    return min(max(seconds, 0.0), _LONGEST_WAIT_SECONDS) if seconds == seconds else _DEFAULT_WAIT_SECONDS  # noqa: PLR0124 - NaN is not itself
