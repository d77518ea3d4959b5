"""Rows of access to values and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from access.model import Branch, Me, NewStaff, Role, Staff
from core.actor import Actor, ActorKind
from core.errors import Conflict, NotFound
from core.ids import BranchId, StaffId
from storage.database import Database, Row, Tx
from storage.queries import Queries

sql = Queries(__file__)


def actor(row: Row, kind: ActorKind, session_id: UUID | None) -> Actor:
    branches = row["branches"]
    return Actor(
        kind=ActorKind.GUEST if row["kind"] == "guest" else kind,
        id=row["id"],
        name=row["name"],
        permissions=frozenset(row["permissions"]),
        branches=None if branches is None else frozenset(branches),
        session_id=session_id,
        locale=row["locale"],
    )


def me(row: Row) -> Me:
    return Me(
        id=row["id"],
        login=row["login"],
        name=row["name"],
        is_guest=row["kind"] == "guest",
        locale=row["locale"],
        calendar=row["calendar"],
        branch_id=row["branch_id"],
        permissions=sorted(row["permissions"]),
    )


def staff(row: Row) -> Staff:
    return Staff(**dict(row))


async def get_staff(tx: Tx, staff_id: StaffId) -> Staff:
    row = await tx.row(sql.get_staff, id=staff_id)
    if row is None:
        raise NotFound
    return staff(row)


async def lock_staff(tx: Tx, staff_id: StaffId, version: int | None = None) -> Row:
    """Lock a person; Conflict when somebody changed it since `version` was read."""
    row = await tx.row(sql.lock_staff, id=staff_id)
    if row is None:
        raise NotFound
    if version is not None:
        must_be_version(row, version)
    return row


def must_be_version(row: Row, version: int) -> None:
    """Refuse a change of what somebody else changed since it was read."""
    if row["version"] != version:
        raise Conflict.overtaken(row["version"])


async def insert_staff(tx: Tx, staff_id: StaffId, new: NewStaff, password_hash: str) -> None:
    await tx.run(
        sql.insert_staff,
        id=staff_id,
        password_hash=password_hash,
        **new.model_dump(include={"login", "name", "email", "branch_id", "locale", "calendar"}),
    )
    await give_roles(tx, staff_id, new.role_ids)


async def give_roles(tx: Tx, staff_id: StaffId, role_ids: Iterable[UUID]) -> None:
    await tx.run(sql.clear_roles, staff_id=staff_id)
    await tx.run(sql.give_roles, staff_id=staff_id, role_ids=sorted(set(role_ids)))


async def permissions_of(tx: Tx, role_ids: Iterable[UUID]) -> frozenset[str]:
    return frozenset(row["permission"] for row in await tx.rows(sql.permissions_of_roles, role_ids=list(role_ids)))


async def permissions_of_staff(tx: Tx, staff_id: StaffId) -> frozenset[str]:
    return frozenset(row["permission"] for row in await tx.rows(sql.permissions_of_staff, staff_id=staff_id))


async def roles(db: Database) -> list[Role]:
    return [Role(**dict(row)) for row in await db.rows(sql.list_roles)]


async def branches(db: Database, scope: list[BranchId] | None) -> list[Branch]:
    return [Branch(**dict(row)) for row in await db.rows(sql.list_branches, branches=scope)]


async def end_sessions(tx: Tx, staff_id: StaffId, now: Any, session_id: UUID | None = None) -> list[UUID]:
    rows = await tx.rows(sql.revoke_sessions, staff_id=staff_id, session_id=session_id, now=now)
    return [row["id"] for row in rows]
