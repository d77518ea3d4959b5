"""Which strategy a campaign's mode means."""

from __future__ import annotations

from typing import Any

from dialer.model import CampaignSettings
from dialer.pace import Lines, Mode, Pacer, Progressive, Ratio


def pacer_of(
    mode: Mode, settings: CampaignSettings, most_percent: float, known: dict[str, Any] | None, now: float
) -> Pacer:
    """Return the pacer of a campaign, with what it knew."""
    pacer: Pacer
    if mode in ("recording", "sms"):
        pacer = Lines(settings.lines_most)
    elif mode in ("preview", "progressive"):
        pacer = Progressive()
    else:
        pacer = Ratio(settings.ratio, most_percent)
    pacer.restore((known or {}).get("known") or {}, now)
    return pacer
