"""The names that we give to channels, bridges and recordings: who is who is read from them alone. Pure.

Asterisk takes an id of ours for a channel and refuses a second one of the same, so that a repeated request has no
second effect. What an agent is called to carries the caller's id too, since an agent's phone that is busy tells nothing
but its own id.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from channels.asterisk.settings import AriSettings
from core.errors import Invalid

# An agent, a customer whom we call, one whom the dialer does, somebody called in, a whisper into an agent's ear, a tap
# that is recorded.
Role = Literal["a", "c", "d", "p", "w", "r"]
_LEG = re.compile(r"mz-([acdpwr])-([0-9a-f]{32})-([A-Za-z0-9_]+)(?:~(.+))?")
_ROOM = re.compile(r"mz-b-([0-9a-f]{32})")
_USER = re.compile(r"[A-Za-z0-9._+-]{1,80}")
# AST_MAX_PUBLIC_UNIQUEID, of which some bytes are left for what Asterisk adds itself.
_LONGEST = 140
LISTENER = "listen_"


@dataclass(frozen=True, slots=True)
class Leg:
    """A channel of ours. `call_id` is the caller's channel of an agent who was rung for one.

    A call of the dialer bears the id of its attempt, which is that of the conversation too when an agent takes it.
    """

    role: Role
    interaction_id: UUID
    label: str
    call_id: str = ""

    @property
    def id(self) -> str:
        name = f"mz-{self.role}-{self.interaction_id.hex}-{self.label}" + (f"~{self.call_id}" if self.call_id else "")
        if len(name) > _LONGEST:
            raise Invalid("The name of this Asterisk system (systemname in asterisk.conf) is too long for us.")
        return name

    @property
    def is_speaker(self) -> bool:
        """Whether the customer has somebody to speak with while this one is there."""
        return self.role in ("a", "p") and not self.label.startswith(LISTENER)

    @property
    def agent_id(self) -> UUID | None:
        kind, _, rest = self.label.partition("_")
        try:
            return UUID(rest) if kind == "agent" else None
        except ValueError:
            return None


def leg(channel_id: str) -> Leg | None:
    """Return whose channel this is; None: somebody who called us."""
    found = _LEG.fullmatch(channel_id)
    if found is None:
        return None
    role: Role = found[1]  # type: ignore[assignment] # the pattern allows no other
    return Leg(role, UUID(found[2]), found[3], found[4] or "")


def room(interaction_id: UUID) -> str:
    """Name the bridge in which a conversation is spoken."""
    return f"mz-b-{interaction_id.hex}"


def interaction_of(bridge_id: str) -> UUID | None:
    found = _ROOM.fullmatch(bridge_id)
    return None if found is None else UUID(found[1])


def corner(interaction_id: UUID, label: str) -> str:
    """Name the bridge from which somebody whispers to an agent."""
    return f"mz-k-{interaction_id.hex}-{label}"


def waiting(account_id: UUID) -> str:
    """Name the bridge in which callers wait."""
    return f"mz-wait-{account_id.hex}"


def held(account_id: UUID) -> str:
    """Name the bridge in which customers are on hold."""
    return f"mz-hold-{account_id.hex}"


def voicemail(call_id: str, stamp: int) -> str:
    return f"mz-v-{stamp}~{call_id}"


def voicemail_call(recording: str) -> str | None:
    """Return in which call a recording was left as a message."""
    return recording.partition("~")[2] or None if recording.startswith("mz-v-") else None


def endpoint(settings: AriSettings, address: str) -> str:
    """Say where a number, a SIP address or a name of a phone is reached. Raises Invalid."""
    if address.startswith("+") and address[1:].isdigit():
        return settings.customer_endpoint.replace("{number}", address).replace("{digits}", address[1:])
    user = re.sub(r"^(sips?|client):", "", address, flags=re.IGNORECASE).partition("@")[0]
    if _USER.fullmatch(user) is None:
        raise Invalid("This address cannot be rung by Asterisk.")
    return settings.agent_endpoint.replace("{address}", user)
