"""Whether somebody works at a moment. Pure; asked for every point, so that answers are kept by the minute."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sla.hours import Hours
from sla.working import after, is_open, spent

_KEPT_MINUTES = 5000
_AHEAD = timedelta(days=7)


class Shift:
    """The hours of one technician."""

    def __init__(self, hours: Hours) -> None:
        self.hours = hours
        self.zone = ZoneInfo(hours.zone)
        self._known: dict[int, bool] = {}
        self._days: dict[int, date] = {}

    def is_on(self, at: datetime) -> bool:
        """Tell whether it is working time. Shifts begin and end at whole minutes."""
        minute = int(at.timestamp() // 60)
        found = self._known.get(minute)
        if found is None:
            if len(self._known) >= _KEPT_MINUTES:
                self._known.clear()
            found = self._known[minute] = is_open(self.hours, at)
        return found

    def day_of(self, at: datetime) -> date:
        """Return the date on the wall."""
        # A day begins at a quarter of an hour of UTC, wherever it is.
        quarter = int(at.timestamp() // 900)
        found = self._days.get(quarter)
        if found is None:
            if len(self._days) >= _KEPT_MINUTES:
                self._days.clear()
            found = self._days[quarter] = at.astimezone(self.zone).date()
        return found

    def worked(self, begin: datetime, end: datetime) -> timedelta:
        return spent(self.hours, begin, end)

    def begins_in(self, now: datetime) -> float | None:
        """Return the seconds until the next shift; None while one is on, and when there is none within a week."""
        if self.is_on(now):
            return None
        first = after(self.hours, now, timedelta(microseconds=1))
        return None if first is None or first - now > _AHEAD else (first - now).total_seconds()
