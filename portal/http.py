"""Routes of the portal: for its customers, for anybody with a form, and for who sets it up."""

from __future__ import annotations

from html import escape
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from access.model import Locale, Permission
from core.errors import Invalid
from core.http import CUSTOMER, PUBLIC, Call, Page, PageQuery, route
from core.values import Value
from interactions.attachments import Attachments
from interactions.model import AttachmentView
from portal.desk import CustomerDesk
from portal.doors import Doors
from portal.forms import Forms
from portal.model import (
    Asked,
    Contact,
    CustomerRow,
    CustomerTicket,
    FilledIn,
    Form,
    FormChange,
    FormId,
    FormView,
    Key,
    Knock,
    LetIn,
    NewContact,
    NewForm,
    NewRating,
    NewRequest,
    NewReview,
    NewWord,
    PortalChange,
    PortalFace,
    PortalView,
    Registered,
)
from portal.setting import PortalSetup

_LAST = UUID(int=(1 << 128) - 1)
_PAGE = """<!doctype html>
<html lang="{locale}" dir="{side}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<link rel="icon" href="data:,"></head>
<body style="margin:0"><main><div id="desk"></div></main>
<script src="/widget/desk.js" data-form="{form}" data-locale="{locale}" data-into="#desk"></script></body></html>
"""
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors {frames}"
)


class Seen(Value):
    until: AwareDatetime = Field(description="The moment of the last message that was shown.")


class LocaleWish(BaseModel):
    model_config = ConfigDict(extra="forbid")

    locale: Locale | None = None


class FormList(BaseModel):
    items: list[Form]


class ContactList(BaseModel):
    items: list[Contact]


