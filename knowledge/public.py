"""What everybody may read, without a session, a cookie or a name: what is published and public.

Looked for with GET, so that it is kept on the way for a minute (core/pages.py); what a visitor is typing is sent in a
body, since addresses reach logs. Each address may ask only so often.
"""

from __future__ import annotations

import time
from html import escape
from typing import Annotated
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from access.model import Locale
from core.allowance import Allowances
from core.errors import RateLimited
from core.http import PUBLIC, Call, route
from core.secrets import Keyring
from core.snippets import Snippet
from core.values import Value
from knowledge.http import Words
from knowledge.model import Article, ArticleRow, Names, preferring
from knowledge.reading import Reading
from knowledge.service import Articles
from storage.database import Database
from storage.database import sql as storage_sql

_BURST = 40
_VOTES_AN_HOUR = 30
_PAGE = """<!doctype html>
<html lang="{locale}" dir="{side}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<link rel="icon" href="data:,">
<style>
body {{ max-width: 44rem; margin: 0 auto; padding: 24px 16px; overflow-wrap: anywhere; line-height: 1.65;
  font-family: system-ui, "Segoe UI", Tahoma, sans-serif; color: #1a1b1e; background: #fff; }}
pre {{ overflow-x: auto; }}
</style></head>
<body><main><h1 dir="auto">{title}</h1>
{body}</main></body></html>
"""
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox allow-popups allow-top-navigation-by-user-activation"
)


class PublicQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    q: Words = ""
    category_id: UUID | None = None
    locale: Locale = "en"
    skip: int = Field(0, ge=0, le=1_000)
    limit: int = Field(10, ge=1, le=50)


class LocaleQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    locale: Locale = "en"


class PublicRow(BaseModel):
    id: UUID
    locale: Locale
    title: str
    snippet: Snippet
    category_id: UUID | None


class PublicArticles(BaseModel):
    items: list[PublicRow]
    has_any: bool = Field(
        default=True, description="False where there is nothing public at all: nobody need ask again."
    )


class PublicArticle(BaseModel):
    id: UUID
    locale: Locale
    title: str
    html: str
    text: str
    category_id: UUID | None
    locales: list[Locale]


class PublicCategory(BaseModel):
    id: UUID
    parent_id: UUID | None
    names: Names


class PublicCategories(BaseModel):
    items: list[PublicCategory]


class PublicSuggest(Value):
    text: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]
    locale: Locale = "en"


class PublicVote(Value):
    visitor: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{16,64}$")] = Field(
        description="What the browser made up for itself; it names nobody."
    )
    has_helped: bool


class PublicRoutes:
    def __init__(self, db: Database, articles: Articles, reading: Reading, keys: Keyring) -> None:
        self._db, self._articles, self._reading, self._keys = db, articles, reading, keys
        self._allowances = Allowances(_BURST, time.monotonic)

    @route("GET", "/api/public/articles", permission=PUBLIC)
    async def public_articles(self, call: Call, query: PublicQuery) -> PublicArticles:
        """Look for public articles by words or by category."""
        self._allowances.spend(call.address)
        asked = query.model_dump(exclude={"q", "locale", "limit"})
        found = await self._reading.search(query.q, query.locale, only_public=True, most=query.limit, **asked)
        return PublicArticles(items=[_row(each) for each in found])

    @route("POST", "/api/public/articles/suggest", permission=PUBLIC)
    async def suggest_public_articles(self, call: Call, body: PublicSuggest) -> PublicArticles:
        """Name public articles that a text may be about."""
        self._allowances.spend(call.address)
        found = await self._reading.suggest(body.text, body.locale, only_public=True, most=3)
        return PublicArticles(
            items=[_row(each) for each in found], has_any=bool(found) or await self._reading.has_public()
        )

    @route("GET", "/api/public/articles/{article_id}", permission=PUBLIC)
    async def public_article(self, call: Call, article_id: UUID, query: LocaleQuery) -> PublicArticle:
        """Read a public article, in this language or another that it has."""
        self._allowances.spend(call.address)
        return _article(await self._reading.read_public(article_id), query.locale)

    @route("GET", "/articles/{article_id}", permission=PUBLIC)
    async def article_page(self, call: Call, article_id: UUID, query: LocaleQuery) -> web.Response:
        """Show a public article on a page of its own, for links in messages; nothing in it runs."""
        self._allowances.spend(call.address)
        found = _article(await self._reading.read_public(article_id), query.locale)
        side = "ltr" if found.locale == "en" else "rtl"
        text = _PAGE.format(locale=found.locale, side=side, title=escape(found.title), body=found.html)
        headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "public, max-age=60"}
        return web.Response(text=text, content_type="text/html", headers=headers)

    @route("GET", "/api/public/article-categories", permission=PUBLIC)
    async def public_categories(self, call: Call) -> PublicCategories:
        """List the categories of public articles."""
        self._allowances.spend(call.address)
        items = [
            PublicCategory(id=each.id, parent_id=each.parent_id, names=each.names)
            for each in await self._articles.categories()
            if each.is_active
        ]
        return PublicCategories(items=items)

    @route("POST", "/api/public/articles/{article_id}/vote", permission=PUBLIC, status=204)
    async def judge_public_article(self, call: Call, article_id: UUID, body: PublicVote) -> None:
        """Say whether it helped: one word for each browser, and so many an hour for each address."""
        self._allowances.spend(call.address)
        now = self._reading.clock()
        hour = now.replace(minute=0, second=0, microsecond=0)
        key = f"article-vote:{self._keys.mac('address', call.address)}"
        if await self._db.value(storage_sql.count_rate, key=key, window_start=hour) > _VOTES_AN_HOUR:
            raise RateLimited("These are many answers from one address.", retry_after=600)
        voter = f"visitor:{self._keys.mac('article-vote', body.visitor)}"
        await self._reading.judge_publicly(voter, article_id, has_helped=body.has_helped)


def _row(found: ArticleRow) -> PublicRow:
    return PublicRow(**found.model_dump(include=set(PublicRow.model_fields)))


def _article(found: Article, locale: Locale) -> PublicArticle:
    chosen: Locale = next(each for each in preferring(locale) if each in found.texts)
    text = found.texts[chosen]
    return PublicArticle(
        id=found.id,
        locale=chosen,
        title=text.title,
        html=text.html,
        text=text.text,
        category_id=found.category_id,
        locales=list(found.texts),
    )
