"""Permissions, roles and the values of sign-in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field, SecretStr

from core.events import Event
from core.ids import BranchId, StaffId
from core.values import Value


class Permission(StrEnum):
    """Everything that can be allowed. A route or command that names another fails the build."""

    ACCESS_MANAGE = "access.manage"
    AUDIT_READ = "audit.read"
    CHANNEL_MANAGE = "channel.manage"
    CUSTOMER_READ = "customer.read"
    CUSTOMER_WRITE = "customer.write"
    CUSTOMER_MERGE = "customer.merge"
    INTERACTION_READ = "interaction.read"
    INTERACTION_REPLY = "interaction.reply"
    INTERACTION_START = "interaction.start"
    INTERACTION_TRANSFER = "interaction.transfer"
    QUEUE_MANAGE = "queue.manage"
    AGENT_MANAGE = "agent.manage"
    WORK_TAKE = "work.take"
    WORK_DECLINE = "work.decline"
    WORK_EXPLAIN = "work.explain"
    WORK_SUPERVISE = "work.supervise"
    CALLBACK_MANAGE = "callback.manage"
    CALL_LISTEN = "call.listen"
    RECORDING_READ = "recording.read"
    RECORDING_MANAGE = "recording.manage"
    TEXT_SEND_MANY = "text.send_many"
    COST_READ = "cost.read"
    WORK_PRIORITISE = "work.prioritise"
    WORK_OVERLOAD = "work.overload"
    ANSWER_MANAGE = "answer.manage"
    COMMENT_WRITE = "comment.write"
    DOCUMENT_ASSIGN = "document.assign"
    ROOM_TALK = "room.talk"
    ROOM_MANAGE = "room.manage"
    VIEW_SHARE = "view.share"
    VISITOR_BLOCK = "visitor.block"
    EXTENSION_MANAGE = "extension.manage"
    SETTINGS_MANAGE = "settings.manage"
    OPERATIONS_READ = "operations.read"
    OPERATIONS_MANAGE = "operations.manage"
    TICKET_READ = "ticket.read"
    TICKET_WRITE = "ticket.write"
    TICKET_ASSIGN = "ticket.assign"
    TICKET_MERGE = "ticket.merge"
    TICKET_CONFIDENTIAL = "ticket.confidential"
    TICKET_MANAGE = "ticket.manage"
    COMPLAINT_READ = "complaint.read"
    COMPLAINT_HANDLE = "complaint.handle"
    COMPLAINT_REVIEW = "complaint.review"
    COMPLAINT_MANAGE = "complaint.manage"
    CONTACTFORM_WRITE = "contactform.write"
    CONTACTFORM_MANAGE = "contactform.manage"
    WEBHOOK_MANAGE = "webhook.manage"
    SLA_MANAGE = "sla.manage"
    REPORT_READ = "report.read"
    REPORT_SCHEDULE = "report.schedule"
    AUTOMATION_MANAGE = "automation.manage"
    KNOWLEDGE_WRITE = "knowledge.write"
    KNOWLEDGE_PUBLISH = "knowledge.publish"
    SOLUTION_SEND = "solution.send"
    VISIT_READ = "visit.read"
    VISIT_WRITE = "visit.write"
    VISIT_DISPATCH = "visit.dispatch"
    VISIT_WORK = "visit.work"
    VISIT_MANAGE = "visit.manage"
    PORTAL_MANAGE = "portal.manage"
    GEO_VIEW = "geo.view"
    GEO_MANAGE = "geo.manage"


AGENT_PERMISSIONS = frozenset(
    {
        Permission.CUSTOMER_READ,
        Permission.CUSTOMER_WRITE,
        Permission.INTERACTION_READ,
        Permission.INTERACTION_REPLY,
        Permission.INTERACTION_START,
        Permission.INTERACTION_TRANSFER,
        Permission.WORK_TAKE,
        Permission.WORK_DECLINE,
        Permission.COMMENT_WRITE,
        Permission.DOCUMENT_ASSIGN,
        Permission.ROOM_TALK,
        Permission.VISITOR_BLOCK,
        Permission.TICKET_READ,
        Permission.TICKET_WRITE,
        Permission.KNOWLEDGE_WRITE,
        Permission.CONTACTFORM_WRITE,
    }
)

Locale = Literal["en", "ar", "fa"]
Calendar = Literal["gregory", "persian", "islamic-umalqura"]


def _known(permissions: list[str]) -> list[str]:
    unknown = sorted(set(permissions) - set(Permission))
    if unknown:
        raise ValueError(f"unknown permissions: {', '.join(unknown[:5])}")
    return sorted(set(permissions))


Permissions = Annotated[list[str], AfterValidator(_known), Field(max_length=200)]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]


class Branch(Value):
    id: BranchId
    name: str
    parent_id: BranchId | None
    version: int


class NewBranch(Value):
    name: Name
    parent_id: BranchId | None = None


class BranchChange(NewBranch):
    """A new name, or another place in the tree. `version` is the one that was read."""

    version: int = Field(ge=1)


def line_up(parents: Mapping[BranchId, BranchId | None], branch_id: BranchId | None) -> list[BranchId]:
    """Return a branch and all above it, nearest first; nothing for the place above all branches."""
    found = []
    while branch_id is not None:
        found.append(branch_id)
        branch_id = parents[branch_id]
    return found


class Role(Value):
    id: UUID
    name: str
    permissions: list[str]
    version: int


class NewRole(Value):
    name: Name
    permissions: Permissions


class RoleChange(NewRole):
    version: int = Field(ge=1, description="The one that was read.")


class Staff(Value):
    """A person who signs in. Without a branch the whole organisation is in scope."""

    id: StaffId
    login: str
    name: str
    email: str | None
    branch_id: BranchId | None
    is_active: bool
    locale: Locale
    calendar: Calendar
    role_ids: list[UUID]
    version: int


Email = Annotated[str, Field(max_length=254, pattern=r"^[^\s@<>,;]+@[^\s@<>,;]+$")]


class NewStaff(Value):
    login: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._@+-]{1,79}$")]
    name: Name
    password: SecretStr = Field(min_length=10, max_length=200)
    email: Email | None = None
    branch_id: BranchId | None = None
    role_ids: list[UUID] = Field(default=[], max_length=50)
    locale: Locale | None = Field(None, description="Null: the organisation's usual one.")
    calendar: Calendar | None = Field(None, description="Null: the organisation's usual one.")


class StaffChange(Value):
    """What may change; `version` is the one that was read, so that two administrators do not overwrite each other.

    What is left out stays; `branch_id` as null is the whole organisation, `email` as null none.
    """

    version: int
    name: Name | None = None
    email: Email | None = None
    is_active: bool | None = None
    role_ids: list[UUID] | None = Field(None, max_length=50)
    branch_id: BranchId | None = None
    password: SecretStr | None = Field(None, min_length=10, max_length=200)


class Credentials(Value):
    login: str = Field(min_length=1, max_length=100)
    password: SecretStr = Field(min_length=1, max_length=200)


class Me(Value):
    """Who is signed in, as the console shows it."""

    id: StaffId
    login: str
    name: str
    is_guest: bool = False
    locale: Locale
    calendar: Calendar
    branch_id: BranchId | None
    permissions: list[str]


class Preferences(Value):
    locale: Locale | None = None
    calendar: Calendar | None = None


class SignedIn(Value):
    me: Me
    csrf_token: str


class Session(Value):
    id: UUID
    created_at: datetime
    expires_at: datetime
    address: str
    user_agent: str
    is_current: bool


class NewToken(Value):
    name: Name
    scopes: Permissions
    expires_at: datetime | None = None


class Token(Value):
    id: UUID
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None


class TokenMade(Token):
    """The token itself is shown this once."""

    token: str


class SignedInEvent(Event, kind="staff.signed_in"):
    staff_id: StaffId
    session_id: UUID
    address: str

    def subject(self) -> str:
        return f"staff:{self.staff_id}"


class SignInRefused(Event, kind="staff.sign_in_refused"):
    login: str
    address: str

    def subject(self) -> str:
        return "sign_in"


class SessionEnded(Event, kind="staff.session_ended"):
    """Signed out or revoked; sockets of the session close within a second."""

    staff_id: StaffId
    session_ids: list[UUID]

    def subject(self) -> str:
        return f"staff:{self.staff_id}"

    def audience(self) -> tuple[str, ...]:
        return tuple(f"session:{session_id}" for session_id in self.session_ids)


class RightsChanged(Event, kind="staff.rights_changed"):
    """Roles, branch or activity changed; the sockets of this person load anew or close."""

    staff_id: StaffId
    is_active: bool

    def subject(self) -> str:
        return f"staff:{self.staff_id}"

    def audience(self) -> tuple[str, ...]:
        return (f"agent:{self.staff_id}",)

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        return ("me.changed", {}) if namespace == "/agent" and data["is_active"] else None


class StaffSaved(Event, kind="staff.saved"):
    staff_id: StaffId
    login: str
    changed: list[str]

    def subject(self) -> str:
        return f"staff:{self.staff_id}"


class RoleSaved(Event, kind="role.saved"):
    role_id: UUID
    name: str
    permissions: list[str]

    def subject(self) -> str:
        return f"role:{self.role_id}"


class BranchSaved(Event, kind="branch.saved"):
    branch_id: BranchId
    name: str

    def subject(self) -> str:
        return f"branch:{self.branch_id}"


class TokenChanged(Event, kind="token.changed"):
    token_id: UUID
    name: str
    is_revoked: bool

    def subject(self) -> str:
        return f"token:{self.token_id}"


class AuditEntry(Value):
    seq: int
    at: datetime
    kind: str
    actor: str
    subject: str
    data: dict[str, object]


class AuditFilter(Value):
    """What of the trail is shown; None is all."""

    subject: str | None = None
    actor: str | None = None
    kind: str | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


EVERYTHING = AuditFilter()
