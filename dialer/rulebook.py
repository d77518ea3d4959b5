"""The rules as people see and change them: presets, and zones by postal code. Data, and never legal advice."""

from __future__ import annotations

from access.model import Permission
from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from dialer import store
from dialer.compliance.model import Preset
from dialer.compliance.presets import shipped
from dialer.compliance.zones import is_zone
from dialer.model import PostalZones, PresetChange, PresetSaved, PresetView
from dialer.store import sql
from storage.database import Database


class Rulebook:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def presets(self, actor: Actor) -> list[PresetView]:
        actor.must(Permission.CAMPAIGN_READ)
        versions = {row["id"]: row["version"] for row in await self._db.rows(sql.list_presets)}
        known = {each.id for each in shipped()}
        return [
            PresetView(**each.model_dump(), version=versions.get(each.id, 0), is_shipped=each.id in known)
            for each in await store.presets(self._db)
        ]

    async def save(self, actor: Actor, preset_id: str, change: PresetChange) -> PresetView:
        """Change a preset or add one; numbers that are dialled from now on are judged by it."""
        if change.id != preset_id:
            raise Invalid("The name in the address is another.", field="id")
        preset = Preset.model_validate(change.model_dump(exclude={"version"}))
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.CAMPAIGN_MANAGE)
            value = preset.model_dump(mode="json")
            version = await tx.value(sql.save_preset, id=preset_id, value=value, version=change.version)
            if version is None:
                raise Conflict.overtaken()
            tx.emit(PresetSaved(preset_id=preset_id))
        is_shipped = preset_id in {each.id for each in shipped()}
        return PresetView(**preset.model_dump(), version=version, is_shipped=is_shipped)

    async def reset(self, actor: Actor, preset_id: str) -> None:
        """Let a preset be as it was shipped; one that was added here is gone."""
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.CAMPAIGN_MANAGE)
            if await tx.value(sql.drop_preset, id=preset_id) is None:
                raise NotFound("There is no change of this preset.")
            tx.emit(PresetSaved(preset_id=preset_id))

    async def postal(self, actor: Actor) -> PostalZones:
        actor.must(Permission.CAMPAIGN_READ)
        return PostalZones(zones=await store.postal_zones(self._db))

    async def replace_postal(self, actor: Actor, table: PostalZones) -> PostalZones:
        """Replace the table as a whole."""
        wrong = next((zone for zone in table.zones.values() if not is_zone(zone)), None)
        if wrong is not None:
            raise Invalid(f"There is no time zone {wrong[:60]}.", field="zones")
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.CAMPAIGN_MANAGE)
            await tx.run(sql.drop_postal_zones)
            await tx.run(sql.add_postal_zones, codes=list(table.zones), zones=list(table.zones.values()))
            tx.emit(PresetSaved(preset_id="postal_zones"))
        return table
