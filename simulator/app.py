"""The carrier as one application: bottom up at start, top down at stop."""

from __future__ import annotations

import random
from dataclasses import dataclass

from aiohttp import web

from simulator import control
from simulator.clock import Clock, SpeedClock
from simulator.control import ControlRoutes
from simulator.control_post import PostRoutes
from simulator.faults import Faults
from simulator.ground import Ground
from simulator.phones import Phones
from simulator.post import PostOffice
from simulator.render import Render
from simulator.rest import door
from simulator.rest_calls import CallRoutes
from simulator.rest_rooms import RoomRoutes
from simulator.rest_texts import TextRoutes
from simulator.settings import SimulatorSettings
from simulator.sink import Sink
from simulator.tasks import Tasks
from simulator.texts import Texts
from simulator.webhooks import Webhooks
from simulator.world import World

_LARGEST_REQUEST = 8 * 1024 * 1024
_SHUTDOWN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class _Running:
    ground: Ground
    webhooks: Webhooks
    sink: Sink
    runner: web.AppRunner


class Simulator:
    """Start it inside the running loop; `url` is where REST, control path and page are then reached.

    `post_port` is where the simulated mail server takes what our server sends to people outside.
    """

    def __init__(self, settings: SimulatorSettings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.url = ""
        self.post_port = 0
        self._clock = clock or SpeedClock(settings.speed)
        self._centre = settings.mail_host, settings.mail_port
        self._mailboxes = settings.mailboxes
        self._running: _Running | None = None

    async def start(self) -> None:
        """Listen. Raises OSError when a port is taken."""
        settings = self.settings
        running = self._running = self._parts()
        try:
            if settings.is_post_open:
                await running.sink.open(settings.host, settings.post_port)
            await running.runner.setup()
            site = web.TCPSite(running.runner, settings.host, settings.port)
            await site.start()
        except BaseException:
            await self.stop()
            raise
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        self.url = running.ground.url = f"http://{host}:{running.runner.addresses[0][1]}"
        self.post_port = running.sink.post.port

    async def stop(self) -> None:
        """Hang everything up without a word, and leave no task and no socket. Stopping twice changes nothing."""
        if self._running is None:
            return
        running, self._running = self._running, None
        running.ground.stopping.set()
        await running.runner.cleanup()
        await running.sink.close()
        await running.ground.tasks.close()
        await running.webhooks.close()

    def deliver_mail_to(self, host: str, port: int, mailboxes: tuple[str, ...] = ()) -> None:
        """Tell where our server takes mail, known once that has started; `mailboxes` adds to the page's offer."""
        self._centre = host, port
        self._mailboxes = tuple(dict.fromkeys([*self._mailboxes, *mailboxes]))
        if self._running is not None:
            post = self._running.sink.post
            post.centre, post.mailboxes = self._centre, self._mailboxes
            self._running.ground.world.touch()

    def _parts(self) -> _Running:
        ground = self._ground()
        webhooks = Webhooks(ground)
        sink = Sink(PostOffice(ground, self._centre, self._mailboxes))
        runner = web.AppRunner(
            _application(ground, webhooks, sink.post),
            access_log=None,
            shutdown_timeout=_SHUTDOWN_SECONDS,
        )
        return _Running(ground, webhooks, sink, runner)

    def _ground(self) -> Ground:
        chance = random.SystemRandom() if self.settings.seed is None else random.Random(self.settings.seed)  # noqa: S311 - a seed is asked for repeatability
        world = World(self.settings.numbers)
        return Ground(self.settings, self._clock, chance, Tasks(), world, Faults(chance))


def _application(ground: Ground, webhooks: Webhooks, post: PostOffice) -> web.Application:
    texts, phones, render = Texts(ground, webhooks), Phones(ground, webhooks), Render(ground)
    middlewares = [door(ground.settings, ground.faults), control.guard]
    application = web.Application(middlewares=middlewares, client_max_size=_LARGEST_REQUEST)
    application.add_routes(TextRoutes(ground, texts, render).table())
    application.add_routes(CallRoutes(phones, render).table())
    application.add_routes(RoomRoutes(phones, render).table())
    application.add_routes(ControlRoutes(ground, texts, phones, post).table())
    application.add_routes(PostRoutes(post).table())
    return application
