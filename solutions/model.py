"""A solution that is sent: to whom, what, and what became of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from access.model import Locale
from automation.courier import NoWay
from consents.mail import MailList
from consents.wishes import WISHES, Wish
from core.events import Event
from core.placeholders import must_be_known
from core.values import Value
from tickets.model import ClientId, Kind, Subject

MOST = 500
# What is filled in before the article; a fixed list, so that a text can reach nothing else (O2).
PLACEHOLDERS = frozenset({"customer.name", "ticket.number", "ticket.subject", "organisation.name"})
TellingState = Literal["waiting", "sent", "same_customer", "refused", "failed"]
# Why somebody will not get it, as far as is known beforehand; `no_way`: there is nothing by which they could be told.
Hindrance = Wish | Literal["no_way"]
# `bounced`: the server that took the mail sent it back; `undelivered`: nobody took it, or a carrier lost it.
Reason = Hindrance | Literal["bounced", "undelivered"]
LIST: MailList = "solutions"


def _has_known_names(text: str) -> str:
    return must_be_known(text, PLACEHOLDERS)


Said = Annotated[str, Field(min_length=1, max_length=4000, pattern=r"^[^\x00]*$"), AfterValidator(_has_known_names)]
Words = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]


class Affected(Value):
    """Whom it concerns: chosen tickets, those below one problem, or open ones by kind, type and words."""

    ticket_ids: tuple[UUID, ...] | None = Field(None, min_length=1, max_length=MOST)
    problem_id: UUID | None = Field(None, description="The ticket that is named as their parent.")
    kind: Kind | None = None
    type_id: UUID | None = None
    q: Words = ""

    @model_validator(mode="after")
    def _is_one_way(self) -> Affected:
        filters = (self.kind, self.type_id, self.q.strip() or None)
        ways = [self.ticket_ids is not None, self.problem_id is not None, any(each is not None for each in filters)]
        if sum(ways) != 1:
            raise ValueError("Tickets are named, or a problem, or what the open ones have in common.")
        return self


class NewSolution(Value):
    """An article, a text, or a text before an article; placeholders are filled in for each customer."""

    affected: Affected
    article_id: UUID | None = None
    texts: dict[Locale, Said] = Field(default={}, max_length=3)
    subject: Subject = Field(description="Of a mail that is begun for it.")
    solves: bool = Field(
        default=False, description="Whether the tickets are solved with it; not those of customers who are not told."
    )
    client_id: ClientId = Field(description="Sent once per sender and id.")

    @model_validator(mode="after")
    def _says_something(self) -> NewSolution:
        if self.article_id is None and not self.texts:
            raise ValueError("There is nothing to say: name an article or write a text.")
        return self


class PreviewRow(Value):
    """With a `reason` the customer would not get it; `channel` is null where there is none, `detail` says why."""

    ticket_id: UUID
    number: str
    subject: str
    customer_name: str | None
    channel: str | None
    is_same_customer: bool
    reason: Hindrance | None = None
    detail: str = ""


class Preview(Value):
    """What would be sent: how many customers are told, by which channel, and who cannot be. Nothing is sent."""

    tickets: int
    told: int
    by_channel: dict[str, int]
    unreachable: int
    refused: int = Field(description="They unsubscribed or opted out, and will not get it.")
    is_cut: bool = Field(description="There are more than are sent at once.")
    items: list[PreviewRow]


@dataclass(frozen=True, slots=True)
class Became:
    """What became of one ticket as its job left it; `is_told`: its customer was written to, by this one or another."""

    state: TellingState
    channel: str | None = None
    message_id: UUID | None = None
    detail: str = ""
    is_told: bool = False
    is_solved: bool = False


class Telling(Value):
    ticket_id: UUID
    number: str
    subject: str
    customer_name: str | None
    state: TellingState
    reason: Reason | None = Field(description="Why it did not reach them, where that is known.")
    channel: str | None
    delivery: str | None = Field(description="What has become of the message since it was sent.")
    error: str | None = Field(description="Why it did not arrive.")
    detail: str
    is_solved: bool
    at: datetime | None


class SolutionRow(Value):
    id: UUID
    article_id: UUID | None
    problem_id: UUID | None
    subject: str
    solves: bool
    by_name: str
    created_at: datetime
    waiting: int
    sent: int
    refused: int = Field(description="There was no way to tell them, or they want none of it.")
    failed: int = Field(description="It was sent and did not arrive.")
    same_customer: int


class SolutionView(SolutionRow):
    texts: dict[Locale, str]
    items: list[Telling]


def standing(
    state: TellingState, delivery: str | None, error: str | None, *, detail: str = "", is_mail: bool, was_taken: bool
) -> tuple[TellingState, Reason | None]:
    """Return what has become of one telling by now, from what the message says.

    >>> standing("sent", "failed", "5.1.1 No such mailbox.", is_mail=True, was_taken=True)
    ('failed', 'bounced')
    >>> stopped = next(said for said, wish in WISHES.items() if wish == "opted_out")
    >>> standing("sent", "failed", stopped, is_mail=False, was_taken=False)
    ('refused', 'opted_out')
    >>> standing("refused", None, None, detail=UNWANTED, is_mail=True, was_taken=False)
    ('refused', 'unsubscribed')
    """
    if delivery != "failed":
        return state, "no_way" if detail == NoWay().detail else WISHES.get(detail)
    if error is not None and error in WISHES:
        return "refused", WISHES[error]
    return "failed", "bounced" if is_mail and was_taken else "undelivered"


class SolutionSent(Event, kind="solution.sent"):
    """Somebody sends it: the jobs are left; what became of each ticket is in its own history."""

    solution_id: UUID
    article_id: UUID | None
    tickets: int

    def subject(self) -> str:
        return f"solution:{self.solution_id}"
