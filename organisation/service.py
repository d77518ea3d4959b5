"""Use-cases of the organisation's settings."""

from __future__ import annotations

from typing import Any

from access.model import Calendar, Locale, Permission
from core.actor import Actor
from core.errors import Conflict, Forbidden
from organisation import store
from organisation.model import (
    WEEKDAYS,
    OrganisationChange,
    OrganisationChanged,
    OrganisationFace,
    OrganisationSettings,
    OrganisationView,
    public,
)
from organisation.store import sql
from storage.database import Database, Tx

_CALENDARS: dict[Locale, Calendar] = {"en": "gregory", "ar": "gregory", "fa": "persian"}


class Organisation:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def get(self, actor: Actor) -> OrganisationView:
        _must_manage(actor)
        return _view(*await store.get(self._db))

    async def change(self, actor: Actor, change: OrganisationChange) -> OrganisationView:
        settings = OrganisationSettings.model_validate(change.model_dump(exclude={"version"}))
        async with self._db.transaction(actor) as tx:
            _must_manage(actor)
            value = settings.model_dump(mode="json")
            version = await tx.value(sql.save_setting, key=store.KEY, value=value, version=change.version)
            if version is None:
                raise Conflict.overtaken()
            tx.emit(OrganisationChanged(organisation=public(settings)))
        return _view(settings, version)

    async def face(self) -> OrganisationFace:
        """Return what anybody may see before signing in."""
        settings, version = await store.get(self._db)
        known = settings.model_dump(include=set(OrganisationFace.model_fields))
        return OrganisationFace(**(known if version else {**known, "locale": None, "calendar": None}))

    async def usual(self, tx: Tx) -> tuple[Locale, Calendar] | None:
        """Return language and calendar of who has not chosen; None before the organisation has."""
        settings, version = await store.get(tx)
        return (settings.locale, settings.calendar) if version else None

    async def calendar(self, reader: Tx | Database, locale: Locale) -> Calendar:
        """Return by which calendar letters in a language are dated: the organisation's, else the language's own."""
        settings, version = await store.get(reader)
        return settings.calendar if version else _CALENDARS[locale]

    async def time_zone(self) -> str:
        return (await store.get(self._db))[0].time_zone

    async def first_weekday(self, reader: Tx | Database) -> int:
        """Return the first day of a week, 0 for Monday."""
        return WEEKDAYS.index((await store.get(reader))[0].week_start)

    async def name(self, reader: Tx | Database) -> str:
        return (await store.get(reader))[0].name

    async def part(self, tx: Tx, _: Actor) -> dict[str, Any]:
        """Return the snapshot's field."""
        settings, _version = await store.get(tx)
        return {"organisation": public(settings).model_dump(mode="json")}


def _view(settings: OrganisationSettings, version: int) -> OrganisationView:
    return OrganisationView(settings=settings, version=version, json_schema=OrganisationSettings.model_json_schema())


def _must_manage(actor: Actor) -> None:
    actor.must(Permission.SETTINGS_MANAGE)
    if actor.branches is not None:
        raise Forbidden("These settings are the whole organisation's.")
