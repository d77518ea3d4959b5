"""Documents as their notes see them, comments, assignments, notifications."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from core.actor import Actor
from core.events import Event
from core.ids import BranchId, StaffId
from core.values import Value


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("there is nothing to say")
    return text


DocumentKind = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z_]+$")]
ClientId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]
Text = Annotated[str, Field(min_length=1, max_length=8000), AfterValidator(_said)]
Note = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]
NoticeKind = Literal[
    "mention",
    "comment",
    "assignment",
    "done",
    "room_mention",
    "direct",
    "missed_offer",
    "follow_up",
    "callback_failed",
    "call_asked",
    "customer_contact",
    "low_rating",
    "work_alert",
    "queue_alarm",
    "ticket_changed",
    "ticket_due",
    "ticket_late",
    "complaint_referred",
    "complaint_review",
    "complaint_late",
    "ticket_rule",
    "mailbox_failing",
    "visit_changed",
]
AssignmentState = Literal["open", "done", "handed_on", "withdrawn"]
Side = Literal["to_me", "by_me", "all"]

KINDS: tuple[NoticeKind, ...] = (
    "mention",
    "comment",
    "assignment",
    "done",
    "room_mention",
    "direct",
    "missed_offer",
    "follow_up",
    "callback_failed",
    "call_asked",
    "customer_contact",
    "low_rating",
    "work_alert",
    "queue_alarm",
    "ticket_changed",
    "ticket_due",
    "ticket_late",
    "complaint_referred",
    "complaint_review",
    "complaint_late",
    "ticket_rule",
    "mailbox_failing",
    "visit_changed",
)
# What rings unless somebody chose otherwise: what waits for an answer.
RINGING: frozenset[NoticeKind] = frozenset(
    {
        "mention",
        "assignment",
        "room_mention",
        "direct",
        "follow_up",
        "call_asked",
        "work_alert",
        "queue_alarm",
        "ticket_late",
        "complaint_late",
        "mailbox_failing",
        "visit_changed",
    }
)
MOST_MENTIONS = 50
# For so long a comment can be put right by its author; what stood there before is kept.
EDITABLE = timedelta(minutes=15)
_LOGIN = re.compile(r"(?<![\w@.])@([a-z0-9][a-z0-9._+-]{1,79})", re.IGNORECASE)


class DocumentRef(Value):
    kind: DocumentKind
    id: UUID


class Document(Value):
    """What its owner says of a document: its name, where the console shows it, and who may know of it.

    `only`: nobody else, whatever the permissions (a room), but who may do one of what `beyond` names. `never`: these
    do not, whatever else holds. `owners` hear of what happens at it.
    """

    ref: DocumentRef
    title: str
    link: list[str]
    permission: str
    branch_id: BranchId | None = None
    owners: frozenset[UUID] = frozenset()
    only: frozenset[UUID] | None = None
    beyond: frozenset[str] = frozenset()
    never: frozenset[UUID] = frozenset()

    def is_seen_by(self, actor: Actor) -> bool:
        if actor.id is not None and actor.id in self.never:
            return False
        is_meant = self.only is None or (actor.id is not None and actor.id in self.only)
        is_beyond = any(actor.may(each) for each in self.beyond)
        return actor.may(self.permission) and actor.sees(self.branch_id) and (is_meant or is_beyond)


class Titled(Value):
    document: DocumentRef
    title: str
    link: list[str]


def logins_in(text: str) -> set[str]:
    """Return the logins that a text mentions: `@sara`, not the host of a mail address.

    >>> sorted(logins_in("@sara and @Omar., not x@maya.example"))
    ['omar', 'sara']
    """
    return {found.rstrip(".").lower() for found in _LOGIN.findall(text)[:MOST_MENTIONS]}


class NewComment(Value):
    client_id: ClientId
    text: Text
    mentions: list[StaffId] = Field(default=[], max_length=MOST_MENTIONS)


class CommentChange(Value):
    version: int = Field(ge=1, description="The one that was read.")
    text: Text


class CommentView(Value):
    """What was deleted has no text any more, and keeps its place."""

    id: UUID
    author_id: StaffId
    author_name: str
    text: str
    mentions: list[StaffId]
    client_id: str
    at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    version: int


class NewAssignment(Value):
    """`version` is the document's that was read; null takes it away from whoever has it."""

    version: int = Field(ge=0)
    assignee_id: StaffId | None
    note: Note = ""


