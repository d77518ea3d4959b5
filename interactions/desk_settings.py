"""How somebody wants the own desk: how long a reply can be taken back, whether mail tells what customers write."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from core.actor import Actor
from core.errors import Forbidden
from core.events import Event
from core.ids import StaffId
from core.values import Value
from interactions.store import sql
from storage.database import Database, Tx


class DeskSetting(Value):
    undo_seconds: int = Field(10, ge=0, le=60, description="For so long a mail can be taken back; 0 sends at once.")
    is_mailed: bool = Field(
        default=False, description="Whether what customers write to you comes by mail while you are away."
    )


class DeskSettingSaved(Event, kind="desk_setting.saved"):
    staff_id: StaffId
    setting: DeskSetting

    def subject(self) -> str:
        return f"staff:{self.staff_id}"

    def audience(self) -> tuple[str, ...]:
        return (f"agent:{self.staff_id}",)

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        return ("desk.put", {"desk": data["setting"]}) if namespace == "/agent" else None


class DeskSettings:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def get(self, tx: Tx, staff_id: StaffId) -> DeskSetting:
        row = await tx.row(sql.get_desk_setting, staff_id=staff_id)
        return DeskSetting() if row is None else DeskSetting(**dict(row))

    async def save(self, actor: Actor, setting: DeskSetting) -> DeskSetting:
        if actor.id is None:
            raise Forbidden("Only people have a desk.")
        async with self._db.transaction(actor) as tx:
            await tx.run(sql.save_desk_setting, staff_id=actor.id, **setting.model_dump())
            tx.emit(DeskSettingSaved(staff_id=StaffId(actor.id), setting=setting))
        return setting

    async def part(self, tx: Tx, actor: Actor) -> dict[str, Any]:
        """Add it to the console's snapshot."""
        if actor.id is None:
            raise Forbidden
        return {"desk": (await self.get(tx, StaffId(actor.id))).model_dump(mode="json")}
