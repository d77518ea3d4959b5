"""How much of an agent one conversation of each channel takes."""

from __future__ import annotations

from collections.abc import Mapping

from channels.base import Channel
from routing.model import DEFAULT_CAPACITY, ChannelName, ChannelRule


def channel_rules(
    kinds: Mapping[str, type[Channel]], others: Mapping[str, ChannelRule]
) -> dict[ChannelName, ChannelRule]:
    """Return the engine's rules from what each channel says of itself; all units are exclusive, like a call.

    `others`: of work that comes over no channel, such as tickets.
    """
    return {ChannelName(name): rule for name, rule in others.items()} | {
        ChannelName(kind): ChannelRule(
            weight=channel.units,
            most=max(1, DEFAULT_CAPACITY // channel.units),
            is_exclusive=channel.units >= DEFAULT_CAPACITY,
        )
        for kind, channel in kinds.items()
    }
