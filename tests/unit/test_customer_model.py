"""Check digits, and when a customer is to be contacted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from customers import identifiers
from customers.identifiers import checked
from customers.model import contact_due, is_overdue

_T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "written", "stored"),
    [
        ("iran_national_id", "۰۰۸۴۵۷۵۹۴۸", "0084575948"),
        ("iran_company_id", "10380284790", "10380284790"),
        ("iran_company_id", "14007650912", "14007650912"),
        ("saudi_id", "1000000008", "1000000008"),
        ("emirates_id", "784-1968-6570305-0", "784196865703050"),
        ("iban", "GB29 NWBK 6016 1331 9268 19", "GB29NWBK60161331926819"),
        ("iban", "IR580540105180021273113007", "IR580540105180021273113007"),
        ("iban", "۵۸۰۵۴۰۱۰۵۱۸۰۰۲۱۲۷۳۱۱۳۰۰۷", "IR580540105180021273113007"),
        ("iban", "SA03 8000 0000 6080 1016 7519", "SA0380000000608010167519"),
        ("other", " K-17 ", "K-17"),
    ],
)
def test_what_is_printed_on_a_card_is_taken_in_any_digits_and_groups(kind, written, stored):
    assert checked(kind, written) == stored


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("iran_national_id", "0084575947"),
        ("iran_national_id", "1111111111"),
        ("iran_national_id", "008457594"),
        ("iran_company_id", "10380284791"),
        ("saudi_id", "3000000006"),
        ("emirates_id", "784196865703051"),
        ("iban", "IR580540105180021273113008"),
        ("iban", "IR5805401051800212731130"),
        ("iban", "GB29"),
    ],
)
def test_a_wrong_digit_is_told(kind, wrong):
    with pytest.raises(Invalid, match="digits do not agree"):
        checked(kind, wrong)


@given(st.text("0123456789", min_size=9, max_size=9).filter(lambda text: len(set(text)) > 1))
def test_exactly_one_check_digit_is_right_for_a_national_code(nine):
    assert sum(identifiers.is_iran_national_id(f"{nine}{last}") for last in range(10)) == 1


@given(st.text("0123456789", min_size=10, max_size=10).filter(lambda text: len(set(text)) > 1))
def test_exactly_one_check_digit_is_right_for_a_company(ten):
    assert sum(identifiers.is_iran_company_id(f"{ten}{last}") for last in range(10)) == 1


@given(st.text("0123456789", min_size=22, max_size=22))
def test_an_iban_with_any_one_digit_changed_is_none(account):
    check = 98 - int(f"{account}182700") % 97
    iban = f"IR{check:02}{account}"
    assert identifiers.is_iban(iban)
    for place in range(4, len(iban)):
        other = str((int(iban[place]) + 1) % 10)
        assert not identifiers.is_iban(iban[:place] + other + iban[place + 1 :])


def test_nothing_planned_is_never_due():
    assert contact_due(None, None, None, _T0) is None


def test_a_rhythm_counts_from_the_last_contact_and_at_first_from_its_setting():
    assert contact_due(30, None, _T0, None) == _T0 + timedelta(days=30)
    assert contact_due(30, None, _T0, _T0 + timedelta(days=5)) == _T0 + timedelta(days=35)


def test_a_date_is_kept_by_a_contact_after_it_was_set_and_not_by_one_before():
    by = date(2026, 3, 10)
    due = datetime(2026, 3, 10, 12, tzinfo=UTC)
    assert contact_due(None, by, _T0, None) == due
    assert contact_due(None, by, _T0, _T0 - timedelta(days=1)) == due
    assert contact_due(None, by, _T0, _T0 + timedelta(hours=1)) is None


def test_of_a_date_and_a_rhythm_the_earlier_counts():
    assert contact_due(2, date(2026, 3, 10), _T0, None) == _T0 + timedelta(days=2)


def test_a_contact_is_overdue_when_its_day_is_over_and_not_before():
    due = contact_due(None, date(2026, 3, 10), _T0, None)
    assert not is_overdue(due, datetime(2026, 3, 10, 23, 59, tzinfo=UTC))
    assert is_overdue(due, datetime(2026, 3, 11, tzinfo=UTC))
    assert not is_overdue(None, _T0)
