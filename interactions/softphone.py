"""Browser phones: who gets a key to one, and of which account."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from access.model import Permission
from channels.base import Channel, VoiceChannel
from core.actor import Actor, ActorKind
from core.errors import Forbidden, NotFound
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
