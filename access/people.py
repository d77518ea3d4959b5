"""Other people than the one who asks: what they may see, and guests who are invited from outside."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from pydantic import Field, SecretStr

from access import store
from access.model import Locale, Name, Permission, RoleSaved, StaffSaved
from access.signin import Passwords
from access.store import sql
from core.actor import Actor, ActorKind
from core.errors import Conflict
from core.ids import BranchId, StaffId, uuid7
from core.values import Value
from storage.database import Database, Tx

GUEST_ROLE = "Guest"


class NewGuest(Value):
    """What a guest says of himself; the address by which he was invited is his login."""

    name: Name
    organisation: str = Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")
    password: SecretStr = Field(min_length=10, max_length=200)
    locale: Locale = "en"


class IsColleague(Conflict):
    """It is a colleague who has this address: add them to the room instead."""


class People:
    """What several folders ask about staff; it answers and has no permission of its own."""

    def __init__(self, db: Database, passwords: Passwords) -> None:
        self._db, self._passwords = db, passwords

    async def actors(self, tx: Tx | Database, ids: Collection[UUID]) -> dict[StaffId, Actor]:
        """Return these people as they would act now; who may no longer sign in is left out."""
        if not ids:
            return {}
        rows = await tx.rows(sql.actors, ids=sorted(set(ids)))
        return {StaffId(row["id"]): store.actor(row, ActorKind.STAFF, None) for row in rows}

    async def who_may(self, tx: Tx, permission: str, branch_id: BranchId | None, most: int) -> list[StaffId]:
        """Return colleagues who may do this with data of this branch; those whose own branch is nearest first."""
        rows = await tx.rows(sql.who_may, permission=permission, branch_id=branch_id, most=most)
        return [StaffId(row["id"]) for row in rows]

    async def by_logins(self, tx: Tx, logins: Collection[str]) -> set[StaffId]:
        """Return whom `@login` in a text means."""
        if not logins:
            return set()
        return {StaffId(row["id"]) for row in await tx.rows(sql.ids_of_logins, logins=sorted(set(logins)))}

    async def hash(self, password: SecretStr) -> str:
        """Hash outside the transaction: it takes its time."""
        return await self._passwords.hash(password)

    async def known_guest(self, tx: Tx, email: str, until: datetime) -> StaffId | None:
        """Return the guest with this address, let in until then; None when he is new, IsColleague when he is none."""
        row = await tx.row(sql.guest_by_login, login=email)
        if row is None:
            return None
        if row["kind"] != "guest":
            raise IsColleague
        if not row["is_active"]:
            raise Conflict("An administrator has shut this guest out.")
        await tx.run(sql.extend_guest, id=row["id"], expires_at=until)
        tx.emit(StaffSaved(staff_id=row["id"], login=email, changed=["expires_at"]))
        return StaffId(row["id"])

    async def add_guest(self, tx: Tx, email: str, new: NewGuest, password_hash: str, until: datetime) -> StaffId:
        """Add somebody of another organisation; may talk where invited, sees nothing else."""
        guest_id = StaffId(uuid7())
        await tx.run(
            sql.insert_guest,
            id=guest_id,
            login=email,
            name=new.name,
            password_hash=password_hash,
            locale=new.locale,
            organisation=new.organisation,
            expires_at=until,
        )
        await store.give_roles(tx, guest_id, [await self._guest_role(tx)])
        tx.emit(StaffSaved(staff_id=guest_id, login=email, changed=["created", "guest"]))
        return guest_id

    async def _guest_role(self, tx: Tx) -> UUID:
        await tx.value(sql.lock_guest_role)
        found = await tx.value(sql.guest_role)
        if found is not None:
            return UUID(str(found))
        role_id, permissions = uuid7(), [str(Permission.ROOM_TALK)]
        await tx.run(sql.insert_role, id=role_id, name=GUEST_ROLE, permissions=permissions)
        tx.emit(RoleSaved(role_id=role_id, name=GUEST_ROLE, permissions=permissions))
        return role_id
