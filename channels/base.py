"""What a channel is: the contract that a new file alone can fulfil, and the values on both sides of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Generic, Literal, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from channels.answers import AgentAnswer, InboundFile
from channels.faults import TextFault
from channels.flows import CallFlows, NoFlows
from channels.grants import Grants, MemoryGrants
from channels.longtexts import TextPart
from channels.spoken import Spoken
from channels.waits import NoLine, WaitingLine
from core.clock import Clock
from core.errors import Invalid, NotFound, Unavailable
from core.secrets import Keyring
from core.settings import Settings
from core.workers import Workers


class IdentityKind(StrEnum):
    """By what a customer is found."""

    EMAIL = "email"
    PHONE = "phone"
    VISITOR = "visitor"
    TELEGRAM = "telegram"


class Delivery(StrEnum):
    """How far an outbound message came; later ones in this order win, whatever order they arrive in."""

    NONE = "none"
    QUEUED = "queued"
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


class AccountSettings(BaseModel):
    """What an administrator fills in for one account. Fields of type SecretStr are kept sealed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


AnySettings = TypeVar("AnySettings", bound=AccountSettings)


@dataclass(frozen=True, slots=True)
class Account(Generic[AnySettings]):
    """One mailbox, number or bot. `place` is the adapter's own cursor as of its last committed delivery."""

    id: UUID
    kind: str
    name: str
    settings: AnySettings
    place: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class RawInput:
    """What a stranger said, word for word, under the id that makes it once.

    `kind` tells the channel's own reader what it is ("mail", "sms", "call"); headers hold what is not in the body.
    """

    external_id: str
    kind: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Address:
    """A stranger on this channel: a lower-cased mail address, an E.164 number, a chat id."""

    kind: IdentityKind
    value: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class ThreadKey:
    """By what a message finds its conversation. `is_proof`: signed by us, so the sender need not be a participant."""

    value: str
    is_proof: bool = False


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A message to us. `thread` is looked up in order; `keys` are what later messages may refer to this one by.

    `sole_thread`: the first key stands for the one open conversation with this address (a number, a chat), not for a
    reply to something; a closed conversation is then never reopened by it. `awaited` are further keys of a message that
    opens a conversation: what it answers may come later. `others` are addresses beside sender and us that it went to.
    """

    external_id: str
    sender: Address
    text: str
    html: str | None = None
    subject: str | None = None
    files: tuple[InboundFile, ...] = ()
    thread: tuple[ThreadKey, ...] = ()
    keys: tuple[str, ...] = ()
    awaited: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    sole_thread: bool = False
    is_sender_verified: bool = True
    is_automatic: bool = False
    sent_at: datetime | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BouncedTo:
    """Addresses that sent a message back. `is_hard`: they do not exist; else they were full, or it is still tried."""

    addresses: tuple[str, ...]
    is_hard: bool
    status: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """What became of an outbound message, by the stranger's id of it or our own; with `none` only `bounced` is news."""

    external_id: str
    delivery: Delivery
    error: str | None = None
    message_id: UUID | None = None
    bounced: BouncedTo | None = None
    fault: TextFault | Literal[""] = ""


CallStatus = Literal["ringing", "waiting", "joined", "completed", "busy", "no_answer", "failed", "canceled"]


@dataclass(frozen=True, slots=True)
class CallChange:
    """A change of a call. `sequence` grows within one call where the carrier numbers its callbacks, else -1.

    `interaction_id` is ours of a call that we placed, and `attempt` says which: both came back to us with the news.
    `joined` may go back to `waiting` when the agent's phone does not answer; what ends a call is final.
    `leg_of` is the agent whose phone this is about; `is_of_known`: of a call that is not known here it means nothing.
    """

    call_id: str
    caller: Address
    called: str
    status: CallStatus
    at: datetime
    sequence: int = -1
    duration_seconds: int | None = None
    interaction_id: UUID | None = None
    attempt: int = 0
    leg_of: UUID | None = None
    answered_at: datetime | None = None
    is_of_known: bool = False


@dataclass(frozen=True, slots=True)
class CallbackAsked:
    """Who waits in this call wants to be called at this number instead."""

    call_id: str
    caller: Address
    called: str
    number: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AgentLeg:
    """What became of an agent's phone that was rung for a call that we place."""

    interaction_id: UUID
    agent_id: UUID
    status: Literal["answered", "missed", "left"]


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing for people in it; kept raw all the same."""

    reason: str


Reading = (
    InboundMessage | DeliveryStatus | CallChange | CallbackAsked | AgentLeg | AgentAnswer | TextPart | Spoken | Ignored
)


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file that goes along; `cid` is the name by which the HTML shows it, where it does."""

    name: str
    content_type: str
    content: bytes
    cid: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to strangers, `to` first. `message_id` is ours and stays the same over retries.

    `unsubscribe_url`: where its reader stops more of its kind. `prepared`: the bytes of the first attempt.
    """

    message_id: UUID
    interaction_id: UUID
    number: int
    to: Address
    text: str
    html: str | None = None
    subject: str | None = None
    files: tuple[OutgoingFile, ...] = ()
    references: tuple[str, ...] = ()
    author_name: str = ""
    is_automatic: bool = False
    attempt: int = 1
    more_to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    signature: str = ""
    unsubscribe_url: str = ""
    reply_to: str = ""
    prepared: bytes | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the stranger said on taking a message; `keys`: what replies refer to; `warning`: not taken for everybody."""

    external_id: str | None
    delivery: Delivery = Delivery.SENT
    keys: tuple[str, ...] = ()
    warning: str | None = None
    bounced: tuple[BouncedTo, ...] = ()


