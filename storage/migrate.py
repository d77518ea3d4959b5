"""Migrations: forward only, one file and one transaction each, applied once under a lock at start."""

from __future__ import annotations

import hashlib
from pathlib import Path

from core.errors import Unavailable
from storage.database import Database, Tx, adhoc, sql

_FOLDER = Path(__file__).with_name("migrations")
_LOCK_KEY = 0x6D61726B617A  # "markaz"

_lock = adhoc("select pg_advisory_xact_lock(:key::bigint)")
_make_table = adhoc(
    "create table if not exists schema_migration "
    "(name text primary key, checksum text not null, applied_at timestamptz not null default now())"
)
_applied = adhoc("select name, checksum from schema_migration")
_record = adhoc("insert into schema_migration (name, checksum) values (:name::text, :checksum::text)")


async def migrate(db: Database) -> list[str]:
    """Bring the schema up to date and return the names of what was applied.

    Raises Unavailable when an applied file was changed since, when the database is newer than the program, or when its
    locale cannot tell Arabic letters.
    """
    applied: list[str] = []
    async with db.transaction() as tx:
        await tx.value(_lock, key=_LOCK_KEY)
        await tx.run(_make_table)
    for path in sorted(_FOLDER.glob("*.sql")):
        async with db.transaction() as tx:
            await tx.value(_lock, key=_LOCK_KEY)
            if await _apply(tx, path):
                applied.append(path.stem)
    await _check_letters(db)
    await db.value(sql.ensure_partitions)
    return applied


async def _apply(tx: Tx, path: Path) -> bool:
    text = path.read_text("utf-8")
    checksum = hashlib.sha256(text.encode()).hexdigest()
    known = {row["name"]: row["checksum"] for row in await tx.rows(_applied)}
    if path.stem in known:
        if known[path.stem] != checksum:
            raise Unavailable(f"The migration {path.name} was changed after it had been applied.")
        return False
    await tx.script(text)
    await tx.run(_record, name=path.stem, checksum=checksum)
    return True


async def _check_letters(db: Database) -> None:
    if not await db.value(sql.check_letters):
        raise Unavailable(
            "This database cannot search Arabic or Persian: create it with an UTF-8 LC_CTYPE "
            "(create database markaz template template0 encoding 'UTF8' locale 'C.UTF-8')."
        )
