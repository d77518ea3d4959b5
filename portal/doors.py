"""Who is let in: a code goes to the own address, and whoever enters it has a session of that address.

Code and link are derived from the id of the sign-in by a key that is not in the database, so that nothing stored opens
anything. Whether an address is known decides only whether something is sent, in a job: the answer and its time are the
same for everybody.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from aiohttp import web

from access.model import Locale
from core.actor import Actor, ActorKind
from core.clock import Clock
from core.errors import Invalid, NotFound, RateLimited, Unauthenticated
from core.http import Identified
from core.ids import uuid7
from core.secrets import Keyring, digest, new_token
from core.text import ascii_digits, printable
from customers.contacts import Contact
from customers.model import CustomerId, Identity, normal
from customers.service import Customers
from interactions.addresspost import AddressPost
from interactions.posted import Posted
from organisation.service import Organisation
from portal import store, words
from portal.model import Asked, CameIn, Guest, Key, Knock, LetIn, PortalSettings, Way, WentOut
from portal.store import sql
from storage import jobs
from storage.database import Database, Row, Tx
from storage.database import sql as storage_sql

CODE = "portal.code"
DIGITS = 6
LASTS = timedelta(minutes=10)
# A code waits for nobody: after these there is no use in it.
SCHEDULE = (2.0, 5.0, 15.0, 60.0, 120.0)
_TRIES_PER_CODE = 5
_WINDOW = timedelta(minutes=15)
_CODES_PER_ADDRESS, _KNOCKS_PER_PEER, _TRIES_PER_PEER = 4, 30, 60
_KEPT = timedelta(days=1)


class WrongCode(Unauthenticated):
    """The code is wrong, was used, or is too old: ask for a new one."""


class PortalOff(NotFound):
    """The portal is switched off."""


@dataclass(frozen=True, slots=True)
class Present:
    """Who is signed in: a customer, by one of their addresses."""

    session_id: UUID
    customer_id: CustomerId
    kind: Way
    address: str
    name: str
    locale: Locale
    sees_organisation: bool

    @property
    def guest(self) -> Guest:
        return Guest(name=self.name, address=self.address, locale=self.locale, sees_organisation=self.sees_organisation)


class Doors:
    """Codes and sessions of customers; they have nothing to do with those of staff."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        keys: Keyring,
        customers: Customers,
        post: AddressPost,
        *,
        base_url: str,
        region: str,
    ) -> None:
        self._db, self._clock, self._keys = db, clock, keys
        self._customers, self._post, self._organisation = customers, post, Organisation(db)
        self._base_url, self._region = base_url, region
        self.is_https = base_url.startswith("https://")
        self.cookie = "__Host-markaz-portal" if self.is_https else "markaz-portal"

    # --- asking for a code

    async def knock(self, said: Knock, peer: str) -> Asked:
        """Leave a code to be sent. Raises RateLimited; never says whether anybody has this address."""
        settings = await self._open()
        identity = self._identity(said.address)
        if identity.kind not in settings.ways:
            raise Invalid("Codes are not sent there.", field="address")
        await self._count(f"portal:peer:{self._keys.mac('address', peer)}", _KNOCKS_PER_PEER)
        await self._count(f"portal:address:{self._keys.mac('address', identity.value)}", _CODES_PER_ADDRESS)
        now, sign_in_id = self._clock(), uuid7()
        values = {"id": sign_in_id, "kind": identity.kind, "address": identity.value, "locale": said.locale}
        async with self._db.transaction() as tx:
            await tx.run(sql.insert_sign_in, now=now, expires_at=now + LASTS, **values)
            await jobs.enqueue(tx, CODE, {"id": str(sign_in_id)})
        return Asked(id=sign_in_id, expires_at=now + LASTS)

    async def send(self, job: jobs.Job) -> None:
        """Send it to whom it is for; to nobody where the address is nobody's and strangers are not let in."""
        now = self._clock()
        await self._db.run(sql.forget_sign_ins, before=now - _KEPT)
        await self._db.run(sql.forget_sessions, before=now - _KEPT)
        row = await self._db.row(sql.get_sign_in, id=UUID(job.payload["id"]), now=now)
        settings, _ = await store.settings(self._db)
        if row is None or not settings.is_on:
            return
        owner = await self._db.value(sql.owner_of, kind=row["kind"], value=row["address"])
        if owner is None and settings.registration == "known":
            return
        await self._db.run(sql.mark_sent, id=row["id"])
        await self._hand_over(row, job.attempts)

    async def _hand_over(self, row: Row, attempt: int) -> None:
        sign_in_id, locale = row["id"], row["locale"]
        name, code = await self._organisation.name(self._db), self.code(sign_in_id)
        minutes = int(LASTS.total_seconds()) // 60
        if row["kind"] == "email":
            note = words.code_mail(locale, name, code, self.link(sign_in_id), minutes)
            await self._post.mail(sign_in_id, row["address"], note.subject, note.text, attempt)
            return
        number = await self._db.value(sql.text_account)
        if number is None:
            raise NotFound("No number can send this.")
        text = words.code_text(locale, name, code, minutes)
        await self._post.text(Posted(number, sign_in_id, row["address"], text, is_secret=True), attempt)

    def code(self, sign_in_id: UUID) -> str:
        """Return the code of a sign-in: six digits that the key makes of its id."""
        number = int(self._keys.mac("portal-code", str(sign_in_id)), 16) % 10**DIGITS
        return f"{number:0{DIGITS}d}"

    def link(self, sign_in_id: UUID) -> str:
        """Return the address that does the same; its secret stands behind the #, which no server and no log sees."""
        return f"{self._base_url}/portal/#/in/{sign_in_id}/{self._keys.mac('portal-link', str(sign_in_id))}"

    # --- coming in

    async def enter(self, key: Key, peer: str, user_agent: str) -> tuple[str, LetIn]:
        """Return a new session's token and whose it is. Raises WrongCode, whatever is wrong."""
        settings = await self._open()
        await self._count(f"portal:try:{self._keys.mac('address', peer)}", _TRIES_PER_PEER)
        token = new_token()
        async with self._db.transaction() as tx:
            # A wrong try is committed too: it counts.
            session_id = await self._try(tx, settings, key, token, peer, user_agent)
        if session_id is None:
            raise WrongCode
        row = await self._db.row(sql.present, id=session_id)
        if row is None:
            raise WrongCode
        return token, LetIn(guest=_present(row).guest, csrf_token=self.csrf_token(token))

    async def _try(
        self, tx: Tx, settings: PortalSettings, key: Key, token: str, peer: str, user_agent: str
    ) -> UUID | None:
        now = self._clock()
        asked = await tx.row(sql.try_sign_in, id=key.id, now=now, most=_TRIES_PER_CODE)
        if asked is None or not self._fits(key) or await tx.value(sql.use_sign_in, id=key.id, now=now) is None:
            return None
        customer_id = await self._whose(tx, settings, asked)
        if customer_id is None:
            return None
        session_id = uuid7()
        await tx.run(
            sql.insert_session,
            id=session_id,
            token_hash=digest(token),
            kind=asked["kind"],
            address=asked["address"],
            locale=asked["locale"],
            now=now,
            expires_at=now + timedelta(hours=settings.session_hours),
            peer=peer,
            user_agent=printable(user_agent)[:200],
        )
        tx.emit(CameIn(session_id=session_id, customer_id=customer_id, peer=peer))
        return session_id

    async def _whose(self, tx: Tx, settings: PortalSettings, asked: Row) -> UUID | None:
        """Return whose the address is; where anybody may come in, a new customer's."""
        identity = Identity(kind=asked["kind"], value=asked["address"])
        if settings.registration == "anyone":
            account = await store.account(tx, settings.account_id)
            contact = Contact(identity, identity.value, account["branch_id"], asked["locale"])
            [found] = await self._customers.recognise(tx, [contact])
            return found.customer.id
        owner = await tx.value(sql.owner_of, kind=identity.kind, value=identity.value)
        return None if owner is None else UUID(str(owner))

    def _fits(self, key: Key) -> bool:
        if key.link is not None:
            return self._keys.is_mac("portal-link", str(key.id), key.link)
        typed = "".join(sign for sign in ascii_digits(key.code or "") if sign.isdigit())
        return hmac.compare_digest(typed.encode(), self.code(key.id).encode())

    # --- being in

    async def identify(self, request: web.Request) -> Identified | None:
        """Recognise the portal's cookie, and nothing else."""
        token = request.cookies.get(self.cookie, "")
        row = await self._db.row(sql.identify, token_hash=digest(token), now=self._clock()) if token else None
        if row is None:
            return None
        actor = Actor(
            ActorKind.CUSTOMER,
            row["customer_id"],
            row["name"],
            session_id=row["session_id"],
            locale=row["locale"],
        )
        return Identified(actor, by_cookie=True, csrf_token=self.csrf_token(token))

    async def present(self, actor: Actor) -> Present:
        """Return who that is, in full."""
        row = await self._db.row(sql.present, id=actor.session_id)
        if row is None:
            raise Unauthenticated
        return _present(row)

    async def leave(self, actor: Actor) -> None:
        """End the session that the actor came with."""
        if actor.id is None or actor.session_id is None:
            raise Unauthenticated
        async with self._db.transaction(actor) as tx:
            if await tx.value(sql.end_session, id=actor.session_id, now=self._clock()) is not None:
                tx.emit(WentOut(session_id=actor.session_id, customer_id=actor.id))

    def csrf_token(self, token: str) -> str:
        return self._keys.mac("portal-csrf", token)

    # --- what several share

    async def _open(self) -> PortalSettings:
        settings, _ = await store.settings(self._db)
        if not settings.is_on:
            raise PortalOff
        return settings

    def _identity(self, address: str) -> Identity:
        kind: Way = "email" if "@" in address else "phone"
        try:
            return normal(Identity(kind=kind, value=address), self._region)
        except Invalid as error:
            raise Invalid("This is neither a mail address nor a telephone number.", field="address") from error

    async def _count(self, key: str, most: int) -> None:
        await count(self._db, key, most, _WINDOW, self._clock())


async def count(db: Database | Tx, key: str, most: int, window: timedelta, now: datetime) -> None:
    """Count one try in its window, surviving restarts. Raises RateLimited."""
    seconds = window.total_seconds()
    start = datetime.fromtimestamp(now.timestamp() // seconds * seconds, now.tzinfo)
    if await db.value(storage_sql.count_rate, key=key, window_start=start) > most:
        wait_seconds = int((start + window - now).total_seconds()) + 1
        raise RateLimited("Too many tries; wait before the next.", retry_after=wait_seconds)


def _present(row: Row) -> Present:
    return Present(
        session_id=row["session_id"],
        customer_id=CustomerId(row["customer_id"]),
        kind=row["kind"],
        address=row["address"],
        name=row["name"],
        locale=row["locale"],
        sees_organisation=row["sees_organisation"],
    )
