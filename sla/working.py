"""What follows from hours: open or not, business time between two moments, when so much of it will have passed. Pure.

It is open at a moment when the clocks on the wall of the zone show a time within a span of the day: so an hour that the
clocks skip is worked by nobody, and one that they show twice is worked twice. The zone of the machine means nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sla.days import days_off, season_days
from sla.hours import Hours, Interval, Span

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_MICRO = timedelta(microseconds=1)
_SECOND = 1_000_000
_DAY = 86_400
_MINUTE = 60
# A year and a bit: every weekday, holiday and season has come by.
_CLOSED_FOR_GOOD_DAYS = 400
_LONGEST_DAYS = 366 * 20
_KEPT_DAYS = 3_000

_Spans = tuple[tuple[int, int], ...]


def is_open(hours: Hours | None, now: datetime) -> bool:
    """Tell whether it is business time."""
    return hours is None or _working(hours).is_open(_micros(now))


def due(hours: Hours | None, start: datetime, minutes: float) -> datetime | None:
    """Return the first moment by which so much business time has passed; None when that much never comes.

    >>> due(Hours(weekly=({"day": 0, "start": "09:00", "end": "17:00"},)), datetime(2026, 11, 30, 16, tzinfo=UTC), 90)
    datetime.datetime(2026, 12, 7, 9, 30, tzinfo=datetime.timezone.utc)
    """
    return after(hours, start, timedelta(minutes=minutes))


def after(hours: Hours | None, start: datetime, amount: timedelta) -> datetime | None:
    """Return the first moment by which an amount of business time has passed; None when that much never comes."""
    if hours is None or amount <= timedelta():
        return start.astimezone(UTC) + max(amount, timedelta())
    found = _working(hours).after(_micros(start), amount // _MICRO)
    return None if found is None else _EPOCH + found * _MICRO


def spent(hours: Hours | None, start: datetime, end: datetime) -> timedelta:
    """Return the business time between two moments; none when the end comes first.

    For every amount that is due at all, `spent(start, after(start, amount)) == amount`.
    """
    if end <= start:
        return timedelta()
    if hours is None:
        return end - start
    return _working(hours).spent(_micros(start), _micros(end)) * _MICRO


def spans(hours: Hours | None, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Return the open spans between two moments, in order and apart."""
    if hours is None:
        return [(start, end)]
    found = _working(hours).spans(_micros(start) // _SECOND, _micros(end) // _SECOND)
    return [(_EPOCH + timedelta(seconds=begins), _EPOCH + timedelta(seconds=ends)) for begins, ends in found]


def after_days(hours: Hours | None, start: datetime, days: int) -> datetime | None:
    """Return when the last span of the so-manieth working day ends; None when there are not so many in sight.

    The day on which it starts, by the clocks of the zone, does not count, as in administrative law everywhere. A
    working day is one on which a span begins. Without hours every day is one and lasts until midnight, UTC.
    """
    if hours is None:
        return _EPOCH + timedelta(days=_micros(start) // (_SECOND * _DAY) + days + 1)
    found = _working(hours).closing(_micros(start), days)
    return None if found is None else _EPOCH + timedelta(seconds=found)


class _Working:
    """Hours made ready: the open spans of each day of UTC are worked out once and kept."""

    def __init__(self, hours: Hours) -> None:
        self._hours = hours
        self._zone = ZoneInfo(hours.zone)
        self._weekly = _by_weekday(hours.weekly)
        self._seasons = tuple(_by_weekday(each.weekly) for each in hours.seasons)
        self._single = frozenset(each.toordinal() for each in hours.holidays)
        self._special = {each.date.toordinal(): _sorted(each.spans) for each in hours.special}
        self._years: dict[int, tuple[frozenset[int], tuple[tuple[range, int], ...]]] = {}
        self._days: dict[int, tuple[_Spans, int]] = {}

    # --- in microseconds since the epoch

    def is_open(self, now: int) -> bool:
        spans, _ = self._open(now // (_SECOND * _DAY))
        return any(start * _SECOND <= now < end * _SECOND for start, end in spans)

    def after(self, start: int, amount: int) -> int | None:
        day, closed = start // (_SECOND * _DAY), 0
        for number in range(day, day + _LONGEST_DAYS):
            spans, total = self._open(number)
            closed = 0 if total else closed + 1
            if closed > _CLOSED_FOR_GOOD_DAYS:
                break
            if number > day and total < amount:
                amount -= total
                continue
            for begin, end in spans:
                begins = max(begin * _SECOND, start)
                length = end * _SECOND - begins
                if length >= amount:
                    return begins + amount
                amount -= max(length, 0)
        return None

    def spent(self, start: int, end: int) -> int:
        first, last = start // (_SECOND * _DAY), end // (_SECOND * _DAY)
        whole = sum(self._open(number)[1] for number in range(first + 1, last))
        edges = sum(
            max(min(closes * _SECOND, end) - max(opens * _SECOND, start), 0)
            for number in {first, last}
            for opens, closes in self._open(number)[0]
        )
        return whole + edges

    def spans(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return what is open between two seconds."""
        days = range(start // _DAY, (end - 1) // _DAY + 1)
        cut = [(max(first, start), min(last, end)) for number in days for first, last in self._open(number)[0]]
        return list(_merged([(first, last) for first, last in cut if first < last]))

    def closing(self, start: int, days: int) -> int | None:
        """Return the second at which the working day ends that is so many after the day of the start."""
        second = start // _SECOND
        today = (second + self._offset(second)) // _DAY
        closed = 0
        for day in range(today + 1, today + _LONGEST_DAYS):
            is_working = bool(self._wall(day + _EPOCH_DAY))
            closed = 0 if is_working else closed + 1
            if closed > _CLOSED_FOR_GOOD_DAYS:
                break
            days -= is_working
            if days <= 0 and is_working:
                around = self._pieces((day - 1) * _DAY, (day + 3) * _DAY)
                # The shift of the day before may end later than a short day.
                ends = (last for piece in around for each in (day - 1, day) for _, last in self._within(each, piece))
                return max(ends, default=None)
        return None

    # --- days

    def _open(self, number: int) -> tuple[_Spans, int]:
        """Return the open spans of a day of UTC, in seconds, in order and apart, and the microseconds that they are."""
        found = self._days.get(number)
        if found is None:
            if len(self._days) >= _KEPT_DAYS:
                self._days.clear()
            spans = _merged(sorted(self._spans(number * _DAY, (number + 1) * _DAY)))
            found = self._days[number] = (spans, sum(end - start for start, end in spans) * _SECOND)
        return found

    def _spans(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        for piece in self._pieces(start, end):
            begins, ends, offset = piece
            for day in range((begins + offset) // _DAY - 1, (ends + offset - 1) // _DAY + 1):
                yield from self._within(day, piece)

    def _within(self, day: int, piece: tuple[int, int, int]) -> Iterator[tuple[int, int]]:
        """Yield the parts of a day's spans that lie in a piece of time in which the clocks are not changed."""
        begins, ends, offset = piece
        midnight = day * _DAY - offset
        for opens, closes in self._wall(day + _EPOCH_DAY):
            first, last = max(midnight + opens * _MINUTE, begins), min(midnight + closes * _MINUTE, ends)
            if first < last:
                yield first, last

    def _wall(self, day: int) -> _Spans:
        """Return the spans that begin on a day, in minutes on the wall; past midnight they go on counting."""
        special = self._special.get(day)
        if special is not None:
            return special
        off, seasons = self._year(date.fromordinal(day).year)
        if day in self._single or day in off:
            return ()
        weekly = next((self._seasons[which] for days, which in seasons if day in days), self._weekly)
        return weekly[(day - 1) % 7]

    def _year(self, year: int) -> tuple[frozenset[int], tuple[tuple[range, int], ...]]:
        found = self._years.get(year)
        if found is None:
            off = frozenset(day for rule in self._hours.rules for day in days_off(rule, year))
            seasons = enumerate(self._hours.seasons)
            ranges = tuple((days, which) for which, each in seasons for days in season_days(each, year))
            found = self._years[year] = (off, ranges)
        return found

    # --- the zone

    def _pieces(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Cut a time, in seconds, where the clocks are changed: (start, end, offset) of each piece."""
        while start < end:
            offset, cut = self._offset(start), end
            if self._offset(end - 1) != offset:
                low, cut = start, end - 1
                while cut - low > 1:
                    middle = (low + cut) // 2
                    low, cut = (middle, cut) if self._offset(middle) == offset else (low, middle)
            yield start, cut, offset
            start = cut

    def _offset(self, second: int) -> int:
        offset = (_EPOCH + timedelta(seconds=second)).astimezone(self._zone).utcoffset()
        return int((offset or timedelta()).total_seconds())


@lru_cache(maxsize=512)
def _working(hours: Hours) -> _Working:
    return _Working(hours)


def _by_weekday(weekly: tuple[Interval, ...]) -> tuple[_Spans, ...]:
    return tuple(_sorted(tuple(each for each in weekly if each.day == day)) for day in range(7))


def _sorted(spans: tuple[Span, ...]) -> _Spans:
    clocks = ((_minutes(each.start), _minutes(each.end)) for each in spans)
    return tuple(sorted((start, end if end > start else end + _DAY // _MINUTE) for start, end in clocks))


def _merged(spans: list[tuple[int, int]]) -> _Spans:
    """Join what touches or overlaps: time is spent once."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)


def _minutes(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICRO
