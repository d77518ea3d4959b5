"""When somebody comes, for whoever asks from the telephone of a customer: in words for a text, the next visit first."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from access.model import Locale
from core.clock import Clock
from core.dates import in_digits, written
from dispatch.model import AROUND, number
from dispatch.store import sql
from dispatch.telling import promised
from organisation.service import Organisation
from storage.database import Tx

_MOST = 3
# Numbers and hours stand in their own direction.
_LINE: dict[Locale, str] = {
    "en": "Visit {number}: {day}, {begins} to {ends}",
    "ar": "زيارة \u2066{number}\u2069: {day}، من {begins} إلى {ends}",
    "fa": "بازدید \u2066{number}\u2069: {day}، از {begins} تا {ends}",
}


class Appointments:
    def __init__(self, clock: Clock, organisation: Organisation) -> None:
        self._clock, self._organisation = clock, organisation

    async def told(self, tx: Tx, phone: str, tickets: Sequence[UUID] | None, locale: Locale) -> list[str]:
        """Return a line for each visit that was promised to the customer of a telephone; of these tickets, or of all.

        What was planned and nobody was told of is no promise. What it is about is not said: telephones lie on tables.
        """
        asked = {"phone": phone, "tickets": None if tickets is None else list(tickets), "now": self._clock()}
        rows = await tx.rows(sql.appointments_of, around=AROUND, most=_MOST, **asked)
        zone, calendar = await self._organisation.time_zone(), await self._organisation.calendar(tx, locale)
        lines = []
        for row in rows:
            begins, ends = promised(row)
            if begins is None or ends is None:  # pragma: no cover - the query asks for those with a time
                continue
            hours = [in_digits(f"{each.astimezone(ZoneInfo(zone)):%H:%M}", locale) for each in (begins, ends)]
            day = written(begins, locale, calendar, zone, with_time=False)
            named = number(row["serial"])
            lines.append(_LINE[locale].format(number=named, day=day, begins=hours[0], ends=hours[1]))
        return lines
