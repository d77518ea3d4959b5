"""The judge against verdicts that were worked out by hand, and what must hold for all of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.compliance.judge import judge
from dialer.compliance.model import Abandonment, Facts, Frequency, Past, Preset
from dialer.compliance.presets import longest_wait, merged, shipped, strictest_abandonment
from dialer.compliance.zones import country_of, place_of, zones_of
from sla.hours import Hours, Interval
from tests.unit.compliance_cases import AE, FR, GB, HISTORIES, JO, MOMENTS, NEW_YORK, US, WITH_CONSENT

CAMPAIGN = UUID(int=7)
DAYTIME = Hours(weekly=tuple(Interval(day=day, start="09:00", end="17:00") for day in range(7)))


def facts(number: str, zone: str, kind: Any, medium: Any, at: datetime, **more: Any) -> Facts:
    return Facts(place_of(number, zone), kind, medium, at, campaign_id=CAMPAIGN, **more)


def moment(day: str, time: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=UTC)


CASES = [
    pytest.param(number, zone, kind, medium, moment(day, time), False, rule, id=f"{number[:4]}-{kind}-{day}-{time}")
    for number, zone, kind, medium, day, times in MOMENTS
    for time, rule in times.items()
] + [
    pytest.param(number, zone, kind, medium, moment(day, time), True, rule, id=f"consent-{number[:4]}-{day}-{time}")
    for number, zone, kind, medium, day, times in WITH_CONSENT
    for time, rule in times.items()
]


def test_the_oracle_has_two_hundred_cases() -> None:
    assert len(CASES) + len(HISTORIES) >= 200


@pytest.mark.parametrize(("number", "zone", "kind", "medium", "at", "has_consent", "rule"), CASES)
def test_the_verdict_is_what_a_rule_book_and_a_wall_clock_say(
    number: str,
    zone: str,
    kind: str,
    medium: str,
    at: datetime,
    has_consent: bool,
    rule: str,
) -> None:
    verdict = judge(facts(number, zone, kind, medium, at, has_consent=has_consent), shipped())
    assert (verdict.rule, verdict.is_allowed) == (rule, rule == "ok")
    assert verdict.zone_source == ("contact" if zone else "country")
    if rule.endswith(".window"):
        assert verdict.until is not None
        again = judge(facts(number, zone, kind, medium, verdict.until, has_consent=has_consent), shipped())
        assert again.rule == "ok" or again.rule.endswith(".consent"), "it may be dialled when it says so"
        early = verdict.until - timedelta(seconds=1)
        assert not judge(facts(number, zone, kind, medium, early, has_consent=has_consent), shipped()).is_allowed


@pytest.mark.parametrize(("number", "kind", "at", "past", "rule", "hours"), HISTORIES)
def test_what_was_tried_before_counts(
    number: str, kind: str, at: str, past: tuple[tuple[float, Any], ...], rule: str, hours: float | None
) -> None:
    now = datetime.fromisoformat(at).replace(tzinfo=UTC)
    history = tuple(Past(now - timedelta(hours=ago), ended, CAMPAIGN) for ago, ended in past)
    zone = NEW_YORK if number == US else ""
    verdict = judge(facts(number, zone, kind, "voice", now, past=history), shipped())
    assert verdict.rule == rule
    assert verdict.until == (None if hours is None else now + timedelta(hours=hours))


def test_who_opted_out_is_never_reached_whatever_else_holds() -> None:
    at = moment("2026-01-15", "12:00")
    for number, zone, kind, medium, *_ in MOMENTS:
        verdict = judge(facts(number, zone, kind, medium, at, is_opted_out=True, has_consent=True), shipped())
        assert (verdict.is_allowed, verdict.rule, verdict.until) == (False, "opted_out", None)


def test_the_strictest_of_all_that_match_wins() -> None:
    at = moment("2026-01-15", "17:00")
    past = tuple(Past(at - timedelta(hours=hour), "unanswered", CAMPAIGN) for hour in (1, 2))
    mild = Preset(id="mild", name="m", frequency=(Frequency(most=2, hours=4),))
    strict = Preset(id="strict", name="s", frequency=(Frequency(most=1, hours=48),))
    for order in ((mild, strict), (strict, mild)):
        verdict = judge(facts(JO, "", "research", "voice", at, past=past), order)
        assert (verdict.rule, verdict.until) == ("strict.frequency", at + timedelta(hours=47))


def test_a_cap_is_of_the_number_over_all_campaigns_or_of_one_campaign() -> None:
    at = moment("2026-01-15", "12:00")
    elsewhere = (Past(at - timedelta(hours=1), "unanswered", UUID(int=8)),)
    for per, rule in (("number", "p.frequency"), ("campaign", "ok")):
        preset = Preset(id="pr", name="p", frequency=(Frequency(most=1, per=per),))  # type: ignore[arg-type] # a column
        verdict = judge(facts(JO, "", "research", "voice", at, past=elsewhere), [preset])
        assert verdict.rule == rule.replace("p.", "pr.")


def test_a_campaigns_own_hours_are_by_the_clocks_of_who_is_called() -> None:
    at = moment("2026-01-15", "13:30")
    inside = judge(facts(US, NEW_YORK, "research", "voice", at, own=DAYTIME), shipped())
    assert (inside.rule, inside.zone) == ("campaign.window", NEW_YORK)
    assert inside.until == moment("2026-01-15", "14:00")


def test_windows_that_exclude_each_other_leave_no_moment() -> None:
    night = Preset(
        id="night", name="n", windows=tuple(Interval(day=day, start="21:00", end="23:00") for day in range(7))
    )
    at = moment("2026-01-15", "12:00")
    verdict = judge(facts(JO, "", "research", "voice", at, own=DAYTIME), [night])
    assert (verdict.is_allowed, verdict.until) == (False, None)


def test_the_postal_code_is_asked_before_the_country() -> None:
    table = {"US:100": "America/New_York", "US:9": "America/Los_Angeles", "US:90": "America/Los_Angeles"}
    assert place_of(US, "", "10001-1234", table).zones == ("America/New_York",)
    assert place_of(US, "", "90210", table).source == "postal"
    assert place_of(US, "", "33101", table).source == "country"
    assert place_of(US, "America/Denver", "10001", table) == place_of(US, "America/Denver")
    assert place_of(US, "no/zone", "10001", table).source == "postal"


def test_a_number_of_no_country_is_judged_by_the_clocks_of_the_whole_world() -> None:
    assert country_of("+882123456789") is None
    assert len(zones_of(None)) > 5
    assert country_of(FR) == "FR"
    assert country_of(GB) == "GB"


def test_a_preset_that_was_changed_here_replaces_the_shipped_one() -> None:
    ours = next(each for each in shipped() if each.id == "us_ftc_fcc").model_copy(update={"is_active": False})
    found = merged((ours, Preset(id="own_rule", name="Ours", is_forbidden=True)))
    assert len(found) == len(shipped()) + 1
    assert judge(facts(US, NEW_YORK, "research", "voice", moment("2026-01-15", "05:00")), found[:-1]).is_allowed
    assert not judge(facts(JO, "", "research", "voice", moment("2026-01-15", "05:00")), found).is_allowed


def test_the_strictest_share_of_abandoned_calls_is_the_lowest() -> None:
    found = strictest_abandonment(shipped())
    assert (found.most_percent, found.within_seconds) == (1.0, 2.0)


def test_a_law_on_how_soon_the_message_begins_bounds_the_wait_for_an_agent() -> None:
    loose = Preset(id="loose", name="Loose", abandonment=Abandonment(within_seconds=5))
    soon = Preset(id="soon", name="Soon", message_within_seconds=1.5)
    assert strictest_abandonment((loose,)).within_seconds == 5
    assert strictest_abandonment((loose, soon)).within_seconds == 1.5
    assert strictest_abandonment((soon,)).within_seconds == 1.5
    assert longest_wait(strictest_abandonment((loose, soon)), 2.0) == 1, "a carrier waits for whole seconds"
    assert longest_wait(strictest_abandonment((loose,)), 2.0) == 2


zones = st.sampled_from(["America/New_York", "Asia/Dubai", "Asia/Tehran", "Europe/Paris", "Australia/Lord_Howe"])
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive ends


@given(zones, moments, st.sampled_from([US, FR, AE, GB, JO]))
def test_what_is_allowed_is_inside_every_window(zone: str, at: datetime, number: str) -> None:
    verdict = judge(facts(number, zone, "renewal", "voice", at, has_consent=True, own=DAYTIME), shipped())
    here = at.astimezone(ZoneInfo(zone))
    if verdict.is_allowed:
        assert 9 <= here.hour < 17
    else:
        assert verdict.until is None or verdict.until > at


@given(moments, st.integers(0, 6))
def test_more_rules_never_allow_more(at: datetime, count: int) -> None:
    few, many = shipped()[:count], shipped()
    for number in (US, FR, AE):
        asked = facts(number, "", "renewal", "voice", at)
        if judge(asked, many).is_allowed:
            assert judge(asked, few).is_allowed
