"""Who asks: the value that every use-case takes first and holds its permission against."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from core.errors import Forbidden, NotFound
from core.ids import BranchId, StaffId


class ActorKind(StrEnum):
    STAFF = "staff"
    TOKEN = "token"  # noqa: S105 - a kind of actor, not a secret
    VISITOR = "visitor"
    GUEST = "guest"
    CUSTOMER = "customer"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that acts, with what it may do and on whose data.

    `branches` is None for the whole organisation; otherwise exactly the branches whose data may be touched.
    """

    kind: ActorKind
    id: UUID | None
    name: str
    permissions: frozenset[str] = frozenset()
    branches: frozenset[BranchId] | None = field(default_factory=frozenset)
    session_id: UUID | None = None
    locale: str = "en"

    def may(self, permission: str) -> bool:
        return self.kind is ActorKind.SYSTEM or permission in self.permissions

    def sees(self, branch_id: BranchId | None) -> bool:
        """Tell whether data of this branch is in scope; data without a branch belongs to everyone."""
        return branch_id is None or self.branches is None or branch_id in self.branches

    def must(self, permission: str, branch_id: BranchId | None = None) -> None:
        """Refuse unless the permission is held and the branch is in scope.

        A branch out of scope answers NotFound: whether it exists is itself not for this actor (C3 in reliability).
        """
        if not self.may(permission):
            raise Forbidden(f"This needs the permission {permission}.", permission=permission)
        if not self.sees(branch_id):
            raise NotFound

    def must_be_somebody(self) -> StaffId:
        """Return whose account acts; Forbidden for what is nobody's: rules, the program itself."""
        if self.id is None:
            raise Forbidden
        return StaffId(self.id)

    @property
    def label(self) -> str:
        """How the event log names the actor: `staff:0192...`."""
        return f"{self.kind}:{self.id}" if self.id else str(self.kind)

    @property
    def branch_scope(self) -> list[BranchId] | None:
        """The scope as a query parameter: null means all."""
        return None if self.branches is None else sorted(self.branches)


SYSTEM = Actor(kind=ActorKind.SYSTEM, id=None, name="Markaz", branches=None)
