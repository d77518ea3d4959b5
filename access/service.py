"""Use-cases of an administrator: people, roles, branches, tokens, the audit trail."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from itertools import chain, count
from uuid import UUID

from pydantic import SecretStr, ValidationError

from access import store
from access.model import (
    EVERYTHING,
    AuditEntry,
    AuditFilter,
    Branch,
    BranchChange,
    BranchSaved,
    Calendar,
    Locale,
    NewBranch,
    NewRole,
    NewStaff,
    NewToken,
    Permission,
    Preferences,
    RightsChanged,
    Role,
    RoleChange,
    RoleSaved,
    Session,
    SessionEnded,
    Staff,
    StaffChange,
    StaffSaved,
    Token,
    TokenChanged,
    TokenMade,
    line_up,
)
from access.signin import Passwords
from access.store import sql
from access.veil import Veil, veiled
from core.actor import SYSTEM, Actor, ActorKind
from core.clock import Clock
from core.errors import Forbidden, Invalid, NotFound, Unauthenticated
from core.http.api import invalid
from core.ids import BranchId, StaffId, uuid7
from core.secrets import digest, new_token
from storage.database import Database, Tx
from storage.database import sql as storage_sql

# Language and calendar of who has not chosen; None while nobody has said what is usual.
Usual = Callable[[Tx], Awaitable[tuple[Locale, Calendar] | None]]


class Access:
    """People and their rights."""

    def __init__(self, db: Database, clock: Clock, passwords: Passwords, usual: Usual) -> None:
        self._db, self._clock, self._passwords, self._usual = db, clock, passwords, usual
        self._veils: list[Veil] = []

    def hide_behind(self, veil: Veil) -> None:
        """Ask this owner of what the trail does not show to a reader."""
        self._veils.append(veil)

    async def add_staff(self, actor: Actor, new: NewStaff) -> Staff:
        """Add a person; nobody gives rights or a scope that they do not have themselves."""
        password_hash = await self._passwords.hash(new.password)
        staff_id = StaffId(uuid7())
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.ACCESS_MANAGE, new.branch_id)
            await self._may_give(tx, actor, new.role_ids, new.branch_id)
            await store.insert_staff(tx, staff_id, await self._completed(tx, new), password_hash)
            tx.emit(StaffSaved(staff_id=staff_id, login=new.login, changed=["created"]))
            return await store.get_staff(tx, staff_id)

    async def _completed(self, tx: Tx, new: NewStaff) -> NewStaff:
        """Return it with the organisation's language and calendar where none are chosen."""
        locale, calendar = await self._usual(tx) or (new.locale or "en", "persian" if new.locale == "fa" else "gregory")
        return new.model_copy(update={"locale": new.locale or locale, "calendar": new.calendar or calendar})

    async def add_administrator(self, login: str) -> str:
        """Add somebody with every permission and return the password: for a centre that has nobody yet."""
        password = new_token()[:20]
        try:
            new = NewStaff(login=login, name=login, password=SecretStr(password))
        except ValidationError as error:
            raise invalid(error) from error
        roles = await store.roles(self._db)
        whole = next((role for role in roles if {*Permission} <= {*role.permissions}), None)
        role = whole or await self.add_role(SYSTEM, NewRole(name=_free_name(roles), permissions=sorted(Permission)))
        await self.add_staff(SYSTEM, new.model_copy(update={"role_ids": [role.id]}))
        return password

    async def change_staff(self, actor: Actor, staff_id: StaffId, change: StaffChange) -> Staff:
        """Change a person; open sockets follow at once, and a new password or a deactivation ends all sessions."""
        password_hash = await self._passwords.hash(change.password) if change.password else None
        async with self._db.transaction(actor) as tx:
            row = await store.lock_staff(tx, staff_id, change.version)
            actor.must(Permission.ACCESS_MANAGE, row["branch_id"])
            if row["branch_id"] is None and actor.branches is not None:
                raise Forbidden("This person belongs to the whole organisation.")
            await self._may_change(tx, actor, staff_id)
            branch_id = change.branch_id if "branch_id" in change.model_fields_set else row["branch_id"]
            await self._may_give(tx, actor, change.role_ids or [], branch_id)
            await tx.run(
                sql.update_staff,
                id=staff_id,
                name=change.name,
                email=change.email if "email" in change.model_fields_set else row["email"],
                is_active=change.is_active,
                branch_id=branch_id,
                password_hash=password_hash,
            )
            if change.role_ids is not None:
                await store.give_roles(tx, staff_id, change.role_ids)
            if change.is_active is False or password_hash is not None:
                ended = await store.end_sessions(tx, staff_id, self._clock())
                tx.emit(SessionEnded(staff_id=staff_id, session_ids=ended))
            changed = sorted(change.model_fields_set - {"version"})
            tx.emit(StaffSaved(staff_id=staff_id, login=row["login"], changed=changed))
            tx.emit(RightsChanged(staff_id=staff_id, is_active=change.is_active is not False))
            return await store.get_staff(tx, staff_id)

    async def _may_change(self, tx: Tx, actor: Actor, staff_id: StaffId) -> None:
        """Refuse to touch who may do more: a new password of theirs would be their rights."""
        if not await store.permissions_of_staff(tx, staff_id) <= actor.permissions:
            raise Forbidden("This person may do more than you.")

    async def _may_give(self, tx: Tx, actor: Actor, role_ids: list[UUID], branch_id: BranchId | None) -> None:
        if actor.branches is not None and (branch_id is None or branch_id not in actor.branches):
            raise Forbidden("Your scope does not reach that far.")
        given = await store.permissions_of(tx, role_ids)
        if actor.kind is not ActorKind.SYSTEM and not given <= actor.permissions:
            raise Forbidden("You cannot give permissions that you do not have.")

    async def list_staff(self, actor: Actor, after: UUID, most: int) -> list[Staff]:
        actor.must(Permission.ACCESS_MANAGE)
        rows = await self._db.rows(sql.list_staff, after=after, branches=actor.branch_scope, most=most)
        return [store.staff(row) for row in rows]

    async def roles(self, actor: Actor) -> list[Role]:
        actor.must(Permission.ACCESS_MANAGE)
        return await store.roles(self._db)

    async def add_role(self, actor: Actor, new: NewRole) -> Role:
        """Add a role; only an administrator of the whole organisation may, since roles reach every branch."""
        role_id = uuid7()
        async with self._db.transaction(actor) as tx:
            _may_set_role(actor, new.permissions)
            await tx.run(sql.insert_role, id=role_id, name=new.name, permissions=new.permissions)
            tx.emit(RoleSaved(role_id=role_id, name=new.name, permissions=new.permissions))
        return Role(id=role_id, name=new.name, permissions=new.permissions, version=1)

    async def change_role(self, actor: Actor, role_id: UUID, change: RoleChange) -> Role:
        """Change what a role allows; open sockets of everybody who has it follow at once."""
        async with self._db.transaction(actor) as tx:
            row = await tx.row(sql.lock_role, id=role_id)
            if row is None:
                raise NotFound
            # Also what it allows until now: else somebody could take rights from those who may do more.
            _may_set_role(actor, [*row["permissions"], *change.permissions])
            store.must_be_version(row, change.version)
            await tx.run(sql.update_role, id=role_id, name=change.name, permissions=change.permissions)
            tx.emit(RoleSaved(role_id=role_id, name=change.name, permissions=change.permissions))
            for person in await tx.rows(sql.active_in_role, role_id=role_id):
                tx.emit(RightsChanged(staff_id=person["id"], is_active=True))
        return Role(id=role_id, name=change.name, permissions=change.permissions, version=change.version + 1)

    async def branches(self, actor: Actor) -> list[Branch]:
        return await store.branches(self._db, actor.branch_scope)

    async def add_branch(self, actor: Actor, new: NewBranch) -> Branch:
        branch_id = BranchId(uuid7())
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.ACCESS_MANAGE, new.parent_id)
            if new.parent_id is None and actor.branches is not None:
                raise Forbidden("Your scope does not reach that far.")
            await tx.run(sql.insert_branch, id=branch_id, name=new.name, parent_id=new.parent_id)
            tx.emit(BranchSaved(branch_id=branch_id, name=new.name))
        return Branch(id=branch_id, name=new.name, parent_id=new.parent_id, version=1)

    async def change_branch(self, actor: Actor, branch_id: BranchId, change: BranchChange) -> Branch:
        """Rename a branch or move it with all below it; whose scope that changes, their open sockets follow."""
        async with self._db.transaction(actor) as tx:
            tree = {row["id"]: row for row in await tx.rows(sql.lock_branches)}
            parents = {each: row["parent_id"] for each, row in tree.items()}
            actor.must(Permission.ACCESS_MANAGE, branch_id)
            if branch_id not in tree:
                raise NotFound
            store.must_be_version(tree[branch_id], change.version)
            before = tree[branch_id]["parent_id"]
            if change.parent_id != before:
                _may_move(actor, branch_id, change.parent_id, parents)
            await tx.run(sql.update_branch, id=branch_id, name=change.name, parent_id=change.parent_id)
            tx.emit(BranchSaved(branch_id=branch_id, name=change.name))
            if change.parent_id != before:
                touched = set(line_up(parents, before)) ^ set(line_up(parents, change.parent_id))
                for person in await tx.rows(sql.active_in_branches, branches=sorted(touched)):
                    tx.emit(RightsChanged(staff_id=person["id"], is_active=True))
        return Branch(id=branch_id, name=change.name, parent_id=change.parent_id, version=change.version + 1)

    async def save_preferences(self, actor: Actor, preferences: Preferences) -> None:
        staff_id = _person(actor)
        async with self._db.transaction(actor) as tx:
            await tx.run(sql.save_preferences, id=staff_id, locale=preferences.locale, calendar=preferences.calendar)
            tx.emit(StaffSaved(staff_id=staff_id, login="", changed=sorted(preferences.model_fields_set)))

    async def sessions(self, actor: Actor) -> list[Session]:
        rows = await self._db.rows(sql.list_sessions, staff_id=_person(actor))
        return [Session(**dict(row), is_current=row["id"] == actor.session_id) for row in rows]

    async def revoke_session(self, actor: Actor, session_id: UUID) -> None:
        """End one of the own sessions, somewhere else."""
        staff_id = _person(actor)
        async with self._db.transaction(actor) as tx:
            ended = await store.end_sessions(tx, staff_id, self._clock(), session_id)
            if not ended:
                raise NotFound
            tx.emit(SessionEnded(staff_id=staff_id, session_ids=ended))

    async def sign_out_everywhere(self, actor: Actor, staff_id: StaffId) -> None:
        """End all sessions of a person, as after a lost phone."""
        async with self._db.transaction(actor) as tx:
            row = await store.lock_staff(tx, staff_id)
            actor.must(Permission.ACCESS_MANAGE, row["branch_id"])
            ended = await store.end_sessions(tx, staff_id, self._clock())
            tx.emit(SessionEnded(staff_id=staff_id, session_ids=ended))

    async def add_token(self, actor: Actor, new: NewToken) -> TokenMade:
        """Make an API token that acts as this person with some of the own permissions."""
        staff_id = _person(actor)
        if not set(new.scopes) <= actor.permissions:
            raise Invalid("A token's scopes are some of your own permissions.")
        token, token_id, now = new_token(), uuid7(), self._clock()
        async with self._db.transaction(actor) as tx:
            await tx.run(
                sql.insert_token,
                id=token_id,
                token_hash=digest(token),
                name=new.name,
                staff_id=staff_id,
                scopes=new.scopes,
                created_at=now,
                expires_at=new.expires_at,
            )
            tx.emit(TokenChanged(token_id=token_id, name=new.name, is_revoked=False))
        return TokenMade(
            id=token_id, name=new.name, scopes=new.scopes, created_at=now, expires_at=new.expires_at, token=token
        )

    async def tokens(self, actor: Actor) -> list[Token]:
        return [Token(**dict(row)) for row in await self._db.rows(sql.list_tokens, staff_id=_person(actor))]

    async def revoke_token(self, actor: Actor, token_id: UUID) -> None:
        staff_id = _person(actor)
        async with self._db.transaction(actor) as tx:
            name = await tx.value(sql.revoke_token, id=token_id, staff_id=staff_id, now=self._clock())
            if name is None:
                raise NotFound
            tx.emit(TokenChanged(token_id=token_id, name=name, is_revoked=True))

    async def audit(self, actor: Actor, before: int, most: int, wanted: AuditFilter = EVERYTHING) -> list[AuditEntry]:
        """Read the trail, newest first; only with the whole organisation in scope, since events name all branches."""
        actor.must(Permission.AUDIT_READ)
        if actor.branches is not None:
            raise Forbidden("The audit trail is the whole organisation's.")
        rows = await self._db.rows(storage_sql.list_audit, before=before, most=most, **wanted.model_dump())
        entries = [
            AuditEntry(
                seq=row["seq"],
                at=row["at"],
                kind=row["kind"],
                actor=row["actor"],
                subject=row["subject"],
                data=row["data"],
            )
            for row in rows
        ]
        return await veiled(actor, entries, self._veils)

    async def is_empty(self) -> bool:
        return not await self._db.value(sql.count_staff)


