"""OwnTracks in HTTP mode: one message a request, perhaps sealed with the device's key, answered with a list."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from pydantic_core import from_json

from geo.clients.base import (
    KILOMETRE_PER_HOUR,
    BadPoint,
    Permission,
    Phone,
    Reading,
    Request,
    make_fix,
    moment,
    percent,
    speed_of,
    truth,
)

NOTHING_NEW = b"[]"
_KEY_BYTES = 32
# What a phone says of itself beside its location; none of them is a place of the technician's.
_SIGNS = frozenset(
    {"lwt", "card", "steps", "cmd", "status", "waypoint", "waypoints", "transition", "configuration", "dump", "beacon"}
)
_ON_CHARGE = (2, 3)
# The app's own numbers: 0 and -1 in the background too, -2 and -3 only while it is looked at, -4 not at all.
_IN_BACKGROUND, _IN_FRONT = -1, -3
_APPLE: Mapping[str, Permission] = {
    "kCLAuthorizationStatusAuthorizedAlways": "always",
    "kCLAuthorizationStatusAuthorizedWhenInUse": "foreground",
    "kCLAuthorizationStatusDenied": "denied",
    "kCLAuthorizationStatusRestricted": "denied",
    "kCLAuthorizationStatusNotDetermined": "denied",
}


def nothing() -> Reading:
    """Answer an empty body, with which the app asks whether there is anything for it."""
    return Reading(answer=NOTHING_NEW, is_alive=True)


def read_json(document: Mapping[str, Any], request: Request) -> Reading:
    reading = Reading(answer=NOTHING_NEW)
    try:
        message = _unsealed(document, request) if document.get("_type") == "encrypted" else document
        _take(reading, message, request)
    except BadPoint as error:
        reading.refuse(str(error), document)
    return reading


def _take(reading: Reading, message: Mapping[str, Any], request: Request) -> None:
    kind = message.get("_type")
    if kind == "location":
        reading.fixes.append(
            make_fix(
                moment(message.get("tst"), request),
                (message.get("lat"), message.get("lon")),
                accuracy=message.get("acc"),
                speed=speed_of(message.get("vel"), KILOMETRE_PER_HOUR),
                heading=message.get("cog"),
                altitude=message.get("alt"),
                battery=percent(message.get("batt")),
                is_charging=None if message.get("bs") is None else message["bs"] in _ON_CHARGE,
                is_mock=truth(message.get("mock")),
            )
        )
    elif isinstance(kind, str) and kind in _SIGNS:
        reading.is_alive = True
        reading.phone = _phone(message) if kind == "status" else Phone()
    else:
        raise BadPoint("a kind of message that is not known")


def _phone(message: Mapping[str, Any]) -> Phone:
    android, apple = message.get("android"), message.get("iOS")
    if isinstance(android, dict):
        saving = [truth(android.get(name)) for name in ("ps", "bo", "hib")]
        is_saving = None if all(each is None for each in saving) else any(saving)
        return Phone(_android_permission(android.get("loc")), is_saving)
    if isinstance(apple, dict):
        refresh = apple.get("backgroundRefreshStatus")
        is_saving = None if refresh is None else refresh != "UIBackgroundRefreshStatusAvailable"
        return Phone(_APPLE.get(str(apple.get("locationManagerAuthorizationStatus"))), is_saving)
    return Phone()


def _android_permission(level: Any) -> Permission | None:
    if not isinstance(level, int) or isinstance(level, bool):
        return None
    if level >= _IN_BACKGROUND:
        return "always"
    return "foreground" if level >= _IN_FRONT else "denied"


def _unsealed(document: Mapping[str, Any], request: Request) -> Mapping[str, Any]:
    """Open a libsodium secretbox: nonce and box in base64, the key filled up with zeros as the app does."""
    if request.secret is None:
        raise BadPoint("encrypted, and this device has no key")
    try:
        sealed = b64decode(str(document.get("data")), validate=True)
        found = from_json(SecretBox(request.secret[:_KEY_BYTES].ljust(_KEY_BYTES, b"\0")).decrypt(sealed))
    except (CryptoError, binascii.Error, ValueError) as error:
        raise BadPoint("encrypted with another key") from error
    if not isinstance(found, dict):
        raise BadPoint("a kind of message that is not known")
    return found