class NoSuchAddress(Invalid):
    """The server of this address says that there is none."""

    def __init__(self, detail: str, bounced: BouncedTo) -> None:
        super().__init__(detail, fault="recipient")
        self.bounced = bounced


class Uncertain(Unavailable):
    """The stranger may have taken it or not: look it up before anything is repeated."""


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """A stranger's HTTP request. `url` is built from our configured public URL, never from its headers."""

    method: str
    path: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    """What to commit first and what to answer then."""

    raws: tuple[RawInput, ...]
    body: str = ""
    content_type: str = "text/plain"
    status: int = 200


@dataclass(frozen=True, slots=True)
class Trial:
    """One step of trying an account. `fault` is a word that the console explains, empty when all is well."""

    step: str
    fault: str = ""
    detail: str = ""


class Inbox(Protocol):
    """Where a channel hands in what it hears."""

    async def deliver(
        self, account: Account[Any], raws: Sequence[RawInput], place: dict[str, Any] | None = None
    ) -> list[bool]:
        """Commit the raws, and with them the adapter's place; returns then. False for what was known already."""

    async def report(self, account: Account[Any], error: str | None, fault: str = "") -> None:
        """Tell the account's health: what is wrong now, or None when all is well again; `fault` as in a trial."""


class Accounts(Protocol):
    """The enabled accounts of one kind, for listeners that serve several."""

    async def enabled(self, kind: str) -> list[Account[Any]]: ...


@dataclass(frozen=True, slots=True)
class ChannelContext:
    """What every channel may use."""

    settings: Settings
    keys: Keyring
    clock: Clock
    workers: Workers
    accounts: Accounts
    inbox: Inbox
    line: WaitingLine = field(default_factory=NoLine)
    flows: CallFlows = field(default_factory=NoFlows)
    grants: Grants = field(default_factory=MemoryGrants)


class Channel(ABC):
    """One protocol. Errors say what the core does next: Unavailable = again later, Invalid = it will never work."""

    kind: ClassVar[str]
    settings_model: ClassVar[type[AccountSettings]]
    identity: ClassVar[IdentityKind]
    units: ClassVar[int] = 25  # What one conversation takes of an agent's 100 (routing.md section 5).
    is_fed: ClassVar[bool] = False  # The other side reads our feed itself: nothing has to be sent out.
    carries_html: ClassVar[bool] = False  # A message may be formatted; the others carry plain text.
    carries_recipients: ClassVar[bool] = False  # It has recipients, copies, a subject and a signature: a letter.

    def __init__(self, context: ChannelContext) -> None:
        self.context = context

    async def open(self) -> None:  # noqa: B027 - most channels have nothing shared to start
        """Start what all accounts share, such as a listener; must return."""

    async def close(self) -> None:  # noqa: B027 - as above
        """Stop what `open` started."""

    async def listen(self, account: Account[Any]) -> None:  # noqa: B027 - webhooks need no loop
        """Fetch for one account until cancelled, delivering to the inbox; returns at once when strangers come to us.

        It may raise: the caller restarts it with a growing pause and reports the account's health.
        """

    async def accept(self, account: Account[Any], request: WebhookRequest) -> WebhookAnswer:  # noqa: ARG002 - for subclasses
        """Check and take a webhook. Raises Forbidden for everything that is not clearly the stranger."""
        raise NotFound

    @abstractmethod
    async def read(self, account: Account[Any], raw: RawInput) -> list[Reading]:
        """Turn stored raw input into what it says. Invalid: it cannot be read, and people will see the raw."""

    @abstractmethod
    async def send(self, account: Account[Any], outgoing: Outgoing) -> Receipt:
        """Hand one message to the stranger. Raises Unavailable, Invalid or Uncertain."""

    async def prepare(self, account: Account[Any], outgoing: Outgoing) -> bytes | None:  # noqa: ARG002 - as above
        """Return the bytes that will go, where a message is bytes; they are kept, and every attempt sends the same."""
        return None

    def most_per_hour(self, account: Account[Any]) -> int | None:  # noqa: ARG002 - as above
        """Return how many messages the account may send in an hour; None: as many as there are."""
        return None

    def keeps_copies(self, account: Account[Any]) -> bool:  # noqa: ARG002 - as above
        """Whether what was sent is also laid down at the stranger's, among what the account sent."""
        return False

    async def keep_copy(  # noqa: B027 - most channels keep none
        self, account: Account[Any], content: bytes, external_id: str
    ) -> None:
        """Lay down a copy there, once. Raises Unavailable."""

    async def find_sent(self, account: Account[Any], outgoing: Outgoing) -> Receipt | None:  # noqa: ARG002 - as above
        """After Uncertain: look the message up at the stranger by our own tag; None: it is not there."""
        raise Invalid("Whether this was sent cannot be looked up.")

    async def check(self, account: Account[Any]) -> None:  # noqa: B027 - not every channel can be tried
        """Try the account's settings against the stranger; raise with words that say plainly what is wrong."""

    async def trial(self, account: Account[Any]) -> list[Trial]:
        """Try settings that need not be saved, step by step; what is wrong is an answer, no error."""
        try:
            await self.check(account)
        except (Unavailable, Invalid) as error:
            return [Trial("check", str(error.extra.get("fault", "other")), error.detail)]
        return [Trial("check")]
