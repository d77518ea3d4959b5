"""Accounts of channels: which mailboxes, numbers and bots there are, with their credentials sealed."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field, SecretStr, ValidationError
from pydantic_core import from_json, to_json

from access.model import Name, Permission
from channels.base import Account, AccountSettings, Channel
from channels.calls import channel_of
from core.actor import Actor
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.events import Event
from core.http.api import invalid
from core.ids import BranchId, uuid7
from core.secrets import Keyring
from core.values import Value
from interactions.store import sql
from routing.queues import Queues
from storage.database import Database, Row, Tx

_RECENT_SECONDS = 1.0


class AccountFields(Value):
    name: Name
    is_enabled: bool = True
    queue_id: UUID = Field(description="Where its contacts wait.")
    branch_id: BranchId | None = None
    settings: dict[str, Any] = Field(description="As the channel's schema says; secrets are kept when left out.")


class NewAccount(AccountFields):
    kind: str = Field(min_length=1, max_length=40)


class AccountChange(AccountFields):
    version: int = Field(ge=1)


class TryAccount(Value):
    """Settings to be tried; of a known account secrets that are left out are the saved ones."""

    kind: str = Field(min_length=1, max_length=40)
    account_id: UUID | None = None
    settings: dict[str, Any]


class AccountView(Value):
    """An account without its secrets, with its health."""

    id: UUID
    kind: str
    name: str
    is_enabled: bool
    queue_id: UUID
    branch_id: BranchId | None
    settings: dict[str, Any]
    place: dict[str, Any] | None
    version: int
    last_seen_at: datetime | None
    last_error: str | None
    last_error_at: datetime | None


class ChannelSaved(Event, kind="channel.saved"):
    account_id: UUID
    channel: str
    name: str
    is_enabled: bool

    def subject(self) -> str:
        return f"account:{self.account_id}"


class ChannelAccounts:
    """The register of accounts; reading one opens its seal."""

    def __init__(self, db: Database, keys: Keyring, kinds: dict[str, type[Channel]], queues: Queues) -> None:
        self._db, self._keys, self._kinds, self._queues = db, keys, kinds, queues
        queues.channels = frozenset(map(channel_of, kinds))
        queues.serve(self)
        self._recent: dict[UUID, tuple[float, tuple[Account[Any], Row]]] = {}

    def kinds(self) -> dict[str, dict[str, Any]]:
        """Return the JSON schema of the settings of every channel there is."""
        return {kind: channel.settings_model.model_json_schema() for kind, channel in sorted(self._kinds.items())}

    async def get(self, account_id: UUID) -> tuple[Account[Any], Row]:
        """Return an account ready for its channel, and its row; NotFound also for a kind that is not installed."""
        row = await self._db.row(sql.get_account, id=account_id)
        if row is None or row["kind"] not in self._kinds:
            raise NotFound
        return self.open(row), row

    async def recent(self, account_id: UUID) -> tuple[Account[Any], Row]:
        """Return an account as it was at most a second ago, for webhooks, of which many come at a time.

        A change by this process counts at once, one by another process within the second.
        """
        until, found = self._recent.get(account_id, (0.0, None))
        if found is None or time.monotonic() >= until:
            found = await self.get(account_id)
            self._recent[account_id] = (time.monotonic() + _RECENT_SECONDS, found)
        return found

    def open(self, row: Row) -> Account[Any]:
        settings = {**row["settings"], **self._unseal(row)}
        model = self._kinds[row["kind"]].settings_model
        return Account(row["id"], row["kind"], row["name"], model.model_validate(settings), row["place"])

    async def all(self) -> list[Row]:
        return await self._db.rows(sql.list_accounts, branches=None)

    async def enabled(self, kind: str) -> list[Account[Any]]:
        """Return the enabled accounts of a kind; one whose seal does not open is left out by raising for all."""
        return [self.open(row) for row in await self.all() if row["is_enabled"] and row["kind"] == kind]

    async def list_accounts(self, actor: Actor) -> list[AccountView]:
        actor.must(Permission.CHANNEL_MANAGE)
        return [_view(row) for row in await self._db.rows(sql.list_accounts, branches=actor.branch_scope)]

    async def add(self, actor: Actor, new: NewAccount) -> AccountView:
        if new.kind not in self._kinds:
            raise Invalid(f"There is no channel {new.kind!r}; there are {', '.join(sorted(self._kinds))}.")
        return await self._save(actor, uuid7(), new.kind, new, 0, {})

    async def change(self, actor: Actor, account_id: UUID, change: AccountChange) -> AccountView:
        row = await self._db.row(sql.get_account, id=account_id)
        if row is None:
            raise NotFound
        actor.must(Permission.CHANNEL_MANAGE, row["branch_id"])
        return await self._save(actor, account_id, row["kind"], change, change.version, self._unseal(row))

    async def proposed(self, actor: Actor, new: TryAccount) -> Account[Any]:
        """Return an account with settings that are not saved, to be tried."""
        actor.must(Permission.CHANNEL_MANAGE)
        if new.kind not in self._kinds:
            raise Invalid(f"There is no channel {new.kind!r}; there are {', '.join(sorted(self._kinds))}.")
        known: dict[str, Any] = {}
        if new.account_id is not None:
            row = await self._db.row(sql.get_account, id=new.account_id)
            if row is None or row["kind"] != new.kind:
                raise NotFound
            actor.must(Permission.CHANNEL_MANAGE, row["branch_id"])
            known = self._unseal(row)
        return Account(new.account_id or uuid7(), new.kind, "", self._validated(new.kind, {**known, **new.settings}))

    def _validated(self, kind: str, settings: dict[str, Any]) -> AccountSettings:
        try:
            return self._kinds[kind].settings_model.model_validate(settings)
        except ValidationError as error:
            raise invalid(error) from error

    async def _save(
        self, actor: Actor, account_id: UUID, kind: str, fields: AccountFields, version: int, known: dict[str, Any]
    ) -> AccountView:
        settings = self._validated(kind, {**known, **fields.settings})
        plain, secret = split(settings)
        sealed = self._keys.seal(to_json(secret), f"channel_account:{account_id}") if secret else None
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.CHANNEL_MANAGE, fields.branch_id)
            if fields.branch_id is None and actor.branches is not None:
                raise Forbidden("An account of the whole organisation is beyond your scope.")
            await self._queues.must_fit(tx, actor, fields.queue_id, channel_of(kind), fields.branch_id)
            saved = await tx.value(
                sql.save_account,
                id=account_id,
                kind=kind,
                settings=plain,
                secrets=sealed,
                version=version,
                **fields.model_dump(include={"name", "is_enabled", "queue_id", "branch_id"}),
            )
            if saved is None:
                raise Conflict.overtaken()
            tx.emit(ChannelSaved(account_id=account_id, channel=kind, name=fields.name, is_enabled=fields.is_enabled))
            row = await tx.row(sql.get_account, id=account_id)
        self._recent.pop(account_id, None)
        if row is None:
            raise NotFound
        return _view(row)

    async def channels_into(self, tx: Tx, queue_id: UUID) -> frozenset[str]:
        """Say for a queue which channels have accounts whose contacts wait there."""
        return frozenset(channel_of(row["kind"]) for row in await tx.rows(sql.kinds_into, queue_id=queue_id))

    def _unseal(self, row: Row) -> dict[str, Any]:
        if row["secrets"] is None:
            return {}
        opened: dict[str, Any] = from_json(self._keys.open(row["secrets"], f"channel_account:{row['id']}"))
        return opened


def split(settings: AccountSettings) -> tuple[dict[str, Any], dict[str, str]]:
    """Part settings into what is shown and what is sealed: every SecretStr."""
    secret = {
        name: value.get_secret_value()
        for name in type(settings).model_fields
        if isinstance(value := getattr(settings, name), SecretStr)
    }
    return settings.model_dump(mode="json", exclude=set(secret)), secret


def _view(row: Row) -> AccountView:
    return AccountView(**{name: row[name] for name in AccountView.model_fields})
