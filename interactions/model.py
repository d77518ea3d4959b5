"""Interactions and messages: values, views, the rules that need no database."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, NewType
from uuid import UUID

from pydantic import AwareDatetime, Field

from access.model import Locale
from channels.base import Delivery
from core.events import Event
from core.ids import BranchId, StaffId
from core.values import Value
from customers.model import CustomerCard
from interactions.party import Listener, Party, RecordingState
from interactions.recipients import People, Recipients

InteractionId = NewType("InteractionId", UUID)
MessageId = NewType("MessageId", UUID)
State = Literal["queued", "assigned", "wrap_up", "closed"]
Direction = Literal["inbound", "outbound", "note", "system"]
Change = Literal[
    "opened", "assigned", "transferred", "requeued", "resumed", "wrap_up", "closed", "read", "reopened", "call",
    "rated", "taken", "snoozed", "woke", "extended", "prioritised",
]  # fmt: skip
# What of the system's lines a visitor sees of the own chat; the widget says it in the visitor's words.
TOLD_VISITORS = frozenset({"transferred"})
# What a visitor is not told: the chat is the same to them. A wrap-up is its end, which they rate.
_AMONG_STAFF = frozenset({"snoozed", "woke", "extended", "prioritised"})
ENDED = frozenset({"completed", "busy", "no_answer", "failed", "canceled"})

_RANK = {
    Delivery.NONE: 0,
    Delivery.QUEUED: 1,
    Delivery.SENDING: 2,
    Delivery.UNCERTAIN: 3,
    Delivery.SENT: 4,
    Delivery.DELIVERED: 5,
    Delivery.FAILED: 5,
    Delivery.READ: 6,
}


def supersedes(new: Delivery, old: Delivery) -> bool:
    """Tell whether a status counts: by rank, never by arrival; of delivered and failed the first stays."""
    return _RANK[new] > _RANK[old]


class Call(Value):
    """The telephone side of a voice interaction. `sequence` is the carrier's last one, -1 for none.

    What the carrier tells comes twice and in any order: `changed` leads to the same end whatever the order was.
    """

    call_id: str
    status: Literal["ringing", "waiting", "joined", "completed", "busy", "no_answer", "failed", "canceled"]
    sequence: int = -1
    started_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: Literal["handled", "abandoned", "failed"] | None = None
    is_muted: bool = Field(default=False, description="Whether the caller does not hear the agent.")
    is_held: bool = Field(default=False, description="Whether the caller hears music instead of the agent.")
    attempt: int = Field(0, description="Of a call that we place: which try this is, from 1.")
    dialled_at: datetime | None = Field(None, description="Of a call that we place: when the carrier was first asked.")
    leg_at: datetime | None = Field(None, description="When the carrier last told of the agent's phone.")
    party: Party | None = Field(None, description="Who was called into the call besides agent and customer.")
    listeners: list[Listener] = Field(default=[], description="Supervisors who listen, whisper or speak.")
    recording: RecordingState = Field("off", description="Whether it is recorded; `unsure`: the carrier has not said.")
    is_doubtful: bool = Field(default=False, description="A pause was not confirmed: what was recorded is not kept.")
    is_announced: bool = Field(default=False, description="The customer has heard that it is recorded.")

    @property
    def is_over(self) -> bool:
        return self.status in ENDED

    @property
    def is_elsewhere(self) -> bool:
        """Whether somebody outside has the call by now, and no agent of ours."""
        return self.party is not None and self.party.kind == "number" and self.party.is_handed_over

    def changed(
        self,
        status: str,
        sequence: int,
        at: datetime,
        *,
        is_leg: bool = False,
        answered_at: datetime | None = None,
    ) -> Call:
        """Return the call after a carrier's callback: the end absorbs, and nothing goes back.

        News of the agent's phone (`is_leg`) count by the carrier's moment, all others by how far they are; an answer
        that is heard of after the end was an answer all the same.
        """
        answers = [each for each in (self.answered_at, answered_at, at if status == "joined" else None) if each]
        update: dict[str, Any] = {
            "sequence": max(sequence, self.sequence),
            "answered_at": min(answers, default=None),
            "started_at": min(self.started_at, at),
        }
        if self.is_over or status in ENDED:
            update |= self._ended(status, at, is_answered=bool(answers))
        elif self._counts(status, at, is_leg=is_leg):
            # A phone that answers is not muted, whoever's was before; a caller stays on hold until taken back.
            update |= {"status": status} | ({} if status == self.status else {"is_muted": False})
            update |= {"leg_at": at} if is_leg else {}
        return self.model_copy(update=update)

    def _counts(self, status: str, at: datetime, *, is_leg: bool) -> bool:
        if is_leg:
            return self.leg_at is None or (at, _NEARNESS[status]) > (self.leg_at, _NEARNESS[self.status])
        return _NEARNESS[status] > _NEARNESS[self.status]

    def _ended(self, status: str, at: datetime, *, is_answered: bool) -> dict[str, Any]:
        end = self.status if self.is_over else status
        ended_at = self.ended_at or at
        if status in ENDED:
            ended_at = min(ended_at, at)
        unanswered = "abandoned" if end in ("completed", "canceled") else "failed"
        gone: dict[str, Any] = {"is_muted": False, "is_held": False, "party": None, "listeners": [], "recording": "off"}
        return {
            "status": end,
            "ended_at": ended_at,
            "outcome": "handled" if is_answered else unanswered,
            "leg_at": None,
            **gone,
        }


# How far a call is towards its agent.
_NEARNESS = {"ringing": 0, "waiting": 1, "joined": 2}


class AttachmentView(Value):
    id: UUID
    name: str
    content_type: str
    size: int
    url: str


class Author(Value):
    kind: Literal["customer", "agent", "system"]
    id: UUID | None = None
    name: str = ""


class MessageView(Value):
    """A message as staff sees it; `seq` counts from 1 within its interaction, without gaps."""

    id: MessageId
    seq: int
    interaction_id: InteractionId
    direction: Direction
    author: Author
    text: str
    html: str | None = None
    attachments: list[AttachmentView] = Field(default=[])
    delivery: Delivery = Delivery.NONE
    error: str | None = None
    client_id: str | None = None
    event: str | None = None
    details: dict[str, Any] = Field(default={})
    recipients: Recipients | None = Field(None, description="Of a mail of ours; null: the customer alone.")
    at: datetime


class InteractionView(Value):
    """One conversation on one channel, as staff sees it."""

    id: InteractionId
    number: int
    channel: str
    direction: Literal["inbound", "outbound"]
    state: State
    subject: str | None
    customer: CustomerCard
    address: str
    queue_id: UUID
    queue_name: str
    agent_id: StaffId | None
    agent_name: str | None
    branch_id: BranchId | None
    last_seq: int
    preview: str
    unread: int
    opened_at: datetime
    assigned_at: datetime | None
    closed_at: datetime | None
    disposition: str | None
    call: Call | None
    # What came with it: answers of a form, consent, the rating at its end.
    details: dict[str, Any] = Field(default={})
    # How far its agent has read.
    read_seq: int = 0
    customer_at: datetime | None = Field(None, description="The customer's last word.")
    answered_at: datetime | None = Field(None, description="Our last word to the customer.")
    snoozed_until: datetime | None = None
    follow_up_at: datetime | None = None
    wrap_up_until: datetime | None = None
    is_extended: bool = Field(default=False, description="Whether the wrap-up was made longer, which is possible once.")
    wrap_up_mode: str = Field("timed", description="Of its queue: with `optional` whoever closes it may ask for one.")
    wrap_up_since: datetime | None = None
    priority: int = 0
    is_emergency: bool = False


class InteractionChanged(Event, kind="interaction.changed"):
    """An interaction as it is now, for everyone who sees it; `messages` come along when it is new to its agent."""

    change: Change
    interaction: InteractionView
    messages: list[MessageView] | None = None
    position: int | None = None

    def subject(self) -> str:
        return f"interaction:{self.interaction.id}"

    def audience(self) -> tuple[str, ...]:
        rooms = [f"interaction:{self.interaction.id}"]
        if self.interaction.agent_id is not None:
            rooms.append(f"agent:{self.interaction.agent_id}")
        if self.interaction.channel == "webchat":
            rooms.append(f"visitor:{self.interaction.address}")
        return tuple(rooms)

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        if namespace == "/agent":
            told = {"interaction": data["interaction"]}
            return "interaction.put", told if data["messages"] is None else {**told, "messages": data["messages"]}
        if data["change"] in _AMONG_STAFF:
            return None
        return "chat.put", {"chat": chat_view(data["interaction"], data["position"])}


class InteractionRemoved(Event, kind="interaction.removed"):
    """It is no longer this agent's: handed over, requeued, or closed."""

    interaction_id: InteractionId
    agent_id: StaffId
    reason: str

    def subject(self) -> str:
        return f"interaction:{self.interaction_id}"

    def audience(self) -> tuple[str, ...]:
        return (f"agent:{self.agent_id}",)

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        return ("interaction.removed", {"interaction_id": data["interaction_id"]}) if namespace == "/agent" else None


