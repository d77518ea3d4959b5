"""To whom a mail of ours goes: to, cc and bcc as people fill them in. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from core.text import printable
from core.values import Value

MOST = 50
# One plain address; quoted local parts and address literals are typing mistakes more often than people.
_ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]{1,64}@[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]{1,253}")


def address(value: str) -> str:
    """Return an address as it is compared; ValueError for what is none."""
    lowered = value.strip().lower()
    host = lowered.rpartition("@")[2]
    labels = host.split(".")
    is_sound = _ADDRESS.fullmatch(lowered) and ".." not in lowered and len(labels) > 1 and all(labels)
    if not is_sound or not lowered.isprintable() or lowered.startswith("."):
        raise ValueError("is not a mail address")
    return lowered


def _name(value: str) -> str:
    return " ".join(printable(value).split())


class Recipient(Value):
    address: Annotated[str, Field(max_length=254, json_schema_extra={"format": "email"}), AfterValidator(address)]
    name: Annotated[str, Field(max_length=200), AfterValidator(_name)] = ""


def _once(people: list[Recipient]) -> list[Recipient]:
    return list({each.address: each for each in reversed(people)}.values())[::-1]


People = Annotated[list[Recipient], Field(max_length=MOST), AfterValidator(_once)]


class Recipients(Value):
    """Of a mail of ours. Nobody is there twice: who is named openly is not copied in secret."""

    to: People = Field(min_length=1)
    cc: People = Field(default=[])
    bcc: People = Field(default=[])

    @model_validator(mode="after")
    def _are_not_too_many(self) -> Recipients:
        if len(self.to) + len(self.cc) + len(self.bcc) > MOST:
            raise ValueError(f"A mail goes to at most {MOST} addresses.")
        return self

    def once(self) -> Recipients:
        """Return the same with each address in its most open place only."""
        taken = {each.address for each in self.to}
        cc = [each for each in self.cc if each.address not in taken]
        taken |= {each.address for each in cc}
        return Recipients(to=self.to, cc=cc, bcc=[each for each in self.bcc if each.address not in taken])

    def everybody(self) -> list[Recipient]:
        return [*self.to, *self.cc, *self.bcc]

    def includes(self, value: str) -> bool:
        return value.strip().lower() in {each.address for each in self.everybody()}


def from_row(kept: dict[str, Any] | None) -> Recipients | None:
    return None if kept is None else Recipients.model_validate(kept)


def own_among(people: Sequence[Recipient], own: Iterable[str]) -> str | None:
    """Return an address of ours among them, with or without a plus; a mail to ourselves would go round."""
    mailboxes = {each.lower() for each in own}
    for each in people:
        local, _, domain = each.address.rpartition("@")
        if each.address in mailboxes or f"{local.partition('+')[0]}@{domain}" in mailboxes:
            return each.address
    return None
