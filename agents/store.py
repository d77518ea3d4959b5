"""Rows of agents to values and back."""

from __future__ import annotations

from uuid import UUID

from agents.model import Agent, AgentProfile, Presence, Skill
from core.errors import Conflict, NotFound
from core.ids import StaffId
from storage.database import Database, Row, Tx
from storage.queries import Queries

sql = Queries(__file__)


def presence(row: Row) -> Presence:
    return Presence(state=row["state"], reason=row["reason"], since=row["since"])


def agent(row: Row) -> Agent:
    return Agent(
        staff_id=row["staff_id"],
        name=row["name"],
        trust=row["trust"],
        capacity_units=row["capacity_units"],
        used_units=row["used_units"],
        skills={UUID(skill_id): level for skill_id, level in row["skills"].items()},
        presence=presence(row),
        version=row["version"],
    )


async def get(reader: Tx | Database, staff_id: StaffId) -> Agent:
    row = await reader.row(sql.get_agent, staff_id=staff_id)
    if row is None:
        raise NotFound
    return agent(row)


async def save_profile(tx: Tx, staff_id: StaffId, profile: AgentProfile) -> None:
    row = await tx.row(sql.lock_agent, staff_id=staff_id)
    if (row["version"] if row else 0) != profile.version:
        raise Conflict.overtaken()
    await tx.run(sql.save_profile, staff_id=staff_id, trust=profile.trust, capacity_units=profile.capacity_units)
    await tx.run(sql.clear_skills, staff_id=staff_id)
    await tx.run(
        sql.give_skills, staff_id=staff_id, skill_ids=list(profile.skills), levels=list(profile.skills.values())
    )


async def skills(reader: Tx | Database) -> list[Skill]:
    return [Skill(**dict(row)) for row in await reader.rows(sql.list_skills)]
