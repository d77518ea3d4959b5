"""A customer and the addresses that find it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal, NewType
from uuid import UUID

import phonenumbers
from pydantic import AwareDatetime, Field

from access.model import Locale
from core.errors import Invalid
from core.events import Event
from core.ids import BranchId, StaffId
from core.place import Place
from core.text import ascii_digits, fold, for_like, words_of
from core.values import Value
from customers.identifiers import IdentifierKind, checked

CustomerId = NewType("CustomerId", UUID)
IdentityKind = Literal["email", "phone", "visitor", "telegram"]
Kind = Literal["person", "organization"]
Status = Literal["prospect", "active"]
CustomerName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]
Notes = Annotated[str, Field(max_length=20_000, pattern=r"^[^\x00]*$")]
Line = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
Label = Annotated[str, Field(max_length=40, pattern=r"^[^\x00-\x1f]*$")]


class Identity(Value):
    kind: IdentityKind
    value: str = Field(min_length=1, max_length=254, pattern=r"^[^\x00-\x1f]+$")


class Reach(Identity):
    """An address with what it is: `label` such as work, home, assistant."""

    label: Label = ""


class Identifier(Value):
    """What a state or a bank calls somebody by."""

    kind: IdentifierKind
    value: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f]+$")]


class PostalAddress(Value):
    """Where somebody is; a postcode is a line like others, since many places have none."""

    label: Label = ""
    lines: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]+$")]
    city: Line = ""
    country: Annotated[str, Field(pattern=r"^([A-Z]{2})?$")] = ""
    place: Place | None = Field(None, description="Where it is on the map, as a person put it there.")


class CustomerPlace(Value):
    """An address of a customer that is on the map."""

    customer_id: CustomerId
    name: str
    label: str
    lines: str
    place: Place


class Preferred(Value):
    """How somebody wants to be reached."""

    channel: Annotated[str, Field(pattern=r"^[a-z]{2,20}$")]
    address: Annotated[str, Field(min_length=1, max_length=254, pattern=r"^[^\x00-\x1f]+$")]


class Customer(Value):
    """Prospect until a deal makes it an actual customer; `merged_into` names the record that took this one over."""

    id: CustomerId
    kind: Kind
    status: Status
    name: str
    branch_id: BranchId | None
    locale: Locale | None
    notes: str
    latin_name: str
    job_title: str
    organization_id: CustomerId | None
    birthday: date | None
    identities: list[Reach]
    identifiers: list[Identifier]
    addresses: list[PostalAddress]
    responsible_id: StaffId | None
    tier_id: UUID | None
    preferred: Preferred | None
    contact_every_days: int | None
    contact_by: date | None
    merged_into: CustomerId | None
    version: int
    created_at: datetime


class CustomerFilter(Value):
    """What a list shows; None is all. `since` and `until` are about when the record was made."""

    kind: Kind | None = None
    status: Status | None = None
    locale: Locale | None = None
    branch_id: BranchId | None = None
    responsible_id: StaffId | None = None
    organization_id: CustomerId | None = None
    tier_id: UUID | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


ALL = CustomerFilter()


class CustomerCard(Value):
    """What fits on an offer."""

    id: CustomerId
    name: str
    kind: Kind
    identities: list[Identity]
    locale: Locale | None


class Details(Value):
    """What may be known of a customer besides the name; null in a change empties what can be empty."""

    locale: Locale | None = None
    notes: Notes | None = None
    latin_name: Line | None = Field(None, description="The name in the other script.")
    job_title: Line | None = None
    organization_id: CustomerId | None = Field(None, description="The organisation that a person belongs to.")
    birthday: date | None = None
    identifiers: list[Identifier] | None = Field(None, max_length=10)
    addresses: list[PostalAddress] | None = Field(None, max_length=10)
    responsible_id: StaffId | None = Field(None, description="The colleague who looks after this customer.")
    tier_id: UUID | None = Field(None, description="How loyal: one of the organisation's tiers.")
    preferred: Preferred | None = None
    contact_every_days: int | None = Field(None, ge=1, le=3650)
    contact_by: date | None = None


class NewCustomer(Details):
    kind: Kind = "person"
    status: Status = "prospect"
    name: CustomerName
    branch_id: BranchId | None = None
    identities: list[Reach] = Field(default=[], max_length=20)


class CustomerChange(Details):
    """What is left out stays. `version` is the one that was read."""

    version: int
    kind: Kind | None = None
    status: Status | None = None
    name: CustomerName | None = None


# What a change may empty by null; other fields keep what they have.
_EMPTIED: Mapping[str, Any] = {
    "locale": None, "notes": "", "latin_name": "", "job_title": "", "organization_id": None, "birthday": None,
    "identifiers": [], "addresses": [], "responsible_id": None, "tier_id": None, "preferred": None,
    "contact_every_days": None, "contact_by": None,
}  # fmt: skip


def details(given: Details, present: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the fields of a record after what is given; identifiers in their plain form, Invalid when one is wrong."""
    known = {name: getattr(given, name) for name in given.model_fields_set & type(given).model_fields.keys()}
    fields = {**_EMPTIED, **(present or {})}
    for name, said in known.items():
        if said is not None:
            fields[name] = said
        elif name in _EMPTIED:
            fields[name] = _EMPTIED[name]
    identifiers: list[Identifier] = fields["identifiers"]
    fields["identifiers"] = [Identifier(kind=each.kind, value=checked(each.kind, each.value)) for each in identifiers]
    return fields


