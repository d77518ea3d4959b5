"""What the ingest bench needs of an organisation: agents who hold three chats each, and accounts of a carrier."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import SecretStr

import channels
from access.model import NewStaff, NewToken
from access.service import Access
from access.signin import Passwords
from agents.model import AgentProfile
from agents.service import Agents
from core.actor import SYSTEM, Actor, ActorKind
from core.clock import utc_now
from core.ids import StaffId
from core.secrets import Keyring
from interactions.accounts import ChannelAccounts, NewAccount
from organisation.service import Organisation
from routing.queues import Queues
from storage.database import Database

ACCOUNT_SID, AUTH_TOKEN = "AC" + "0" * 32, "a token of the bench"
_MOST_UNITS = 1000


class _SamePassword(Passwords):
    """Everybody has one password and hence one hash: making it takes 50 ms of a core."""

    _hash: str | None = None

    async def hash(self, password: SecretStr) -> str:
        if self._hash is None:
            self._hash = await super().hash(password)
        return self._hash


async def add_agents(db: Database, count: int) -> list[str]:
    """Add people with the demo organisation's role of an agent and its skill of chat; return an API token of each."""
    access, agents = Access(db, utc_now, _SamePassword(), Organisation(db).usual), Agents(db, utc_now)
    role = next(role for role in await access.roles(SYSTEM) if role.name == "Agent")
    skill = next(skill for skill in await agents.skills() if skill.name == "chat")
    tokens = []
    for number in range(count):
        new = NewStaff(
            login=f"bench{number}", name=f"Agent {number}", password=SecretStr("bench-bench"), role_ids=[role.id]
        )
        staff = await access.add_staff(SYSTEM, new)
        profile = AgentProfile(version=0, trust=5, capacity_units=_MOST_UNITS, skills={skill.id: 5})
        await agents.save_profile(SYSTEM, StaffId(staff.id), profile)
        actor = Actor(ActorKind.STAFF, staff.id, staff.name, frozenset(role.permissions))
        made = await access.add_token(actor, NewToken(name="bench", scopes=role.permissions))
        tokens.append(made.token)
    return tokens


async def add_numbers(db: Database, folder: Path, count: int) -> list[UUID]:
    """Add accounts of the channel sms that are signed with AUTH_TOKEN; return their ids."""
    accounts = ChannelAccounts(db, Keyring.load(None, folder / "secret.key"), channels.discover(), Queues(db))
    queue: Any = next(row["queue_id"] for row in await accounts.all() if row["kind"] == "sms")
    made = []
    for number in range(count):
        settings = {"account_sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN, "number": f"+1202555{number:04d}"}
        new = NewAccount(kind="sms", name=f"Number {number}", queue_id=queue, settings=settings)
        made.append((await accounts.add(SYSTEM, new)).id)
    return made
