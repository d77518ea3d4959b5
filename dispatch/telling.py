"""Who hears of a visit: customers in their language by the way they like, technicians by their bell and a text."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from access.model import Locale, Permission
from automation.courier import Post, Said
from core.actor import Actor
from core.dates import in_digits, written
from core.errors import Conflict, Invalid
from core.placeholders import filled, must_be_known
from core.secrets import Keyring
from core.values import Value
from customers.model import CustomerId
from customers.service import Customers
from dispatch import store
from dispatch.model import AROUND, VisitSetupSaved, number
from dispatch.store import sql
from dispatch.tasking import Tasking
from interactions.addresspost import AddressPost
from interactions.unasked import Letter, Unasked
from notices.model import Document, DocumentRef, Notice
from notices.service import Notices
from organisation.service import Organisation
from storage import jobs
from storage.database import Database, Row, Tx

Moment = Literal["dispatched", "moved", "on_the_way", "done", "not_done", "cancelled", "reminder", "task", "task_off"]
KIND = "visit"
_JOB = "visit.tell"
_SCHEDULE = (2.0, 15.0, 120.0)
_LANGUAGES: tuple[Locale, ...] = ("en", "ar", "fa")
NAMES = (
    "customer.name", "visit.number", "visit.subject", "visit.day", "visit.from", "visit.to", "visit.link",
    "visit.reason", "visit.outcome", "visit.address", "technician.name", "organisation.name",
)  # fmt: skip
_USUAL: dict[Locale, dict[str, str]] = {
    "en": {"customer.name": "customer", "technician.name": "our technician"},
    "ar": {"customer.name": "عميلنا الكريم", "technician.name": "الفني"},
    "fa": {"customer.name": "مشتری گرامی", "technician.name": "سرویسکار ما"},
}
# Without a promised window the customer is told half an hour around the planned time.


class TextSettings(Value):
    """What customers, or with a task technicians, are told at a moment; switched off, nothing is."""

    texts: dict[Locale, str] = Field(description="Placeholders: " + ", ".join(NAMES))
    is_on: bool = True
    version: int = Field(ge=1, description="The one that was read.")

    @field_validator("texts")
    @classmethod
    def _known(cls, texts: dict[Locale, str]) -> dict[Locale, str]:
        for text in texts.values():
            if len(text) > 2000:  # noqa: PLR2004 - ten texts long
                raise ValueError("A text has at most 2000 letters.")
            must_be_known(text, NAMES)
        return texts


class VisitText(TextSettings):
    moment: Moment


class Telling:
    def __init__(
        self,
        db: Database,
        customers: Customers,
        notices: Notices,
        ways: tuple[Post, Unasked, AddressPost],
        organisation: Organisation,
        keys: Keyring,
        base_url: str,
    ) -> None:
        self._db, self._customers, self._notices = db, customers, notices
        self._post, self._unasked, to_addresses = ways
        self._organisation, self._tasking = organisation, Tasking(db, to_addresses, self._filled)
        self._keys, self._base_url = keys, base_url

    def handle(self, worker: jobs.Worker) -> None:
        worker.handle(_JOB, self._tell, schedule=_SCHEDULE, on_give_up=_give_up)
        self._tasking.handle(worker)

    # --- customers

    async def to_customer(self, tx: Tx, values: Mapping[str, Any], moment: Moment) -> None:
        """Leave it to be told after the commit; who cannot be reached stops nothing."""
        if values["customer_id"] is None or await tx.value(sql.get_text, moment=moment) is None:
            return
        payload = {"visit_id": str(values["id"]), "moment": moment, "attempt": values["attempts"]}
        await jobs.enqueue(tx, _JOB, payload, key=f"visit:{values['id']}")

    async def _tell(self, job: jobs.Job) -> None:
        moment: Moment = job.payload["moment"]
        async with self._db.transaction() as tx:
            row = await store.lock(tx, UUID(job.payload["visit_id"]))
            if row["attempts"] != job.payload["attempt"] or _is_past(row, moment):
                return
            texts = await tx.value(sql.get_text, moment=moment)
            if texts is None:
                return
            said = await self._filled(tx, await store.get(tx, row["id"]), texts)
            try:
                async with tx.attempt():
                    await self._send(tx, row, said)
            except Conflict:
                # Nowhere to write to: the desk sees the visit, and nobody is told a thing that is not so.
                return

    async def _send(self, tx: Tx, row: Row, said: Mapping[Locale, str]) -> None:
        if row["ticket_id"] is not None:
            await self._post.send(tx, row["ticket_id"], Said({}, said, row["subject"]))
            return
        customer_id = CustomerId(row["customer_id"])
        way = await self._unasked.way(tx, customer_id, row["branch_id"])
        if way is None:
            raise Conflict("There is no address to write to.")
        await self._unasked.begin(tx, way, Letter(customer_id, row["subject"], said))

    async def _filled(self, tx: Tx, row: Row, texts: Mapping[Locale, str]) -> dict[Locale, str]:
        zone = await self._organisation.time_zone()
        known = row["customer_id"]
        name = "" if known is None else (await self._customers.card(tx, CustomerId(known))).name
        begins, ends = promised(row)
        found: dict[Locale, str] = {}
        for locale in _LANGUAGES:
            if not texts.get(locale, "").strip():
                continue
            calendar = await self._organisation.calendar(tx, locale)
            day = "" if begins is None else written(begins, locale, calendar, zone, with_time=False)
            values = {
                "customer.name": name,
                "visit.number": number(row["serial"]),
                "visit.subject": row["subject"],
                "visit.day": day,
                "visit.from": _clock(begins, zone, locale),
                "visit.to": _clock(ends, zone, locale),
                "visit.link": self.link(row),
                "visit.reason": row["reason"],
                "visit.outcome": row["outcome"],
                "visit.address": str((row["place"] or {}).get("address") or ""),
                "technician.name": row["technician_name"] or "",
                "organisation.name": (await self._organisation.face()).name,
            }
            found[locale] = filled(texts[locale], values, _USUAL[locale])
        return found

    def link(self, row: Row | Mapping[str, Any]) -> str:
        """Return the address at which the customer follows this attempt; nobody can make one up."""
        return f"{self._base_url}/visit/{tracking_token(self._keys, row['id'], row['attempts'])}"

    # --- technicians

    async def to_technicians(self, tx: Tx, values: Mapping[str, Any], people: Collection[UUID | None]) -> None:
        """Ring at those whose day is different now, and send it by text to whoever has a number for it."""
        told = {person for person in people if person is not None}
        if told:
            notice = Notice(
                kind="visit_changed", text=values["subject"], source=f"visit:{values['id']}:{values['version']}"
            )
            await self._notices.notify(tx, told, DocumentRef(kind=KIND, id=values["id"]), notice)
            await self._tasking.leave(tx, values, told)

    # --- texts

    async def texts(self) -> list[VisitText]:
        return [VisitText.model_validate(dict(row)) for row in await self._db.rows(sql.list_texts)]

    async def save_text(self, actor: Actor, moment: Moment, said: TextSettings) -> VisitText:
        """Say what is told from now on."""
        actor.must(Permission.VISIT_MANAGE)
        async with self._db.transaction(actor) as tx:
            version = await tx.value(
                sql.save_text, moment=moment, texts=dict(said.texts), is_on=said.is_on, version=said.version
            )
            if version is None:
                raise Conflict.overtaken()
            tx.emit(VisitSetupSaved(what=f"text_{moment}", id=UUID(int=0)))
        return VisitText(moment=moment, texts=said.texts, is_on=said.is_on, version=version)


class VisitDocuments:
    """Comments, mentions and notices at visits."""

    async def documents(self, tx: Tx, ids: Sequence[UUID]) -> dict[UUID, Document]:
        rows = await tx.rows(sql.visits_as_documents, ids=list(ids))
        return {
            row["id"]: Document(
                ref=DocumentRef(kind=KIND, id=row["id"]),
                title=f"{number(row['serial'])} {row['subject']}",
                link=["dispatch", str(row["id"])],
                permission=Permission.VISIT_WORK,
                branch_id=row["branch_id"],
                owners=frozenset({row["technician_id"]} - {None}),
                only=frozenset({row["technician_id"]} - {None}),
                beyond=frozenset({Permission.VISIT_READ}),
            )
            for row in rows
        }


def tracking_token(keys: Keyring, visit_id: UUID, attempt: int) -> str:
    """Return what stands in a customer's link: of this attempt alone."""
    return f"{visit_id.hex}{attempt:02x}{keys.mac('visit-tracking', f'{visit_id}:{attempt}')}"


