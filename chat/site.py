"""What web sites' visitors have, put together: widgets, the chats behind them, their sockets and pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from agents.service import Agents
from callbacks.parts import CallingBack
from chat.blocks import Blocks
from chat.calling import CallbackCommands, ChatCallbacks
from chat.http import ChatRoutes, VisitorRoutes, WidgetRoutes
from chat.ratings import Ratings
from chat.service import Chats
from chat.sockets import WidgetDoor
from chat.waiting import QueueWatch
from chat.widgets import Widgets
from core.clock import Clock
from core.feed import Feed
from core.realtime import SocketServer
from core.secrets import Keyring
from core.tasks import Tasks
from interactions.attachments import Attachments
from interactions.chatlane import ChatLane
from interactions.conversations import Conversations
from interactions.receive import Receiver
from interactions.service import Interactions
from interactions.visitors import VisitorChats
from knowledge.reading import Reading
from notices.service import Notices
from routing.service import Routing
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Site:
    """The services, and how they come to the sockets and the API."""

    widgets: Widgets
    door: WidgetDoor
    _blocks: Blocks
    _chats: Chats
    _ratings: Ratings
    _watch: QueueWatch
    _found: VisitorChats
    _attachments: Attachments

    @classmethod
    def build(
        cls,
        db: Database,
        clock: Clock,
        keys: Keyring,
        tasks: Tasks,
        agents: Agents,
        routing: Routing,
        notices: Notices,
        neck: tuple[Conversations, Interactions, Receiver, Attachments, CallingBack, Reading],
        live: tuple[SocketServer, Feed, Callable[[str, str, dict[str, Any]], None]],
        *,
        burst: int,
    ) -> Site:
        """`burst`: how many messages a visitor may send at once."""
        (conversations, interactions, receiver, attachments, calling, reading), (sockets, feed, hint) = neck, live
        found = VisitorChats(db, conversations, interactions)
        widgets = Widgets(db, clock, keys, agents, routing, found, reading)
        blocks = Blocks(db, clock, found)
        ratings = Ratings(db, notices)
        chats = Chats(db, clock, keys, widgets, blocks, receiver, ChatLane(db, clock, tasks), found, ratings)
        door = WidgetDoor(db, sockets, feed, chats, hint, tasks, burst)
        door.commands.add(CallbackCommands(door, ChatCallbacks(db, clock, found, calling, chats)))
        watch = QueueWatch(routing, calling.line, found, partial(sockets.emit_now, namespace="/chat"))
        return cls(widgets, door, blocks, chats, ratings, watch, found, attachments)

    def follow(self, feed: Feed) -> None:
        """Hear what others tell: chats that end, queues that move, visitors who are blocked."""
        feed.on("interaction.changed", self._found.forget)
        feed.on("visitor.blocked", self.door.blocked)
        feed.on("work.changed", self._watch.changed)

    def open(self, tasks: Tasks) -> None:
        """Let visitors in."""
        self.door.open()
        tasks.loop("visitors", self.door.beat)
        tasks.loop("queues", self._watch.turn)

    def routes(self) -> Iterator[object]:
        yield WidgetRoutes(self.widgets)
        yield VisitorRoutes(self._blocks, self._ratings)
        yield ChatRoutes(self._chats, self.widgets, self._blocks, self._attachments)
