"""What supervisors have, put together: facts, figures, alarms, the live board."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agents.console import Console
from board.alarms import AlarmRules, Alarms
from board.documents import QueueDocuments
from board.facts import Facts
from board.http import BoardRoutes
from board.live import Emit, LiveBoard
from board.reasons import Reasons
from board.service import FOLLOWED, Board, Estimate
from channels.base import Channel
from core.clock import Clock
from core.feed import Feed
from core.tasks import Tasks
from notices.service import Notices
from storage.database import Database


@dataclass(frozen=True, slots=True)
class BoardHouse:
    """The services, and how they come to the sockets, the API and the loops of a process."""

    board: Board
    live: LiveBoard
    _db: Database
    _facts: Facts
    _alarms: Alarms

    @classmethod
    def build(
        cls,
        db: Database,
        clock: Clock,
        notices: Notices,
        kinds: Mapping[str, type[Channel]],
        wires: tuple[Console, Feed, Emit],
        estimate: Estimate | None = None,
    ) -> BoardHouse:
        """`estimate`: what routing says of a queue's wait; without it the board goes by the pace of today."""
        console, feed, emit = wires
        notices.serve("queue", QueueDocuments())
        units = {kind: channel.units for kind, channel in kinds.items()}
        board, facts = Board(db, clock, units, estimate), Facts(db)
        live = LiveBoard(board, console, emit)
        console.commands.add(live)
        for kind in FOLLOWED:
            feed.on(kind, board.hear)
        return cls(board, live, db, facts, Alarms(db, clock, board, facts.lease, notices))

    def open(self, tasks: Tasks) -> None:
        """Keep the boards that somebody of this process looks at."""
        tasks.loop("board", self.live.turn)

    def count(self, tasks: Tasks) -> None:
        """Keep the facts and look after alarms, while no other process does."""
        tasks.loop("facts", self._facts.follow)
        tasks.loop("alarms", self._alarms.turn)

    def routes(self) -> Iterator[object]:
        yield BoardRoutes(self.board, AlarmRules(self._db), Reasons(self._db))
