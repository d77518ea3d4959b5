"""Forms on other sites: filled in by anybody, without a session. What comes is a request of an unproven sender."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid5

from access.model import Locale
from channels.base import IdentityKind
from complaints.complainant import Complainants
from core.actor import Actor, ActorKind
from core.clock import Clock
from core.errors import Forbidden, Invalid, NotFound, RateLimited
from core.secrets import Keyring
from customers.model import Identity, normal
from organisation.service import Organisation
from portal import store, words
from portal.doors import count
from portal.model import FieldShown, FilledIn, Form, FormView, Registered
from portal.post import RECEIPT
from portal.raising import Raising, Request, Sender, Word
from portal.store import sql
from storage import jobs
from storage.database import Database, Row, Tx
from tickets.fields import TicketField
from tickets.model import number
from tickets.setup import Setup

_STRANGER = Actor(ActorKind.VISITOR, None, "Form")
_PURPOSE = "portal-form"
# A person reads before they write; a page that was left open for a day is loaded anew.
SOONEST, LATEST = timedelta(seconds=2), timedelta(days=1)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_PER_PEER, _PER_ADDRESS, _PER_FORM = 10, 5, 500


class Forms:
    def __init__(self, db: Database, clock: Clock, keys: Keyring, raising: Raising, complainants: Complainants) -> None:
        self._db, self._clock, self._keys = db, clock, keys
        self._raising, self._complainants = raising, complainants
        self._organisation, self._setup = Organisation(db), Setup(db)

    async def own(self, form_id: str) -> Form:
        """Return a form that is on, for our own page of it."""
        form = await store.form(self._db, form_id)
        if not form.is_enabled:
            raise NotFound("There is no such form.")
        return form

    async def admitted(self, form_id: str, origin: str | None, own_origin: str) -> Form:
        """Return a form for a site that may embed it; our own page of it always may."""
        form = await self.own(form_id)
        if form.origins and origin not in (*form.origins, own_origin):
            raise Forbidden("This site may not embed the form.")
        return form

    async def view(self, form: Form, locale: Locale | None) -> FormView:
        """Return what it shows."""
        spoken = locale or form.settings.locale
        face = await self._organisation.face()
        return FormView(
            id=form.id,
            locale=spoken,
            title=form.settings.title.get(spoken) or words.FORM_TITLE[spoken],
            organisation=face.name,
            kinds=form.settings.kinds,
            fields=asked_of_customers(await self._setup.fields()),
            ticket=self._ticket(form.id),
        )

    async def take(self, form: Form, said: FilledIn, peer: str) -> Registered:
        """Make a ticket of it, once per address and client id; what a program filled in is refused."""
        if said.website:
            raise Invalid("This was filled in by a program.", field="website")
        self._must_be_fresh(form.id, said.ticket)
        if said.kind not in form.settings.kinds:
            raise Invalid("This cannot be asked for here.", field="kind")
        email = _email(said.email)
        await self._must_be_few(form, email, peer)
        # Nobody else's id: a stranger who guesses one learns nothing of what was made by it.
        client_id = self._keys.mac(_PURPOSE, f"{form.id}:{email}:{said.client_id}")
        async with self._db.transaction(_STRANGER) as tx:
            row = await tx.row(sql.raised_before, opened_by=_STRANGER.label, client_id=client_id)
            if row is None:
                row = await self._raise(tx, form, said, email, client_id)
            # Shown to whoever wrote it, where they wrote it.
            code = await self._complainants.shown(tx, row["id"]) if row["kind"] == "complaint" else None
        return Registered(number=number(row["kind"], row["serial"]), code=code)

    async def _raise(self, tx: Tx, form: Form, said: FilledIn, email: str, client_id: str) -> Row:
        account = await store.account(tx, form.account_id)
        sender = Sender(IdentityKind.EMAIL, email, said.name, said.locale, is_proven=False)
        word = Word(f"form:{client_id}", said.text, said.subject)
        request = Request(said.kind, dict(said.fields), client_id, "form")
        raised = await self._raising.raise_(tx, account, sender, word, request)
        row = await tx.row(sql.get_number, id=raised.ticket_id)
        if row is None:
            raise NotFound
        if raised.is_new:
            await self._leave_receipt(tx, row, raised.interaction_id, email, said.locale)
        return row

    async def _leave_receipt(self, tx: Tx, row: Row, talk_id: UUID, email: str, locale: Locale) -> None:
        """One a day goes to an address of which nobody knows whose it is."""
        try:
            await count(tx, f"form:receipt:{self._keys.mac('address', email)}", 1, _DAY, self._clock())
        except RateLimited:
            return
        payload = {
            "id": str(uuid5(row["id"], "receipt")),
            "interaction_id": str(talk_id),
            "number": number(row["kind"], row["serial"]),
            "to": email,
            "locale": locale,
        }
        await jobs.enqueue(tx, RECEIPT, payload)

    def _ticket(self, form_id: str) -> str:
        at = int(self._clock().timestamp())
        return f"{at}.{self._keys.mac(_PURPOSE, f'{form_id}:{at}')}"

    def _must_be_fresh(self, form_id: str, ticket: str) -> None:
        at, _, signature = ticket.partition(".")
        is_ours = at.isascii() and at.isdigit() and self._keys.is_mac(_PURPOSE, f"{form_id}:{at}", signature)
        age = self._clock().timestamp() - int(at) if is_ours else -1.0
        if not SOONEST.total_seconds() <= age <= LATEST.total_seconds():
            raise Invalid("Load the form anew, and send it again in a moment.", field="ticket")

    async def _must_be_few(self, form: Form, email: str, peer: str) -> None:
        now = self._clock()
        await count(self._db, f"form:peer:{self._keys.mac('address', peer)}", _PER_PEER, _HOUR, now)
        await count(self._db, f"form:address:{self._keys.mac('address', email)}", _PER_ADDRESS, _HOUR, now)
        await count(self._db, f"form:{form.id}", _PER_FORM, _HOUR, now)


def asked_of_customers(fields: list[TicketField]) -> list[FieldShown]:
    """Return the custom fields that customers fill in."""
    asked = [each for each in fields if each.is_for_customer and each.is_active]
    return [FieldShown(**each.model_dump(include=set(FieldShown.model_fields))) for each in asked]


def _email(text: str) -> str:
    try:
        return normal(Identity(kind="email", value=text), "").value
    except Invalid as error:
        raise Invalid("This is not a mail address.", field="email") from error
