"""Which client it was, by the form of its request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from pydantic_core import from_json

from geo.clients import overland, owntracks, page, traccar
from geo.clients.base import Reading, Request

_FORM = "application/x-www-form-urlencoded"
# Four fields of a form, or hundreds: no client sends so many.
_FIELDS_MOST = 100


def read(request: Request) -> Reading:
    """Read any client's request; what is wrong with it is in the answer, never an exception."""
    body = request.body.strip()
    if not body:
        return _without_body(request)
    if body[:1] in b"{[":
        try:
            document = from_json(body)
        except ValueError:
            return _unknown("no JSON", request)
        return _document(document, request)
    if request.content_type == _FORM or b"=" in body[:200]:
        return _form(body, request)
    return _unknown("a form that is not known", request)


def _without_body(request: Request) -> Reading:
    if request.is_owntracks:
        return owntracks.nothing()
    if _names_device(request.query) or "lat" in request.query or "location" in request.query:
        return traccar.read_words(request.query, request)
    # OwnTracks asks so too, and takes nothing else; the others do not read the answer.
    return owntracks.nothing()


def _form(body: bytes, request: Request) -> Reading:
    try:
        words = _words(body.decode())
    except ValueError:
        return _unknown("a form that is not known", request)
    if request.query:
        words = {**request.query, **words}
    if _names_device(words) or "lat" in words or "location" in words:
        return traccar.read_words(words, request)
    return _unknown("a form that is not known", request)


def _words(text: str) -> dict[str, str]:
    """Read a form; what a phone tells of itself has nothing escaped, and is cut by hand."""
    if "%" in text or "+" in text:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS_MOST))
    pairs = text.split("&")
    if len(pairs) > _FIELDS_MOST:
        raise ValueError("so many fields no client sends")
    try:
        return dict([pair.split("=", 1) for pair in pairs])
    except ValueError:
        return {name: value for name, cut, value in (pair.partition("=") for pair in pairs) if name or cut}


def _document(document: Any, request: Request) -> Reading:
    if isinstance(document, list):
        return _several(document, request)
    if "_type" in document:
        return owntracks.read_json(document, request)
    if "locations" in document:
        return overland.read_json(document, request)
    if "points" in document:
        return page.read_json(document, request)
    if "location" in document:
        return traccar.read_json(document, request)
    return _unknown("a form that is not known", request)


def _several(documents: list[Any], request: Request) -> Reading:
    """Read a list of messages, as OwnTracks sends what it had kept."""
    whole = owntracks.nothing()
    for each in documents:
        if not isinstance(each, dict):
            whole.refuse("no message", each)
            continue
        one = owntracks.read_json(each, request)
        whole.fixes += one.fixes
        for bad in one.bad:
            whole.refuse(*bad)
        whole.phone = one.phone if any(part is not None for part in one.phone) else whole.phone
    return whole


def _unknown(reason: str, request: Request) -> Reading:
    reading = Reading(answer=owntracks.NOTHING_NEW if request.is_owntracks else b"{}")
    reading.refuse(reason, request.body)
    return reading


def _names_device(words: Mapping[str, str]) -> bool:
    return "id" in words or "deviceid" in words
