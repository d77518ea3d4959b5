"""The route of the search over everything."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from core.errors import Invalid
from core.http import COLLEAGUE, Call, route
from interactions.search import KINDS, Found, Search, Wanted


def _kinds(text: str) -> str:
    unknown = set(text.split(",")) - set(KINDS)
    if unknown:
        raise ValueError(f"kinds are {', '.join(KINDS)}")
    return text


class SearchQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    q: str = Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$", description="Words that all must be there.")
    kinds: Annotated[str, AfterValidator(_kinds)] = Field(
        ",".join(KINDS), max_length=60, description="`customer`, `ticket`, `conversation`, `message`, by commas."
    )
    channel: str | None = Field(None, max_length=40, pattern=r"^[a-z]+$")
    since: AwareDatetime | None = Field(None, description="From this moment on.")
    until: AwareDatetime | None = Field(None, description="Before this moment.")
    cursor: str | None = Field(None, max_length=200, description="`next_cursor` of a group; with one kind.")
    limit: int = Field(10, ge=1, le=50, description="Most of each kind.")


class SearchRoutes:
    def __init__(self, search: Search) -> None:
        self._search = search

    @route("GET", "/api/search", permission=COLLEAGUE)
    async def find(self, call: Call, query: SearchQuery) -> Found:
        """Search customers, tickets, conversations and messages in your scope, in any spelling, newest first."""
        kinds = tuple(kind for kind in KINDS if kind in query.kinds.split(","))
        if query.since and query.until and query.since >= query.until:
            raise Invalid("The search ends before it begins.")
        wanted = Wanted(q=query.q, kinds=kinds, channel=query.channel, since=query.since, until=query.until)
        return await self._search.find(call.actor, wanted, query.cursor, query.limit)
