"""What an agent says, formatted or plain: HTML is made harmless here, and its text is made from it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from channels.mailbox.markup import sanitise_own, to_text
from core.text import printable


@dataclass(frozen=True, slots=True)
class Words:
    """`html` is sanitised, and says the same as `text`."""

    text: str
    html: str | None = None


async def words_of(text: str, html: str | None) -> Words:
    """Return both forms; the text beside HTML is not the client's, so that the two cannot say different things."""
    if html is None:
        return Words(text)
    # A thread: a hundred thousand letters of HTML take longer than a turn of the loop may.
    return await asyncio.to_thread(_clean, printable(html))


def _clean(html: str) -> Words:
    clean = sanitise_own(html)
    return Words(to_text(clean), clean)