class PortalRoutes:
    """What customers ask."""

    def __init__(self, doors: Doors, desk: CustomerDesk, setup: PortalSetup, attachments: Attachments) -> None:
        self._doors, self._desk, self._setup, self._attachments = doors, desk, setup, attachments

    @route("GET", "/api/portal", permission=PUBLIC)
    async def portal(self, call: Call) -> PortalFace:  # noqa: ARG002 - every handler gets the call
        """Get what the portal shows before anybody signs in."""
        return await self._setup.face()

    @route("POST", "/api/portal/sign-in", permission=PUBLIC, status=202)
    async def knock(self, call: Call, body: Knock) -> Asked:
        """Ask for a code to sign in with; the answer is the same whether the address is known or not."""
        return await self._doors.knock(body, call.address)

    @route("POST", "/api/portal/session", permission=PUBLIC)
    async def enter(self, call: Call, body: Key) -> web.Response:
        """Sign in with a code: sets the session cookie and returns who that is with the CSRF token."""
        token, let_in = await self._doors.enter(body, call.address, call.request.headers.get("User-Agent", ""))
        response = web.json_response(text=let_in.model_dump_json())
        response.set_cookie(
            self._doors.cookie, token, httponly=True, secure=self._doors.is_https, samesite="Lax", path="/"
        )
        return response

    @route("GET", "/api/portal/session", permission=CUSTOMER)
    async def guest(self, call: Call) -> LetIn:
        """Return who is signed in by this cookie."""
        who = await self._doors.present(call.actor)
        token = call.request.cookies.get(self._doors.cookie, "")
        return LetIn(guest=who.guest, csrf_token=self._doors.csrf_token(token))

    @route("DELETE", "/api/portal/session", permission=CUSTOMER, status=204)
    async def leave(self, call: Call) -> web.Response:
        """Sign out."""
        await self._doors.leave(call.actor)
        response = web.Response(status=204)
        response.del_cookie(self._doors.cookie, path="/")
        return response

    @route("GET", "/api/portal/tickets", permission=CUSTOMER)
    async def own_tickets(self, call: Call, query: PageQuery) -> Page[CustomerRow]:
        """List the own tickets, the newest first; with the right mark those of the organisation too."""
        who = await self._doors.present(call.actor)
        found = await self._desk.page(call.actor, who, _before(query.cursor), query.limit + 1)
        items = found[: query.limit]
        return Page[CustomerRow](items=items, next_cursor=str(items[-1].id) if len(found) > query.limit else None)

    @route("POST", "/api/portal/tickets", permission=CUSTOMER, status=201)
    async def ask(self, call: Call, body: NewRequest) -> CustomerTicket:
        """Ask for something, once per client id."""
        who = await self._doors.present(call.actor)
        return await self._desk.show(call.actor, who, await self._desk.ask(call.actor, who, body))

    @route("GET", "/api/portal/tickets/{ticket_id}", permission=CUSTOMER)
    async def own_ticket(self, call: Call, ticket_id: UUID) -> CustomerTicket:
        """Show a ticket with what was said about it."""
        return await self._desk.show(call.actor, await self._doors.present(call.actor), ticket_id)

    @route("POST", "/api/portal/tickets/{ticket_id}/messages", permission=CUSTOMER, status=201)
    async def answer(self, call: Call, ticket_id: UUID, body: NewWord) -> CustomerTicket:
        """Say something more, once per client id."""
        who = await self._doors.present(call.actor)
        await self._desk.answer(call.actor, who, ticket_id, body)
        return await self._desk.show(call.actor, who, ticket_id)

    @route("POST", "/api/portal/tickets/{ticket_id}/seen", permission=CUSTOMER, status=204)
    async def see(self, call: Call, ticket_id: UUID, body: Seen) -> None:
        """Say up to when everything was read: it is not mailed."""
        await self._desk.see(call.actor, await self._doors.present(call.actor), ticket_id, body.until)

    @route("PUT", "/api/portal/tickets/{ticket_id}/rating", permission=CUSTOMER)
    async def rate(self, call: Call, ticket_id: UUID, body: NewRating) -> CustomerTicket:
        """Rate a ticket that is solved, or change the rating."""
        who = await self._doors.present(call.actor)
        await self._desk.rate(call.actor, who, ticket_id, body)
        return await self._desk.show(call.actor, who, ticket_id)

    @route("POST", "/api/portal/tickets/{ticket_id}/reviews", permission=CUSTOMER, status=201)
    async def ask_own_review(self, call: Call, ticket_id: UUID, body: NewReview) -> CustomerTicket:
        """Ask for a review of a complaint that was decided."""
        who = await self._doors.present(call.actor)
        await self._desk.ask_review(call.actor, who, ticket_id, body)
        return await self._desk.show(call.actor, who, ticket_id)

    @route("POST", "/api/portal/files", permission=CUSTOMER, status=201, form=True)
    async def upload(self, call: Call) -> AttachmentView:
        """Upload a file, to go along with what is said next."""
        stored = await self._attachments.upload(call.actor, call.request)
        return stored.model_copy(update={"url": f"/api/portal/files/{stored.id}"})

    @route("GET", "/api/portal/files/{file_id}", permission=CUSTOMER)
    async def download(self, call: Call, file_id: UUID) -> web.Response:
        """Get a file of the own, or one in something that was said to its reader."""
        who = await self._doors.present(call.actor)
        is_seen = await self._desk.file(call.actor, who, file_id)
        return await self._attachments.download_as_customer(call.actor, file_id, is_seen=is_seen)


