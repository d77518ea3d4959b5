"""What every part of the carrier stands on."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field

from simulator.clock import Clock
from simulator.faults import Faults
from simulator.model import Sid, new_sid
from simulator.settings import SimulatorSettings
from simulator.tasks import Tasks
from simulator.world import Alert, World


@dataclass(slots=True)
class Ground:
    settings: SimulatorSettings
    clock: Clock
    chance: random.Random
    tasks: Tasks
    world: World
    faults: Faults
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""
    """Where the carrier itself is reached; known once its socket is bound."""

    def new_sid(self, prefix: str) -> Sid:
        return new_sid(prefix, self.chance)

    def api_uri(self, tail: str) -> str:
        return f"/2010-04-01/Accounts/{self.settings.account_sid}/{tail}"

    def alert(self, code: int, message: str) -> None:
        """Note a mistake in what our server answered, as Twilio's debugger would."""
        self.world.alerts.append(Alert(self.clock.now(), code, message))
        self.world.touch()
