"""What colleagues have among themselves, put together: notes at documents, the bell, rooms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from access.people import People
from agents.console import Console
from core.clock import Clock
from core.feed import Feed
from interactions.attachments import Attachments
from notices.assignments import Assignments
from notices.comments import Comments
from notices.http import NoticeRoutes
from notices.service import Notices
from notices.sockets import NoticeCommands
from rooms.guests import Guests
from rooms.http import RoomFiles, RoomRoutes
from rooms.service import RoomDocuments, Rooms
from rooms.sockets import RoomCommands, RoomMoves
from rooms.talk import Talk
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Team:
    """The services, and how they come into the console and the API."""

    notices: Notices
    comments: Comments
    assignments: Assignments
    rooms: Rooms
    talk: Talk
    guests: Guests
    files: RoomFiles

    @classmethod
    def build(
        cls, db: Database, clock: Clock, people: People, notices: Notices, attachments: Attachments, base_url: str
    ) -> Team:
        notices.serve("room", RoomDocuments())
        rooms = Rooms(db, clock, people)
        return cls(
            notices=notices,
            comments=Comments(db, clock, people, notices),
            assignments=Assignments(db, clock, people, notices),
            rooms=rooms,
            talk=Talk(db, clock, rooms, people, notices),
            guests=Guests(db, clock, rooms, people, base_url=base_url),
            files=RoomFiles(db, clock, rooms, attachments),
        )

    def open(self, console: Console, feed: Feed, hint: Callable[[str, str, dict[str, Any]], None]) -> None:
        """Show all of it in the console; who comes into a room hears it from that very event on."""
        console.commands.add(NoticeCommands(self.notices, self.comments, self.assignments, console))
        console.commands.add(RoomCommands(self.rooms, self.talk, self.guests, hint))
        for part in (self.notices.part, self.assignments.part, self.rooms.part):
            console.add_part(part)
        console.add_rooms(self.rooms.rooms_of)
        moves = RoomMoves(console.move)
        feed.on("room.seat_taken", moves.taken)
        feed.on("room.seat_lost", moves.lost)

    def routes(self) -> Iterator[object]:
        yield NoticeRoutes(self.notices, self.comments, self.assignments)
        yield RoomRoutes(self.files, self.guests)
