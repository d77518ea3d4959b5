"""What keeps a technician's position from being known, or from being true. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from core.values import Value
from geo.clients.base import Permission

_LOW_BATTERY = 15

SignalKind = Literal[
    "no_device", "mock", "permission_denied", "permission_foreground", "power_save", "silent", "low_battery"
]


class Signal(Value):
    """Something that a dispatcher should know; `since` where it began at a known time."""

    kind: SignalKind
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """What is known of somebody's phone."""

    has_device: bool
    seen_at: datetime | None
    is_mock: bool = False
    permission: Permission | None = None
    is_saving_power: bool | None = None
    battery: int | None = None
    is_charging: bool | None = None


def silence_seconds(interval_seconds: int, ping_seconds: int) -> int:
    """Return after how long a phone is silent: three times what is expected of it, or two pings."""
    return max(3 * interval_seconds, 2 * ping_seconds)


def _phone(condition: Condition) -> Iterator[SignalKind]:
    if condition.is_mock:
        yield "mock"
    if condition.permission == "denied":
        yield "permission_denied"
    if condition.permission == "foreground":
        yield "permission_foreground"
    if condition.is_saving_power:
        yield "power_save"
    if condition.battery is not None and condition.battery < _LOW_BATTERY and not condition.is_charging:
        yield "low_battery"


def signals(
    condition: Condition,
    limit_seconds: int,
    now: datetime,
    *,
    is_on_shift: bool,
    worked: Callable[[datetime, datetime], timedelta],
) -> list[Signal]:
    """Return what is wrong, inside of the shift alone. `worked`: how much of the shift lies between two moments."""
    if not is_on_shift:
        return []
    if not condition.has_device:
        return [Signal(kind="no_device")]
    found = [Signal(kind=kind) for kind in _phone(condition)]
    seen = condition.seen_at
    # Only what he was silent of the shift counts: the night before it is his own.
    if seen is None or worked(seen, now).total_seconds() > limit_seconds:
        found.append(Signal(kind="silent", since=seen))
    return found
