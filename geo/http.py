"""Routes of the map, technicians and fences."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from access.model import Name, Permission
from core.errors import Invalid
from core.http import COLLEAGUE, Call, Page, PageQuery, route
from core.ids import StaffId
from core.values import Value
from customers.model import CustomerPlace
from customers.service import Customers
from geo.fences import Fences
from geo.model import (
    DaySummary,
    DayView,
    DeviceMade,
    Fence,
    FenceChange,
    FenceSettings,
    MapSettings,
    NewDevice,
    Quarantined,
    TechnicianChange,
    TechnicianDetail,
    TechnicianView,
    Wanted,
)
from geo.nearby import Nearby
from geo.ranking import Ranked
from geo.technicians import Technicians
from geo.tracks import Tracks

_LAST_ID = 2**63 - 1


class TechnicianList(BaseModel):
    items: list[TechnicianView]


class DayList(BaseModel):
    items: list[DaySummary]


class FenceList(BaseModel):
    items: list[Fence]


class RankedList(BaseModel):
    items: list[Ranked]


class CustomerPlaces(BaseModel):
    items: list[CustomerPlace]
    is_all: bool = Field(description="False: there are more; look at a smaller part of the map.")


class Seen(Value):
    """The part of the map that is looked at."""

    south: float = Field(-90, ge=-90, le=90)
    west: float = Field(-180, ge=-180, le=180)
    north: float = Field(90, ge=-90, le=90)
    east: float = Field(180, ge=-180, le=180)


class OwnPhone(Value):
    name: Name = "Phone"


class GeoRoutes:
    def __init__(
        self,
        map_settings: MapSettings,
        technicians: Technicians,
        tracks: Tracks,
        fences: Fences,
        nearby: Nearby,
        customers: Customers,
    ) -> None:
        self._map, self._technicians, self._tracks = map_settings, technicians, tracks
        self._fences, self._nearby, self._customers = fences, nearby, customers

    @route("GET", "/api/map", permission=COLLEAGUE)
    async def map_settings(self, call: Call) -> MapSettings:  # noqa: ARG002 - every handler gets the call
        """Say what the map is drawn with beside the outline that is always there."""
        return self._map

    @route("GET", "/api/technicians", permission=Permission.GEO_VIEW)
    async def technicians(self, call: Call) -> TechnicianList:
        """List technicians with where they are, inside of their shift, and what is wrong with their phones."""
        return TechnicianList(items=await self._technicians.list_all(call.actor))

    @route("GET", "/api/technicians/{technician_id}", permission=Permission.GEO_VIEW)
    async def technician(self, call: Call, technician_id: UUID) -> TechnicianDetail:
        """Show a technician with their phones."""
        return await self._technicians.get(call.actor, StaffId(technician_id))

    @route("PUT", "/api/technicians/{technician_id}", permission=Permission.GEO_MANAGE)
    async def save_technician(self, call: Call, technician_id: UUID, body: TechnicianChange) -> TechnicianDetail:
        """Make an agent a technician (`version` 0), or change their shift, home, territory and vehicle."""
        return await self._technicians.save(call.actor, StaffId(technician_id), body)

    @route(
        "POST",
        "/api/technicians/{technician_id}/devices",
        permission=Permission.GEO_MANAGE,
        status=201,
        shows_secret=True,
    )
    async def add_device(self, call: Call, technician_id: UUID, body: NewDevice) -> DeviceMade:
        """Add a phone: the link that sets it up, also as a picture, is shown this once."""
        return await self._technicians.add_device(call.actor, StaffId(technician_id), body)

    @route("DELETE", "/api/devices/{device_id}", permission=Permission.GEO_MANAGE)
    async def revoke_device(self, call: Call, device_id: UUID) -> None:
        """Take a phone's token away."""
        await self._technicians.revoke(call.actor, device_id)

    @route("POST", "/api/my/phone", permission=COLLEAGUE, status=201, shows_secret=True)
    async def join(self, call: Call, body: OwnPhone) -> DeviceMade:
        """Let the page of a technician send positions from this phone."""
        return await self._technicians.join(call.actor, body.name)

    @route("GET", "/api/my/days/{day}", permission=COLLEAGUE)
    async def own_day(self, call: Call, day: date) -> DayView:
        """Show your own day, as others may see it."""
        return await self._tracks.own_day(call.actor, day)

    @route("GET", "/api/technicians/{technician_id}/days", permission=Permission.GEO_VIEW)
    async def days(self, call: Call, technician_id: UUID) -> DayList:
        """List the days of a technician that are kept, with the distance travelled."""
        return DayList(items=await self._tracks.days(call.actor, StaffId(technician_id), 100))

    @route("GET", "/api/technicians/{technician_id}/days/{day}", permission=Permission.GEO_VIEW)
    async def day(self, call: Call, technician_id: UUID, day: date) -> DayView:
        """Show a technician's day: track, trips, stops, fences. That you looked is written down."""
        return await self._tracks.day(call.actor, StaffId(technician_id), day)

    @route("POST", "/api/technicians/nearest", permission=Permission.GEO_VIEW)
    async def nearest(self, call: Call, body: Wanted) -> RankedList:
        """Rank who could go somewhere, with the reasons; nothing is changed by asking."""
        return RankedList(items=await self._nearby.rank(call.actor, body))

    @route("GET", "/api/fences", permission=Permission.GEO_VIEW)
    async def fences(self, call: Call) -> FenceList:
        """List fences and territories."""
        return FenceList(items=await self._fences.all(call.actor))

    @route("POST", "/api/fences", permission=Permission.GEO_MANAGE, status=201)
    async def add_fence(self, call: Call, body: FenceSettings) -> Fence:
        """Draw a fence; who comes and leaves from now on is told."""
        return await self._fences.add(call.actor, body)

    @route("PUT", "/api/fences/{fence_id}", permission=Permission.GEO_MANAGE)
    async def change_fence(self, call: Call, fence_id: UUID, body: FenceChange) -> Fence:
        """Change a fence."""
        return await self._fences.change(call.actor, fence_id, body)

    @route("DELETE", "/api/fences/{fence_id}", permission=Permission.GEO_MANAGE)
    async def remove_fence(self, call: Call, fence_id: UUID) -> None:
        """Drop a fence with what it saw."""
        await self._fences.remove(call.actor, fence_id)

    @route("GET", "/api/positions-quarantine", permission=Permission.GEO_MANAGE)
    async def quarantined_positions(self, call: Call, query: PageQuery) -> Page[Quarantined]:
        """List points that could not be stored, newest first, with the reason and what was sent."""
        found = await self._technicians.quarantined(call.actor, _before(query.cursor), query.limit + 1)
        items = found[: query.limit]
        return Page[Quarantined](items=items, next_cursor=str(items[-1].id) if len(found) > query.limit else None)

    @route("GET", "/api/customer-places", permission=Permission.GEO_VIEW)
    async def customer_places(self, call: Call, query: Seen) -> CustomerPlaces:
        """List customers whose address is on this part of the map, to who may read customers."""
        box = (query.south, query.west, query.north, query.east)
        found = await self._customers.places(call.actor, box, _PLACES_MOST + 1)
        return CustomerPlaces(items=found[:_PLACES_MOST], is_all=len(found) <= _PLACES_MOST)


_PLACES_MOST = 500


def _before(cursor: str | None) -> int:
    if cursor is None:
        return _LAST_ID
    if not (cursor.isascii() and cursor.isdecimal()) or len(cursor) > 18:  # noqa: PLR2004 - more is no bigint
        raise Invalid("This cursor is none of ours.")
    return int(cursor)
