"""Where a number rings: the contact's own zone, else its postal code, else every zone of the number's country. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from zoneinfo import available_timezones

import phonenumbers
from phonenumbers import NumberParseException

from dialer.compliance.model import Place

_LEAST_PREFIX = 2


def place_of(number: str, own: str = "", postal: str = "", table: Mapping[str, str] | None = None) -> Place:
    """Return where a number in E.164 rings. The postal table maps `US:100` to a zone: the longest prefix counts."""
    country = country_of(number)
    if is_zone(own):
        return Place(country, (own,), "contact")
    found = _by_postal(country, postal, table or {})
    if found:
        return Place(country, (found,), "postal")
    return Place(country, zones_of(country), "country")


def country_of(number: str) -> str | None:
    """Return the country of a number; None where it belongs to none, or to several."""
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(number, None))
    except NumberParseException:
        return None
    return region if region and region.isalpha() else None


@lru_cache(maxsize=1024)
def is_zone(name: str) -> bool:
    return "/" in name and name in available_timezones()


@lru_cache(maxsize=1)
def _by_country() -> Mapping[str, tuple[str, ...]]:
    """Return the zones of each country by the table of the time zone database."""
    text = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found.setdefault(country, []).append(zone)
    return {country: tuple(sorted(zones)) for country, zones in found.items()}


@lru_cache(maxsize=1)
def _everywhere() -> tuple[str, ...]:
    """The first and the last clocks of the world and some between: a number of no country may ring anywhere."""
    return ("Pacific/Auckland", "Asia/Tokyo", "Asia/Dubai", "Europe/London", "America/New_York", "Pacific/Honolulu")


def zones_of(country: str | None) -> tuple[str, ...]:
    return _by_country().get(country or "", ()) or _everywhere()


def _by_postal(country: str | None, postal: str, table: Mapping[str, str]) -> str | None:
    code = "".join(postal.upper().split()).replace("-", "")
    for length in range(len(code), _LEAST_PREFIX - 1, -1):
        zone = table.get(f"{country}:{code[:length]}")
        if zone and is_zone(zone):
            return zone
    return None
