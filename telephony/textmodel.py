"""The archive of texts, consent, and texts to many: values and pure rules."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from core.events import Event
from core.placeholders import must_be_known
from core.values import Value

NAMES = frozenset({"customer.name"})
MOST = 1000
Left = Literal["opted_out", "no_number", "twice", "not_seen", "refused"]
BatchState = Literal["waiting", "sending", "done", "cancelled"]


def _named(text: str) -> str:
    return must_be_known(text, NAMES)


class TextFilter(BaseModel):
    """What the archive is searched for; words match in any spelling."""

    model_config = ConfigDict(extra="forbid")

    number: str | None = Field(None, max_length=40)
    q: str | None = Field(None, max_length=200)
    direction: Literal["inbound", "outbound"] | None = None
    delivery: Literal["queued", "sending", "uncertain", "sent", "delivered", "read", "failed"] | None = None
    account_id: UUID | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class TextQuery(TextFilter):
    cursor: str | None = Field(None, max_length=200, description="`next_cursor` of the page before.")
    limit: int = Field(50, ge=1, le=200)


class Text(Value):
    """A text as the archive shows it; `customer_name` is of a colleague where a task went to one."""

    id: UUID
    account_id: UUID
    interaction_id: UUID | None = Field(description="None: it belongs to no conversation.")
    interaction_number: int | None
    at: AwareDatetime
    direction: Literal["inbound", "outbound"]
    number: str
    our_number: str
    customer_name: str
    author_name: str
    text: str
    delivery: str
    error: str | None
    fault: str | None = Field(None, description="Why it failed, where that has a word of its own: `opted_out`.")
    external_id: str | None


class Told(Value):
    """One word of the carrier about a text, as it came; `digest` is the SHA-256 of the kept bytes."""

    at: AwareDatetime
    status: str
    digest: str


class Proof(Value):
    """A text with everything that the carrier said of it."""

    text: Text
    told: list[Told]


class Consent(Value):
    account_id: UUID
    account_name: str
    number: str
    is_stopped: bool
    word: str
    source: Literal["customer", "carrier", "staff"]
    at: AwareDatetime


class ConsentChange(Value):
    """What somebody told us by another way."""

    account_id: UUID
    number: str = Field(min_length=3, max_length=40)
    is_stopped: bool
    word: str = Field("", max_length=80, description="How they said it.")


class NewBatch(Value):
    """A text to many, now or at a moment. `{customer.name}` is filled in."""

    client_id: str = Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")
    account_id: UUID
    name: str = Field(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f]+$")
    text: Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_named)]
    customer_ids: list[UUID] = Field(min_length=1, max_length=MOST)
    send_at: AwareDatetime | None = Field(None, description="Null: now.")


class Batch(Value):
    id: UUID
    account_id: UUID
    account_name: str
    name: str
    text: str
    send_at: AwareDatetime
    state: BatchState
    author_name: str
    waiting: int
    sent: int
    left_out: int
    failed: int
    delivered: int
    version: int


class BatchItem(Value):
    number: str
    customer_id: UUID
    customer_name: str
    state: Literal["waiting", "sent", "left_out", "failed"]
    reason: str | None
    delivery: str | None


class TextConsentSaved(Event, kind="text.consent_saved"):
    account_id: UUID
    number: str
    is_stopped: bool

    def subject(self) -> str:
        return f"channel:{self.account_id}"


class TextBatchChanged(Event, kind="text.batch_changed"):
    batch_id: UUID
    state: BatchState
    people: int = 0

    def subject(self) -> str:
        return f"batch:{self.batch_id}"


class TextsExported(Event, kind="text.exported"):
    """Somebody took the archive, or a part of it, along."""

    rows: int

    def subject(self) -> str:
        return "texts"
