"""Grants by OAuth 2, kept sealed for all processes; one of them at a time renews one."""

from __future__ import annotations

from pydantic import TypeAdapter

from channels.grants import Grant
from core.secrets import Keyring
from interactions.store import sql
from storage.database import Database

_GRANT = TypeAdapter(Grant)


class StoredGrants:
    """The `Grants` of channels, in the database."""

    def __init__(self, db: Database, keys: Keyring) -> None:
        self._db, self._keys = db, keys

    async def known(self, origin: bytes) -> Grant | None:
        sealed = await self._db.value(sql.get_grant, origin=origin)
        return None if sealed is None else _GRANT.validate_json(self._keys.open(sealed, _row(origin)))

    async def claim(self, origin: bytes, seconds: float) -> int | None:
        claim: int | None = await self._db.value(sql.claim_grant, origin=origin, seconds=seconds)
        return claim

    async def keep(self, origin: bytes, claim: int, grant: Grant) -> None:
        sealed = self._keys.seal(_GRANT.dump_json(grant), _row(origin))
        await self._db.run(sql.keep_grant, origin=origin, claim=claim, sealed=sealed)

    async def release(self, origin: bytes, claim: int) -> None:
        await self._db.run(sql.release_grant, origin=origin, claim=claim)


def _row(origin: bytes) -> str:
    return f"oauth_grant:{origin.hex()}"
