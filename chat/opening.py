"""What a visitor said before the chat, held against what the widget asks. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from access.model import Locale
from chat.model import Answers, FormField, WidgetSettings, said
from chat.words import LABELS
from core.errors import Invalid

_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]+\.[^\s@]+")
_CONTACTS = ("name", "email", "phone")


@dataclass(frozen=True, slots=True)
class Known:
    """What a visitor is called and where they are reached; `is_verified`: the site vouches for it."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    is_verified: bool = False

    def or_else(self, other: Mapping[str, str | None]) -> Known:
        """Fill what is missing; what the site vouches for is not overruled by what somebody types."""
        found = {name: getattr(self, name) or other.get(name) for name in _CONTACTS}
        return Known(**found, is_verified=self.is_verified)


@dataclass(frozen=True, slots=True)
class Begin:
    """How a chat begins."""

    who: Known
    queue_id: UUID | None
    details: dict[str, Any]
    consent: tuple[str, str] | None
    """Version and text, when it was given."""


def begin(settings: WidgetSettings, answers: Answers, known: Known, locale: Locale, *, is_offline: bool) -> Begin:
    """Return how a chat begins; Invalid names the first answer that is missing or cannot be right."""
    form = {key: value.strip() for key, value in answers.form.items() if value.strip()}
    who = known.or_else({each.kind: form.get(each.key) for each in settings.fields if each.kind in _CONTACTS})
    if who.email and not _EMAIL.fullmatch(who.email):
        raise Invalid("This is not a mail address.", field="email")
    for each in settings.fields:
        _check(each, getattr(who, each.kind) if each.kind in _CONTACTS else form.get(each.key))
    if answers.is_offline and not (who.email or who.phone):
        raise Invalid("Leave a mail address or a telephone number, so that we can answer.", field="email")
    consent = _consent(settings, answers, locale)
    details: dict[str, Any] = {
        "form": [
            _shown(each, form[each.key], locale) for each in settings.fields if _is_free(each) and each.key in form
        ],
        "locale": locale,
        "is_verified": who.is_verified,
        **{name: value for name in ("email", "phone") if (value := getattr(who, name))},
    }
    # What was chosen as the site calls it, in whatever language it was shown: rules of work look at it.
    if chosen := {each.key: form[each.key] for each in settings.fields if each.kind == "select" and each.key in form}:
        details["choices"] = chosen
    if is_offline:
        details["is_offline"] = True
    if consent is not None:
        details["consent"] = {"version": consent[0]}
    return Begin(who, _queue(settings, answers, is_offline=is_offline), details, consent)


def _check(field: FormField, value: str | None) -> None:
    if field.is_required and not value:
        raise Invalid("An answer is missing.", field=field.key)
    if field.kind == "select" and value and value not in {each.value for each in field.options}:
        raise Invalid("This is not one of the choices.", field=field.key)


def _is_free(field: FormField) -> bool:
    return field.kind not in _CONTACTS


def _shown(field: FormField, value: str, locale: Locale) -> dict[str, str]:
    chosen = next((said(each.label, locale, value) for each in field.options if each.value == value), value)
    return {"key": field.key, "label": label_of(field, locale), "value": chosen}


def label_of(field: FormField, locale: Locale) -> str:
    """Return what a field is called: as the administrator says, else our word for it, else its key."""
    return said(field.label, locale, LABELS[locale].get(field.kind, field.key))


def _consent(settings: WidgetSettings, answers: Answers, locale: Locale) -> tuple[str, str] | None:
    asked = settings.consent
    if asked is None:
        return None
    if answers.consent == asked.version:
        return asked.version, said(asked.text, locale)
    if asked.is_required:
        raise Invalid("The consent is missing, or its text has changed since.", field="consent")
    return None


def _queue(settings: WidgetSettings, answers: Answers, *, is_offline: bool) -> UUID | None:
    if is_offline and settings.offline_queue_id is not None:
        return settings.offline_queue_id
    offered = {each.queue_id for each in settings.departments}
    if answers.department is not None and answers.department not in offered:
        raise Invalid("There is no such department.", field="department")
    return answers.department
