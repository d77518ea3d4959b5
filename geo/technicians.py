"""Use-cases of technicians and their phones."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from access.model import Permission
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.ids import BranchId, StaffId, uuid7
from core.place import Place
from core.secrets import Keyring, digest, new_token
from geo import provisioning, store
from geo.model import (
    DeviceChanged,
    DeviceMade,
    NewDevice,
    Position,
    Quarantined,
    TechnicianChange,
    TechnicianDetail,
    TechnicianSaved,
    TechnicianSettings,
    TechnicianView,
)
from geo.shift import Shift
from geo.signals import Condition, signals, silence_seconds
from geo.store import sql
from storage.database import Database, Row, Tx

_ALL_MOST = 5000
_DEVICES_MOST = 10


class Technicians:
    def __init__(self, db: Database, clock: Clock, keys: Keyring, base_url: str) -> None:
        self._db, self._clock, self._keys, self._base_url = db, clock, keys, base_url
        self._profiles: dict[tuple[StaffId, int, UUID | None], tuple[TechnicianSettings, Shift]] = {}

    # --- looking

    async def all(
        self, branches: list[BranchId] | None, *, changed_since: datetime | None = None, only_active: bool = True
    ) -> list[TechnicianView]:
        """Return technicians of these branches as they are now; signs and places inside of their shift alone."""
        rows = await self._db.rows(
            sql.list_technicians,
            ids=None,
            branches=branches,
            changed_since=changed_since,
            only_active=only_active,
            most=_ALL_MOST,
        )
        now = self._clock()
        return [self._view(row, now) for row in rows]

    async def list_all(self, actor: Actor) -> list[TechnicianView]:
        actor.must(Permission.GEO_VIEW)
        return await self.all(actor.branch_scope, only_active=False)

    async def get(self, actor: Actor, technician_id: StaffId) -> TechnicianDetail:
        row = await store.technician(self._db, technician_id)
        actor.must(Permission.GEO_VIEW, row["branch_id"])
        return await self._detail(self._db, row)

    async def position(self, technician_id: StaffId) -> Position | None:
        """Return where a technician was last, for other folders; None outside of the shift, and for nobody's."""
        try:
            row = await store.technician(self._db, technician_id)
        except NotFound:
            return None
        return self._view(row, self._clock()).position

    async def quarantined(self, actor: Actor, before: int, most: int) -> list[Quarantined]:
        actor.must(Permission.GEO_MANAGE)
        rows = await self._db.rows(sql.list_quarantine, before=before, branches=actor.branch_scope, most=most)
        return [store.quarantined(row) for row in rows]

    async def _detail(self, reader: Tx | Database, row: Row) -> TechnicianDetail:
        phones = await reader.rows(sql.list_devices, technician_id=row["staff_id"])
        view = self._view(row, self._clock())
        known = {name: getattr(view, name) for name in TechnicianView.model_fields}
        return TechnicianDetail(**known, phones=[store.device(each) for each in phones])

    def _view(self, row: Row, now: datetime) -> TechnicianView:
        settings, shift = self._profile(row)
        is_on = settings.is_active and shift.is_on(now)
        condition = Condition(
            has_device=row["devices"] > 0,
            seen_at=row["seen_at"],
            is_mock=row["is_mock"],
            permission=row["permission"],
            is_saving_power=row["is_saving_power"],
            battery=row["battery"],
            is_charging=row["is_charging"],
        )
        limit = silence_seconds(settings.interval_seconds, settings.ping_seconds)
        return TechnicianView(
            id=row["staff_id"],
            name=row["name"],
            branch_id=row["branch_id"],
            settings=settings,
            skills={UUID(skill): level for skill, level in row["skills"].items()},
            devices=row["devices"],
            is_on_shift=is_on,
            position=_position(row) if is_on else None,
            seen_at=row["seen_at"],
            battery=row["battery"] if is_on else None,
            signals=signals(condition, limit, now, is_on_shift=is_on, worked=shift.worked),
            version=row["version"],
        )

    def _profile(self, row: Row) -> tuple[TechnicianSettings, Shift]:
        """Return what an administrator set, made ready once for each version of it."""
        # A territory goes when its fence does, and nobody has saved anything.
        key = (row["staff_id"], row["version"], row["territory_id"])
        found = self._profiles.get(key)
        if found is None:
            if len(self._profiles) >= 2 * _ALL_MOST:
                self._profiles.clear()
            settings = store.settings(row)
            found = self._profiles[key] = (settings, Shift(settings.shift))
        return found

    # --- changing

    async def save(self, actor: Actor, technician_id: StaffId, change: TechnicianChange) -> TechnicianDetail:
        """Make an agent a technician, or change what they are as one."""
        async with self._db.transaction(actor) as tx:
            person = await tx.row(sql.branch_of, id=technician_id)
            if person is None:
                raise NotFound
            actor.must(Permission.GEO_MANAGE, person["branch_id"])
            if change.territory_id is not None:
                await self._must_be_territory(tx, actor, change.territory_id)
            await self._write(tx, technician_id, change)
            tx.emit(TechnicianSaved(technician_id=technician_id, is_active=change.is_active))
            return await self._detail(tx, await store.technician(tx, technician_id))

    async def _write(self, tx: Tx, technician_id: StaffId, change: TechnicianChange) -> None:
        home = change.home
        version = await tx.value(
            sql.save_technician,
            id=technician_id,
            home_lat=None if home is None else home.lat,
            home_lon=None if home is None else home.lon,
            territory_id=change.territory_id,
            shift=change.shift.model_dump(mode="json"),
            vehicle=change.vehicle,
            text_number=change.text_number,
            interval_seconds=change.interval_seconds,
            ping_seconds=change.ping_seconds,
            is_active=change.is_active,
            version=change.version,
        )
        if version is None:
            raise Conflict.overtaken()
        await tx.run(sql.ensure_last, id=technician_id)

    async def _must_be_territory(self, tx: Tx, actor: Actor, fence_id: UUID) -> None:
        row = await tx.row(sql.lock_fence, id=fence_id)
        if row is None or not row["is_territory"] or not actor.sees(row["branch_id"]):
            raise Invalid("There is no such territory.")

    # --- phones

    async def add_device(self, actor: Actor, technician_id: StaffId, new: NewDevice) -> DeviceMade:
        """Add a phone; its token is shown this once."""
        async with self._db.transaction(actor) as tx:
            row = await store.technician(tx, technician_id)
            actor.must(Permission.GEO_MANAGE, row["branch_id"])
            return await self._add(tx, row, new)

    async def join(self, actor: Actor, name: str) -> DeviceMade:
        """Let the own page of a technician send from this phone."""
        if actor.id is None:
            raise Forbidden("Only people have phones.")
        async with self._db.transaction(actor) as tx:
            row = await store.technician(tx, StaffId(actor.id))
            if not row["is_active"]:
                raise NotFound
            return await self._add(tx, row, NewDevice(client="page", name=name))

    async def _add(self, tx: Tx, row: Row, new: NewDevice) -> DeviceMade:
        if row["devices"] >= _DEVICES_MOST:
            raise Conflict(f"There are {_DEVICES_MOST} phones already; revoke one.")
        device_id, token, now = uuid7(), new_token(), self._clock()
        # The app takes a key of at most 32 characters.
        secret = new_token()[:32] if new.is_encrypted and new.client == "owntracks" else None
        sealed = None if secret is None else self._keys.seal(secret.encode(), f"geo_device:{device_id}")
        await tx.run(
            sql.add_device,
            id=device_id,
            technician_id=row["staff_id"],
            name=new.name,
            client=new.client,
            token_hash=digest(token),
            secret=sealed,
            now=now,
        )
        self._tell(tx, (device_id, row["staff_id"], new.name), is_revoked=False)
        url = provisioning.url_of(self._base_url, new.client, token)
        intervals = (row["interval_seconds"], row["ping_seconds"])
        link = provisioning.link_of(new.client, url, (str(device_id), token), secret, intervals)
        return DeviceMade(
            id=device_id,
            name=new.name,
            client=new.client,
            is_encrypted=secret is not None,
            created_at=now,
            url=url,
            token=token,
            secret=secret,
            link=link,
            picture=provisioning.picture_of(link),
        )

    async def revoke(self, actor: Actor, device_id: UUID) -> None:
        """Take a phone's token away; what it sends is refused from now on."""
        async with self._db.transaction(actor) as tx:
            row = await tx.row(sql.lock_device, id=device_id)
            if row is None or row["revoked_at"] is not None:
                raise NotFound
            actor.must(Permission.GEO_MANAGE, row["branch_id"])
            await tx.run(sql.revoke_device, id=device_id, now=self._clock())
            await tx.run(sql.ensure_last, id=row["technician_id"])
            self._tell(tx, (device_id, row["technician_id"], row["name"]), is_revoked=True)

    def _tell(self, tx: Tx, device: tuple[UUID, StaffId, str], *, is_revoked: bool) -> None:
        device_id, technician_id, name = device
        tx.emit(DeviceChanged(device_id=device_id, technician_id=technician_id, name=name, is_revoked=is_revoked))


def _position(row: Row) -> Position | None:
    if row["at"] is None:
        return None
    return Position(
        at=row["at"],
        place=Place(lat=row["lat"], lon=row["lon"]),
        accuracy=row["accuracy"],
        speed=row["speed"],
        heading=row["heading"],
    )
