"""Sign-in: passwords, sessions, tokens, and the limits that a guesser meets."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import datetime, timedelta

from aiohttp import web
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import SecretStr

from access import store
from access.model import Credentials, Me, SessionEnded, SignedInEvent, SignInRefused
from access.store import sql
from core.actor import Actor, ActorKind
from core.clock import Clock
from core.errors import RateLimited, Unauthenticated
from core.http import Identified
from core.ids import StaffId, uuid7
from core.secrets import Keyring, digest, new_token
from core.text import printable
from storage.database import Database, Tx
from storage.database import sql as storage_sql

_WINDOW = timedelta(minutes=15)
_TRIES_PER_LOGIN = 10
_TRIES_PER_ADDRESS = 100


class WrongCredentials(Unauthenticated):
    """Login or password is wrong."""


class Passwords:
    """Argon2id in threads, at most two at once: 64 MiB and some 50 ms of a core each (RFC 9106's second choice)."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._room = asyncio.Semaphore(2)
        # Checked when the login is unknown, so that the answer takes as long (no enumeration of logins).
        self._nobody = self._hasher.hash("nobody has this password")

    async def hash(self, password: SecretStr) -> str:
        async with self._room:
            return await asyncio.to_thread(self._hasher.hash, password.get_secret_value())

    async def is_right(self, password_hash: str | None, password: SecretStr) -> bool:
        async with self._room:
            return await asyncio.to_thread(self._verify, password_hash or self._nobody, password) and bool(
                password_hash
            )

    def needs_rehash(self, password_hash: str) -> bool:
        return self._hasher.check_needs_rehash(password_hash)

    def _verify(self, password_hash: str, password: SecretStr) -> bool:
        try:
            return self._hasher.verify(password_hash, password.get_secret_value())
        except (VerificationError, InvalidHashError):
            return False


class SignIn:
    """Opens, recognises and ends sessions; recognises API tokens."""

    def __init__(self, db: Database, keys: Keyring, clock: Clock, *, hours: int, is_https: bool) -> None:
        self._db, self._keys, self._clock = db, keys, clock
        self._lasts = timedelta(hours=hours)
        self.is_https = is_https
        # The prefix makes browsers insist on Secure, Path=/ and no Domain; plain HTTP cannot have it.
        self.cookie = "__Host-markaz" if is_https else "markaz"
        self.passwords = Passwords()

    async def open(self, credentials: Credentials, address: str, user_agent: str) -> tuple[str, Me]:
        """Return a new session's token and its owner; WrongCredentials or RateLimited otherwise."""
        login, now = credentials.login.strip().lower(), self._clock()
        await self._count(f"sign_in:address:{address}", _TRIES_PER_ADDRESS, now)
        await self._count(f"sign_in:login:{hashlib.sha256(login.encode()).hexdigest()}", _TRIES_PER_LOGIN, now)
        row = await self._db.row(sql.staff_by_login, login=login)
        right = await self.passwords.is_right(row["password_hash"] if row else None, credentials.password)
        if row is None or not right or not row["is_active"]:
            async with self._db.transaction() as tx:
                # People type their password into the wrong field: only a login that exists is written down.
                tx.emit(SignInRefused(login=login if row else "unknown", address=address))
            raise WrongCredentials
        await self._db.run(storage_sql.clear_rate, key=f"sign_in:login:{hashlib.sha256(login.encode()).hexdigest()}")
        if self.passwords.needs_rehash(row["password_hash"]):
            await self._db.run(
                sql.save_password, id=row["id"], password_hash=await self.passwords.hash(credentials.password)
            )
        token = await self._make_session(StaffId(row["id"]), now, address, user_agent)
        opened = await self._db.row(sql.identify_session, token_hash=digest(token))
        if opened is None:
            raise WrongCredentials
        return token, store.me(opened)

    async def _make_session(self, staff_id: StaffId, now: datetime, address: str, user_agent: str) -> str:
        token, session_id = new_token(), uuid7()
        async with self._db.transaction(Actor(ActorKind.STAFF, staff_id, "")) as tx:
            await tx.run(
                sql.insert_session,
                id=session_id,
                token_hash=digest(token),
                staff_id=staff_id,
                created_at=now,
                expires_at=now + self._lasts,
                address=address,
                user_agent=printable(user_agent)[:200],
            )
            tx.emit(SignedInEvent(staff_id=staff_id, session_id=session_id, address=address))
        return token

    async def close(self, actor: Actor) -> None:
        """End the session that the actor came with."""
        if actor.id is None or actor.session_id is None:
            raise Unauthenticated
        staff_id = StaffId(actor.id)
        async with self._db.transaction(actor) as tx:
            ended = await store.end_sessions(tx, staff_id, self._clock(), actor.session_id)
            tx.emit(SessionEnded(staff_id=staff_id, session_ids=ended))

    async def identify(self, request: web.Request) -> Identified | None:
        """Recognise the bearer token, else the cookie."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            actor = await self.by_token(token.strip())
            return None if actor is None else Identified(actor)
        token = request.cookies.get(self.cookie, "")
        actor = await self.by_session(token)
        return None if actor is None else Identified(actor, by_cookie=True, csrf_token=self.csrf_token(token))

    async def by_session(self, token: str) -> Actor | None:
        row = await self._db.row(sql.identify_session, token_hash=digest(token)) if token else None
        return None if row is None else store.actor(row, ActorKind.STAFF, row["session_id"])

    async def by_token(self, token: str) -> Actor | None:
        row = await self._db.row(sql.identify_token, token_hash=digest(token)) if token else None
        return None if row is None else store.actor(row, ActorKind.TOKEN, None)

    async def me(self, request: web.Request) -> Me:
        """Return who is signed in by cookie."""
        token = request.cookies.get(self.cookie, "")
        row = await self._db.row(sql.identify_session, token_hash=digest(token)) if token else None
        if row is None:
            raise Unauthenticated
        return store.me(row)

    async def profile(self, tx: Tx, staff_id: StaffId) -> Me:
        """Return a person as their own console shows them, with the roles' permissions."""
        row = await tx.row(sql.profile, id=staff_id)
        if row is None:
            raise Unauthenticated
        return store.me(row)

    def csrf_token(self, token: str) -> str:
        """Derive from the session what scripts of our own pages send along: foreign pages cannot read it."""
        return self._keys.mac("csrf", token)

    async def _count(self, key: str, most: int, now: datetime) -> None:
        seconds = _WINDOW.total_seconds()
        start = datetime.fromtimestamp(now.timestamp() // seconds * seconds, now.tzinfo)
        tries = await self._db.value(storage_sql.count_rate, key=key, window_start=start)
        if tries > most:
            wait_seconds = int((start + _WINDOW - now).total_seconds()) + 1
            raise RateLimited("Too many tries; wait before the next.", retry_after=wait_seconds)