class FormRoutes:
    """What pages with a form ask."""

    def __init__(self, forms: Forms) -> None:
        self._forms = forms

    @route("GET", "/api/public/forms/{form_id}", permission=PUBLIC)
    async def form(self, call: Call, form_id: FormId, query: LocaleWish) -> web.Response:
        """Get what a form shows."""
        form = await self._forms.admitted(form_id, call.request.headers.get("Origin"), _own_origin(call.request))
        view: FormView = await self._forms.view(form, query.locale)
        # Who may see it depends on who asks, and each has a mark of its own.
        return web.json_response(text=view.model_dump_json(), headers={"Cache-Control": "no-store"})

    @route("POST", "/api/public/forms/{form_id}", permission=PUBLIC, status=201)
    async def fill_in(self, call: Call, form_id: FormId, body: FilledIn) -> Registered:
        """Send a form that was filled in; returns the number of the ticket."""
        form = await self._forms.admitted(form_id, call.request.headers.get("Origin"), _own_origin(call.request))
        return await self._forms.take(form, body, call.address)

    @route("GET", "/desk/{form_id}", permission=PUBLIC)
    async def form_page(self, call: Call, form_id: FormId, query: LocaleWish) -> web.Response:  # noqa: ARG002 - every route has one
        """Show a form on a page of its own, for links and for frames of the allowed sites (C11)."""
        form = await self._forms.own(form_id)
        view = await self._forms.view(form, query.locale)
        side = "ltr" if view.locale == "en" else "rtl"
        text = _PAGE.format(locale=view.locale, side=side, title=escape(view.title), form=form.id)
        frames = " ".join(["'self'", *form.origins]) if form.origins else "*"
        headers = {"Content-Security-Policy": _POLICY.format(frames=frames), "Cache-Control": "no-cache"}
        return web.Response(text=text, content_type="text/html", headers=headers)


class PortalSetupRoutes:
    """What administrators set."""

    def __init__(self, setup: PortalSetup) -> None:
        self._setup = setup

    @route("GET", "/api/portal-settings", permission=Permission.PORTAL_MANAGE)
    async def portal_settings(self, call: Call) -> PortalView:
        """Get how the portal is."""
        return await self._setup.get(call.actor)

    @route("PUT", "/api/portal-settings", permission=Permission.PORTAL_MANAGE)
    async def change_portal(self, call: Call, body: PortalChange) -> PortalView:
        """Switch the portal on or off, and say who may come in and ask for what."""
        return await self._setup.change(call.actor, body)

    @route("GET", "/api/portal-forms", permission=Permission.PORTAL_MANAGE)
    async def forms(self, call: Call) -> FormList:
        """List forms on other sites."""
        return FormList(items=await self._setup.forms(call.actor))

    @route("POST", "/api/portal-forms", permission=Permission.PORTAL_MANAGE, status=201)
    async def add_form(self, call: Call, body: NewForm) -> Form:
        """Add a form for other sites."""
        return await self._setup.add_form(call.actor, body)

    @route("PUT", "/api/portal-forms/{form_id}", permission=Permission.PORTAL_MANAGE)
    async def change_form(self, call: Call, form_id: FormId, body: FormChange) -> Form:
        """Change a form, or switch it off."""
        return await self._setup.change_form(call.actor, form_id, body)

    @route("GET", "/api/portal-contacts", permission=Permission.PORTAL_MANAGE)
    async def contacts(self, call: Call) -> ContactList:
        """List who sees what their organisation asked for."""
        return ContactList(items=await self._setup.contacts(call.actor))

    @route("POST", "/api/portal-contacts", permission=Permission.PORTAL_MANAGE, status=204)
    async def add_contact(self, call: Call, body: NewContact) -> None:
        """Let a person see what their organisation asked for."""
        await self._setup.add_contact(call.actor, body)

    @route("DELETE", "/api/portal-contacts/{customer_id}", permission=Permission.PORTAL_MANAGE)
    async def remove_contact(self, call: Call, customer_id: UUID) -> None:
        """Let a person see only their own again."""
        await self._setup.remove_contact(call.actor, customer_id)


def _own_origin(request: web.Request) -> str:
    """Return the origin of our own page of a form; a request of it may come without one."""
    origin = request.headers.get("Origin", "")
    return origin if origin.partition("://")[2] == request.host else ""


def _before(cursor: str | None) -> UUID:
    try:
        return UUID(cursor) if cursor else _LAST
    except ValueError as error:
        raise Invalid("This cursor is not one of ours.") from error
