"""Routes of opted-out numbers and consents."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from access.model import Permission
from consents.model import (
    Consent,
    ConsentQuery,
    Listed,
    ListedMany,
    ListedQuery,
    ListedResult,
    NewConsent,
    NewListed,
    Unlisting,
)
from consents.service import Consents
from core.errors import Invalid
from core.http import Call, Page, route


class ConsentItems(BaseModel):
    items: list[Consent]


class ConsentRoutes:
    def __init__(self, consents: Consents) -> None:
        self._consents = consents

    @route("GET", "/api/do-not-call", permission=Permission.DNC_MANAGE)
    async def listed(self, call: Call, query: ListedQuery) -> Page[Listed]:
        """List numbers that opted out, newest first."""
        before = _place(query.cursor) if query.cursor else None
        more = query.model_copy(update={"limit": query.limit + 1})
        found = await self._consents.listed(call.actor, more, before)
        items = found[: query.limit]
        last = items[-1] if len(found) > query.limit else None
        cursor = f"{last.added_at.isoformat()}~{last.number}" if last else None
        return Page[Listed](items=items, next_cursor=cursor)

    @route("POST", "/api/do-not-call", permission=Permission.INTERACTION_REPLY, status=201)
    async def opt_out(self, call: Call, body: NewListed) -> Listed:
        """Let a number be reached by no path any more, at once."""
        return await self._consents.add(call.actor, body)

    @route("POST", "/api/do-not-call/import", permission=Permission.DNC_MANAGE)
    async def opt_out_many(self, call: Call, body: ListedMany) -> ListedResult:
        """List many numbers at once."""
        return await self._consents.add_many(call.actor, body)

    @route("POST", "/api/do-not-call/{number}/remove", permission=Permission.DNC_MANAGE, status=204)
    async def opt_in(self, call: Call, number: str, body: Unlisting) -> None:
        """Let a number be reached again, with the reason."""
        await self._consents.remove(call.actor, number, body)

    @route("GET", "/api/consents", permission=Permission.DNC_MANAGE)
    async def consents(self, call: Call, query: ConsentQuery) -> ConsentItems:
        """List what a number has agreed to."""
        return ConsentItems(items=await self._consents.of_number(call.actor, query.number))

    @route("POST", "/api/consents", permission=Permission.DNC_MANAGE, status=201)
    async def record_consent(self, call: Call, body: NewConsent) -> Consent:
        """Keep that somebody agreed, with what shows it."""
        return await self._consents.record(call.actor, body)

    @route("POST", "/api/consents/{consent_id}/revoke", permission=Permission.DNC_MANAGE, status=204)
    async def revoke_consent(self, call: Call, consent_id: UUID) -> None:
        """Somebody does not agree any more."""
        await self._consents.revoke(call.actor, consent_id)


def _place(cursor: str) -> tuple[datetime, str]:
    at, _, number = cursor.partition("~")
    try:
        return datetime.fromisoformat(at), number
    except ValueError as error:
        raise Invalid("This is no cursor of ours.", field="cursor") from error
