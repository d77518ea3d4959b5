"""Routes of articles for colleagues: read by all of them, written and published by whoever may."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from access.model import Locale, Permission
from core.errors import Forbidden
from core.http import COLLEAGUE, Call, route
from core.values import Value
from knowledge.model import (
    Article,
    ArticleCategory,
    ArticleChange,
    ArticleRow,
    ArticleSettings,
    ArticleState,
    CategoryChange,
    CategorySettings,
    Edition,
    Restore,
    StateChange,
    Vote,
)
from knowledge.reading import Reading
from knowledge.service import Articles

Words = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
_LOCALES: dict[str, Locale] = {"en": "en", "ar": "ar", "fa": "fa"}


class ArticleQuery(BaseModel):
    """Without words: in their order."""

    model_config = ConfigDict(extra="forbid")

    q: Words = ""
    category_id: UUID | None = None
    state: ArticleState = "published"
    locale: Locale | None = Field(None, description="What is read first; none: the reader's own.")
    skip: int = Field(0, ge=0, le=10_000)
    limit: int = Field(50, ge=1, le=200)


class ArticleList(BaseModel):
    items: list[ArticleRow]
    has_more: bool = False


class SuggestArticles(Value):
    text: Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$")]
    locale: Locale | None = None
    limit: int = Field(5, ge=1, le=20)


class ReadQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    counts: bool = Field(default=False, description="Somebody reads it: it counts as a view.")


class EditionQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    locale: Locale | None = None


class Editions(BaseModel):
    items: list[Edition]


class ArticleCategories(BaseModel):
    items: list[ArticleCategory]


class ArticleRoutes:
    def __init__(self, articles: Articles, reading: Reading) -> None:
        self._articles, self._reading = articles, reading

    @route("GET", "/api/articles", permission=COLLEAGUE)
    async def find_articles(self, call: Call, query: ArticleQuery) -> ArticleList:
        """Look for articles by words in any spelling; those whose title has them first."""
        if query.state != "published" and not call.actor.may(Permission.KNOWLEDGE_WRITE):
            raise Forbidden("What is not published is for those who write.")
        found = await self._reading.search(
            query.q,
            query.locale or locale_of(call),
            category_id=query.category_id,
            states=(query.state,),
            skip=query.skip,
            most=query.limit + 1,
        )
        return ArticleList(items=found[: query.limit], has_more=len(found) > query.limit)

    @route("POST", "/api/articles", permission=Permission.KNOWLEDGE_WRITE, status=201)
    async def add_article(self, call: Call, body: ArticleSettings) -> Article:
        """Write an article; it is a draft until it is published."""
        return await self._articles.add(call.actor, body)

    @route("POST", "/api/articles/suggest", permission=COLLEAGUE)
    async def suggest_articles(self, call: Call, body: SuggestArticles) -> ArticleList:
        """Name published articles that a text may be about, though not all of its words are in them."""
        locale = body.locale or locale_of(call)
        return ArticleList(items=await self._reading.suggest(body.text, locale, most=body.limit))

    @route("GET", "/api/articles/{article_id}", permission=COLLEAGUE)
    async def read_article(self, call: Call, article_id: UUID, query: ReadQuery) -> Article:
        """Read an article in all its languages."""
        return await self._reading.read(call.actor, article_id, counts=query.counts)

    @route("PUT", "/api/articles/{article_id}", permission=Permission.KNOWLEDGE_WRITE)
    async def change_article(self, call: Call, article_id: UUID, body: ArticleChange) -> Article:
        """Change an article; what it said before stays among its editions."""
        return await self._articles.change(call.actor, article_id, body)

    @route("POST", "/api/articles/{article_id}/state", permission=Permission.KNOWLEDGE_PUBLISH)
    async def set_article_state(self, call: Call, article_id: UUID, body: StateChange) -> Article:
        """Publish an article, take it back to a draft, or put it away."""
        return await self._articles.set_state(call.actor, article_id, body)

    @route("GET", "/api/articles/{article_id}/editions", permission=Permission.KNOWLEDGE_WRITE)
    async def editions(self, call: Call, article_id: UUID, query: EditionQuery) -> Editions:
        """List all that an article ever said, newest first, with who wrote it."""
        return Editions(items=await self._articles.editions(call.actor, article_id, query.locale))

    @route("POST", "/api/articles/{article_id}/restore", permission=Permission.KNOWLEDGE_WRITE)
    async def restore_edition(self, call: Call, article_id: UUID, body: Restore) -> Article:
        """Let an article say again what an earlier edition said."""
        return await self._articles.restore(call.actor, article_id, body)

    @route("POST", "/api/articles/{article_id}/vote", permission=COLLEAGUE)
    async def judge_article(self, call: Call, article_id: UUID, body: Vote) -> Article:
        """Say whether an article helped; once for each reader, who may change their mind."""
        return await self._reading.judge(call.actor, article_id, has_helped=body.has_helped)

    @route("GET", "/api/article-categories", permission=COLLEAGUE)
    async def article_categories(self, call: Call) -> ArticleCategories:  # noqa: ARG002 - every handler gets the call
        """List the categories in their order."""
        return ArticleCategories(items=await self._articles.categories())

    @route("POST", "/api/article-categories", permission=Permission.KNOWLEDGE_PUBLISH, status=201)
    async def add_article_category(self, call: Call, body: CategorySettings) -> ArticleCategory:
        """Add a category."""
        return await self._articles.save_category(call.actor, None, body)

    @route("PUT", "/api/article-categories/{category_id}", permission=Permission.KNOWLEDGE_PUBLISH)
    async def change_article_category(self, call: Call, category_id: UUID, body: CategoryChange) -> ArticleCategory:
        """Change a category, or switch it off."""
        return await self._articles.save_category(call.actor, category_id, body)


def locale_of(call: Call) -> Locale:
    """Return the reader's own language."""
    return _LOCALES.get(call.actor.locale, "en")
