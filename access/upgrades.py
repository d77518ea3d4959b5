"""What a new version allows beyond the one before: whoever could do everything still can, and gives it to others."""

from __future__ import annotations

from access.model import Permission, RightsChanged, RoleSaved
from access.store import sql
from storage.database import Database


async def give_new_permissions(db: Database) -> None:
    """Put permissions that this database does not know into every role that has all the others.

    Nobody gives what they do not have: without this a permission that a version brings would be in no role for ever.
    """
    async with db.transaction() as tx:
        known = {row["name"] for row in await tx.rows(sql.lock_permissions)} & set(Permission)
        new = sorted(set(Permission) - known)
        if not new:
            return
        await tx.run(sql.add_permissions, names=new)
        for role in await tx.rows(sql.roles_with_all, permissions=sorted(known)):
            permissions = sorted({*role["permissions"], *new})
            await tx.run(sql.update_role, id=role["id"], name=role["name"], permissions=permissions)
            tx.emit(RoleSaved(role_id=role["id"], name=role["name"], permissions=permissions))
            for person in await tx.rows(sql.active_in_role, role_id=role["id"]):
                tx.emit(RightsChanged(staff_id=person["id"], is_active=True))
