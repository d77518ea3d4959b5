"""The library of sounds: what administrators upload, and what carriers fetch of it by a signed address."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import PurePath
from uuid import UUID

from aiohttp import web

from access.model import Permission
from channels.flows import sound_of_token
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, NotFound
from core.ids import BranchId, uuid7
from core.secrets import Keyring
from flows.audio import Audio, audio
from flows.soundmodel import MOST_BYTES, Sound, SoundChange, SoundSaved
from flows.store import sql
from interactions.attachments import Attachments, FileTooLarge
from storage.database import Database, Row, Tx
from storage.files import Files, StoredFile

_HEADERS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}
# A content never changes: whoever has it need not ask again.
_FOREVER = "public, max-age=31536000, immutable"


class SoundInUse(Conflict):
    """A call flow plays this sound, or a version that was published does."""


class Sounds:
    def __init__(self, db: Database, clock: Clock, keys: Keyring, files: Files, attachments: Attachments) -> None:
        self._db, self._clock, self._keys = db, clock, keys
        self._files, self._attachments = files, attachments

    async def all(self, actor: Actor) -> list[Sound]:
        actor.must(Permission.FLOW_MANAGE)
        return [Sound(**dict(row)) for row in await self._db.rows(sql.list_sounds, branches=actor.branch_scope)]

    async def add(self, actor: Actor, branch_id: BranchId | None, request: web.Request) -> Sound:
        """Keep the one file of a form as a new sound, named like the file."""
        actor.must(Permission.FLOW_MANAGE, branch_id)
        name, stored, found = await self._take(request)
        sound_id, content_id = uuid7(), uuid7()
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.FLOW_MANAGE, branch_id)
            title = PurePath(name).stem[:100] or name[:100]
            await tx.run(sql.insert_sound, id=sound_id, name=title, branch_id=branch_id, content_id=content_id)
            await self._keep(tx, actor, sound_id, content_id, (name, stored, found))
            tx.emit(SoundSaved(sound_id=sound_id, name=title, sha256=stored.sha256.hex()))
            return await _get(tx, sound_id)

    async def replace(self, actor: Actor, sound_id: UUID, request: web.Request) -> Sound:
        """Give a sound another content: drafts play it, published versions keep what they had."""
        actor.must(Permission.FLOW_MANAGE)
        name, stored, found = await self._take(request)
        content_id = uuid7()
        async with self._db.transaction(actor) as tx:
            row = await _hold(tx, actor, sound_id)
            await self._keep(tx, actor, sound_id, content_id, (name, stored, found))
            await tx.run(sql.replace_sound, id=sound_id, content_id=content_id)
            unused = [each["id"] for each in await tx.rows(sql.contents_unused, id=sound_id)]
            gone = await _drop(tx, unused)
            tx.emit(SoundSaved(sound_id=sound_id, name=row["name"], sha256=stored.sha256.hex()))
            sound = await _get(tx, sound_id)
        self._unlink(gone)
        return sound

    async def rename(self, actor: Actor, sound_id: UUID, change: SoundChange) -> Sound:
        async with self._db.transaction(actor) as tx:
            row = await _hold(tx, actor, sound_id)
            if row["version"] != change.version:
                raise Conflict.overtaken()
            await tx.run(sql.rename_sound, id=sound_id, name=change.name)
            tx.emit(SoundSaved(sound_id=sound_id, name=change.name))
            return await _get(tx, sound_id)

    async def delete(self, actor: Actor, sound_id: UUID) -> None:
        """Delete a sound that no flow names. Raises SoundInUse, with the flows that do."""
        async with self._db.transaction(actor) as tx:
            row = await _hold(tx, actor, sound_id)
            used_in = (await _get(tx, sound_id)).used_in
            if used_in:
                raise SoundInUse(flows=used_in)
            contents = [each["id"] for each in await tx.rows(sql.all_contents, id=sound_id)]
            await tx.run(sql.drop_sound, id=sound_id)
            gone = await _drop(tx, contents)
            tx.emit(SoundSaved(sound_id=sound_id, name=row["name"], is_removed=True))
        self._unlink(gone)

    async def listen(self, actor: Actor, sound_id: UUID) -> web.StreamResponse:
        """Serve what a sound is now to who builds flows."""
        actor.must(Permission.FLOW_MANAGE)
        row = await self._db.row(sql.content_of_sound, id=sound_id)
        if row is None or not actor.sees(row["branch_id"]):
            raise NotFound("There is no such sound.")
        return self._served(row, "private, no-cache")

    async def play(self, token: str) -> web.StreamResponse:
        """Serve a content to the carrier. Raises NotFound for every address that we did not sign."""
        content_id = sound_of_token(self._keys, token)
        row = None if content_id is None else await self._db.row(sql.content, id=content_id)
        if row is None:
            raise NotFound
        return self._served(row, _FOREVER)

    def _served(self, row: Row, caching: str) -> web.StreamResponse:
        """Answer with the file; aiohttp minds ranges and what is known already."""
        path = self._files.path(bytes(row["sha256"]))
        if not path.exists():
            raise NotFound
        return web.FileResponse(
            path, headers={"Content-Type": row["content_type"], "Cache-Control": caching, **_HEADERS}
        )

    async def _take(self, request: web.Request) -> tuple[str, StoredFile, Audio]:
        name, content, _ = await self._attachments.take(request)
        if len(content) > MOST_BYTES:
            raise FileTooLarge(f"A sound has at most {MOST_BYTES >> 20} MB.")
        found = audio(content)
        return name, await self._files.put(content, found.content_type), found

    async def _keep(
        self, tx: Tx, actor: Actor, sound_id: UUID, content_id: UUID, taken: tuple[str, StoredFile, Audio]
    ) -> None:
        name, stored, found = taken
        await self._files.remember(tx, [stored])
        await tx.run(
            sql.insert_sound_file,
            id=content_id,
            sha256=stored.sha256,
            name=name,
            content_type=found.content_type,
            size=stored.size,
            owner=f"sound:{sound_id}",
        )
        now: datetime = self._clock()
        told = {"seconds": found.seconds, "uploaded_at": now, "uploaded_by": actor.name}
        await tx.run(sql.insert_content, id=content_id, sound_id=sound_id, **told)

    def _unlink(self, gone: Collection[bytes]) -> None:
        for sha256 in gone:
            self._files.path(sha256).unlink(missing_ok=True)


async def _get(tx: Tx, sound_id: UUID) -> Sound:
    row = await tx.row(sql.get_sound, id=sound_id)
    if row is None:
        raise NotFound("There is no such sound.")
    return Sound(**dict(row))


async def _hold(tx: Tx, actor: Actor, sound_id: UUID) -> Row:
    row = await tx.row(sql.lock_sound, id=sound_id)
    if row is None or not actor.sees(row["branch_id"]):
        raise NotFound("There is no such sound.")
    actor.must(Permission.FLOW_MANAGE, row["branch_id"])
    return row


async def _drop(tx: Tx, contents: Collection[UUID]) -> list[bytes]:
    """Forget contents; returns the names of the files that nothing else has."""
    await tx.run(sql.drop_contents, ids=list(contents))
    files = [bytes(row["sha256"]) for row in await tx.rows(sql.drop_sound_files, ids=list(contents))]
    return [bytes(row["sha256"]) for row in await tx.rows(sql.drop_unused_files, sha256s=files)]
