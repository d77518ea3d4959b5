"""A customer and the addresses that find it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Literal, NewType
from uuid import UUID

import phonenumbers
from pydantic import AwareDatetime, Field

from access.model import Locale
from core.errors import Invalid
from core.events import Event
from core.ids import BranchId
from core.text import ascii_digits, fold, for_like, words_of
from core.values import Value

CustomerId = NewType("CustomerId", UUID)
IdentityKind = Literal["email", "phone", "visitor", "telegram"]
Kind = Literal["person", "organization"]
Status = Literal["prospect", "active"]
CustomerName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]
Notes = Annotated[str, Field(max_length=20_000, pattern=r"^[^\x00]*$")]


class Identity(Value):
    kind: IdentityKind
    value: str = Field(min_length=1, max_length=254, pattern=r"^[^\x00-\x1f]+$")


class Customer(Value):
    """Prospect until a deal makes it an actual customer; `merged_into` names the record that took this one over."""

    id: CustomerId
    kind: Kind
    status: Status
    name: str
    branch_id: BranchId | None
    locale: Locale | None
    notes: str
    identities: list[Identity]
    merged_into: CustomerId | None
    version: int
    created_at: datetime


class CustomerFilter(Value):
    """What a list shows; None is all. `since` and `until` are about when the record was made."""

    kind: Kind | None = None
    status: Status | None = None
    locale: Locale | None = None
    branch_id: BranchId | None = None
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


class NewCustomer(Value):
    kind: Kind = "person"
    status: Status = "prospect"
    name: CustomerName
    branch_id: BranchId | None = None
    locale: Locale | None = None
    notes: Notes = ""
    identities: list[Identity] = Field(default=[], max_length=20)


class CustomerChange(Value):
    version: int
    kind: Kind | None = None
    status: Status | None = None
    name: CustomerName | None = None
    locale: Locale | None = None
    notes: Notes | None = None


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


def searchable(name: str, identities: list[Identity]) -> str:
    """Return what the search looks through."""
    return fold(" ".join([name, *(identity.value for identity in identities)]))


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
