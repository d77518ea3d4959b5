"""An article of what solved a ticket: its subject, and what an agent said last; both know of each other."""

from __future__ import annotations

from html import escape
from uuid import UUID

from access.model import Locale, Permission
from core.actor import Actor
from core.errors import Conflict
from customers.model import CustomerId
from knowledge.model import Article, ArticleRow, ArticleSettings, ArticleText
from knowledge.reading import Reading
from knowledge.service import Articles
from knowledge.words import language_of
from solutions.store import sql
from storage.database import Database
from tickets.service import Tickets

SOURCE = "ticket"
_LOCALES: dict[str | None, Locale] = {"en": "en", "ar": "ar", "fa": "fa"}


class Drafting:
    def __init__(self, db: Database, tickets: Tickets, articles: Articles, reading: Reading) -> None:
        self._db, self._tickets, self._articles, self._reading = db, tickets, articles, reading

    async def draft(self, actor: Actor, ticket_id: UUID, category_id: UUID | None) -> Article:
        """Write a draft from a ticket; it is read and cleared of names before it is published."""
        actor.must(Permission.KNOWLEDGE_WRITE)
        async with self._db.transaction(actor) as tx:
            row = await self._tickets.must_see(tx, actor, ticket_id)
            actor.must(Permission.INTERACTION_READ, row["branch_id"])
            if row["is_confidential"]:
                raise Conflict("What is confidential is no article: colleagues would read it.")
            said = await tx.row(sql.last_answer, ticket_id=ticket_id)
            known = row["customer_id"]
            card = None if known is None else await self._tickets.customers.card(tx, CustomerId(known))
        html = "" if said is None else said["html"] or paragraphs(said["text"])
        guessed = language_of(f"{row['subject']} {'' if said is None else said['text']}")
        usual = card.locale if card is not None and card.locale is not None else actor.locale
        locale = _LOCALES.get(guessed, _LOCALES.get(usual, "en"))
        texts = {locale: ArticleText(title=row["subject"], html=html)}
        new = ArticleSettings(category_id=category_id, texts=texts)
        return await self._articles.add(actor, new, source=(SOURCE, ticket_id))

    async def of_ticket(self, actor: Actor, ticket_id: UUID, locale: Locale) -> list[ArticleRow]:
        """Return the articles that came of a ticket."""
        async with self._db.transaction(actor) as tx:
            await self._tickets.must_see(tx, actor, ticket_id)
        return await self._reading.of_source(actor, SOURCE, ticket_id, locale)


def paragraphs(text: str) -> str:
    r"""Return plain text as markup: a paragraph where a line is empty, a break where a line ends.

    >>> paragraphs("Hold it.\n\n1 < 2\nDone.")
    '<p>Hold it.</p><p>1 &lt; 2<br>Done.</p>'
    """
    parts = [part.strip() for part in text.replace("\r\n", "\n").split("\n\n")]
    return "".join(f"<p>{escape(part, quote=False).replace(chr(10), '<br>')}</p>" for part in parts if part)
