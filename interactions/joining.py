"""Whether a message joins the conversation that it names, and why. Pure.

What a key proves and who speaks decide together: what we signed opens any conversation, an id that strangers may have
seen lets one be heard but not trusted, and a number that anybody can guess counts for its participants alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

AfterClose = Literal["reopen", "reopen_within", "new"]
# Of whoever is not the customer: what people decided about them; None is somebody new.
Standing = Literal["owner", "confirmed", "pending", "refused"]
_TRUSTED = frozenset({"owner", "confirmed"})


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that names a conversation. `kind` is the key's: interaction, mid, ref, number, or a channel's own."""

    kind: str
    is_proof: bool
    standing: Standing | None
    is_verified: bool
    is_automatic: bool


@dataclass(frozen=True, slots=True)
class Closed:
    """Since when the conversation is closed, and what its queue does then."""

    since: datetime
    after_close: AfterClose
    reopen_days: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """`is_flagged`: appended, but whoever said it is to be confirmed. `is_linked`: new, and shown as its sequel."""

    reason: str
    joins: bool = False
    is_flagged: bool = False
    is_linked: bool = False


def judge(claim: Claim, closed: Closed | None, now: datetime) -> Verdict:
    """Decide; the reason is kept with the message (docs/decisions/channels.md)."""
    refusal = _refusal(claim)
    if refusal:
        return Verdict(f"new:{refusal}")
    is_trusted = claim.standing in _TRUSTED
    opens = is_trusted or claim.is_proof
    if closed is not None and not (opens and (claim.is_automatic or _reopens(closed, now))):
        return Verdict("new:closed", is_linked=True)
    says = claim.kind if claim.is_proof else f"{claim.kind}:{'participant' if is_trusted else 'stranger'}"
    return Verdict(says, joins=True, is_flagged=not is_trusted and claim.is_verified)


def _refusal(claim: Claim) -> str:
    """Return why it cannot belong there, whatever the state of the conversation; empty when it can."""
    if claim.standing == "refused":
        return "refused"
    if claim.is_proof:
        return ""
    if not claim.is_verified:
        return "doubt"
    if claim.standing in _TRUSTED:
        return ""
    if claim.kind != "mid":
        return claim.kind
    return "automatic" if claim.is_automatic else ""


def _reopens(closed: Closed, now: datetime) -> bool:
    if closed.after_close == "reopen_within":
        return now - closed.since < timedelta(days=closed.reopen_days)
    return closed.after_close == "reopen"