def contact_due(
    every_days: int | None, by: date | None, planned_at: datetime | None, last: datetime | None
) -> datetime | None:
    """Return when the next contact is due; None when nothing is planned.

    A date is due at its noon (UTC): on that date wherever people are but at the edges of the Pacific. It is kept by a
    contact after it was set; a rhythm counts from the last contact, at first from its setting.
    """
    found = []
    if by is not None and (last is None or planned_at is None or last < planned_at):
        found.append(datetime(by.year, by.month, by.day, 12, tzinfo=UTC))
    begin = last or planned_at
    if every_days is not None and begin is not None:
        found.append(begin + timedelta(days=every_days))
    return min(found, default=None)


def is_overdue(due_at: datetime | None, now: datetime) -> bool:
    """Tell whether the day of a contact is over: half a day after its noon."""
    return due_at is not None and due_at + timedelta(hours=12) <= now


class ContactDue(Value):
    """Whom to contact, and by when."""

    id: CustomerId
    name: str
    responsible_id: StaffId | None
    responsible_name: str | None
    last_at: datetime | None
    due_at: datetime
    is_overdue: bool


class Merge(Value):
    """`absorbed_id` goes up in the customer that is addressed."""

    absorbed_id: CustomerId


class Merged(Value):
    id: UUID
    survivor_id: CustomerId
    absorbed_id: CustomerId
    merged_at: datetime


class MergeView(Value):
    """A merge that can still be undone."""

    id: UUID
    absorbed_id: CustomerId
    absorbed_name: str
    merged_at: datetime


def normal(identity: Identity, region: str) -> Identity:
    """Return the identity as it is stored: a lower-cased mail address, an E.164 number; Invalid when it is neither.

    `region` (ISO 3166, such as IR) reads numbers written without a country: ۰۹۱۲... becomes +98912...
    """
    if identity.kind == "email":
        value = identity.value.strip().lower()
        local, at, domain = value.rpartition("@")
        if not (local and at and "." in domain) or " " in value:
            raise Invalid(f"{identity.value!r} is not a mail address.")
        return Identity(kind="email", value=value)
    if identity.kind == "phone":
        return Identity(kind="phone", value=e164(identity.value, region))
    return identity


def e164(text: str, region: str) -> str:
    """Return a number in E.164; Invalid when it cannot be one."""
    try:
        number = phonenumbers.parse(ascii_digits(text), region or None)
    except phonenumbers.NumberParseException as error:
        raise Invalid(f"{text!r} is not a phone number.") from error
    if not phonenumbers.is_possible_number(number):
        raise Invalid(f"{text!r} is not a phone number.")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def card_of(found: Customer) -> CustomerCard:
    identities = [Identity(kind=each.kind, value=each.value) for each in found.identities]
    return CustomerCard(id=found.id, name=found.name, kind=found.kind, identities=identities, locale=found.locale)


def traits(found: Customer) -> dict[str, str]:
    """Return of a customer what rules of work may look at; an organisation is its own."""
    organization_id = found.id if found.kind == "organization" else found.organization_id
    known = {
        "language": found.locale,
        "tier": found.tier_id,
        "customer": found.kind,
        "status": found.status,
        "organization": organization_id,
    }
    return {name: str(value) for name, value in known.items() if value is not None}


def searchable(found: Customer | NewCustomer) -> str:
    """Return what the search looks through."""
    reached = [each.value for each in found.identities]
    called = [each.value for each in found.identifiers or []]
    return fold(" ".join(filter(None, [found.name, found.latin_name, *reached, *called])))


_PHONE = re.compile(r"[+0]?[\d\s().-]{6,24}")


def like_patterns(search: str) -> list[str | None]:
    """Return LIKE patterns of the words that all must be in `searchable`, the longest first.

    A number as people write it, with a zero in front and spaces in between, finds the international form.
    """
    folded = fold(search)
    if _PHONE.fullmatch(folded):
        digits = re.sub(r"\D", "", folded)
        return [f"%{digits.lstrip('0') or digits}%"]
    return [f"%{for_like(word)}%" for word in words_of(search)]


class CustomerSaved(Event, kind="customer.saved"):
    customer_id: CustomerId
    name: str
    changed: list[str]

    def subject(self) -> str:
        return f"customer:{self.customer_id}"


class CustomerContacted(Event, kind="customer.contacted"):
    """A customer began to write or call: who looks after them hears of it."""

    customer_id: CustomerId
    name: str
    interaction_id: UUID
    channel: str
    responsible_id: StaffId

    def subject(self) -> str:
        return f"customer:{self.customer_id}"

    def audience(self) -> tuple[str, ...]:
        return (f"agent:{self.responsible_id}",)

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        told = {name: data[name] for name in ("customer_id", "name", "interaction_id", "channel")}
        return ("customer.contacted", told) if namespace == "/agent" else None


class CustomersMerged(Event, kind="customer.merged"):
    merge_id: UUID
    survivor_id: CustomerId
    absorbed_id: CustomerId

    def subject(self) -> str:
        return f"customer:{self.survivor_id}"


class MergeUndone(Event, kind="customer.merge_undone"):
    merge_id: UUID
    survivor_id: CustomerId
    absorbed_id: CustomerId

    def subject(self) -> str:
        return f"customer:{self.survivor_id}"
