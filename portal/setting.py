"""Setting the portal up: on or off, who may come in, forms on other sites, contacts who see more than their own."""

from __future__ import annotations

from uuid import UUID

from access.model import Permission
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Forbidden, Invalid, NotFound
from customers.model import CustomerId
from customers.service import Customers
from organisation.service import Organisation
from portal import store
from portal.forms import asked_of_customers
from portal.model import (
    AccountName,
    Contact,
    ContactSet,
    Form,
    FormChange,
    FormFields,
    FormSaved,
    NewContact,
    NewForm,
    PortalChange,
    PortalFace,
    PortalSaved,
    PortalSettings,
    PortalView,
)
from portal.store import sql
from storage.database import Database, Tx
from tickets.setup import Setup


class PortalSetup:
    def __init__(self, db: Database, clock: Clock, customers: Customers, *, base_url: str, megabytes: int) -> None:
        self._db, self._clock, self._customers = db, clock, customers
        self._base_url, self._megabytes = base_url, megabytes
        self._organisation, self._setup = Organisation(db), Setup(db)

    async def face(self) -> PortalFace:
        """Return what anybody may see before signing in; of one that is off, that it is."""
        settings, _ = await store.settings(self._db)
        face = await self._organisation.face()
        return PortalFace(
            is_on=settings.is_on,
            name=face.name,
            logo=face.logo,
            locale=face.locale or "en",
            calendar=face.calendar,
            digits=face.digits,
            time_zone=await self._organisation.time_zone(),
            languages=face.languages,
            ways=settings.ways,
            registration=settings.registration,
            kinds=settings.kinds,
            fields=asked_of_customers(await self._setup.fields()) if settings.is_on else [],
            megabytes=self._megabytes,
        )

    async def get(self, actor: Actor) -> PortalView:
        actor.must(Permission.PORTAL_MANAGE)
        settings, version = await store.settings(self._db)
        rows = await self._db.rows(sql.portal_accounts, branches=actor.branch_scope)
        accounts = [AccountName(id=row["id"], name=row["name"], is_enabled=row["is_enabled"]) for row in rows]
        return PortalView(settings=settings, version=version, url=f"{self._base_url}/portal/", accounts=accounts)

    async def change(self, actor: Actor, change: PortalChange) -> PortalView:
        """Change how the portal is; it is the whole organisation's."""
        settings = PortalSettings.model_validate(change.model_dump(exclude={"version"}))
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.PORTAL_MANAGE)
            if actor.branches is not None:
                raise Forbidden("The portal is the whole organisation's.")
            await self._must_have(tx, actor, settings.account_id)
            query = sql.change_settings if change.version else sql.save_settings
            if await tx.value(query, settings=settings.model_dump(mode="json"), version=change.version) is None:
                raise Conflict.overtaken()
            tx.emit(PortalSaved(is_on=settings.is_on, registration=settings.registration))
        return await self.get(actor)

    # --- forms

    async def forms(self, actor: Actor) -> list[Form]:
        actor.must(Permission.PORTAL_MANAGE)
        return [store.form_of(row) for row in await self._db.rows(sql.list_forms, branches=actor.branch_scope)]

    async def add_form(self, actor: Actor, new: NewForm) -> Form:
        return await self._save(actor, new.id, new, 0)

    async def change_form(self, actor: Actor, form_id: str, change: FormChange) -> Form:
        """Change a form that is in scope, also before the change."""
        known = await store.form(self._db, form_id)
        async with self._db.transaction(actor) as tx:
            await self._must_have(tx, actor, known.account_id)
        return await self._save(actor, form_id, change, change.version)

    async def _save(self, actor: Actor, form_id: str, fields: FormFields, version: int) -> Form:
        async with self._db.transaction(actor) as tx:
            await self._must_have(tx, actor, fields.account_id)
            saved = await tx.value(sql.save_form, id=form_id, version=version, **store.columns(fields))
            if saved is None:
                if version:
                    raise Conflict.overtaken()
                raise Conflict("There is a form with this name already.", field="id")
            tx.emit(FormSaved(form=form_id, is_enabled=fields.is_enabled))
        return await store.form(self._db, form_id)

    async def _must_have(self, tx: Tx, actor: Actor, account_id: UUID | None) -> None:
        """Refuse an account that is none of the portal's, or is beyond the actor's scope."""
        actor.must(Permission.PORTAL_MANAGE)
        if account_id is None:
            return
        try:
            account = await store.account(tx, account_id)
        except NotFound as error:
            raise Invalid(error.detail, field="account_id") from error
        actor.must(Permission.PORTAL_MANAGE, account["branch_id"])
        if account["branch_id"] is None and actor.branches is not None:
            raise Forbidden("This account is the whole organisation's.")

    # --- contacts

    async def contacts(self, actor: Actor) -> list[Contact]:
        actor.must(Permission.PORTAL_MANAGE)
        rows = await self._db.rows(sql.list_contacts, branches=actor.branch_scope)
        return [Contact(**{name: row[name] for name in Contact.model_fields}) for row in rows]

    async def add_contact(self, actor: Actor, new: NewContact) -> None:
        """Let a person see what their organisation asked for."""
        async with self._db.transaction(actor) as tx:
            customer_id = await self._known(tx, actor, new.customer_id)
            await tx.run(sql.add_contact, customer_id=customer_id, by_label=actor.label, now=self._clock())
            tx.emit(ContactSet(customer_id=customer_id, sees_organisation=True))

    async def remove_contact(self, actor: Actor, customer_id: UUID) -> None:
        """Let a person see only their own again."""
        async with self._db.transaction(actor) as tx:
            await self._known(tx, actor, customer_id)
            if await tx.value(sql.remove_contact, customer_id=customer_id) is None:
                raise NotFound
            tx.emit(ContactSet(customer_id=customer_id, sees_organisation=False))

    async def _known(self, tx: Tx, actor: Actor, customer_id: UUID) -> UUID:
        actor.must(Permission.PORTAL_MANAGE)
        await self._customers.must_read(tx, actor, CustomerId(customer_id))
        return customer_id
