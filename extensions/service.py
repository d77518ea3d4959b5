"""Use-cases of extensions: the register, who is shown what, and the signed context of a frame."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import OctKey

from access.model import Permission
from core.actor import Actor, ActorKind
from core.clock import Clock
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.ids import uuid7
from core.secrets import Keyring, new_token
from core.settings import Settings
from customers.model import CustomerCard, CustomerId
from customers.service import Customers
from extensions import store
from extensions.model import (
    Context,
    ContextAsked,
    Extension,
    ExtensionChange,
    ExtensionFields,
    ExtensionMade,
    ExtensionSaved,
    ExtensionView,
    NewExtension,
    must_be_foreign,
)
from extensions.store import sql
from interactions.model import InteractionView
from storage.database import Database, Row, Tx

_VALID = timedelta(minutes=5)
_RECENT_SECONDS = 2.0


class Conversation(Protocol):
    """Who shows a conversation to whom may read it."""

    async def get(self, actor: Actor, interaction_id: UUID) -> InteractionView: ...


class Extensions:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        keys: Keyring,
        customers: Customers,
        interactions: Conversation,
        settings: Settings,
    ) -> None:
        self._db, self._clock, self._keys = db, clock, keys
        self._customers, self._interactions = customers, interactions
        self._base_url, self._may_be_private = settings.base_url, settings.webhooks_may_reach_private
        self._origins: tuple[float, list[str]] = (0.0, [])

    # --- the register

    async def list_all(self, actor: Actor) -> list[Extension]:
        actor.must(Permission.EXTENSION_MANAGE)
        rows = await self._db.rows(sql.list_extensions, branches=actor.branch_scope, only_enabled=False)
        return [store.extension(row) for row in rows]

    async def add(self, actor: Actor, new: NewExtension) -> ExtensionMade:
        extension_id, secret = uuid7(), new_token()
        async with self._db.transaction(actor) as tx:
            await self._save(tx, actor, extension_id, new, 0, self._seal(extension_id, secret))
        self._origins = (0.0, [])
        return ExtensionMade(id=extension_id, secret=secret)

    async def change(self, actor: Actor, extension_id: UUID, change: ExtensionChange) -> Extension:
        async with self._db.transaction(actor) as tx:
            row = await store.get(tx, extension_id)
            _must_manage(actor, row)
            await self._save(tx, actor, extension_id, change, change.version, row["secret"])
            saved = store.extension(await store.get(tx, extension_id))
        self._origins = (0.0, [])
        return saved

    async def _save(
        self, tx: Tx, actor: Actor, extension_id: UUID, fields: ExtensionFields, version: int, secret: bytes
    ) -> None:
        must_be_foreign(fields.url, self._base_url, may_be_private=self._may_be_private)
        actor.must(Permission.EXTENSION_MANAGE, fields.branch_id)
        if fields.branch_id is None and actor.branches is not None:
            raise Forbidden("An extension of the whole organisation is beyond your scope.")
        known = fields.model_dump(exclude={"version"})
        if await tx.value(sql.save_extension, id=extension_id, secret=secret, version=version, **known) is None:
            raise Conflict.overtaken()
        tx.emit(ExtensionSaved(extension_id=extension_id, url=fields.url, is_enabled=fields.is_enabled, change="saved"))

    async def renew_secret(self, actor: Actor, extension_id: UUID) -> ExtensionMade:
        """Make another secret; contexts signed by the old one are refused by whoever has the new one."""
        secret = new_token()
        async with self._db.transaction(actor) as tx:
            row = await store.get(tx, extension_id)
            _must_manage(actor, row)
            await tx.run(sql.save_secret, id=extension_id, secret=self._seal(extension_id, secret))
            tx.emit(
                ExtensionSaved(extension_id=extension_id, url=row["url"], is_enabled=row["is_enabled"], change="secret")
            )
        return ExtensionMade(id=extension_id, secret=secret)

    async def delete(self, actor: Actor, extension_id: UUID) -> None:
        async with self._db.transaction(actor) as tx:
            row = await store.get(tx, extension_id)
            _must_manage(actor, row)
            await tx.run(sql.delete_extension, id=extension_id)
            tx.emit(ExtensionSaved(extension_id=extension_id, url=row["url"], is_enabled=False, change="deleted"))
        self._origins = (0.0, [])

    # --- in the console

    async def part(self, tx: Tx, actor: Actor) -> dict[str, Any]:
        """Return the snapshot's field: the extensions that this person is shown."""
        return {"extensions": [view.model_dump(mode="json") for view in await self._shown(tx, actor)]}

    async def _shown(self, tx: Tx, actor: Actor) -> list[ExtensionView]:
        if actor.kind is ActorKind.GUEST:
            return []
        rows = await tx.rows(sql.list_extensions, branches=actor.branch_scope, only_enabled=True)
        return [store.view(row) for row in rows if row["permission"] is None or actor.may(row["permission"])]

    async def origins(self) -> list[str]:
        """Return whose pages the console may frame, as of at most two seconds ago."""
        until, found = self._origins
        if time.monotonic() >= until:
            rows = await self._db.rows(sql.list_extensions, branches=None, only_enabled=True)
            found = sorted({store.view(row).origin for row in rows})
            self._origins = (time.monotonic() + _RECENT_SECONDS, found)
        return found

    async def context(self, actor: Actor, extension_id: UUID, asked: ContextAsked) -> Context:
        """Sign who looks at what, for five minutes and for this extension alone.

        What the person may not see is not there; the token goes to the frame's exact origin by postMessage only.
        """
        row = await store.get(self._db, extension_id)
        is_shown = row["is_enabled"] and actor.sees(row["branch_id"])
        if not is_shown or not (row["permission"] is None or actor.may(row["permission"])):
            raise NotFound
        now = self._clock()
        claims = {
            "iss": self._base_url,
            "aud": str(extension_id),
            "sub": str(actor.id),
            "name": actor.name,
            "iat": int(now.timestamp()),
            "exp": int((now + _VALID).timestamp()),
            "jti": str(uuid7()),
            "locale": actor.locale,
            "dir": "rtl" if actor.locale in ("ar", "fa") else "ltr",
            "theme": asked.theme,
            **await self._about(actor, row, asked),
        }
        key = OctKey.import_key(self._keys.open(bytes(row["secret"]), f"extension:{extension_id}"))
        return Context(token=jwt.encode({"alg": "HS256", "typ": "JWT"}, claims, key), expires_at=now + _VALID)

    async def _about(self, actor: Actor, row: Row, asked: ContextAsked) -> dict[str, Any]:
        """Return the claims of what the page is shown beside."""
        if asked.interaction_id is not None:
            seen = await self._interactions.get(actor, asked.interaction_id)
            interaction = {
                "id": str(seen.id), "number": seen.number, "channel": seen.channel, "state": seen.state,
            }  # fmt: skip
            return {"interaction": interaction, "customer": _customer(seen.customer, row)}
        if asked.customer_id is None:
            raise Invalid("Name a conversation or a customer.")
        await self._customers.get(actor, CustomerId(asked.customer_id))
        async with self._db.transaction(actor) as tx:
            return {"customer": _customer(await self._customers.card(tx, CustomerId(asked.customer_id)), row)}

    def _seal(self, extension_id: UUID, secret: str) -> bytes:
        return self._keys.seal(secret.encode(), f"extension:{extension_id}")


def _customer(card: CustomerCard, row: Row) -> dict[str, Any]:
    told: dict[str, Any] = {"id": str(card.id), "name": card.name, "kind": card.kind}
    if row["shares_addresses"]:
        told["identities"] = [each.model_dump() for each in card.identities if each.kind != "visitor"]
    return told


def _must_manage(actor: Actor, row: Row) -> None:
    actor.must(Permission.EXTENSION_MANAGE, row["branch_id"])
    if row["branch_id"] is None and actor.branches is not None:
        raise Forbidden("An extension of the whole organisation is beyond your scope.")
