"""Which message joins which conversation: what must hold whatever is claimed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from interactions.joining import Claim, Closed, judge
from interactions.threads import plain_subject

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
claims = st.builds(
    Claim,
    kind=st.sampled_from(["interaction", "mid", "ref", "number", "phone"]),
    is_proof=st.booleans(),
    standing=st.sampled_from([None, "owner", "confirmed", "pending", "refused"]),
    is_verified=st.booleans(),
    is_automatic=st.booleans(),
)
ends = st.none() | st.builds(
    Closed,
    since=st.integers(0, 1000).map(lambda days: NOW - timedelta(days=days)),
    after_close=st.sampled_from(["reopen", "reopen_within", "new"]),
    reopen_days=st.integers(1, 400),
)


@given(claims, ends)
def test_nothing_joins_without_proof_or_somebody_to_be_known(claim: Claim, closed: Closed | None) -> None:
    verdict = judge(claim, closed, NOW)
    is_trusted = claim.standing in ("owner", "confirmed")
    if claim.standing == "refused" or not (claim.is_proof or claim.is_verified):
        assert not verdict.joins
    if verdict.joins and not claim.is_proof:
        assert is_trusted or (claim.kind == "mid" and verdict.is_flagged and closed is None)
        assert is_trusted or not claim.is_automatic
    assert not (verdict.is_flagged and is_trusted)
    assert not (verdict.joins and verdict.is_linked)
    assert verdict.joins == (not verdict.reason.startswith("new"))


@given(claims, ends)
def test_only_what_a_queue_reopens_is_reopened_by_a_person(claim: Claim, closed: Closed | None) -> None:
    verdict = judge(claim, closed, NOW)
    if closed is None or not verdict.joins or claim.is_automatic:
        return
    assert closed.after_close != "new"
    if closed.after_close == "reopen_within":
        assert NOW - closed.since < timedelta(days=closed.reopen_days)


def test_a_subject_is_the_same_whatever_answering_put_before_it() -> None:
    for said in ("Re: Fridge", "RE: re: FW: Fridge", "رد: Fridge [#12]", "پاسخ: باز ارسال: [#۱۲] fridge "):
        assert plain_subject(said) == "fridge"
    assert plain_subject("Request: Fridge") == "request: fridge"
    assert plain_subject("Re:" * 5_000).startswith("re:")
