"""Routes of contact forms and of their lists."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel

from access.model import Permission
from contactforms.model import Choice, ChoiceChange, ChoiceSettings, ContactForm, FormChange, FormTicket, TicketMade
from contactforms.service import ContactForms
from core.http import COLLEAGUE, Call, route


class ChoiceList(BaseModel):
    items: list[Choice]


class ContactFormRoutes:
    def __init__(self, forms: ContactForms) -> None:
        self._forms = forms

    @route("GET", "/api/contact-choices", permission=COLLEAGUE)
    async def choices(self, call: Call) -> ChoiceList:  # noqa: ARG002 - every handler gets the call
        """List what contact forms choose from."""
        return ChoiceList(items=await self._forms.choices())

    @route("POST", "/api/contact-choices", permission=Permission.CONTACTFORM_MANAGE, status=201)
    async def add_choice(self, call: Call, body: ChoiceSettings) -> Choice:
        """Add an entry to a list."""
        return await self._forms.save_choice(call.actor, None, body)

    @route("PUT", "/api/contact-choices/{choice_id}", permission=Permission.CONTACTFORM_MANAGE)
    async def change_choice(self, call: Call, choice_id: UUID, body: ChoiceChange) -> Choice:
        """Change an entry of a list, or switch it off."""
        return await self._forms.save_choice(call.actor, choice_id, body)

    @route("GET", "/api/interactions/{interaction_id}/contact-form", permission=Permission.CONTACTFORM_WRITE)
    async def form(self, call: Call, interaction_id: UUID) -> ContactForm:
        """Show what is written down of a contact; an empty form begins with what is known of the customer."""
        return await self._forms.show(call.actor, interaction_id)

    @route("PUT", "/api/interactions/{interaction_id}/contact-form", permission=Permission.CONTACTFORM_WRITE)
    async def save_form(self, call: Call, interaction_id: UUID, body: FormChange) -> ContactForm:
        """Write down what a contact was about and who it was."""
        return await self._forms.save(call.actor, interaction_id, body)

    @route(
        "POST", "/api/interactions/{interaction_id}/contact-form/ticket", permission=Permission.TICKET_WRITE, status=201
    )
    async def make_ticket(self, call: Call, interaction_id: UUID, body: FormTicket) -> TicketMade:
        """Make a ticket or a complaint of it, with all that is written down; once for each kind."""
        return TicketMade(ticket_id=await self._forms.make_ticket(call.actor, interaction_id, body))
