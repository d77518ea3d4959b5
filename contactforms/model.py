"""Forms and lists as people see them, and the words of a form on a ticket. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from access.model import Locale
from contactforms.words import LABELS
from core.events import Event
from core.ids import StaffId
from core.values import Value
from tickets.model import Kind, Names, Subject

ListName = Literal["class", "request", "source"]
LISTS: tuple[ListName, ...] = ("class", "request", "source")
Party = Literal["person", "organization"]


def _trimmed(text: str) -> str:
    return text.strip()


Line = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$"), AfterValidator(_trimmed)]
Lines = Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$"), AfterValidator(_trimmed)]


class ChoiceSettings(Value):
    """An entry of a list. `ticket_kind`: of a class, which ticket is usually made of it."""

    list: ListName
    names: Names
    ticket_kind: Kind | None = None
    position: int = Field(0, ge=0, le=10_000)
    is_active: bool = True

    @model_validator(mode="after")
    def _has_its_kind(self) -> ChoiceSettings:
        if (self.ticket_kind is not None) != (self.list == "class"):
            raise ValueError("Classes of contacts name a kind of ticket, and nothing else does.")
        return self


class ChoiceChange(ChoiceSettings):
    version: int = Field(ge=1, description="The one that was read.")


class Choice(ChoiceSettings):
    id: UUID
    version: int


class Fields(Value):
    """Who it was and what was said, in words."""

    name: Line = ""
    organisation: Line = ""
    phone: Annotated[str, Field(max_length=40, pattern=r"^[^\x00-\x1f]*$"), AfterValidator(_trimmed)] = ""
    address: Lines = ""
    campaign: Line = ""
    seller: Line = ""
    seller_phone: Annotated[str, Field(max_length=40, pattern=r"^[^\x00-\x1f]*$"), AfterValidator(_trimmed)] = ""
    bought_on: date | None = None
    note: Lines = ""


class FormChange(Value):
    """What is written down. `version` is the one that was read; 0 when there is none yet."""

    class_id: UUID
    request_id: UUID | None = None
    source_id: UUID | None = Field(None, description="How they heard of us.")
    party_kind: Party = "person"
    fields: Fields = Fields()
    version: int = Field(0, ge=0)


class ContactForm(Value):
    """The form of a conversation; nothing is written down yet while `class_id` is none."""

    interaction_id: UUID
    class_id: UUID | None
    request_id: UUID | None
    source_id: UUID | None
    party_kind: Party
    fields: Fields
    ticket_id: UUID | None
    by_name: str | None
    at: datetime | None
    version: int


class FormTicket(Value):
    """What is made of it; without a kind the usual one of its class."""

    kind: Kind | None = None
    subject: Subject | None = None
    owner_id: StaffId | None = Field(None, description="Who has it; nobody when none is named.")


class TicketMade(Value):
    ticket_id: UUID


class ContactFormSaved(Event, kind="contact_form.saved"):
    """A contact was classified, or differently."""

    interaction_id: UUID
    class_id: UUID
    request_id: UUID | None
    ticket_id: UUID | None = None

    def subject(self) -> str:
        return f"interaction:{self.interaction_id}"


class ContactChoiceSaved(Event, kind="contact_choice.saved"):
    choice_id: UUID
    list: str

    def subject(self) -> str:
        return f"contact_choice:{self.choice_id}"


def named(names: Mapping[Locale, str], locale: Locale) -> str:
    """Return a name in a language, otherwise in one that is there."""
    return names.get(locale) or names.get("en") or next(iter(names.values()))


def described(form: ContactForm, choices: Mapping[UUID, Choice], locale: Locale) -> str:
    """Return what a ticket begins with: each thing that is written down on a line of its own."""
    labels = LABELS[locale]
    chosen = {"class": form.class_id, "request": form.request_id, "source": form.source_id}
    said = {key: named(choices[found].names, locale) for key, found in chosen.items() if found is not None}
    said["party"] = labels[form.party_kind]
    said |= {name: str(value) for name, value in form.fields if value}
    return "\n".join(f"{labels[name]}: {said[name]}" for name in labels if name in said)


def subject_of(form: ContactForm, choices: Mapping[UUID, Choice], locale: Locale) -> str:
    """Return what its ticket is called when nobody says otherwise."""
    parts = [named(choices[each].names, locale) for each in (form.class_id, form.request_id) if each is not None]
    who = form.fields.organisation if form.party_kind == "organization" else form.fields.name
    return " - ".join([*parts, *([who] if who else [])])[:300]
