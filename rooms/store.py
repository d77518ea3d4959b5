"""Rows of rooms to values and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from core.errors import NotFound
from core.ids import StaffId
from interactions.model import AttachmentView
from rooms.model import MemberView, Person, RoomMessageView, RoomView, Seat, SeatView
from storage.database import Row, Tx
from storage.queries import Queries

sql = Queries(__file__)


def message(row: Row) -> RoomMessageView:
    fields = {name: value for name, value in row.items() if not name.startswith("author_")}
    author = Person(
        id=row["author_id"],
        name=row["author_name"],
        is_guest=row["author_is_guest"],
        organisation=row["author_organisation"],
    )
    files = [AttachmentView(**each, url=f"/api/room-files/{each['id']}") for each in row["attachments"]]
    return RoomMessageView.model_validate({**fields, "author": author, "attachments": files})


def attachment(row: Row) -> dict[str, Any]:
    """Return what a message keeps of a file."""
    return {"id": str(row["id"]), "name": row["name"], "content_type": row["content_type"], "size": row["size"]}


def person(row: Row) -> Person:
    return Person(id=row["id"], name=row["name"], is_guest=row["is_guest"], organisation=row["organisation"])


def member(row: Row) -> MemberView:
    return MemberView(
        person=person(row), is_manager=row["is_manager"], read_seq=row["read_seq"], is_present=row["is_present"]
    )


async def views(tx: Tx, ids: Sequence[UUID]) -> dict[UUID, RoomView]:
    return {row["id"]: RoomView.model_validate(dict(row)) for row in await tx.rows(sql.room_views, ids=list(ids))}


async def view(tx: Tx, room_id: UUID) -> RoomView:
    return (await views(tx, [room_id]))[room_id]


async def seats(tx: Tx, rows: Sequence[Row]) -> list[SeatView]:
    """Return what somebody has of these rooms."""
    ids = [row["room_id"] for row in rows]
    rooms = await views(tx, ids)
    said = {row["room_id"]: row for row in await tx.rows(sql.last_of_rooms, ids=ids)}
    found = []
    for row in rows:
        last = said.get(row["room_id"])
        is_hidden = last is None or last["seq"] <= row["from_seq"]
        found.append(
            SeatView(
                room=rooms[row["room_id"]],
                is_manager=row["is_manager"],
                from_seq=row["from_seq"],
                read_seq=row["read_seq"],
                last=None if is_hidden or last is None else message(last),
            )
        )
    return found


async def seat_of(tx: Tx, room_id: UUID, staff_id: StaffId) -> SeatView:
    row = await tx.row(sql.seat_of, room_id=room_id, staff_id=staff_id)
    if row is None:
        raise NotFound
    return (await seats(tx, [row]))[0]


def seat(row: Row | None) -> Seat:
    """Return what the asking person has of a room; NotFound for one that is not there or over."""
    if row is None or row["archived_at"] is not None:
        raise NotFound
    return Seat(
        room_id=row["id"],
        kind=row["kind"],
        posting=row["posting"],
        branch_id=row["branch_id"],
        is_member=row["is_member"],
        is_manager=row["is_manager"],
        from_seq=row["from_seq"],
        read_seq=row["read_seq"],
        last_seq=row["last_seq"],
    )


async def get_message(tx: Tx, message_id: UUID) -> RoomMessageView:
    row = await tx.row(sql.get_message, id=message_id)
    if row is None:
        raise NotFound
    return message(row)
