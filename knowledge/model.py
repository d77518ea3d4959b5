"""Articles as people see them, and what may become of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from access.model import Locale, Name
from core.events import Event
from core.snippets import Snippet
from core.values import Value

LOCALES: tuple[Locale, ...] = ("en", "ar", "fa")
ArticleState = Literal["draft", "published", "archived"]
Names = Annotated[dict[Locale, Name], Field(min_length=1)]


def _one_line(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    return " ".join(text.split())


Title = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00]*$"), AfterValidator(_one_line)]
Html = Annotated[str, Field(max_length=100_000, pattern=r"^[^\x00]*$")]


class CategorySettings(Value):
    names: Names
    parent_id: UUID | None = None
    position: int = Field(0, ge=0, le=10_000)
    is_active: bool = True


class CategoryChange(CategorySettings):
    version: int = Field(ge=1, description="The one that was read.")


class ArticleCategory(CategorySettings):
    id: UUID
    version: int


class ArticleText(Value):
    """What it says in one language; the body is made harmless when it is kept."""

    title: Title
    html: Html = ""


class ArticleSettings(Value):
    category_id: UUID | None = None
    is_public: bool = Field(default=False, description="Whether strangers read it once it is published.")
    position: int = Field(0, ge=0, le=10_000)
    texts: dict[Locale, ArticleText] = Field(min_length=1, max_length=3)


class ArticleChange(ArticleSettings):
    """A language that is not named is dropped; its editions stay."""

    version: int = Field(ge=1, description="The one that was read.")


class StateChange(Value):
    state: ArticleState
    version: int = Field(ge=1)


class Restore(Value):
    locale: Locale
    edition: int = Field(ge=1)
    version: int = Field(ge=1)


class TextView(ArticleText):
    text: str = Field(description="The body as plain text.")
    edition: int


class Article(Value):
    id: UUID
    category_id: UUID | None
    state: ArticleState
    is_public: bool
    position: int
    source_kind: str | None
    source_id: UUID | None
    texts: dict[Locale, TextView]
    views: int
    helped: int
    unhelped: int
    has_helped: bool | None = Field(description="What the reader said.")
    created_at: datetime
    changed_at: datetime
    published_at: datetime | None
    version: int


class ArticleRow(Value):
    """An article in a list, in the language that suits the reader best."""

    id: UUID
    locale: Locale
    title: str
    snippet: Snippet
    category_id: UUID | None
    state: ArticleState
    is_public: bool
    views: int
    helped: int
    unhelped: int
    changed_at: datetime


class Edition(Value):
    locale: Locale
    edition: int
    title: str
    html: str
    at: datetime
    by_name: str
    restored: int | None


class Vote(Value):
    has_helped: bool


class ArticleSaved(Event, kind="article.saved"):
    article_id: UUID
    title: str
    change: Literal["added", "changed", "draft", "published", "archived", "restored"]
    locales: list[str] = Field(default=[])

    def subject(self) -> str:
        return f"article:{self.article_id}"


class ArticleJudged(Event, kind="article.judged"):
    """Somebody of the staff says whether it helped; of visitors only the count is kept."""

    article_id: UUID
    has_helped: bool

    def subject(self) -> str:
        return f"article:{self.article_id}"


class CategorySaved(Event, kind="article_category.saved"):
    category_id: UUID

    def subject(self) -> str:
        return f"article_category:{self.category_id}"


def preferring(locale: str) -> list[str]:
    """Return the languages in which somebody reads, best first: those of our part of the world read each other's last.

    >>> preferring("fa")
    ['fa', 'en', 'ar']
    """
    return [locale, *(each for each in LOCALES if each != locale)]


def below(categories: Iterable[ArticleCategory], top: UUID) -> list[UUID]:
    """Return a category and all that stand in it, at any depth."""
    children: dict[UUID | None, list[UUID]] = {}
    for each in categories:
        children.setdefault(each.parent_id, []).append(each.id)
    found = [top]
    for each_id in found:
        found.extend(child for child in children.get(each_id, ()) if child not in found)
    return found


def is_in_itself(categories: Sequence[ArticleCategory], category_id: UUID, parent_id: UUID | None) -> bool:
    """Tell whether a category would stand in itself."""
    return parent_id is not None and parent_id in below(categories, category_id)


def title_of(texts: Mapping[Locale, ArticleText]) -> str:
    """Return the title by which an article is spoken of where no language is asked for."""
    return next(texts[locale].title for locale in LOCALES if locale in texts)