class MessageAdded(Event, kind="message.added"):
    """A message, new or with another delivery state; with what it changes on its interaction."""

    interaction_id: InteractionId
    message: MessageView
    unread: int
    preview: str
    agent_id: StaffId | None = None
    visitor_id: str | None = None

    def subject(self) -> str:
        return f"interaction:{self.interaction_id}"

    def audience(self) -> tuple[str, ...]:
        rooms = [f"interaction:{self.interaction_id}"]
        if self.agent_id is not None:
            rooms.append(f"agent:{self.agent_id}")
        if self.visitor_id is not None:
            rooms.append(f"visitor:{self.visitor_id}")
        return tuple(rooms)

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        if namespace == "/agent":
            told = {name: data[name] for name in ("interaction_id", "message", "unread", "preview")}
            return "message.put", told
        told_visitor = visitor_message(data["message"])
        return None if told_visitor is None else ("message.put", {"message": told_visitor})


def chat_view(interaction: dict[str, Any], position: int | None) -> dict[str, Any]:
    """Return what a visitor may know of the own chat."""
    state = {"wrap_up": "closed"}.get(interaction["state"], interaction["state"])
    return {
        "interaction_id": str(interaction["id"]),
        "state": state,
        "agent_name": interaction["agent_name"],
        "position": position,
        "read_seq": interaction["read_seq"],
        "is_offline": bool(interaction["details"].get("is_offline")),
        "rating": interaction["details"].get("rating"),
        "callback": interaction["details"].get("callback") if state == "closed" else None,
    }


