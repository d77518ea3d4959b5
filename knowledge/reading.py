"""Articles that are looked for and read: all words of a search, some words of a text that is being typed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from access.model import Locale, Permission
from core.actor import Actor
from core.clock import Clock
from core.errors import Invalid, NotFound
from core.snippets import like
from core.text import words_of
from knowledge import store
from knowledge.model import Article, ArticleJudged, ArticleRow, ArticleState, below, preferring
from knowledge.store import sql
from knowledge.words import clues
from storage.database import Database, Tx

_MILLISECONDS = 3_000
_OPEN: tuple[ArticleState, ...] = ("published",)
# Beside the best one, what is less than this part as good only distracts; and one word of many is an accident.
_NEARLY = 0.4
_ACCIDENT = 5


class Reading:
    """Reads of colleagues and of strangers; the latter see what is public and published."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self.clock = db, clock

    async def search(
        self,
        q: str,
        locale: Locale,
        *,
        category_id: UUID | None = None,
        states: Sequence[ArticleState] = _OPEN,
        only_public: bool = False,
        skip: int = 0,
        most: int = 20,
    ) -> list[ArticleRow]:
        """Return articles that have all words, the best first; without words those of a category in their order."""
        words = words_of(q)
        inside = None if category_id is None else below(await store.categories(self._db), category_id)
        asked: dict[str, Any] = {
            "states": list(states),
            "only_public": only_public,
            "categories": inside,
            "locales": preferring(locale),
            "most": most,
            "skip": skip,
        }
        if not words:
            rows = await self._db.rows(sql.list_articles, **asked)
            return [store.shown(row, ()) for row in rows]
        likes = [like(word) for word in words]
        async with self._db.transaction() as tx:
            await tx.row(sql.plan_by_value, milliseconds=str(_MILLISECONDS))
            wanted = {"words": likes, "longest": likes[0], "others": likes[1:], "locale": locale}
            rows = await tx.rows(sql.search_articles, **wanted, **asked)
        return await asyncio.to_thread(lambda: [store.shown(row, words) for row in rows])

    async def suggest(self, text: str, locale: Locale, *, only_public: bool = False, most: int = 5) -> list[ArticleRow]:
        """Return articles that a text, which somebody is typing, may be about; not all of its words need be there."""
        asked = clues(text)
        if not asked:
            return []
        async with self._db.transaction() as tx:
            await tx.row(sql.plan_by_value, milliseconds=str(_MILLISECONDS))
            rows = await tx.rows(
                sql.suggest_articles,
                clues=[like(each) for each in asked],
                stems=asked,
                locale=locale,
                only_public=only_public,
                most=most,
            )
        good = [
            row for row in rows if row["score"] >= rows[0]["score"] * _NEARLY and row["hits"] * _ACCIDENT >= len(asked)
        ]
        return [store.shown(row, asked) for row in good]

    async def of_source(self, actor: Actor, kind: str, source_id: UUID, locale: Locale) -> list[ArticleRow]:
        """Return the articles that came of something; drafts only to those who write."""
        states = None if actor.may(Permission.KNOWLEDGE_WRITE) else list(_OPEN)
        rows = await self._db.rows(sql.by_source, kind=kind, id=source_id, states=states, locales=preferring(locale))
        return [store.shown(row, ()) for row in rows]

    async def read(self, actor: Actor, article_id: UUID, *, counts: bool = False) -> Article:
        """Return an article; what is not published is not there for who does not write."""
        found = await store.article(self._db, article_id, actor.label)
        if found.state != "published" and not actor.may(Permission.KNOWLEDGE_WRITE):
            raise NotFound("There is no such article.")
        if counts:
            await self._db.run(sql.count_view, id=article_id)
        return found

    async def read_in(self, tx: Tx, article_id: UUID) -> Article:
        """Return one that is published, for who sends it on. Raises Invalid."""
        found = await store.article(tx, article_id, "")
        if found.state != "published":
            raise Invalid("This article is not published.", field="article_id")
        return found

    async def read_public(self, article_id: UUID) -> Article:
        """Return one that everybody may read."""
        found = await store.article(self._db, article_id, "")
        if found.state != "published" or not found.is_public:
            raise NotFound("There is no such article.")
        await self._db.run(sql.count_view, id=article_id)
        return found

    async def has_public(self) -> bool:
        return bool(await self._db.value(sql.has_public))

    async def judge(self, actor: Actor, article_id: UUID, *, has_helped: bool) -> Article:
        """Say, as one of the staff, whether it helped; whoever says it again changes their word."""
        await self.read(actor, article_id)
        async with self._db.transaction(actor) as tx:
            if await self._vote(tx, article_id, actor.label, has_helped=has_helped):
                tx.emit(ArticleJudged(article_id=article_id, has_helped=has_helped))
            return await store.article(tx, article_id, actor.label)

    async def judge_publicly(self, voter: str, article_id: UUID, *, has_helped: bool) -> None:
        """Say it as a stranger: one word for each."""
        async with self._db.transaction() as tx:
            found = await store.article(tx, article_id, "")
            if found.state != "published" or not found.is_public:
                raise NotFound("There is no such article.")
            await self._vote(tx, article_id, voter, has_helped=has_helped)

    async def _vote(self, tx: Tx, article_id: UUID, voter: str, *, has_helped: bool) -> bool:
        """Keep it under the article's lock; False when nothing is different."""
        await store.lock(tx, article_id)
        before = await tx.value(sql.find_vote, id=article_id, voter=voter)
        if before is has_helped:
            return False
        await tx.run(sql.save_vote, id=article_id, voter=voter, has_helped=has_helped, now=self.clock())
        helped = int(has_helped) - int(before is True)
        unhelped = int(not has_helped) - int(before is False)
        await tx.run(sql.count_vote, id=article_id, helped=helped, unhelped=unhelped)
        return True
