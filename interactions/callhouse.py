"""Calls under way, put together: what agents and supervisors do in them, and the jobs that ask the carrier."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from channels.base import Channel
from core.clock import Clock
from interactions.accounts import ChannelAccounts
from interactions.callcommands import CallCommands
from interactions.callnews import CallNews
from interactions.conference import Conference
from interactions.conversations import Conversations
from interactions.legs import Legs
from interactions.phones import PhoneRoutes, Phones
from interactions.receive import Receiver
from notices.service import Notices
from storage import jobs
from storage.database import Database


@dataclass(frozen=True, slots=True)
class CallHouse:
    conference: Conference
    commands: CallCommands
    _legs: Legs
    _phones: Phones

    @classmethod
    def build(
        cls,
        db: Database,
        clock: Clock,
        carriers: tuple[ChannelAccounts, dict[str, Channel]],
        talk: tuple[Conversations, Receiver],
        notices: Notices,
        region: str,
    ) -> Self:
        """Let the receiver tell what becomes of whom we called in."""
        conversations, receiver = talk
        legs = Legs(db, clock, *carriers, conversations, CallNews(receiver))
        conference = Conference(db, clock, carriers[0], conversations, notices, region, legs)
        receiver.parties = conference
        return cls(conference, CallCommands(conference), legs, Phones(db, region))

    def handle(self, worker: jobs.Worker) -> None:
        self._legs.handle(worker)

    def routes(self) -> Iterator[object]:
        yield PhoneRoutes(self._phones)