def visitor_message(message: dict[str, Any]) -> dict[str, Any] | None:
    """Return a message as its visitor sees it; None for what is among staff."""
    if message["direction"] == "note" or (message["direction"] == "system" and message["event"] not in TOLD_VISITORS):
        return None
    said_by = {"inbound": "visitor", "outbound": "agent"}.get(message["direction"], "system")
    return {
        "id": str(message["id"]),
        "interaction_id": str(message["interaction_id"]),
        "seq": message["seq"],
        "from": said_by,
        "author_name": message["author"]["name"] if said_by == "agent" else None,
        "text": message["text"],
        "attachments": [
            {**each, "url": each["url"].replace("/api/files/", "/chat/files/")} for each in message["attachments"]
        ],
        "event": message["event"],
        "client_id": message["client_id"] if said_by == "visitor" else None,
        "at": message["at"],
    }


class NewReply(Value):
    """What an agent says. The same `client_id` again has no second effect."""

    client_id: str = Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")
    text: str = Field("", max_length=50_000)
    html: str | None = Field(
        None, max_length=100_000, description="For channels that carry it; the text is made from it."
    )
    attachments: list[UUID] = Field(default=[], max_length=10)
    recipients: Recipients | None = Field(None, description="Of a mail; null: the customer alone.")
    subject: str | None = Field(None, max_length=300, pattern=r"^[^\x00-\x1f]*$", description="Null: as it was.")
    locale: Locale | None = Field(None, description="Language of the signature; null: the customer's.")
    is_signed: bool = Field(default=True, description="Whether the signature of queue and author stands below it.")
    forwards: UUID | None = Field(None, description="A message of this conversation whose files go along.")


class NewNote(Value):
    client_id: str = Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")
    text: str = Field(min_length=1, max_length=50_000)
    is_whisper: bool = Field(default=False, description="From a supervisor to the agent who has the conversation.")


Level = Annotated[int, Field(ge=1, le=10)]


class Transfer(Value):
    """To a queue, to an agent who is asked first, or to whoever has skills, in its own queue or in the one named."""

    queue_id: UUID | None = None
    agent_id: StaffId | None = None
    skills: dict[UUID, Level] = Field(default={}, max_length=5, description="Skill id to the least level, 1 to 10.")
    note: str | None = Field(None, max_length=5000)


class Close(Value):
    disposition: str | None = Field(None, max_length=60)
    note: str | None = Field(None, max_length=5000)
    wants_wrap_up: bool = Field(default=False, description="Wrap up first, where the queue leaves that to its agents.")
    follow_up_at: AwareDatetime | None = Field(None, description="When it is opened again, for the same agent first.")


class OutboundAccount(Value):
    """A mailbox, number or bot that can write first: as little of it as whoever writes needs."""

    id: UUID
    kind: str
    name: str


class StartInteraction(Value):
    """Write to a customer first."""

    account_id: UUID
    customer_id: UUID
    address: str = Field(min_length=1, max_length=254, pattern=r"^[^\x00-\x1f]+$")
    subject: str | None = Field(None, max_length=500, pattern=r"^[^\x00-\x1f]*$")
    client_id: str = Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")
    text: str = Field(min_length=1, max_length=50_000)
    attachments: list[UUID] = Field(default=[], max_length=10)
    cc: People = Field(default=[])
    bcc: People = Field(default=[])


DISPOSITIONS = ("resolved", "follow_up", "no_answer_needed", "wrong_address", "spam")
