"""Articles, put together: who writes, who reads, and how both come to the API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from core.clock import Clock
from core.secrets import Keyring
from knowledge.http import ArticleRoutes
from knowledge.public import PublicRoutes
from knowledge.reading import Reading
from knowledge.service import Articles
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Knowledge:
    articles: Articles
    reading: Reading
    _db: Database
    _keys: Keyring

    @classmethod
    def build(cls, db: Database, clock: Clock, keys: Keyring) -> Self:
        return cls(Articles(db, clock), Reading(db, clock), db, keys)

    def routes(self) -> Iterator[object]:
        yield ArticleRoutes(self.articles, self.reading)
        yield PublicRoutes(self._db, self.articles, self.reading, self._keys)
