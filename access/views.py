"""Views of lists that people keep: what is searched, filtered, sorted and shown on a page, under a name."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from access.model import Permission
from access.store import sql
from core.actor import Actor, ActorKind
from core.clock import Clock
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.events import Event
from core.ids import StaffId, uuid7
from core.values import Value
from storage.database import Database, Row, Tx

_MOST = 50

Page = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_-]{0,39}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Text = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\x00-\x1f]+$")]


class ViewSettings(Value):
    """What a page shows; which keys there are is the page's business."""

    search: Text = ""
    filters: Annotated[
        dict[Key, Annotated[list[Text], Field(max_length=50)]], Field(max_length=20, default_factory=dict)
    ]
    sort: Annotated[str, StringConstraints(pattern=r"^-?[a-z][a-z0-9_]{0,39}$")] | None = None
    hidden: Annotated[list[Key], Field(max_length=40, default_factory=list)]


class SavedView(Value):
    id: UUID
    page: str
    owner_id: StaffId
    owner_name: str
    name: str
    settings: ViewSettings
    is_shared: bool
    position: int
    version: int


class ViewList(Value):
    items: list[SavedView]
    default_id: UUID | None


class NewView(Value):
    page: Page
    name: Name
    settings: ViewSettings
    is_shared: bool = False


class ViewChange(Value):
    version: int
    name: Name | None = None
    settings: ViewSettings | None = None
    is_shared: bool | None = None
    position: int | None = Field(None, ge=0, le=1000)


class DefaultView(Value):
    """With which view a page begins; null for all."""

    page: Page
    view_id: UUID | None


class ViewSaved(Event, kind="view.saved"):
    view_id: UUID
    name: str
    page: str
    is_shared: bool
    is_deleted: bool = False

    def subject(self) -> str:
        return f"view:{self.view_id}"


class ViewChosen(Event, kind="view.chosen"):
    """Somebody lets a page begin with a view, or with everything."""

    staff_id: StaffId
    page: str
    view_id: UUID | None

    def subject(self) -> str:
        return f"staff:{self.staff_id}"


class Views:
    """The own views, and those that others share."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def of_page(self, actor: Actor, page: str) -> ViewList:
        staff_id = _person(actor)
        rows = await self._db.rows(sql.list_views, page=page, staff_id=staff_id, branches=actor.branch_scope)
        first = await self._db.value(sql.default_view, staff_id=staff_id, page=page)
        views = [_view(row) for row in rows]
        return ViewList(items=views, default_id=first if first in {view.id for view in views} else None)

    async def add(self, actor: Actor, new: NewView) -> SavedView:
        """Keep a view; sharing it needs a permission of its own."""
        staff_id, view_id = _person(actor), uuid7()
        async with self._db.transaction(actor) as tx:
            _may_share(actor, is_shared=new.is_shared)
            await tx.row(sql.lock_views, staff_id=staff_id)
            if await tx.value(sql.count_views, staff_id=staff_id, page=new.page) >= _MOST:
                raise Invalid(f"A page has at most {_MOST} views of one person.")
            await tx.run(sql.insert_view, id=view_id, owner_id=staff_id, now=self._clock(), **new.model_dump())
            return await _told(tx, view_id)

    async def change(self, actor: Actor, view_id: UUID, change: ViewChange) -> SavedView:
        async with self._db.transaction(actor) as tx:
            await self._own(tx, actor, view_id)
            _may_share(actor, is_shared=bool(change.is_shared))
            if not await tx.run(sql.update_view, id=view_id, **change.model_dump()):
                raise Conflict.overtaken()
            return await _told(tx, view_id)

    async def remove(self, actor: Actor, view_id: UUID) -> None:
        async with self._db.transaction(actor) as tx:
            row = await self._own(tx, actor, view_id)
            await tx.run(sql.delete_view, id=view_id)
            saved = {name: row[name] for name in ("name", "page", "is_shared")}
            tx.emit(ViewSaved(view_id=view_id, is_deleted=True, **saved))

    async def begin_with(self, actor: Actor, choice: DefaultView) -> None:
        """Let a page begin with one of the views that are seen on it, or with everything."""
        staff_id = _person(actor)
        async with self._db.transaction(actor) as tx:
            tx.emit(ViewChosen(staff_id=staff_id, page=choice.page, view_id=choice.view_id))
            if choice.view_id is None:
                await tx.run(sql.clear_default_view, staff_id=staff_id, page=choice.page)
                return
            row = await _seen(tx, actor, choice.view_id)
            if row["page"] != choice.page:
                raise NotFound
            await tx.run(sql.set_default_view, staff_id=staff_id, page=choice.page, view_id=choice.view_id)

    async def _own(self, tx: Tx, actor: Actor, view_id: UUID) -> Row:
        row = await _seen(tx, actor, view_id)
        if row["owner_id"] != actor.id:
            raise Forbidden("Only who made a view changes it; save your own.")
        return row


async def _seen(tx: Tx, actor: Actor, view_id: UUID) -> Row:
    row = await tx.row(sql.get_view, id=view_id)
    if row is None or not (row["owner_id"] == _person(actor) or (row["is_shared"] and actor.sees(row["branch_id"]))):
        raise NotFound
    return row


async def _told(tx: Tx, view_id: UUID) -> SavedView:
    row = await tx.row(sql.get_view, id=view_id)
    if row is None:
        raise NotFound
    view = _view(row)
    tx.emit(ViewSaved(view_id=view.id, name=view.name, page=view.page, is_shared=view.is_shared))
    return view


def _view(row: Row) -> SavedView:
    return SavedView(**{name: row[name] for name in SavedView.model_fields})


def _person(actor: Actor) -> StaffId:
    if actor.id is None or actor.kind not in (ActorKind.STAFF, ActorKind.TOKEN):
        raise Forbidden("Views belong to people.")
    return StaffId(actor.id)


def _may_share(actor: Actor, *, is_shared: bool) -> None:
    if is_shared:
        actor.must(Permission.VIEW_SHARE)
