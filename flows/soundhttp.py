"""Routes of the library of sounds, and of what carriers fetch of it."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from access.model import Permission
from core.http import PUBLIC, Call, route
from core.ids import BranchId
from flows.soundmodel import Sound, SoundChange, SoundQuery
from flows.sounds import Sounds


class SoundList(BaseModel):
    items: list[Sound]


class SoundRoutes:
    def __init__(self, sounds: Sounds) -> None:
        self._sounds = sounds

    @route("GET", "/api/call-sounds", permission=Permission.FLOW_MANAGE)
    async def call_sounds(self, call: Call) -> SoundList:
        """List the sounds in sight that call flows play."""
        return SoundList(items=await self._sounds.all(call.actor))

    @route("POST", "/api/call-sounds", permission=Permission.FLOW_MANAGE, status=201, form=True)
    async def add_call_sound(self, call: Call, query: SoundQuery) -> Sound:
        """Upload a WAV or MP3: multipart/form-data, field `file`."""
        branch_id = None if query.branch_id is None else BranchId(query.branch_id)
        return await self._sounds.add(call.actor, branch_id, call.request)

    @route("PUT", "/api/call-sounds/{sound_id}", permission=Permission.FLOW_MANAGE)
    async def rename_call_sound(self, call: Call, sound_id: UUID, body: SoundChange) -> Sound:
        """Give a sound another name."""
        return await self._sounds.rename(call.actor, sound_id, body)

    @route("POST", "/api/call-sounds/{sound_id}/content", permission=Permission.FLOW_MANAGE, form=True)
    async def replace_call_sound(self, call: Call, sound_id: UUID) -> Sound:
        """Upload another content; published versions keep what they had: multipart/form-data, field `file`."""
        return await self._sounds.replace(call.actor, sound_id, call.request)

    @route("DELETE", "/api/call-sounds/{sound_id}", permission=Permission.FLOW_MANAGE, status=204)
    async def delete_call_sound(self, call: Call, sound_id: UUID) -> None:
        """Delete a sound that no flow and no published version names."""
        await self._sounds.delete(call.actor, sound_id)

    @route("GET", "/api/call-sounds/{sound_id}/content", permission=Permission.FLOW_MANAGE)
    async def hear_call_sound(self, call: Call, sound_id: UUID) -> web.StreamResponse:
        """Listen to a sound as it is now."""
        return await self._sounds.listen(call.actor, sound_id)

    @route("GET", "/api/call-audio/{token}/{name}", permission=PUBLIC)
    async def play_call_sound(self, call: Call, token: str, name: str) -> web.StreamResponse:  # noqa: ARG002 - the token is who asks
        """Hand a sound to the carrier, by the address that the call was given."""
        return await self._sounds.play(token)
