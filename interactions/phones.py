"""At which telephone an agent answers: the browser, or a number or SIP address of their own."""

from __future__ import annotations

import re
from uuid import UUID

from pydantic import Field

from access.model import Permission
from core.actor import Actor
from core.errors import Forbidden, Invalid, NotFound
from core.events import Event
from core.http import Call, route
from core.telephone import callable_number
from core.values import Value
from interactions.store import sql
from storage.database import Database

_SIP = re.compile(r"sips?:[A-Za-z0-9._~%+!$&'*=,;-]+@[A-Za-z0-9.:\[\]-]+(;[A-Za-z0-9=._-]+)*")


class AgentPhone(Value):
    """Empty: the phone in the browser."""

    address: str = Field("", max_length=210, description="A number with its country code, or a SIP address.")


class AgentPhoneSaved(Event, kind="agent.phone_saved"):
    staff_id: UUID
    address: str

    def subject(self) -> str:
        return f"agent:{self.staff_id}"


class Phones:
    def __init__(self, db: Database, region: str) -> None:
        self._db, self._region = db, region

    async def get(self, actor: Actor, staff_id: UUID) -> AgentPhone:
        await self._must(actor, staff_id)
        return AgentPhone(address=await self._db.value(sql.phone_of, staff_id=staff_id) or "")

    async def put(self, actor: Actor, staff_id: UUID, phone: AgentPhone) -> AgentPhone:
        """Say where an agent answers from the next call on."""
        await self._must(actor, staff_id)
        address = phone.address.strip()
        if address.lower().startswith(("sip:", "sips:")):
            if _SIP.fullmatch(address) is None:
                raise Invalid("A SIP address is like sip:name@example.com.", field="address")
        elif address:
            number = callable_number(address, self._region)
            if number is None:
                raise Invalid("The number cannot be called: write it with + and the country code.", field="address")
            address = number
        async with self._db.transaction(actor) as tx:
            if address:
                await tx.run(sql.save_phone, staff_id=staff_id, address=address)
            else:
                await tx.run(sql.drop_phone, staff_id=staff_id)
            tx.emit(AgentPhoneSaved(staff_id=staff_id, address=address))
        return AgentPhone(address=address)

    async def _must(self, actor: Actor, staff_id: UUID) -> None:
        """Let everybody set the own one, and others those of their people."""
        row = await self._db.row(sql.staff_branch, staff_id=staff_id)
        if row is None:
            raise NotFound
        if actor.id == staff_id:
            actor.must(Permission.INTERACTION_REPLY)
        else:
            actor.must(Permission.AGENT_MANAGE, row["branch_id"])


class PhoneRoutes:
    def __init__(self, phones: Phones) -> None:
        self._phones = phones

    @route("GET", "/api/my-phone", permission=Permission.INTERACTION_REPLY)
    async def my_phone(self, call: Call) -> AgentPhone:
        """Ask where the own calls ring."""
        return await self._phones.get(call.actor, _own(call.actor))

    @route("PUT", "/api/my-phone", permission=Permission.INTERACTION_REPLY)
    async def set_my_phone(self, call: Call, body: AgentPhone) -> AgentPhone:
        """Say where the own calls ring: in the browser, or at a number or SIP address."""
        return await self._phones.put(call.actor, _own(call.actor), body)

    @route("GET", "/api/agents/{staff_id}/phone", permission=Permission.AGENT_MANAGE)
    async def agent_phone(self, call: Call, staff_id: UUID) -> AgentPhone:
        """Ask where an agent's calls ring."""
        return await self._phones.get(call.actor, staff_id)

    @route("PUT", "/api/agents/{staff_id}/phone", permission=Permission.AGENT_MANAGE)
    async def set_agent_phone(self, call: Call, staff_id: UUID, body: AgentPhone) -> AgentPhone:
        """Say where an agent's calls ring."""
        return await self._phones.put(call.actor, staff_id, body)


def _own(actor: Actor) -> UUID:
    if actor.id is None:
        raise Forbidden("A phone belongs to a person.")
    return actor.id
