"""What customers see of conversations, and what the portal writes to them. Pure."""

from __future__ import annotations

import string
import uuid
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core.actor import Actor, ActorKind
from portal import words
from portal.raising import deputy, plain
from portal.seeing import is_shown

ME = uuid.UUID(int=1)
ACTOR = Actor(ActorKind.CUSTOMER, ME, "Maryam")
LOCALES = ("en", "ar", "fa")


def message(**said: Any) -> dict[str, Any]:
    usual = {"direction": "inbound", "author_kind": "customer", "author_id": ME, "details": {}}
    return {**usual, **said}


def test_c139_the_own_words_and_the_answers_are_shown():
    assert is_shown(message(), [ME])
    assert is_shown(message(direction="outbound", author_kind="agent", author_id=None), [ME])


def test_c139_what_others_said_and_what_went_to_others_is_not_shown():
    assert not is_shown(message(direction="outbound", author_kind="agent", details={"aside": True}), [ME])
    assert not is_shown(message(details={"is_other": True}), [ME])
    assert not is_shown(message(details={"participant": {"id": None, "address": "x@example.com"}}), [ME])
    assert not is_shown(message(author_id=None), [ME])
    assert not is_shown(message(author_id=uuid.UUID(int=2)), [ME])


@given(
    direction=st.sampled_from(["note", "system"]),
    kind=st.sampled_from(["agent", "customer", "system"]),
    author=st.sampled_from([ME, None]),
)
def test_c139_no_note_and_no_line_of_the_system_is_ever_shown(direction, kind, author):
    assert not is_shown(message(direction=direction, author_kind=kind, author_id=author), [ME])


@given(st.dictionaries(st.text(max_size=5), st.integers()), st.sets(st.text(max_size=5)))
def test_c139_of_a_ticket_s_fields_only_those_for_customers_are_left(fields, shown):
    assert set(plain(fields, shown)) == set(fields) & shown


@given(st.text(string.digits, min_size=6, max_size=6))
def test_c139_a_code_stands_apart_in_every_language(code):
    for locale in LOCALES:
        note = words.code_mail(locale, "", code, "https://centre.example/portal/#/in/x/y", 10)
        assert f"\u2066{code}\u2069" in note.text
        assert "{" not in note.subject + note.text
        assert f"\u2066{code}\u2069" in words.code_text(locale, "Sahra", code, 10)


def test_c140_a_receipt_says_the_number_and_nothing_of_what_was_written():
    subjects, texts = words.receipt("SR-12")
    assert all("SR-12" in said[locale] for said in (subjects, texts) for locale in LOCALES)


def test_c140_a_mail_of_answers_has_all_of_them_and_where_to_look():
    said = [("We come", ["map.pdf"]), ("", ["a.png", "b.png"])]
    for locale in LOCALES:
        note = words.answer_mail(locale, "{odd} subject", said, "https://x/portal/#/tickets/1")
        assert "{odd} subject" in note.subject
        assert all(part in note.text for part in ("We come", "map.pdf", "a.png", "b.png", "/tickets/1"))
        assert "/portal/" not in words.answer_mail(locale, "x", said, "").text


def test_c140_what_a_customer_may_for_one_step_is_little():
    acting = deputy(ACTOR)
    assert ACTOR.permissions == frozenset()
    assert acting.label == ACTOR.label
    assert acting.permissions == {"ticket.read", "ticket.write", "customer.read", "interaction.read"}
