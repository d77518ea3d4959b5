"""Rows of articles to values and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from core.errors import NotFound
from core.snippets import snippet
from core.text import fold
from knowledge.model import Article, ArticleCategory, ArticleRow, Edition, TextView
from storage.database import Database, Row, Tx
from storage.queries import Queries

sql = Queries(__file__)
_SEARCHED = 50_000
_SHOWN = ("id", "locale", "title", "category_id", "state", "is_public", "views", "helped", "unhelped", "changed_at")


async def categories(reader: Tx | Database) -> list[ArticleCategory]:
    return [ArticleCategory.model_validate(dict(row)) for row in await reader.rows(sql.list_categories)]


async def lock(tx: Tx, article_id: UUID) -> Row:
    """Hold one. Raises NotFound."""
    row = await tx.row(sql.lock_article, id=article_id)
    if row is None:
        raise NotFound("There is no such article.")
    return row


async def article(reader: Tx | Database, article_id: UUID, voter: str) -> Article:
    """Return one with all that it says. Raises NotFound."""
    row = await reader.row(sql.get_article, id=article_id, voter=voter)
    if row is None:
        raise NotFound("There is no such article.")
    texts = {
        each["locale"]: TextView(**_but(each, "locale")) for each in await reader.rows(sql.texts_of, id=article_id)
    }
    return Article(**dict(row), texts=texts)


async def editions(reader: Tx | Database, article_id: UUID, locale: str | None) -> list[Edition]:
    rows = await reader.rows(sql.list_editions, id=article_id, locale=locale)
    return [Edition.model_validate(dict(row)) for row in rows]


async def keep_text(tx: Tx, article_id: UUID, edition: int, said: dict[str, Any]) -> None:
    """Keep what it says now, with the words by which it is found."""
    title = f" {fold(said['title'])} "
    folded = f"{title}{fold(said['text'][:_SEARCHED])} "
    await tx.run(sql.save_text, id=article_id, edition=edition, title_folded=title, folded=folded, **said)


def shown(row: Row, words: Sequence[str]) -> ArticleRow:
    """Return an article of a list, with the words that were looked for marked in its text."""
    return ArticleRow(**{name: row[name] for name in _SHOWN}, snippet=snippet(row["text"], words))


def _but(row: Row, name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}
