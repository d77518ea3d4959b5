"""Use-cases of forms: written down, shown, made a ticket of; and the lists that they choose from."""

from __future__ import annotations

from uuid import UUID

from access.model import Locale, Permission
from contactforms import store
from contactforms.model import (
    Choice,
    ChoiceSettings,
    ContactChoiceSaved,
    ContactForm,
    ContactFormSaved,
    Fields,
    FormChange,
    FormTicket,
    ListName,
    described,
    subject_of,
)
from contactforms.store import sql
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Forbidden, Invalid, NotFound
from storage import versions
from storage.database import Database, Row, Tx
from tickets.model import NewTicket
from tickets.service import Tickets


class ContactForms:
    """One form for each conversation, by whoever has to do with it."""

    def __init__(self, db: Database, clock: Clock, tickets: Tickets) -> None:
        self._db, self._clock, self._tickets = db, clock, tickets

    # --- lists

    async def choices(self) -> list[Choice]:
        return list((await store.choices(self._db)).values())

    async def save_choice(self, actor: Actor, choice_id: UUID | None, said: ChoiceSettings) -> Choice:
        """Add an entry to a list or change it. Nothing is dropped, forms name it: it is switched off."""
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.CONTACTFORM_MANAGE)
            if actor.branches is not None:
                raise Forbidden("These lists are the whole organisation's.")
            kept, version = await versions.save(tx, sql.save_choice, said, choice_id, await store.choices(tx))
            tx.emit(ContactChoiceSaved(choice_id=kept, list=said.list))
        return Choice(id=kept, version=version, **said.model_dump(exclude={"version"}))

    # --- forms

    async def show(self, actor: Actor, interaction_id: UUID) -> ContactForm:
        """Return the form of a conversation; an empty one begins with what is known of the customer."""
        async with self._db.transaction(actor) as tx:
            talk = await self._must_see(tx, actor, interaction_id)
            row = await tx.row(sql.get_form, interaction_id=interaction_id)
        return _begun(talk) if row is None else store.form(row)

    async def save(self, actor: Actor, interaction_id: UUID, change: FormChange) -> ContactForm:
        """Write it down. Raises Conflict when somebody wrote it down meanwhile."""
        async with self._db.transaction(actor) as tx:
            await self._must_see(tx, actor, interaction_id)
            await self._must_choose(tx, interaction_id, change)
            values = change.model_dump(mode="json")
            by = {"by_name": actor.name, "at": self._clock()}
            if await tx.value(sql.save_form, interaction_id=interaction_id, **values, **by) is None:
                raise Conflict.overtaken()
            form = await self._written(tx, interaction_id)
            tx.emit(_saved(form, change.class_id))
        return form

    async def make_ticket(self, actor: Actor, interaction_id: UUID, asked: FormTicket) -> UUID:
        """Open a ticket of it, with what is written down; the conversation, the form and the ticket know each other."""
        async with self._db.transaction(actor) as tx:
            await self._must_see(tx, actor, interaction_id)
            form, choices = await self._written(tx, interaction_id), await store.choices(tx)
            if form.class_id is None:
                raise NotFound
            locale = _locale(actor)
            kind = asked.kind or choices[form.class_id].ticket_kind or "inquiry"
            new = NewTicket(
                kind=kind,
                subject=asked.subject or subject_of(form, choices, locale),
                description=described(form, choices, locale),
                owner_id=asked.owner_id,
                interaction_id=interaction_id,
                client_id=f"form:{interaction_id}:{kind}",
            )
            ticket_id = await self._tickets.open_in(tx, actor, new, source="console")
            await tx.run(sql.note_ticket, interaction_id=interaction_id, ticket_id=ticket_id)
            tx.emit(_saved(form, form.class_id, ticket_id))
        return ticket_id

    async def _written(self, tx: Tx, interaction_id: UUID) -> ContactForm:
        row = await tx.row(sql.get_form, interaction_id=interaction_id)
        if row is None:
            raise NotFound("Nothing is written down of this contact yet.")
        return store.form(row)

    async def _must_see(self, tx: Tx, actor: Actor, interaction_id: UUID) -> Row:
        row = await tx.row(sql.conversation_of_form, id=interaction_id)
        if row is None:
            raise NotFound
        actor.must(Permission.INTERACTION_READ, row["branch_id"])
        actor.must(Permission.CONTACTFORM_WRITE, row["branch_id"])
        return row

    async def _must_choose(self, tx: Tx, interaction_id: UUID, change: FormChange) -> None:
        """Refuse what is not in its list; what is switched off stays where it was chosen before."""
        choices = await store.choices(tx)
        row = await tx.row(sql.get_form, interaction_id=interaction_id)
        asked: tuple[tuple[str, ListName], ...] = (
            ("class_id", "class"),
            ("request_id", "request"),
            ("source_id", "source"),
        )
        for name, of_list in asked:
            chosen = getattr(change, name)
            if chosen is None or (row is not None and row[name] == chosen):
                continue
            found = choices.get(chosen)
            if found is None or found.list != of_list or not found.is_active:
                raise Invalid("This is not in the list.", field=name)


def _begun(talk: Row) -> ContactForm:
    is_organisation = talk["party_kind"] == "organization"
    organisation = talk["name"] if is_organisation else talk["organisation"] or ""
    fields = Fields.model_construct(
        name="" if is_organisation else talk["name"], organisation=organisation, phone=talk["phone"]
    )
    return ContactForm(
        interaction_id=talk["id"],
        class_id=None,
        request_id=None,
        source_id=None,
        party_kind="organization" if is_organisation else "person",
        fields=fields,
        ticket_id=None,
        by_name=None,
        at=None,
        version=0,
    )


def _saved(form: ContactForm, class_id: UUID, ticket_id: UUID | None = None) -> ContactFormSaved:
    return ContactFormSaved(
        interaction_id=form.interaction_id, class_id=class_id, request_id=form.request_id, ticket_id=ticket_id
    )


def _locale(actor: Actor) -> Locale:
    return "ar" if actor.locale == "ar" else "fa" if actor.locale == "fa" else "en"
