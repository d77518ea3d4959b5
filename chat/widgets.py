"""Use-cases of who sets widgets up, and what a page is told of one."""

from __future__ import annotations

from datetime import datetime
from secrets import token_urlsafe
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from access.model import Locale, Permission
from agents.service import Agents
from chat import store
from chat.events import WidgetSaved, WidgetSecretMade
from chat.identity import Identity, verified
from chat.model import (
    ChoiceView,
    ConsentView,
    FieldView,
    InvitationView,
    NewWidget,
    Outcome,
    Secret,
    Widget,
    WidgetChange,
    WidgetFields,
    WidgetSettings,
    WidgetView,
    said,
)
from chat.opening import label_of
from chat.store import sql
from chat.words import DEFAULT_GREETING, DEFAULT_TITLE, WORDS
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Forbidden, Invalid, NotFound, RateLimited
from core.ids import BranchId
from core.secrets import Keyring
from interactions.visitors import VisitorChats
from knowledge.reading import Reading
from routing.service import Routing
from sla.working import due, is_open
from storage.database import Database, Row, Tx
from storage.database import sql as storage_sql

_COUNTED_A_MINUTE = 60
_LOCALES: dict[str, Locale] = {"en": "en", "ar": "ar", "fa": "fa"}


class Widgets:
    """The widgets of the organisation's sites."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        keys: Keyring,
        agents: Agents,
        routing: Routing,
        chats: VisitorChats,
        reading: Reading,
    ) -> None:
        self._db, self._clock, self._keys = db, clock, keys
        self._agents, self._routing, self._chats, self._reading = agents, routing, chats, reading
        routing.queues.serve(self)

    # --- what a page is told

    async def admitted(self, site: str, origin: str | None, own_origin: str) -> Widget:
        """Return the widget of a site that may embed it; our own page of it always may."""
        widget = await self.own(site)
        if widget.origins and origin not in (*widget.origins, own_origin):
            raise Forbidden("This site may not embed the widget.")
        return widget

    async def own(self, site: str) -> Widget:
        """Return the widget of a site for our own page of it."""
        widget = await store.get_widget(self._db, site)
        if not widget.is_enabled:
            raise NotFound("There is no such widget.")
        return widget

    async def view(self, widget: Widget, locale: Locale) -> WidgetView:
        """Return what the widget shows, in one language."""
        settings, now = widget.settings, self._clock()
        is_there = await self._agents.is_anyone_available()
        is_away = not self._is_reachable(settings, now, is_there=is_there)
        return WidgetView(
            title=said(settings.title, locale, DEFAULT_TITLE[locale]),
            greeting=said(settings.greeting, locale, DEFAULT_GREETING[locale]),
            color=settings.color,
            locale=locale,
            side=settings.side,
            is_open=is_there and is_open(settings.hours, now),
            is_offline=is_away,
            answer_by=due(settings.hours, now, settings.answer_minutes) if is_away else None,
            fields=[_field(settings, number, locale) for number in range(len(settings.fields))],
            consent=_consent(settings, locale),
            departments=[
                ChoiceView(value=str(each.queue_id), label=said(each.label, locale)) for each in settings.departments
            ],
            invitations=[
                InvitationView(text=said(each.text, locale), **each.model_dump(exclude={"text"}))
                for each in settings.invitations
            ],
            has_rating=settings.has_rating,
            has_transcript=settings.has_transcript,
            has_articles=await self._reading.has_public(),
            words=WORDS[locale],
        )

    async def is_offline(self, settings: WidgetSettings) -> bool:
        """Tell whether messages are left instead of chats begun."""
        is_there = await self._agents.is_anyone_available()
        return not self._is_reachable(settings, self._clock(), is_there=is_there)

    def _is_reachable(self, settings: WidgetSettings, now: datetime, *, is_there: bool) -> bool:
        return is_open(settings.hours, now) and (is_there or not settings.is_offline_when_nobody)

    async def who(self, widget: Widget, token: str | None) -> Identity | None:
        """Return whom the site's own server signed for; None for whatever is not clearly that."""
        sealed = await self._db.value(sql.widget_secret, site=widget.site)
        secret = None if sealed is None else self._keys.open(sealed, f"widget:{widget.site}").decode()
        return verified(token or "", widget.site, secret, widget.settings.identity_key, self._clock())

    async def count(self, site: str, invitation: str, outcome: Outcome, address: str) -> None:
        """Count what became of an invitation; one address counts only so often."""
        now = self._clock()
        minute = now.replace(second=0, microsecond=0)
        key = f"invitation:{self._keys.mac('address', address)}"
        if await self._db.value(storage_sql.count_rate, key=key, window_start=minute) > _COUNTED_A_MINUTE:
            raise RateLimited
        widget = await store.get_widget(self._db, site)
        if invitation not in {each.id for each in widget.settings.invitations}:
            raise NotFound
        await self._db.run(sql.count_invitation, site=site, invitation=invitation, outcome=outcome, day=now.date())

    # --- setting widgets up

    async def widgets(self, actor: Actor) -> list[Widget]:
        actor.must(Permission.CHANNEL_MANAGE)
        return [store.widget(row) for row in await self._db.rows(sql.list_widgets, branches=actor.branch_scope)]

    async def add(self, actor: Actor, new: NewWidget) -> Widget:
        return await self._save(actor, new.site, new, 0)

    async def change(self, actor: Actor, site: str, change: WidgetChange) -> Widget:
        """Change a widget that is in scope, also before the change."""
        await self.must_manage(actor, site)
        return await self._save(actor, site, change, change.version)

    async def new_secret(self, actor: Actor, site: str) -> Secret:
        """Make the key with which the site's server signs who a visitor is; the one before no longer counts."""
        await self.must_manage(actor, site)
        secret = token_urlsafe(32)
        async with self._db.transaction(actor) as tx:
            await tx.run(sql.save_secret, site=site, secret=self._keys.seal(secret.encode(), f"widget:{site}"))
            tx.emit(WidgetSecretMade(site=site))
        return Secret(secret=secret)

    async def counts(self, actor: Actor, site: str) -> list[Row]:
        """Return what became of invitations in the last 30 days."""
        await self.must_manage(actor, site)
        return await self._db.rows(sql.invitation_counts, site=site)

    async def must_manage(self, actor: Actor, site: str) -> None:
        known = await store.get_widget(self._db, site)
        async with self._db.transaction(actor) as tx:
            account = await self._chats.account(tx, known.account_id)
        actor.must(Permission.CHANNEL_MANAGE, account["branch_id"])

    async def _save(self, actor: Actor, site: str, fields: WidgetFields, version: int) -> Widget:
        settings = fields.settings
        _check_key(settings.identity_key)
        async with self._db.transaction(actor) as tx:
            account = await self._chats.account(tx, fields.account_id)
            actor.must(Permission.CHANNEL_MANAGE, account["branch_id"])
            if account["kind"] != "webchat":
                raise Invalid("A widget belongs to an account of web chat.")
            await self._must_reach(tx, actor, settings, account["branch_id"])
            saved = await tx.value(
                sql.save_widget,
                site=site,
                account_id=fields.account_id,
                settings=settings.model_dump(mode="json"),
                origins=fields.origins,
                is_enabled=fields.is_enabled,
                version=version,
            )
            if saved is None:
                raise Conflict.overtaken()
            tx.emit(WidgetSaved(site=site, is_enabled=fields.is_enabled))
        return await store.get_widget(self._db, site)

    async def channels_into(self, tx: Tx, queue_id: UUID) -> frozenset[str]:
        """Say for a queue whether a widget sends chats there."""
        return frozenset({"webchat"} if await tx.value(sql.is_department, queue_id=queue_id) else ())

    async def _must_reach(self, tx: Tx, actor: Actor, settings: WidgetSettings, branch_id: BranchId | None) -> None:
        """Refuse queues and mailboxes that are not there, not this administrator's, or not for chats of this branch."""
        for each in settings.departments:
            await self._routing.queues.must_fit(tx, actor, each.queue_id, "webchat", branch_id, "settings.departments")
        if settings.offline_queue_id is not None:
            at = "settings.offline_queue_id"
            await self._routing.queues.must_fit(tx, actor, settings.offline_queue_id, "webchat", branch_id, at)
        if settings.mail_account_id is not None:
            mailbox = await self._chats.account(tx, settings.mail_account_id)
            if mailbox["kind"] != "email" or not actor.sees(mailbox["branch_id"]):
                raise NotFound("There is no such mailbox.")