class AssignmentView(Value):
    id: UUID
    document: DocumentRef
    title: str
    link: list[str]
    assignee_id: StaffId
    assignee_name: str
    by_id: StaffId
    by_name: str
    note: str
    state: AssignmentState
    assigned_at: datetime
    ended_at: datetime | None


class NotesView(Value):
    """Everything at a document."""

    document: DocumentRef
    title: str
    version: int
    comments: list[CommentView]
    count: int
    assignment: AssignmentView | None
    history: list[AssignmentView]
    is_following: bool


class NotificationView(Value):
    id: UUID
    kind: NoticeKind
    document: DocumentRef
    title: str
    link: list[str]
    by_id: UUID | None
    by_name: str
    text: str
    created_at: datetime
    read_at: datetime | None


class Notice(Value):
    """What somebody is to hear of. `source` names it: telling the same again has no second effect."""

    kind: NoticeKind
    source: str = Field(min_length=1, max_length=200)
    text: str = ""


class Setting(Value):
    kind: NoticeKind
    rings: bool


class Colleague(Value):
    """Somebody who can be mentioned or given work."""

    id: StaffId
    name: str
    login: str


def settings(chosen: Iterable[tuple[str, bool]]) -> list[Setting]:
    """Return what rings for somebody: the usual, and what they chose."""
    known = dict(chosen)
    return [Setting(kind=kind, rings=known.get(kind, kind in RINGING)) for kind in KINDS]


def told_first(groups: Sequence[tuple[NoticeKind, Iterable[UUID]]], by: UUID | None) -> dict[UUID, NoticeKind]:
    """Give everybody one reason, the first that fits, and the author none."""
    told: dict[UUID, NoticeKind] = {}
    for kind, people in groups:
        for person in people:
            if person != by:
                told.setdefault(person, kind)
    return told


class CommentSaved(Event, kind="comment.saved"):
    """New, edited or deleted; for everybody who has the document open."""

    document: DocumentRef
    comment: CommentView
    count: int

    def subject(self) -> str:
        return f"{self.document.kind}:{self.document.id}"

    def audience(self) -> tuple[str, ...]:
        return (f"document:{self.document.kind}:{self.document.id}",)

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        told = {name: data[name] for name in ("document", "comment", "count")}
        return ("comment.put", told) if namespace == "/agent" else None


class AssignmentChanged(Event, kind="assignment.changed"):
    """An assignment as it is now; for its document, for whom it is to and who gave it."""

    assignment: AssignmentView
    version: int

    def subject(self) -> str:
        return f"{self.assignment.document.kind}:{self.assignment.document.id}"

    def audience(self) -> tuple[str, ...]:
        document = self.assignment.document
        people = dict.fromkeys((self.assignment.assignee_id, self.assignment.by_id))
        return (f"document:{document.kind}:{document.id}", *(f"agent:{person}" for person in people))

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        told = {"assignment": data["assignment"], "version": data["version"]}
        return ("assignment.put", told) if namespace == "/agent" else None


class NotificationAdded(Event, kind="notification.added"):
    staff_id: StaffId
    notification: NotificationView
    unread: int

    def subject(self) -> str:
        return f"staff:{self.staff_id}"

    def audience(self) -> tuple[str, ...]:
        return (f"agent:{self.staff_id}",)

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        told = {"notification": data["notification"], "unread": data["unread"]}
        return ("notification.put", told) if namespace == "/agent" else None


class NotificationsRead(Event, kind="notification.read"):
    """`ids` null: all there were."""

    staff_id: StaffId
    ids: list[UUID] | None
    read_at: datetime
    unread: int

    def subject(self) -> str:
        return f"staff:{self.staff_id}"

    def audience(self) -> tuple[str, ...]:
        return (f"agent:{self.staff_id}",)

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        told = {name: data[name] for name in ("ids", "read_at", "unread")}
        return ("notification.read", told) if namespace == "/agent" else None


class NotificationSettingsSaved(Event, kind="notification.settings_saved"):
    staff_id: StaffId
    settings: list[Setting]

    def subject(self) -> str:
        return f"staff:{self.staff_id}"

    def audience(self) -> tuple[str, ...]:
        return (f"agent:{self.staff_id}",)

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        return ("notification.settings", {"settings": data["settings"]}) if namespace == "/agent" else None
