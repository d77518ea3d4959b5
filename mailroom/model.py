"""Rules for what comes in, and when it is acknowledged. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, field_validator, model_validator

from access.model import Locale, Name
from core.events import Event
from core.placeholders import must_be_known
from core.text import fold
from core.values import Value
from mailroom import keywords
from sla.model import Priority
from tickets.model import Kind

_ADDRESS = re.compile(r"(?:[^@\s,<>]{1,64})?@[^@\s,<>]{1,253}|\+?[0-9]{3,20}")
# The only names that are filled in (O2).
PLACEHOLDERS = frozenset({"customer.name", "interaction.number", "answer_by"})


def _known_names(text: str) -> str:
    return must_be_known(text, PLACEHOLDERS)


def _address(value: str) -> str:
    lowered = value.strip().lower()
    if not _ADDRESS.fullmatch(lowered):
        raise ValueError("is not an address such as lena@shop.example, a domain such as @shop.example, or a number")
    return lowered


Pattern = Annotated[str, Field(max_length=320), AfterValidator(_address)]
Keyword = Annotated[str, Field(min_length=2, max_length=40, pattern=r"^[^\x00-\x1f]+$")]
Word = Annotated[str, Field(min_length=2, max_length=100)]
Text = Annotated[str, Field(min_length=1, max_length=5_000), AfterValidator(_known_names)]


class Conditions(Value):
    """What must hold, all of it; what is left out holds for everything."""

    is_known: bool | None = Field(None, description="Whether the sender was a customer before.")
    from_any: list[Pattern] = Field(default=[], max_length=200, description="Addresses, or domains with @ before them.")
    to_any: list[Pattern] = Field(default=[], max_length=200, description="To which of our addresses it was sent.")
    words_any: list[Word] = Field(default=[], max_length=100, description="Words in subject or text, in any spelling.")
    subject_only: bool = False
    has_files: bool | None = None
    is_automatic: bool | None = Field(None, description="Whether a program wrote it.")


class TicketAction(Value):
    """A ticket for a new conversation: opened, or the open one of its kind that it belongs to."""

    kind: Kind
    type_id: UUID | None = None
    priority: Priority = "normal"
    queue_id: UUID | None = Field(None, description="The team; without one the ticket waits for nobody.")
    joins: Literal["thread", "customer"] = Field(
        "thread",
        description="What it is added to instead: the open ticket of the conversation that this one follows, "
        "or of the same customer the newest.",
    )


class Actions(Value):
    """What happens to it; what is left out stays as the account has it."""

    queue_id: UUID | None = None
    priority: int | None = Field(None, ge=0, le=3)
    is_parked: bool = Field(default=False, description="Kept and found, but waiting for nobody.")
    is_acknowledged: bool | None = Field(None, description="Overrides the account's acknowledgement.")
    ticket: TicketAction | None = Field(None, description="A ticket for it; parked besides, only the ticket is work.")


class NewRule(Value):
    name: Name
    position: int = Field(100, ge=0, le=10_000, description="The first that holds decides, lowest number first.")
    conditions: Conditions
    actions: Actions
    is_active: bool = True

    @model_validator(mode="after")
    def _does_something(self) -> NewRule:
        if self.actions == Actions():
            raise ValueError("A rule without an action does nothing.")
        return self


class RuleChange(NewRule):
    version: int = Field(ge=1, description="The one that was read.")


class Rule(Value):
    id: UUID
    account_id: UUID
    name: str
    position: int
    conditions: Conditions
    actions: Actions
    is_active: bool
    version: int


class AcknowledgementChange(Value):
    """When and how people hear that their message came. Without a text of its own a language has ours."""

    mode: Literal["never", "closed", "always"] = "never"
    texts: dict[Locale, Text] = Field(default={}, max_length=3)
    answer_minutes: int = Field(480, ge=1, le=100_000, description="Working minutes after which an answer is promised.")
    version: int = Field(0, ge=0, description="The one that was read; 0 when there is none yet.")


class Acknowledgement(AcknowledgementChange):
    account_id: UUID


class SelfServiceChange(Value):
    """Whether, and by which words, customers ask an account by text how their requests stand."""

    is_on: bool = False
    words: dict[Locale, Annotated[list[Keyword], Field(max_length=20)]] = Field(default=keywords.WORDS)
    version: int = Field(0, ge=0, description="The one that was read; 0 when there is none yet.")

    @field_validator("words")
    @classmethod
    def _are_told_apart(cls, words: dict[Locale, list[str]]) -> dict[Locale, list[str]]:
        folded = [fold(word) for some in words.values() for word in some]
        if any(keywords.is_opt_out(word) for word in folded):
            raise ValueError("A word by which people opt out asks for nothing.")
        if len(set(folded)) != len(folded):
            raise ValueError("A word stands there twice.")
        return words


class SelfService(SelfServiceChange):
    account_id: UUID


class SelfServiceSaved(Event, kind="self_service.saved"):
    account_id: UUID
    is_on: bool

    def subject(self) -> str:
        return f"account:{self.account_id}"


class RuleSaved(Event, kind="sorting_rule.saved"):
    rule_id: UUID
    account_id: UUID
    name: str

    def subject(self) -> str:
        return f"account:{self.account_id}"


class RuleRemoved(Event, kind="sorting_rule.removed"):
    rule_id: UUID
    account_id: UUID
    name: str

    def subject(self) -> str:
        return f"account:{self.account_id}"


class AcknowledgementSaved(Event, kind="acknowledgement.saved"):
    account_id: UUID
    mode: str

    def subject(self) -> str:
        return f"account:{self.account_id}"


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules look at."""

    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    is_known: bool
    is_automatic: bool
    has_files: bool