def _free_name(roles: Iterable[Role]) -> str:
    """Return a name for a role that allows everything; the usual one may be in use for less."""
    taken = {role.name for role in roles}
    names = chain(["Administrator"], (f"Administrator {number}" for number in count(2)))
    return next(name for name in names if name not in taken)


def _may_set_role(actor: Actor, permissions: Iterable[str]) -> None:
    """Refuse what goes beyond the own rights, and anybody of one branch: roles reach every branch."""
    actor.must(Permission.ACCESS_MANAGE)
    if actor.kind is not ActorKind.SYSTEM and not (
        actor.branches is None and actor.permissions.issuperset(permissions)
    ):
        raise Forbidden("You cannot give permissions that you do not have.")


def _may_move(actor: Actor, branch_id: BranchId, to: BranchId | None, parents: dict[BranchId, BranchId | None]) -> None:
    actor.must(Permission.ACCESS_MANAGE, to)
    if to is None and actor.branches is not None:
        raise Forbidden("Your scope does not reach that far.")
    if to is not None and to not in parents:
        raise Invalid(
            "The branch above is not there.", errors=[{"loc": "parent_id", "msg": "is not there", "type": "missing"}]
        )
    if branch_id in line_up(parents, to):
        raise Invalid(
            "A branch cannot lie below itself.", errors=[{"loc": "parent_id", "msg": "lies below it", "type": "cycle"}]
        )


def _person(actor: Actor) -> StaffId:
    """Return who it is. Sessions and tokens are a person's own affair: a token with few scopes must not end them."""
    if actor.id is None:
        raise Unauthenticated
    if actor.kind is not ActorKind.STAFF:
        raise Forbidden("This is for people, not for tokens.")
    return StaffId(actor.id)
