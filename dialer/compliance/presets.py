"""The presets that Markaz brings; `presets.json` beside this file holds them, the database what became of them here."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

from pydantic import TypeAdapter

from dialer.compliance.model import Abandonment, Preset

_PRESETS = TypeAdapter(tuple[Preset, ...])
# Where nobody asks for less: what agents' callees may be left without.
_USUAL = Abandonment()


@lru_cache(maxsize=1)
def shipped() -> tuple[Preset, ...]:
    """Return the presets as they are shipped."""
    return _PRESETS.validate_json(resources.files("dialer.compliance").joinpath("presets.json").read_bytes())


def merged(own: tuple[Preset, ...]) -> tuple[Preset, ...]:
    """Return what holds here: the shipped ones unless one of the same name was changed, and those that were added."""
    changed = {each.id: each for each in own}
    return (*(changed.pop(each.id, each) for each in shipped()), *changed.values())


def strictest_abandonment(presets: tuple[Preset, ...]) -> Abandonment:
    """Return the lowest share, the longest look back and the shortest wait of all that say something.

    Who waited so long hears the message at once: a law on how soon it has to begin bounds the wait too.
    """
    said = [each.abandonment for each in presets if each.abandonment is not None] or [_USUAL]
    messages = [each.message_within_seconds for each in presets if each.message_within_seconds is not None]
    return Abandonment(
        most_percent=min(each.most_percent for each in said),
        hours=max(each.hours for each in said),
        within_seconds=min([*(each.within_seconds for each in said), *messages]),
    )


def longest_wait(law: Abandonment, most_seconds: float) -> int:
    """Return how long somebody may wait for an agent, in the whole seconds that a carrier waits."""
    return int(min(law.within_seconds, most_seconds))


def least_days(presets: Iterable[Preset]) -> int | None:
    """Return how long a recording has to be kept, by the longest of all that say something; None: nobody does."""
    return max((365 * each.retention_years for each in presets if each.retention_years), default=None)


def least_ring(presets: tuple[Preset, ...]) -> int:
    return max((each.ring_least_seconds for each in presets), default=0)
