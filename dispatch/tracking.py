"""The customer's link: how far the visit is, and where the technician is while on the way; then it ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from access.model import Calendar, Locale
from core.clock import Clock
from core.errors import Invalid, NotFound
from core.secrets import Keyring
from core.values import Value
from customers.model import CustomerId
from customers.service import Customers
from dispatch import store
from dispatch.model import OVER, State, number
from dispatch.telling import promised, read_tracking
from dispatch.whereabouts import Arrival, Whereabout, Whereabouts
from organisation.service import Organisation
from storage.database import Database, Row

# An older position is where somebody was.
_OLDEST = timedelta(minutes=15)
# So long after its end the page still says that it was done.
_AFTERWARDS = timedelta(hours=24)
Stage = Literal["planned", "on_the_way", "arrived", "done", "not_done", "cancelled", "over"]
_STAGES: dict[State, Stage] = {
    "planned": "planned", "dispatched": "planned", "on_the_way": "on_the_way", "arrived": "arrived",
    "working": "arrived", "done": "done", "not_done": "not_done", "cancelled": "cancelled",
}  # fmt: skip


class TrackedPlace(Value):
    latitude: float
    longitude: float


class Tracked(Value):
    """What a customer sees; nothing that names anybody else's visit or where the technician was before."""

    stage: Stage
    number: str
    subject: str
    organisation: str
    locale: Locale
    calendar: Calendar
    time_zone: str
    technician_name: str | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    place: TrackedPlace | None = None
    position: Whereabout | None = None
    arrival: Arrival | None = None


class Tracking:
    def __init__(
        self, db: Database, clock: Clock, keys: Keyring, customers: Customers, organisation: Organisation
    ) -> None:
        self._db, self._clock, self._keys = db, clock, keys
        self._customers, self._organisation = customers, organisation

    async def show(self, token: str, whereabouts: Whereabouts) -> Tracked:
        """Return how far it is. Raises NotFound for a link that is none, or that is over."""
        try:
            visit_id, attempt = read_tracking(self._keys, token)
        except Invalid as error:
            raise NotFound("This link is not valid.") from error
        row = await store.get(self._db, visit_id)
        seen = await self._seen(row)
        ended = row["state"] in OVER and row["changed_at"] < self._clock() - _AFTERWARDS
        if attempt != row["attempts"] or ended:
            return seen.model_copy(update={"stage": "over", "subject": "", "technician_name": None})
        begins, ends = promised(row)
        said = {"from_at": begins, "to_at": ends}
        if row["state"] == "on_the_way":
            said |= await self._on_the_way(row, whereabouts)  # type: ignore[arg-type]  # values of several kinds
        return seen.model_copy(update=said)

    async def _on_the_way(self, row: Row, whereabouts: Whereabouts) -> dict[str, object]:
        place = row["place"]
        found: dict[str, object] = {}
        if place.get("latitude") is not None:
            found["place"] = TrackedPlace(latitude=place["latitude"], longitude=place["longitude"])
        there = await whereabouts.last(self._db, row["technician_id"])
        if there is None or not _is_for_customers(there, row["state_at"], self._clock()):
            return found
        found["position"] = there
        if "place" in found:
            end = (place["latitude"], place["longitude"])
            found["arrival"] = await whereabouts.arrival((there.latitude, there.longitude), end, self._clock())
        return found

    async def _seen(self, row: Row) -> Tracked:
        async with self._db.transaction() as tx:
            locale: Locale | None = None
            if row["customer_id"] is not None:
                locale = (await self._customers.card(tx, CustomerId(row["customer_id"]))).locale
            usual = await self._organisation.usual(tx)
            locale = locale or (usual[0] if usual is not None else "en")
            calendar = await self._organisation.calendar(tx, locale)
        return Tracked(
            stage=_STAGES[row["state"]],
            number=number(row["serial"]),
            subject=row["subject"],
            organisation=(await self._organisation.face()).name,
            locale=locale,
            calendar=calendar,
            time_zone=await self._organisation.time_zone(),
            technician_name=row["technician_name"] if row["state"] != "planned" else None,
        )


def _is_for_customers(there: Whereabout, set_out_at: datetime, now: datetime) -> bool:
    """Tell whether a customer may see it: where a technician was before setting out may be another one's home."""
    return there.at >= max(set_out_at, now - _OLDEST)
