"""The verdict on one number at one moment: every rule that matches is asked, and the strictest answer holds. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from dialer.compliance.callers import is_marked, shown_to
from dialer.compliance.model import Facts, Frequency, Past, Preset, Verdict
from sla.hours import Hours
from sla.working import after, is_open

_MENDED = timedelta(hours=1)
_TICK = timedelta(microseconds=1)
# How often a next moment is looked for before it counts as never: rules that exclude each other have none.
_ROUNDS = 40


@dataclass(frozen=True, slots=True)
class _No:
    """A rule that forbids it now; `until` None is for good."""

    rule: str
    until: datetime | None
    zone: str = ""


def judge(facts: Facts, presets: Sequence[Preset]) -> Verdict:
    """Return whether a number may be dialled at this moment, and if not, when it may be asked again."""
    matching = applying(facts, presets)
    noes = list(_noes(facts, matching))
    if not noes:
        return Verdict(
            is_allowed=True,
            rule="ok",
            zone=facts.place.zones[0],
            zone_source=facts.place.source,
            caller_id=_caller(facts, matching),
            text_suffix=endings(matching),
        )
    worst = max(noes, key=_strictness)
    until = None if worst.until is None else _opening(facts, matching, worst.until)
    zone = worst.zone or facts.place.zones[0]
    return Verdict(is_allowed=False, rule=worst.rule, zone=zone, zone_source=facts.place.source, until=until)


def applying(facts: Facts, presets: Sequence[Preset]) -> list[Preset]:
    """Return the presets that have a say in this contact, by the latest day among its clocks."""
    day = max(facts.at.astimezone(ZoneInfo(zone)).date() for zone in facts.place.zones)
    return [each for each in presets if each.is_about(facts.place.country, facts.kind, facts.medium, day)]


def endings(presets: Sequence[Preset]) -> str:
    """Return what a text under all of these ends with: each line once."""
    return "\n".join(dict.fromkeys(each.text_suffix for each in presets if each.text_suffix))


def _strictness(no: _No) -> tuple[bool, datetime | None]:
    # All with an end are compared by it; what has none is beyond them, the first of them counts.
    return (True, None) if no.until is None else (False, no.until)


def _noes(facts: Facts, presets: Sequence[Preset]) -> Iterator[_No]:
    if facts.is_opted_out:
        yield _No("opted_out", None)
        return
    for preset in presets:
        if preset.is_forbidden:
            yield _No(f"{preset.id}.forbidden", None)
            return
        if preset.needs_consent and not facts.has_consent:
            yield _No(f"{preset.id}.consent", None)
            return
    for no in _of_history(facts, presets):
        yield no
        if no.until is None:
            return
    yield from _of_windows(facts, presets)
    yield from _of_sender(facts, presets)


def _caller(facts: Facts, presets: Sequence[Preset]) -> str:
    if facts.callers is None:
        return ""
    if facts.medium == "sms":
        return facts.callers.number
    must = any(each.caller_id == "local" for each in presets)
    found = shown_to(
        facts.number, facts.place.country, facts.own_caller, facts.callers, is_local=must or facts.is_local
    )
    if found or must:
        return found
    # Nearness is wished for; where there is none, what is usual.
    return shown_to(facts.number, facts.place.country, facts.own_caller, facts.callers, is_local=False)


def _of_sender(facts: Facts, presets: Sequence[Preset]) -> Iterator[_No]:
    """What the account lacks is an administrator's to mend: its contacts wait meanwhile."""
    if facts.callers is None:
        return
    shown = _caller(facts, presets)
    for preset in presets:
        if facts.medium == "sms" and not is_marked(shown, preset.sender_suffix):
            yield _No(f"{preset.id}.sender", facts.at + _MENDED)
        elif facts.medium != "sms" and preset.caller_id == "local" and not shown:
            yield _No(f"{preset.id}.caller_id", facts.at + _MENDED)


def _of_history(facts: Facts, presets: Sequence[Preset]) -> Iterator[_No]:
    yield from _of_frequency(facts, "campaign", facts.own_frequency)
    for preset in presets:
        yield from _of_frequency(facts, preset.id, preset.frequency)
        for name, ended, pause in (
            ("after_refusal", {"refused"}, timedelta(days=preset.after_refusal_days)),
            ("after_talk", {"talked", "refused"}, timedelta(days=preset.after_talk_days)),
            ("after_abandon", {"abandoned"}, timedelta(hours=preset.after_abandon_hours)),
        ):
            last = max((past.at for past in facts.past if past.ended in ended), default=None)
            if last is not None and pause and facts.at < last + pause:
                yield _No(f"{preset.id}.{name}", last + pause)


def _of_frequency(facts: Facts, name: str, caps: Sequence[Frequency]) -> Iterator[_No]:
    for cap in caps:
        counted = sorted(past.at for past in facts.past if _counts(facts, past, cap))
        if cap.most == 0:
            yield _No(f"{name}.frequency", None)
        elif cap.is_day:
            yield from _of_day(facts, name, cap, counted)
        else:
            since = facts.at - timedelta(hours=cap.hours)
            recent = [at for at in counted if at > since]
            if len(recent) >= cap.most:
                yield _No(f"{name}.frequency", recent[-cap.most] + timedelta(hours=cap.hours))


def _of_day(facts: Facts, name: str, cap: Frequency, counted: Sequence[datetime]) -> Iterator[_No]:
    for zone in facts.place.zones:
        here = ZoneInfo(zone)
        today = facts.at.astimezone(here).date()
        if sum(at.astimezone(here).date() == today for at in counted) >= cap.most:
            tomorrow = datetime.combine(today + timedelta(days=1), time(), here)
            yield _No(f"{name}.frequency", tomorrow, zone)


def _counts(facts: Facts, past: Past, cap: Frequency) -> bool:
    if cap.per == "campaign" and past.campaign_id != facts.campaign_id:
        return False
    return cap.counts == "all" or past.ended in ("unanswered", "machine")


def _windows(facts: Facts, presets: Sequence[Preset]) -> Iterator[tuple[str, Hours]]:
    for zone in facts.place.zones:
        if facts.own is not None:
            yield "campaign", facts.own.model_copy(update={"zone": zone})
        for preset in presets:
            hours = preset.hours(zone)
            if hours is not None:
                yield preset.id, hours


def _of_windows(facts: Facts, presets: Sequence[Preset]) -> Iterator[_No]:
    for name, hours in _windows(facts, presets):
        if not is_open(hours, facts.at):
            yield _No(f"{name}.window", _next(hours, facts.at), hours.zone)


def _next(hours: Hours, at: datetime) -> datetime | None:
    found = after(hours, at, _TICK)
    return None if found is None else found - _TICK


def _opening(facts: Facts, presets: Sequence[Preset], at: datetime) -> datetime | None:
    """Return the first moment from `at` on in which every window is open; None when they never are together."""
    windows = [hours for _, hours in _windows(facts, presets)]
    for _ in range(_ROUNDS):
        later = [_next(hours, at) for hours in windows if not is_open(hours, at)]
        if not later:
            return at
        moments = [moment for moment in later if moment is not None]
        if len(moments) < len(later):
            return None
        at = max(moments)
    return None
