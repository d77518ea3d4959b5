"""Recordings and voicemail: fetched from the carrier, deleted there, kept for their time, and heard by who may."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from aiohttp import web

from access.model import Permission
from channels.answers import InboundFile
from channels.base import Channel
from channels.calls import VoiceChannel
from channels.spoken import RecordingMade
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Invalid, NotFound
from core.ids import uuid7
from interactions.accounts import ChannelAccounts
from interactions.model import Author, Call
from interactions.receive import Receiver
from storage import jobs
from storage.database import Database, Row, Tx
from storage.files import Files, StoredFile
from telephony import store
from telephony.model import (
    Hold,
    Recording,
    RecordingGone,
    RecordingHeard,
    RecordingHeld,
    RecordingKept,
    RecordingQuery,
    RecordingRule,
    RecordingRuleChange,
    RecordingRuleSaved,
)
from telephony.store import sql

log = logging.getLogger(__name__)

FETCH, FORGET = "recording.fetch", "recording.forget"
# The carrier says 404 until it has processed the sound; after a day it never will.
_FETCH_SCHEDULE = (2.0, 5.0, 15.0, 60.0, 300.0, 1800.0, 3600.0, 10800.0, 21600.0, 43200.0)
_AT_ONCE = 100
_SHORTEST_SECONDS = 1
_SOUND = "audio/wav"


class Recordings:
    """Told by the carrier, asked by people."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        files: Files,
        carriers: tuple[ChannelAccounts, dict[str, Channel]],
        receiver: Receiver,
    ) -> None:
        self._db, self._clock, self._files, self._receiver = db, clock, files, receiver
        self._accounts, self._channels = carriers

    def handle(self, worker: jobs.Worker) -> None:
        worker.handle(FETCH, self._fetch, schedule=_FETCH_SCHEDULE, on_give_up=self._lost)
        worker.handle(FORGET, self._forget)

    # --- what the carrier tells

    async def made(self, tx: Tx, row: Row, made: RecordingMade) -> None:
        """Note it, once; what was recorded while a pause was not confirmed is deleted unheard."""
        if made.status == "absent" or (made.is_voicemail and made.seconds < _SHORTEST_SECONDS):
            return
        is_doubtful = not made.is_voicemail and row["call"] is not None and Call(**row["call"]).is_doubtful
        recording_id = await tx.value(
            sql.insert_recording,
            id=uuid7(),
            account_id=row["account_id"],
            external_id=made.recording_id,
            interaction_id=row["id"],
            kind="voicemail" if made.is_voicemail else "call",
            state="discarded" if is_doubtful else "waiting",
            seconds=made.seconds,
            made_at=made.at,
            least_days=row["details"].get("recording_days"),
        )
        if recording_id is None:
            return
        if is_doubtful:
            tx.emit(RecordingGone(recording_id=recording_id, interaction_id=row["id"], state="discarded"))
        await jobs.enqueue(tx, FORGET if is_doubtful else FETCH, {"recording_id": str(recording_id)})

    async def _fetch(self, job: jobs.Job) -> None:
        """Bring the sound here; the carrier's copy is deleted once ours is committed."""
        row = await store.get_recording(self._db, UUID(job.payload["recording_id"]))
        if row["state"] != "waiting":
            return
        account, channel = await self._voice(row["account_id"])
        content = await channel.fetch_recording(account, row["external_id"])
        stored = await self._files.put(content, _SOUND)
        async with self._db.transaction() as tx:
            conversation = await self._receiver.lock(tx, row["interaction_id"])
            fresh = await tx.row(sql.lock_recording, id=row["id"])
            if fresh is None or fresh["state"] != "waiting":
                return
            name = f"{row['kind']}-{conversation['number']}.wav"
            if row["kind"] == "voicemail":
                attachment_id = await self._leave_message(tx, conversation, row, (name, content, stored))
            else:
                attachment_id = await self._lay_by(tx, row, name, stored)
            rule = await store.rule(tx)
            until = rule.until(row["kind"], row["made_at"], row["least_days"])
            await tx.run(sql.keep_recording, id=row["id"], attachment_id=attachment_id, kept_until=until)
            await jobs.enqueue(tx, FORGET, {"recording_id": str(row["id"])})
            tx.emit(RecordingKept(recording_id=row["id"], interaction_id=row["interaction_id"], of=row["kind"]))

    async def _leave_message(self, tx: Tx, conversation: Row, row: Row, sound: tuple[str, bytes, StoredFile]) -> UUID:
        """Let the words stand in the conversation as the customer's own, and wait for somebody who hears them."""
        name, content, stored = sound
        now, conversations = self._clock(), self._receiver.conversations
        file = InboundFile(name, _SOUND, content)
        pieces = await self._receiver.attach(tx, conversation["id"], [(file, stored)])
        author = Author(
            kind="customer",
            id=conversation["customer_id"],
            name=conversation["address_name"] or conversation["address"],
        )
        minutes, seconds = divmod(row["seconds"], 60)
        await conversations.say(
            tx,
            conversation,
            "inbound",
            author,
            f"{minutes}:{seconds:02}",
            now,
            external_id=f"recording:{row['external_id']}",
            attachments=pieces,
            details={"voicemail": row["seconds"]},
        )
        await self._receiver.go_on(tx, conversation["id"])
        return UUID(pieces[0]["id"])

    async def _lay_by(self, tx: Tx, row: Row, name: str, stored: StoredFile) -> UUID:
        """Keep a sound that only who may hear recordings gets, whoever reads the conversation."""
        await self._files.remember(tx, [stored])
        attachment_id = uuid7()
        await tx.run(
            sql.insert_sound,
            id=attachment_id,
            sha256=stored.sha256,
            name=name,
            content_type=_SOUND,
            size=stored.size,
            owner=f"recording:{row['id']}",
        )
        return attachment_id

    async def _forget(self, job: jobs.Job) -> None:
        row = await store.get_recording(self._db, UUID(job.payload["recording_id"]))
        account, channel = await self._voice(row["account_id"])
        await channel.delete_recording(account, row["external_id"])

    async def _lost(self, job: jobs.Job, reason: str) -> None:
        log.error("recording %s did not come: %s", job.payload["recording_id"], reason)
        await self._db.run(sql.lose_recording, id=UUID(job.payload["recording_id"]))

    async def _voice(self, account_id: UUID) -> tuple[Any, VoiceChannel]:
        account, _ = await self._accounts.get(account_id)
        channel = self._channels[account.kind]
        if not isinstance(channel, VoiceChannel):
            raise Invalid("This is not a channel of calls.")
        return account, channel

    # --- what people ask

    async def search(self, actor: Actor, query: RecordingQuery, before: UUID | None) -> list[Recording]:
        actor.must(Permission.RECORDING_READ)
        rows = await self._db.rows(
            sql.list_recordings,
            branches=actor.branch_scope,
            before=before,
            most=query.limit,
            **query.model_dump(exclude={"cursor", "limit"}),
        )
        return [store.recording(row) for row in rows]

    async def sound(self, actor: Actor, recording_id: UUID) -> web.StreamResponse:
        """Serve the sound to whoever may hear it; that they did is written down first."""
        async with self._db.transaction(actor) as tx:
            row = await store.get_recording(tx, recording_id)
            actor.must(Permission.RECORDING_READ, row["branch_id"])
            if row["state"] != "kept":
                raise NotFound("This recording is not here (any more).")
            tx.emit(RecordingHeard(recording_id=recording_id, interaction_id=row["interaction_id"]))
        return web.FileResponse(
            self._files.path(bytes(row["sha256"])),
            headers={
                "Content-Type": _SOUND,
                "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": "sandbox; default-src 'none'",
                "Cache-Control": "private, no-store",
            },
        )

    async def hold(self, actor: Actor, recording_id: UUID, hold: Hold) -> Recording:
        """Keep one whatever its time, or let its time count again."""
        async with self._db.transaction(actor) as tx:
            row = await self._managed(tx, actor, recording_id)
            if row["state"] != "kept":
                raise Conflict("This recording is not here (any more).")
            await tx.run(sql.hold_recording, id=recording_id, is_held=hold.is_held)
            tx.emit(RecordingHeld(recording_id=recording_id, is_held=hold.is_held))
            return store.recording(await store.get_recording(tx, recording_id))

    async def delete(self, actor: Actor, recording_id: UUID) -> None:
        async with self._db.transaction(actor) as tx:
            row = await self._managed(tx, actor, recording_id)
            if row["is_held"]:
                raise Conflict("It is held: release it first.")
            gone = await self._drop(tx, row)
        self._unlink(gone)

    async def _managed(self, tx: Tx, actor: Actor, recording_id: UUID) -> Row:
        await tx.row(sql.lock_recording, id=recording_id)
        row = await store.get_recording(tx, recording_id)
        actor.must(Permission.RECORDING_MANAGE, row["branch_id"])
        return row

    async def rule(self, actor: Actor) -> RecordingRule:
        actor.must(Permission.RECORDING_MANAGE)
        return await store.rule(self._db)

    async def change_rule(self, actor: Actor, change: RecordingRuleChange) -> RecordingRule:
        """Say how long recordings are kept, those that are here already too."""
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.RECORDING_MANAGE)
            if await tx.value(sql.save_recording_rule, **change.model_dump()) is None:
                raise Conflict("Somebody else changed it first.")
            await tx.run(sql.refit_recordings)
            tx.emit(RecordingRuleSaved(keep_days=change.keep_days, voicemail_days=change.voicemail_days))
            return await store.rule(tx)

    # --- their end

    async def expire(self) -> int:
        """Delete what is past its time; returns how many that were."""
        async with self._db.transaction() as tx:
            rows = await tx.rows(sql.past_recordings, now=self._clock(), most=_AT_ONCE)
            gone = [await self._drop(tx, row) for row in rows]
        for sha256 in gone:
            self._unlink(sha256)
        return len(gone)

    async def _drop(self, tx: Tx, row: Row) -> bytes | None:
        """Forget a sound; returns the name of the file when nothing else has the same content."""
        await tx.run(sql.end_recording, id=row["id"])
        tx.emit(RecordingGone(recording_id=row["id"], interaction_id=row["interaction_id"], state="expired"))
        if row["attachment_id"] is None:
            return None
        await tx.run(sql.drop_sound, id=row["attachment_id"])
        found = await tx.value(sql.drop_file, sha256=bytes(row["sha256"]))
        return None if found is None else bytes(found)

    def _unlink(self, sha256: bytes | None) -> None:
        if sha256 is not None:
            self._files.path(sha256).unlink(missing_ok=True)
