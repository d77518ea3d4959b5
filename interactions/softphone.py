"""Browser phones: who gets a key to one, and of which account."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from pydantic import Field

from access.model import Permission
from channels.base import Channel
from channels.calls import PhoneKind, Pressing, VoiceChannel
from core.actor import Actor, ActorKind
from core.errors import Forbidden, NotFound
from core.ids import BranchId
from core.values import Value
from interactions.accounts import ChannelAccounts


class NoSoftphone(NotFound):
    """No telephone account here has the keys that browser phones need."""


class SoftphoneToken(Value):
    """What a browser phone signs in with, as the identity that callers are joined with."""

    account_id: UUID
    identity: str
    token: str
    expires_at: datetime


class Softphone(Value):
    """What this person speaks by: the carrier's own phone in the browser, the double without sound, or nothing here."""

    kind: PhoneKind
    has_keys: bool = Field(description="Whether a line here takes tones from us, whatever telephone is spoken by.")


async def softphone(accounts: ChannelAccounts, channels: dict[str, Channel], actor: Actor) -> Softphone:
    """Say what the console's phone is; a phone that can speak goes before one that cannot."""
    actor.must(Permission.INTERACTION_REPLY)
    seen = [(kind, has_keys) for kind, branch, has_keys in await _kinds(accounts, channels) if actor.sees(branch)]
    found = {kind for kind, _ in seen}
    kind: PhoneKind = "twilio" if "twilio" in found else "simulated" if "simulated" in found else "none"
    return Softphone(kind=kind, has_keys=any(has_keys for _, has_keys in seen))


async def speaks_by_twilio(accounts: ChannelAccounts, channels: dict[str, Channel]) -> bool:
    """Tell whether anybody's console may talk to Twilio from the browser."""
    return any(kind == "twilio" for kind, _, _ in await _kinds(accounts, channels))


async def _kinds(
    accounts: ChannelAccounts, channels: dict[str, Channel]
) -> list[tuple[PhoneKind, BranchId | None, bool]]:
    found: list[tuple[PhoneKind, BranchId | None, bool]] = []
    for row in await accounts.all():
        channel = channels.get(row["kind"])
        if isinstance(channel, VoiceChannel) and row["is_enabled"]:
            kind = channel.phone_kind(accounts.open(row))
            found.append((kind, row["branch_id"], isinstance(channel, Pressing)))
    return found


async def softphone_token(accounts: ChannelAccounts, channels: dict[str, Channel], actor: Actor) -> SoftphoneToken:
    """Return the key to this person's own phone at the first account in sight that has one; NoSoftphone otherwise."""
    actor.must(Permission.INTERACTION_REPLY)
    if actor.kind is not ActorKind.STAFF or actor.id is None:
        raise Forbidden("A phone belongs to a person who is signed in.")
    for row in await accounts.all():
        channel = channels.get(row["kind"])
        if not (isinstance(channel, VoiceChannel) and row["is_enabled"] and actor.sees(row["branch_id"])):
            continue
        key = channel.phone_key(accounts.open(row), actor.id)
        if key is not None:
            ends = datetime.fromtimestamp(key.expires_at, UTC)
            return SoftphoneToken(account_id=row["id"], identity=key.identity, token=key.token, expires_at=ends)
    raise NoSoftphone
