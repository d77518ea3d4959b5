"""Routes of sign-in and of people."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from access.model import (
    AuditEntry,
    AuditFilter,
    Branch,
    BranchChange,
    Credentials,
    NewBranch,
    NewRole,
    NewStaff,
    NewToken,
    Permission,
    Preferences,
    Role,
    RoleChange,
    Session,
    SignedIn,
    Staff,
    StaffChange,
    Token,
    TokenMade,
)
from access.service import Access
from access.signin import SignIn
from access.views import DefaultView, NewView, SavedView, ViewChange, ViewList, Views
from core.errors import Invalid
from core.http import COLLEAGUE, PUBLIC, SIGNED_IN, Call, Page, PageQuery, route
from core.ids import BranchId, StaffId


class AuditQuery(PageQuery):
    subject: str | None = Field(None, max_length=100, pattern=r"^[^\x00]*$", description="Such as `interaction:<id>`.")
    actor: str | None = Field(None, max_length=100, pattern=r"^[^\x00]*$", description="Such as `staff:<id>`.")
    kind: str | None = Field(None, max_length=60, pattern=r"^[a-z_.]+$", description="Such as `staff.signed_in`.")
    since: AwareDatetime | None = Field(None, description="From this moment on.")
    until: AwareDatetime | None = Field(None, description="Before this moment.")

    def wanted(self) -> AuditFilter:
        return AuditFilter(**self.model_dump(exclude={"cursor", "limit"}))


class Roles(BaseModel):
    items: list[Role]


class Branches(BaseModel):
    items: list[Branch]


class Sessions(BaseModel):
    items: list[Session]


class Tokens(BaseModel):
    items: list[Token]


def after_id(cursor: str | None) -> UUID:
    """Read a cursor that is the last id of the page before."""
    try:
        return UUID(cursor) if cursor else UUID(int=0)
    except ValueError as error:
        raise Invalid("This cursor is not one of ours.") from error


class AccessRoutes:
    def __init__(self, access: Access, sign_in: SignIn) -> None:
        self._access, self._sign_in = access, sign_in

    @route("POST", "/api/session", permission=PUBLIC)
    async def sign_in(self, call: Call, body: Credentials) -> web.Response:
        """Sign in: sets the session cookie and returns who you are with the CSRF token for unsafe requests."""
        token, me = await self._sign_in.open(body, call.address, call.request.headers.get("User-Agent", ""))
        answer = SignedIn(me=me, csrf_token=self._sign_in.csrf_token(token))
        response = web.json_response(text=answer.model_dump_json())
        response.set_cookie(
            self._sign_in.cookie, token, httponly=True, secure=self._sign_in.is_https, samesite="Lax", path="/"
        )
        return response

    @route("GET", "/api/session", permission=SIGNED_IN)
    async def who_am_i(self, call: Call) -> SignedIn:
        """Return who is signed in by this cookie."""
        me = await self._sign_in.me(call.request)
        return SignedIn(me=me, csrf_token=self._sign_in.csrf_token(call.request.cookies.get(self._sign_in.cookie, "")))

    @route("DELETE", "/api/session", permission=SIGNED_IN, status=204)
    async def sign_out(self, call: Call) -> web.Response:
        """Sign out: the session ends, its sockets close."""
        await self._sign_in.close(call.actor)
        response = web.Response(status=204)
        response.del_cookie(self._sign_in.cookie, path="/")
        return response

    @route("PATCH", "/api/session/preferences", permission=SIGNED_IN)
    async def save_preferences(self, call: Call, body: Preferences) -> SignedIn:
        """Choose the own language and calendar."""
        await self._access.save_preferences(call.actor, body)
        return await self.who_am_i(call)

    @route("GET", "/api/sessions", permission=SIGNED_IN)
    async def sessions(self, call: Call) -> Sessions:
        """List where you are signed in."""
        return Sessions(items=await self._access.sessions(call.actor))

    @route("DELETE", "/api/sessions/{session_id}", permission=SIGNED_IN)
    async def revoke_session(self, call: Call, session_id: UUID) -> None:
        """End one of your sessions elsewhere."""
        await self._access.revoke_session(call.actor, session_id)

    @route("GET", "/api/tokens", permission=COLLEAGUE)
    async def tokens(self, call: Call) -> Tokens:
        """List your API tokens."""
        return Tokens(items=await self._access.tokens(call.actor))

    @route("POST", "/api/tokens", permission=COLLEAGUE, status=201, shows_secret=True)
    async def add_token(self, call: Call, body: NewToken) -> TokenMade:
        """Make an API token; it is shown this once."""
        return await self._access.add_token(call.actor, body)

    @route("DELETE", "/api/tokens/{token_id}", permission=SIGNED_IN)
    async def revoke_token(self, call: Call, token_id: UUID) -> None:
        """Revoke one of your API tokens."""
        await self._access.revoke_token(call.actor, token_id)

    @route("GET", "/api/staff", permission=Permission.ACCESS_MANAGE)
    async def list_staff(self, call: Call, query: PageQuery) -> Page[Staff]:
        """List the people in your scope."""
        found = await self._access.list_staff(call.actor, after_id(query.cursor), query.limit + 1)
        more = len(found) > query.limit
        items = found[: query.limit]
        return Page[Staff](items=items, next_cursor=str(items[-1].id) if more else None)

    @route("POST", "/api/staff", permission=Permission.ACCESS_MANAGE, status=201)
    async def add_staff(self, call: Call, body: NewStaff) -> Staff:
        """Add a person."""
        return await self._access.add_staff(call.actor, body)

    @route("PATCH", "/api/staff/{staff_id}", permission=Permission.ACCESS_MANAGE)
    async def change_staff(self, call: Call, staff_id: UUID, body: StaffChange) -> Staff:
        """Change a person's name, roles, branch, activity or password."""
        return await self._access.change_staff(call.actor, StaffId(staff_id), body)

    @route("DELETE", "/api/staff/{staff_id}/sessions", permission=Permission.ACCESS_MANAGE)
    async def sign_out_everywhere(self, call: Call, staff_id: UUID) -> None:
        """End all sessions of a person."""
        await self._access.sign_out_everywhere(call.actor, StaffId(staff_id))

    @route("GET", "/api/roles", permission=Permission.ACCESS_MANAGE)
    async def roles(self, call: Call) -> Roles:
        """List roles with their permissions."""
        return Roles(items=await self._access.roles(call.actor))

    @route("POST", "/api/roles", permission=Permission.ACCESS_MANAGE, status=201)
    async def add_role(self, call: Call, body: NewRole) -> Role:
        """Add a role."""
        return await self._access.add_role(call.actor, body)

    @route("PUT", "/api/roles/{role_id}", permission=Permission.ACCESS_MANAGE)
    async def change_role(self, call: Call, role_id: UUID, body: RoleChange) -> Role:
        """Change a role; whoever has it may do more or less at once."""
        return await self._access.change_role(call.actor, role_id, body)

    @route("GET", "/api/branches", permission=COLLEAGUE)
    async def branches(self, call: Call) -> Branches:
        """List the branches in your scope."""
        return Branches(items=await self._access.branches(call.actor))

    @route("POST", "/api/branches", permission=Permission.ACCESS_MANAGE, status=201)
    async def add_branch(self, call: Call, body: NewBranch) -> Branch:
        """Add a branch."""
        return await self._access.add_branch(call.actor, body)

    @route("PUT", "/api/branches/{branch_id}", permission=Permission.ACCESS_MANAGE)
    async def change_branch(self, call: Call, branch_id: UUID, body: BranchChange) -> Branch:
        """Rename a branch, or move it with everything below it."""
        return await self._access.change_branch(call.actor, BranchId(branch_id), body)

    @route("GET", "/api/audit", permission=Permission.AUDIT_READ)
    async def audit(self, call: Call, query: AuditQuery) -> Page[AuditEntry]:
        """Read who did what and when, newest first."""
        before = sequence(query.cursor)
        found = await self._access.audit(call.actor, before, query.limit + 1, query.wanted())
        items = found[: query.limit]
        return Page[AuditEntry](items=items, next_cursor=str(items[-1].seq) if len(found) > query.limit else None)


