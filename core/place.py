"""A point on the map."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from core.values import Value

Lat = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Lon = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
# Latitude and longitude, where nothing but arithmetic is done with them.
At = tuple[float, float]


class Place(Value):
    """Degrees north and east (WGS 84)."""

    lat: Lat
    lon: Lon

    @property
    def at(self) -> At:
        return (self.lat, self.lon)