def read_tracking(keys: Keyring, token: str) -> tuple[UUID, int]:
    """Return whose link it is. Raises Invalid for one that we did not make."""
    try:
        visit_id, attempt = UUID(token[:32]), int(token[32:34], 16)
    except ValueError as error:
        raise Invalid("This is no link of ours.") from error
    if not keys.is_mac("visit-tracking", f"{visit_id}:{attempt}", token[34:]):
        raise Invalid("This is no link of ours.")
    return visit_id, attempt


def promised(row: Row | Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    """Return between when the customer expects somebody: what was promised, else about the planned time."""
    if row["promised_from"] is not None:
        return row["promised_from"], row["promised_to"]
    if row["planned_at"] is None:
        return None, None
    return row["planned_at"] - AROUND, row["planned_at"] + AROUND


def _is_past(row: Row, moment: Moment) -> bool:
    """Tell whether it is no longer so: a message that waited must not tell what was."""
    still: dict[Moment, tuple[str, ...]] = {
        "dispatched": ("dispatched",),
        "moved": ("dispatched",),
        "on_the_way": ("on_the_way",),
        "reminder": ("planned", "dispatched"),
    }
    return moment in still and row["state"] not in still[moment]


def _clock(moment: datetime | None, zone: str, locale: Locale) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(zone))
    return in_digits(f"{local.hour:02}:{local.minute:02}", locale)


async def _give_up(job: jobs.Job, reason: str) -> None:
    """A customer who is not told stops no visit; the job stays in the quarantine."""