_END = 2**63 - 1


def sequence(cursor: str | None) -> int:
    """Read a cursor that is a position in the log."""
    if cursor is None:
        return _END
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):  # noqa: PLR2004 - digits of a bigint
        raise Invalid("This cursor is not one of ours.")
    return int(cursor)


class ViewQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    page: str = Field(max_length=40, pattern=r"^[a-z][a-z_-]*$", description="The page's name, such as `customers`.")


class ViewRoutes:
    def __init__(self, views: Views) -> None:
        self._views = views

    @route("GET", "/api/views", permission=COLLEAGUE)
    async def views(self, call: Call, query: ViewQuery) -> ViewList:
        """List the own views of a page and the shared ones."""
        return await self._views.of_page(call.actor, query.page)

    @route("POST", "/api/views", permission=COLLEAGUE, status=201)
    async def add_view(self, call: Call, body: NewView) -> SavedView:
        """Keep a view of a page under a name."""
        return await self._views.add(call.actor, body)

    @route("PATCH", "/api/views/{view_id}", permission=COLLEAGUE)
    async def change_view(self, call: Call, view_id: UUID, body: ViewChange) -> SavedView:
        """Change an own view."""
        return await self._views.change(call.actor, view_id, body)

    @route("DELETE", "/api/views/{view_id}", permission=COLLEAGUE)
    async def remove_view(self, call: Call, view_id: UUID) -> None:
        """Remove an own view."""
        await self._views.remove(call.actor, view_id)

    @route("PUT", "/api/default-view", permission=COLLEAGUE)
    async def begin_with(self, call: Call, body: DefaultView) -> None:
        """Let a page begin with this view."""
        await self._views.begin_with(call.actor, body)
