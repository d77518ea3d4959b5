"""The rules of the widget: hours, identities, what a form asks, estimates, summaries, allowances."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import uuid
from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import ValidationError

from chat.identity import verified
from chat.letter import follow_up, transcript
from chat.model import Answers, Choice, Consent, Department, FormField, WidgetSettings
from chat.opening import Known, begin
from chat.ratings import Tally, summary
from chat.words import WORDS
from core.allowance import Allowances
from core.dates import written
from core.errors import Invalid, RateLimited
from interactions.model import Author, MessageView
from sla.hours import Hours, Interval
from sla.working import due, is_open

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)  # a Wednesday
SECRET = "s" * 43
OFFICE = Hours(zone="Asia/Tehran", weekly=[Interval(day=day, start="09:00", end="17:00") for day in (5, 6, 0, 1, 2)])


# --- hours


def test_a_widget_without_hours_is_always_open_and_one_without_intervals_never():
    assert is_open(None, NOW)
    assert not is_open(Hours(), NOW)
    assert due(Hours(), NOW, 60) is None


def test_hours_are_those_of_the_zone_and_its_weekend():
    at = datetime(2026, 11, 25, 13, 29, tzinfo=UTC)  # 16:59 in Tehran
    assert is_open(OFFICE, at)
    assert not is_open(OFFICE, at + timedelta(minutes=1))
    assert not is_open(OFFICE, datetime(2026, 11, 26, 8, 0, tzinfo=UTC)), "Thursday"
    assert is_open(OFFICE, datetime(2026, 11, 28, 6, 0, tzinfo=UTC)), "Saturday"


def test_an_interval_may_go_past_midnight_and_a_day_off_is_off():
    night = Hours(zone="Asia/Riyadh", weekly=[Interval(day=2, start="20:00", end="02:00")])
    assert is_open(night, datetime(2026, 11, 25, 22, 30, tzinfo=UTC)), "01:30 on Thursday"
    assert not is_open(night, datetime(2026, 11, 25, 23, 30, tzinfo=UTC))
    off = night.model_copy(update={"holidays": (date(2026, 11, 25),)})
    assert not is_open(off, datetime(2026, 11, 25, 22, 30, tzinfo=UTC))


def test_the_promise_counts_business_time_only():
    at = datetime(2026, 11, 25, 12, 30, tzinfo=UTC)  # 16:00 on Wednesday, one hour is left
    assert due(OFFICE, at, 30) == at + timedelta(minutes=30)
    assert due(OFFICE, at, 120) == datetime(2026, 11, 28, 6, 30, tzinfo=UTC), "10:00 on Saturday"
    assert due(None, at, 120) == at + timedelta(hours=2)


def test_clocks_that_are_set_forward_do_not_shift_an_opening_hour():
    berlin = Hours(zone="Europe/Berlin", weekly=[Interval(day=6, start="09:00", end="10:00")])
    assert is_open(berlin, datetime(2026, 3, 29, 7, 30, tzinfo=UTC)), "summer time since that night"
    assert is_open(berlin, datetime(2026, 3, 22, 8, 30, tzinfo=UTC))


def test_what_is_no_zone_or_no_time_is_refused():
    for wrong in ({"zone": "Mars/Base"}, {"weekly": [{"day": 0, "start": "25:00", "end": "26:00"}]}):
        with pytest.raises(ValidationError):
            Hours.model_validate(wrong)
    with pytest.raises(ValidationError):
        Interval(day=0, start="09:00", end="09:00")


# --- identity


def compact(claims: dict[str, object], secret: str = SECRET) -> str:
    body = urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"{body}.{hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()}"


def claims(**changes: object) -> dict[str, object]:
    soon = int((NOW + timedelta(hours=1)).timestamp())
    return {"sub": "u1", "aud": "shop", "exp": soon, "email": "a@b.example", "name": "نگار", **changes}


def test_both_forms_of_a_sound_token_say_who_it_is():
    for token in (compact(claims()), jwt.encode(claims(), SECRET, "HS256")):
        found = verified(token, "shop", SECRET, None, NOW)
        assert found is not None
        assert (found.sub, found.email, found.name) == ("u1", "a@b.example", "نگار")


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "x.y",
        "a.b.c",
        "\ud800.x",
        compact(claims(), "another secret of the same length............"),
        compact(claims(aud="other-site")),
        compact(claims(exp=int(NOW.timestamp()))),
        compact(claims(exp=int((NOW + timedelta(days=30)).timestamp()))),
        compact(claims(sub="")),
        compact({"sub": "u1"}),
        jwt.encode(claims(), None, "none"),
        jwt.encode(claims(aud="other-site"), SECRET, "HS256"),
        compact(claims()) + "0",
    ],
)
def test_whatever_is_not_clearly_signed_for_this_site_is_nobody(token):
    assert verified(token, "shop", SECRET, None, NOW) is None


def test_without_a_key_nobody_is_known():
    assert verified(compact(claims(), ""), "shop", None, None, NOW) is None
    assert verified(compact(claims()), "shop", None, None, NOW) is None


def test_a_public_key_checks_signatures_and_signs_nothing():
    key = ec.generate_private_key(ec.SECP256R1())
    pem = (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
    assert verified(jwt.encode(claims(), key, "ES256"), "shop", None, pem, NOW) is not None
    head = urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').decode().rstrip("=")
    body = urlsafe_b64encode(json.dumps(claims()).encode()).decode().rstrip("=")
    mac = hmac.new(pem.encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    forged = f"{head}.{body}.{urlsafe_b64encode(mac).decode().rstrip('=')}"
    assert verified(forged, "shop", None, pem, NOW) is None, "the public key is no secret"
    assert verified(jwt.encode(claims(), SECRET, "HS256"), "shop", None, pem, NOW) is None


# --- the form

QUEUE = uuid.uuid4()
ASKING = WidgetSettings(
    fields=[
        FormField(key="email", kind="email", is_required=True),
        FormField(key="order", label={"en": "Order", "fa": "سفارش"}),
        FormField(key="topic", kind="select", options=[Choice(value="x", label={"en": "Repairs"}), Choice(value="y")]),
    ],
    consent=Consent(version="2", text={"en": "We keep it."}),
    departments=[Department(queue_id=QUEUE, label={"en": "Sales"})],
)


def test_answers_are_kept_with_the_words_that_were_shown():
    answers = Answers(form={"email": "Lena@Example.com", "order": "17", "topic": "x"}, department=QUEUE, consent="2")
    start = begin(ASKING, answers, Known(), "en", is_offline=False)
    assert start.queue_id == QUEUE
    assert start.consent == ("2", "We keep it.")
    assert start.details["form"] == [
        {"key": "order", "label": "Order", "value": "17"},
        {"key": "topic", "label": "topic", "value": "Repairs"},
    ]
    assert (start.details["email"], start.details["is_verified"]) == ("Lena@Example.com", False)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"form": {}}, "email"),
        ({"form": {"email": "no address"}}, "email"),
        ({"form": {"email": "a@b.example", "topic": "z"}}, "topic"),
        ({"consent": "1"}, "consent"),
        ({"department": uuid.uuid4()}, "department"),
    ],
)
def test_an_answer_that_is_missing_or_wrong_is_named(change, field):
    answers = Answers(**{"form": {"email": "a@b.example"}, "consent": "2", **change})
    with pytest.raises(Invalid) as refused:
        begin(ASKING, answers, Known(), "en", is_offline=False)
    assert refused.value.extra["field"] == field


def test_what_the_site_vouches_for_is_not_overruled_by_what_is_typed():
    answers = Answers(form={"email": "evil@example.com"}, consent="2")
    start = begin(ASKING, answers, Known(email="real@example.com", is_verified=True), "en", is_offline=False)
    assert start.details["email"] == "real@example.com"


def test_who_leaves_a_message_can_be_reached():
    settings = WidgetSettings(offline_queue_id=QUEUE)
    with pytest.raises(Invalid):
        begin(settings, Answers(is_offline=True), Known(name="Lena"), "en", is_offline=True)
    start = begin(settings, Answers(is_offline=True), Known(phone="0912"), "en", is_offline=True)
    assert (start.queue_id, start.details["is_offline"]) == (QUEUE, True)


def test_every_language_has_every_word_of_the_rarer_parts():
    assert set(WORDS["en"]) == set(WORDS["ar"]) == set(WORDS["fa"])
    source = (Path(__file__).parents[2] / "frontend" / "widget" / "src" / "words.ts").read_text()
    asked = re.findall(r'"(\w+)"', source.partition("export type Rare =")[2].partition(";")[0])
    assert sorted(asked) == sorted(WORDS["en"])


# --- summaries, allowances


def test_a_summary_has_the_average_and_the_share_of_the_satisfied():
    found = summary(Tally(id=None, name="Sara", scores=(1, 0, 1, 1, 1)))
    assert (found.count, found.average, found.satisfied) == (4, 3.25, 0.5)


def test_who_says_too_much_waits_and_others_do_not():
    seconds = [0.0]
    left = Allowances(20, lambda: seconds[0])
    one, other = uuid.uuid4(), uuid.uuid4()
    for _ in range(20):
        left.spend(one)
    with pytest.raises(RateLimited) as refused:
        left.spend(one)
    assert refused.value.extra["retry_after"] == 1
    left.spend(other)
    seconds[0] = 0.5
    left.spend(one)
    with pytest.raises(RateLimited):
        left.spend(one)


# --- letters


def said(direction: str, text: str) -> MessageView:
    author = Author(kind="customer" if direction == "inbound" else "agent", name="Sara")
    return MessageView.model_validate(
        {"id": uuid.uuid4(), "seq": 1, "interaction_id": uuid.uuid4(), "direction": direction, "author": author,
         "text": text, "at": NOW}
    )  # fmt: skip


def test_a_transcript_reads_from_the_right_where_its_reader_does():
    when = partial(written, locale="fa", calendar="persian", zone="Asia/Tehran")
    told = transcript([said("inbound", "یخچال"), said("outbound", "<b>No</b>")], "صحرا", "fa", when)
    assert told.html.startswith('<div dir="rtl" lang="fa">')
    assert "<b>No</b>" not in told.html
    assert "&lt;b&gt;No" in told.html
    assert "شما (چهارشنبه ۴ آذر ۱۴۰۵، ساعت ۱۵:۳۰):\nیخچال" in told.text
    assert told.subject == "گفت‌وگوی شما با صحرا"


def test_a_mail_that_follows_a_visitor_says_how_to_go_on():
    told = follow_up(
        [said("outbound", "It is repaired.")], "en", partial(written, locale="en", calendar="gregory", zone="UTC")
    )
    assert "It is repaired." in told.text
    assert "answer this mail" in told.text
