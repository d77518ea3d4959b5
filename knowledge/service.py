"""Use-cases of who writes: articles and categories, each change an edition, nothing published by whoever may not."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from access.model import Locale, Permission
from channels.mailbox.markup import sanitise_own, to_text
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Invalid, NotFound
from core.ids import uuid7
from core.text import must_be_seen, printable
from knowledge import store
from knowledge.model import (
    Article,
    ArticleCategory,
    ArticleChange,
    ArticleSaved,
    ArticleSettings,
    ArticleText,
    CategorySaved,
    CategorySettings,
    Edition,
    Restore,
    StateChange,
    is_in_itself,
    title_of,
)
from knowledge.store import sql
from storage.database import Database, Row, Tx

Source = tuple[str, UUID]


class Articles:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    # --- articles

    async def add(self, actor: Actor, new: ArticleSettings, source: Source | None = None) -> Article:
        """Write a draft; `source` names what it came of."""
        actor.must(Permission.KNOWLEDGE_WRITE)
        texts, article_id, now = await harmless(new.texts), uuid7(), self._clock()
        async with self._db.transaction(actor) as tx:
            await self._must_fit(tx, new.category_id)
            placed = {"category_id": new.category_id, "is_public": new.is_public, "position": new.position}
            kind, source_id = source or (None, None)
            await tx.run(sql.insert_article, id=article_id, source_kind=kind, source_id=source_id, now=now, **placed)
            await tx.run(sql.insert_figure, id=article_id)
            for locale, said in texts.items():
                await self._say(tx, article_id, locale, said)
            tx.emit(ArticleSaved(article_id=article_id, title=title_of(new.texts), change="added", locales=list(texts)))
            return await store.article(tx, article_id, actor.label)

    async def change(self, actor: Actor, article_id: UUID, change: ArticleChange) -> Article:
        """Change an article; one that is published is changed by who may publish."""
        texts = await harmless(change.texts)
        async with self._db.transaction(actor) as tx:
            row = await self._hold(tx, actor, article_id, change.version)
            if row["category_id"] != change.category_id:
                await self._must_fit(tx, change.category_id)
            known = (await store.article(tx, article_id, actor.label)).texts
            dropped = await tx.rows(sql.drop_texts, id=article_id, kept=list(texts))
            fresh = [locale for locale, said in texts.items() if not _says(known.get(locale), said)]
            for locale in fresh:
                await self._say(tx, article_id, locale, texts[locale])
            named = {"category_id": change.category_id, "is_public": change.is_public, "position": change.position}
            await self._save(tx, row, **named)
            locales = [*fresh, *(each["locale"] for each in dropped)]
            tx.emit(
                ArticleSaved(article_id=article_id, title=title_of(change.texts), change="changed", locales=locales)
            )
            return await store.article(tx, article_id, actor.label)

    async def set_state(self, actor: Actor, article_id: UUID, change: StateChange) -> Article:
        """Publish it, take it back, or put it away."""
        actor.must(Permission.KNOWLEDGE_PUBLISH)
        async with self._db.transaction(actor) as tx:
            row = await self._hold(tx, actor, article_id, change.version)
            await self._save(tx, row, state=change.state)
            found = await store.article(tx, article_id, actor.label)
            tx.emit(ArticleSaved(article_id=article_id, title=title_of(found.texts), change=change.state))
            return found

    async def restore(self, actor: Actor, article_id: UUID, wanted: Restore) -> Article:
        """Say again what an earlier edition said; it becomes the newest one."""
        async with self._db.transaction(actor) as tx:
            row = await self._hold(tx, actor, article_id, wanted.version)
            kept = await tx.row(sql.get_edition, id=article_id, locale=wanted.locale, edition=wanted.edition)
            if kept is None:
                raise NotFound("There is no such edition.")
            # Cleaned again: what is harmless may have changed since.
            texts = await harmless({wanted.locale: ArticleText(**dict(kept))})
            await self._say(tx, article_id, wanted.locale, texts[wanted.locale], restored=wanted.edition)
            await self._save(tx, row)
            found = await store.article(tx, article_id, actor.label)
            title, locales = title_of(found.texts), [wanted.locale]
            tx.emit(ArticleSaved(article_id=article_id, title=title, change="restored", locales=locales))
            return found

    async def editions(self, actor: Actor, article_id: UUID, locale: Locale | None) -> list[Edition]:
        """Return all that it ever said, newest first."""
        actor.must(Permission.KNOWLEDGE_WRITE)
        await store.article(self._db, article_id, actor.label)
        return await store.editions(self._db, article_id, locale)

    async def _hold(self, tx: Tx, actor: Actor, article_id: UUID, version: int) -> Row:
        actor.must(Permission.KNOWLEDGE_WRITE)
        row = await store.lock(tx, article_id)
        if row["state"] == "published":
            actor.must(Permission.KNOWLEDGE_PUBLISH)
        if row["version"] != version:
            raise Conflict.overtaken()
        return row

    async def _save(self, tx: Tx, row: Row, **changed: Any) -> None:
        kept = {name: row[name] for name in ("id", "category_id", "is_public", "position", "state")}
        await tx.run(sql.save_article, now=self._clock(), **(kept | changed))

    async def _say(
        self, tx: Tx, article_id: UUID, locale: Locale, said: dict[str, str], restored: int | None = None
    ) -> None:
        edition = await tx.value(sql.next_edition, id=article_id, locale=locale)
        await tx.run(
            sql.insert_edition,
            id=article_id,
            locale=locale,
            edition=edition,
            title=said["title"],
            html=said["html"],
            now=self._clock(),
            by_label=tx.actor.label,
            by_name=tx.actor.name,
            restored=restored,
        )
        await store.keep_text(tx, article_id, edition, {"locale": locale, **said})

    async def _must_fit(self, tx: Tx, category_id: UUID | None) -> None:
        if category_id is not None and category_id not in {each.id for each in await store.categories(tx)}:
            raise Invalid("There is no such category.", field="category_id")

    # --- categories

    async def categories(self) -> list[ArticleCategory]:
        return await store.categories(self._db)

    async def save_category(self, actor: Actor, category_id: UUID | None, said: CategorySettings) -> ArticleCategory:
        """Add a category or change one; none stands in itself."""
        actor.must(Permission.KNOWLEDGE_PUBLISH)
        must_be_seen("names", *said.names.values())
        async with self._db.transaction(actor) as tx:
            await tx.row(sql.lock_categories)
            known = await store.categories(tx)
            if category_id is not None and category_id not in {each.id for each in known}:
                raise NotFound
            await self._must_fit(tx, said.parent_id)
            kept = category_id or uuid7()
            if is_in_itself(known, kept, said.parent_id):
                raise Invalid("It would stand in itself.", field="parent_id")
            named = said.model_dump(exclude={"version"})
            version = await tx.value(sql.save_category, id=kept, version=getattr(said, "version", 0), **named)
            if version is None:
                raise Conflict.overtaken()
            tx.emit(CategorySaved(category_id=kept))
        return ArticleCategory(id=kept, version=version, **named)


async def harmless(texts: Mapping[Locale, ArticleText]) -> dict[Locale, dict[str, str]]:
    """Return what is kept: markup that can do nothing, and the plain text that is made from it."""
    return {locale: await asyncio.to_thread(_clean, said) for locale, said in texts.items()}


def _clean(said: ArticleText) -> dict[str, str]:
    html = sanitise_own(printable(said.html))
    return {"title": printable(said.title), "html": html, "text": to_text(html)}


def _says(known: ArticleText | None, said: Mapping[str, str]) -> bool:
    return known is not None and (known.title, known.html) == (said["title"], said["html"])