def holds(conditions: Conditions, facts: Facts) -> bool:
    """Tell whether everything that a rule asks is so."""
    flags = (
        (conditions.is_known, facts.is_known),
        (conditions.has_files, facts.has_files),
        (conditions.is_automatic, facts.is_automatic),
    )
    if any(wanted is not None and wanted != given for wanted, given in flags):
        return False
    if conditions.from_any and not _is_one_of(facts.sender, conditions.from_any):
        return False
    if conditions.to_any and not any(_is_one_of(address, conditions.to_any) for address in facts.recipients):
        return False
    return not conditions.words_any or _has_a_word(conditions, facts)


def _is_one_of(address: str, patterns: Sequence[str]) -> bool:
    lowered = address.lower()
    domain = f"@{lowered.rpartition('@')[2]}"
    return any(pattern == (domain if pattern.startswith("@") else lowered) for pattern in patterns)


def _has_a_word(conditions: Conditions, facts: Facts) -> bool:
    said = fold(facts.subject if conditions.subject_only else f"{facts.subject}\n{facts.text}")
    return any(_whole_word(fold(word), said) for word in conditions.words_any)


def _whole_word(word: str, said: str) -> bool:
    """Tell whether a word stands there, not only inside another; Arabic writes article and prepositions before it."""
    return re.search(rf"(?<!\w)(?:[وفبكل]{{0,2}}(?:ال)?)?{re.escape(word)}(?!\w)", said) is not None if word else False


def first(rules: Sequence[Rule], facts: Facts) -> Rule | None:
    """Return the rule that decides: the first active one that holds."""
    ordered = sorted(rules, key=lambda rule: (rule.position, rule.name))
    return next((rule for rule in ordered if rule.is_active and holds(rule.conditions, facts)), None)


def is_due(mode: str, *, is_open: bool, is_asked: bool | None) -> bool:
    """Tell whether it is acknowledged: the rule's word first, then the account's."""
    if is_asked is not None:
        return is_asked
    return mode == "always" or (mode == "closed" and not is_open)
