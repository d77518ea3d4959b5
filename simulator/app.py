"""The carrier as one application: bottom up at start, top down at stop."""

from __future__ import annotations

import random

from aiohttp import web

from simulator import control
from simulator.clock import Clock, SpeedClock
from simulator.control import ControlRoutes
from simulator.faults import Faults
from simulator.ground import Ground
from simulator.phones import Phones
from simulator.render import Render
from simulator.rest import door
from simulator.rest_calls import CallRoutes
from simulator.rest_rooms import RoomRoutes
from simulator.rest_texts import TextRoutes
from simulator.settings import SimulatorSettings
from simulator.tasks import Tasks
from simulator.texts import Texts
from simulator.webhooks import Webhooks
from simulator.world import World

_LARGEST_REQUEST = 8 * 1024 * 1024
_SHUTDOWN_SECONDS = 1.0


class Simulator:
    """Start it inside the running loop; `url` is where REST, control path and page are then reached."""

    def __init__(self, settings: SimulatorSettings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.url = ""
        self._clock = clock or SpeedClock(settings.speed)
        self._running: tuple[Ground, Webhooks, web.AppRunner] | None = None

    async def start(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        ground = self._ground()
        webhooks = Webhooks(ground)
        runner = web.AppRunner(
            _application(ground, webhooks),
            access_log=None,
            shutdown_timeout=_SHUTDOWN_SECONDS,
        )
        self._running = ground, webhooks, runner
        try:
            await runner.setup()
            site = web.TCPSite(runner, self.settings.host, self.settings.port)
            await site.start()
        except BaseException:
            await self.stop()
            raise
        host = f"[{self.settings.host}]" if ":" in self.settings.host else self.settings.host
        self.url = ground.url = f"http://{host}:{runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Hang everything up without a word, and leave no task and no socket. Stopping twice changes nothing."""
        if self._running is None:
            return
        ground, webhooks, runner = self._running
        self._running = None
        ground.stopping.set()
        await runner.cleanup()
        await ground.tasks.close()
        await webhooks.close()

    def _ground(self) -> Ground:
        chance = random.SystemRandom() if self.settings.seed is None else random.Random(self.settings.seed)  # noqa: S311 - a seed is asked for repeatability
        world = World(self.settings.numbers)
        return Ground(self.settings, self._clock, chance, Tasks(), world, Faults(chance))


def _application(ground: Ground, webhooks: Webhooks) -> web.Application:
    texts, phones, render = Texts(ground, webhooks), Phones(ground, webhooks), Render(ground)
    middlewares = [door(ground.settings, ground.faults), control.guard]
    application = web.Application(middlewares=middlewares, client_max_size=_LARGEST_REQUEST)
    application.add_routes(TextRoutes(ground, texts, render).table())
    application.add_routes(CallRoutes(phones, render).table())
    application.add_routes(RoomRoutes(phones, render).table())
    application.add_routes(ControlRoutes(ground, texts, phones).table())
    return application
