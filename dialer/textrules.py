"""What the law of a country asks of texts that no campaign sends."""

from __future__ import annotations

from core.clock import Clock
from dialer import store
from dialer.compliance.callers import signed
from dialer.compliance.judge import applying, endings
from dialer.compliance.model import Facts
from dialer.compliance.zones import place_of
from storage.database import Database


class TextRules:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def signed(self, text: str, number: str) -> str:
        """Return a text to many as its reader's country wants it to end.

        Nobody says what it is for, so that the rules of every purpose count: a way to stop it harms no text.
        """
        facts = Facts(place=place_of(number), kind=None, medium="sms", at=self._clock())
        return signed(text, endings(applying(facts, await store.presets(self._db))))
