"""The portal as its customers and as administrators see it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from access.model import Calendar, Locale, Name
from complaints.model import PublicCase
from core.events import Event
from core.text import fold
from core.values import Value
from interactions.model import AttachmentView
from sla.model import Category, Metric
from tickets.fields import Option
from tickets.model import KINDS, ClientId, Fields, FieldType, Kind, Names, Subject, Text

Way = Literal["email", "phone"]
FormId = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
Address = Annotated[str, Field(min_length=3, max_length=254, pattern=r"^[^\x00-\x1f]+$")]
Origin = Annotated[str, Field(pattern=r"^https?://[^/\s;,'\"]{1,200}$")]
Kinds = Annotated[list[Kind], Field(min_length=1, max_length=len(KINDS))]


def _says_something(text: str) -> str:
    if not fold(text).strip():
        raise ValueError("is empty")
    return text


Said = Annotated[str, Field(min_length=1, max_length=10_000, pattern=r"^[^\x00]*$"), AfterValidator(_says_something)]
Files = Annotated[list[UUID], Field(max_length=10)]
# While it is one of these somebody here works on it, or waits for the customer.
GOING: frozenset[Category] = frozenset({"new", "open", "pending", "on_hold"})


class PortalSettings(Value):
    """How the portal is. `registration`: whether somebody who is not known may come in, as a new customer."""

    is_on: bool = False
    account_id: UUID | None = Field(
        None, description="The account of the channel portal, whose queue takes what comes."
    )
    kinds: Kinds = Field(
        default=["support_request", "inquiry", "suggestion", "complaint"],
        description="What customers may ask for.",
    )
    ways: list[Way] = Field(default=["email"], min_length=1, max_length=2, description="By what codes are sent.")
    registration: Literal["known", "anyone"] = "known"
    session_hours: int = Field(24, ge=1, le=720)
    rating_days: int = Field(7, ge=1, le=90, description="So long after its end a ticket can be rated.")


class PortalChange(PortalSettings):
    version: int = Field(ge=0, description="The one that was read; 0 before anything was saved.")

    @model_validator(mode="after")
    def _has_an_account(self) -> Self:
        if self.is_on and self.account_id is None:
            raise ValueError("account_id: a portal that is on needs an account")
        return self


class AccountName(Value):
    id: UUID
    name: str
    is_enabled: bool


class PortalView(Value):
    """The settings with the accounts among which to choose."""

    settings: PortalSettings
    version: int
    url: str
    accounts: list[AccountName]


class FormSettings(Value):
    """What a form on another site asks for and says."""

    title: dict[Locale, Name] = Field(default={}, max_length=3)
    kinds: Kinds = Field(default=["support_request"])
    locale: Locale = Field("en", description="Where neither the page nor the browser says another.")


class FormFields(Value):
    account_id: UUID
    settings: FormSettings = FormSettings()
    origins: list[Origin] = Field(
        default=[], max_length=50, description="Sites that may embed it, such as https://example.com; none: any."
    )
    is_enabled: bool = True


class NewForm(FormFields):
    id: FormId


class FormChange(FormFields):
    version: int = Field(ge=1)


class Form(FormFields):
    id: str
    version: int


class Contact(Value):
    """A person who sees what their organisation asked for."""

    customer_id: UUID
    name: str
    organization_name: str | None


class NewContact(Value):
    customer_id: UUID


# --- who is let in


class Knock(Value):
    """Somebody wants to come in."""

    address: Address
    locale: Locale = "en"


class Asked(Value):
    """The same for everybody, known or not."""

    id: UUID
    expires_at: datetime


class Key(Value):
    """The code that was sent, or the secret of the link."""

    id: UUID
    code: Annotated[str, Field(max_length=40)] | None = None
    link: Annotated[str, Field(max_length=64)] | None = None


class Guest(Value):
    """Who is signed in, as the portal shows it."""

    name: str
    address: str
    locale: Locale
    sees_organisation: bool


class LetIn(Value):
    guest: Guest
    csrf_token: str


# --- what a customer asks for and sees


class FieldShown(Value):
    """A custom field that is asked for, or with its value."""

    key: str
    names: Names
    type: FieldType
    options: tuple[Option, ...]
    is_required: bool
    kinds: tuple[Kind, ...] | None


class PortalFace(Value):
    """What anybody may see of the portal before signing in."""

    is_on: bool
    name: str
    logo: str
    locale: Locale
    calendar: Calendar | None
    digits: Literal["language", "latin"]
    time_zone: str
    languages: list[Locale]
    ways: list[Way]
    registration: Literal["known", "anyone"]
    kinds: list[Kind]
    fields: list[FieldShown]
    megabytes: int = Field(description="How large a file may be.")


class NewRequest(Value):
    """What a customer asks for."""

    kind: Kind
    subject: Subject
    text: Said
    fields: Fields = Field(default={})
    attachments: Files = Field(default=[])
    client_id: ClientId
    locale: Locale | None = Field(None, description="In which the page is read; none: in which they came in.")


class NewWord(Value):
    text: Text = ""
    attachments: Files = Field(default=[])
    client_id: ClientId


class NewReview(Value):
    reason: Annotated[str, Field(min_length=1, max_length=4000, pattern=r"^[^\x00]*$")]


class NewRating(Value):
    score: int = Field(ge=1, le=5)
    comment: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")] = ""


class Rating(NewRating):
    rated_at: datetime
    until: datetime = Field(description="It can be changed until then.")


class Promise(Value):
    metric: Metric
    due_at: datetime


class CustomerRow(Value):
    """A ticket as its customer sees it in a list."""

    id: UUID
    kind: Kind
    number: str
    subject: str
    category: Category
    opened_at: datetime
    due_at: datetime | None
    solved_at: datetime | None
    is_own: bool
    is_joined: bool = Field(
        description="It was merged into one that they do not see: `category` is that one's, and nothing else is."
    )
    customer_name: str
    has_news: bool = Field(description="Something was said that its reader has not seen.")


class PublicMessage(Value):
    id: UUID
    is_ours: bool = Field(description="Whether the organisation said it.")
    name: str
    text: str
    at: datetime
    attachments: list[AttachmentView]


class CustomerTicket(CustomerRow):
    fields: dict[str, Any]
    promises: list[Promise]
    messages: list[PublicMessage]
    may_answer: bool
    may_rate: bool
    rating: Rating | None
    complaint: PublicCase | None


# --- forms on other sites


class FormView(Value):
    """What a form shows, in one language."""

    id: str
    locale: Locale
    title: str
    organisation: str
    kinds: list[Kind]
    fields: list[FieldShown]
    ticket: str = Field(description="Comes back with what was filled in: a program that never looked has none.")


class FilledIn(Value):
    """`website` is a field that people do not see: what is in it was written by a program."""

    ticket: Annotated[str, Field(max_length=100)]
    website: Annotated[str, Field(max_length=500)] = ""
    kind: Kind
    name: Annotated[Name, AfterValidator(_says_something)]
    email: Address
    subject: Subject
    text: Said
    fields: Fields = Field(default={})
    locale: Locale = "en"
    client_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{16,64}$")]


class Registered(Value):
    """`code`: of a complaint, by which anybody who has it learns how far it is."""

    number: str
    code: str | None


# --- what happened


class PortalSaved(Event, kind="portal.saved"):
    is_on: bool
    registration: str

    def subject(self) -> str:
        return "portal"


class FormSaved(Event, kind="portal.form_saved"):
    form: str
    is_enabled: bool

    def subject(self) -> str:
        return f"portal_form:{self.form}"


class ContactSet(Event, kind="portal.contact_set"):
    customer_id: UUID
    sees_organisation: bool

    def subject(self) -> str:
        return f"customer:{self.customer_id}"


class CameIn(Event, kind="portal.signed_in"):
    session_id: UUID
    customer_id: UUID
    peer: str

    def subject(self) -> str:
        return f"customer:{self.customer_id}"


class WentOut(Event, kind="portal.signed_out"):
    session_id: UUID
    customer_id: UUID

    def subject(self) -> str:
        return f"customer:{self.customer_id}"


class TicketRated(Event, kind="ticket.rated"):
    ticket_id: UUID
    customer_id: UUID
    score: int

    def subject(self) -> str:
        return f"ticket:{self.ticket_id}"
