"""When the leading router collects garbage: a full collection walks its large and lasting memory for seconds."""

from __future__ import annotations

import gc
import time

_IDLE_SECONDS = 0.2
_LATEST_SECONDS = 60.0
_MANY = 10_000


class Pauses:
    """What was loaded is taken out of the walk. A process that does nothing but route collects when nothing happens."""

    def __init__(self) -> None:
        self.is_alone = False
        self._busy_at = self._collected_at = time.monotonic()

    def loading(self) -> None:
        """While everything is read there is no garbage, and each collection would walk all that is there by then."""
        gc.disable()

    def loaded(self) -> None:
        """All that is now will be for long; another collection before this would be the pause that is to be spared."""
        gc.freeze()
        if self.is_alone:
            gc.disable()
        else:
            gc.enable()

    def busy(self) -> None:
        self._busy_at = time.monotonic()

    def rest(self) -> None:
        """Collect what is young, if there is much and nothing else to do; at the latest after a minute."""
        now = time.monotonic()
        is_idle = now - self._busy_at > _IDLE_SECONDS or now - self._collected_at > _LATEST_SECONDS
        if self.is_alone and is_idle and gc.get_count()[0] > _MANY:
            gc.collect(1)
            self._collected_at = now

    def over(self) -> None:
        """Another process leads: what was frozen for this one may go."""
        gc.unfreeze()
        gc.enable()