def locale_of(wish: str | None, widget: Widget) -> Locale:
    """Return the language that a page asks for, where we speak it; else the widget's own."""
    return _LOCALES.get(wish or "", widget.settings.locale)


def _field(settings: WidgetSettings, number: int, locale: Locale) -> FieldView:
    field = settings.fields[number]
    options = [ChoiceView(value=each.value, label=said(each.label, locale, each.value)) for each in field.options]
    return FieldView(
        key=field.key, kind=field.kind, label=label_of(field, locale), is_required=field.is_required, options=options
    )


def _consent(settings: WidgetSettings, locale: Locale) -> ConsentView | None:
    asked = settings.consent
    if asked is None:
        return None
    return ConsentView(version=asked.version, text=said(asked.text, locale), is_required=asked.is_required)


def _check_key(pem: str | None) -> None:
    """Refuse what is no public key, and a key too weak to prove anything."""
    if pem is None:
        return
    try:
        key = load_pem_public_key(pem.encode())
    except ValueError as error:
        raise Invalid("settings.identity_key: This is no public key in PEM form.") from error
    is_rsa = isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048  # noqa: PLR2004 - RFC 7518 section 3.3
    is_ec = isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1"
    if not (is_rsa or is_ec):
        raise Invalid("settings.identity_key: The key is RSA of at least 2048 bits, or P-256.")
