"""Translators between a stranger's protocol and ours; they decide nothing.

One module of this folder is one channel: it defines `CHANNEL`, a subclass of `base.Channel`, and that is the whole
registration; `base` and `calls` are the contracts. Owns what strangers' protocols mean. Asks core only; what it hears
it hands to the `Inbox` that it was given. Refuses storage and rules.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

from channels.base import Channel

# What channels are made of, and no channels themselves.
CONTRACTS = frozenset(
    {
        "answers",
        "base",
        "calls",
        "dialling",
        "faults",
        "flows",
        "grants",
        "longtexts",
        "originate",
        "pricing",
        "spoken",
        "waits",
    }
)


def discover() -> dict[str, type[Channel]]:
    """Return every channel of this folder by its kind: the folder listing is the registry."""
    found: dict[str, type[Channel]] = {}
    for module in pkgutil.iter_modules(__path__):
        if module.ispkg or module.name in CONTRACTS:
            continue
        channel = import_module(f"channels.{module.name}").CHANNEL
        found[channel.kind] = channel
    return found
