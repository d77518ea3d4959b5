"""A double of Asterisk's REST interface: channels, bridges, sounds, recordings and their events, with ways to fail.

Shapes and refusals are those of Asterisk's published ARI model. It keeps state, and refuses what Asterisk refuses: ids
that are not there, ids that are taken, strangers, and recording somebody who is in a bridge.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import WSMsgType, web

USER, PASSWORD, APP = "markaz", "a secret of ari.conf", "markaz"
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + b"\0" * 40
_CAUSES = {"answered_elsewhere": 26, "busy": 17, "no_answer": 19}
Answer = tuple[int, Any]


@dataclass
class Pbx:
    """One Asterisk. `phones` says what becomes of who is rung, by endpoint: answers, busy, rings or unknown."""

    url: str = ""
    channels: dict[str, dict[str, Any]] = field(default_factory=dict)
    bridges: dict[str, dict[str, Any]] = field(default_factory=dict)
    live: dict[str, dict[str, Any]] = field(default_factory=dict)
    stored: dict[str, bytes] = field(default_factory=dict)
    phones: dict[str, str] = field(default_factory=dict)
    variables: dict[str, dict[str, str]] = field(default_factory=dict)
    muted: set[str] = field(default_factory=set)
    in_app: set[str] = field(default_factory=set)
    rung: list[tuple[str, str]] = field(default_factory=list)
    played: list[tuple[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    # Ways to fail: of requests, by pattern and what happens then; of events, lost, told twice or out of order.
    faults: list[tuple[str, str]] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    is_repeating: bool = False
    shuffles: random.Random | None = None
    sound_seconds: float = 0.01
    clock: float = 1_790_000_000.0
    made: int = 0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _held: list[str] = field(default_factory=list)
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    # --- what people do at their telephones

    async def calls(self, number: str, exten: str = "100", channel_id: str = "") -> str:
        """Somebody calls us; without anybody listening the dialplan hangs up on them."""
        self.made += 1
        channel = self._channel(channel_id or f"{int(self.clock)}.{self.made}", "PJSIP/trunk", number, exten)
        channel["state"] = "Ring"
        if self.sockets:
            await self._enter(channel)
        else:
            del self.channels[channel["id"]]
        return str(channel["id"])

    async def answers(self, channel_id: str) -> None:
        channel = self.channels[channel_id]
        channel["state"] = "Up"
        await self.tell("ChannelStateChange", channel=channel)
        await self._enter(channel)

    async def hangs_up(self, channel_id: str, cause: int = 16) -> None:
        channel = self.channels.pop(channel_id, None)
        if channel is None:
            return
        for bridge in self.bridges.values():
            if channel_id in bridge["channels"]:
                bridge["channels"].remove(channel_id)
                await self.tell("ChannelLeftBridge", channel=channel, bridge=bridge)
        for name in [name for name, each in self.live.items() if each["target_uri"] == f"channel:{channel_id}"]:
            await self._stop(name)
        is_ours = channel_id in self.in_app
        if is_ours:
            self.in_app.discard(channel_id)
            await self.tell("ChannelHangupRequest", channel=channel, cause=cause)
            await self.tell("StasisEnd", channel=channel)
        if is_ours or channel_id.startswith("mz-"):
            await self.tell("ChannelDestroyed", channel=channel, cause=cause, cause_txt="")
        # Who taps a channel goes with it.
        for other in [each["id"] for each in self.channels.values() if each["name"] == f"Snoop/{channel_id}"]:
            await self.hangs_up(other)

    async def presses(self, channel_id: str, keys: str) -> None:
        for digit in keys:
            await self.tell("ChannelDtmfReceived", channel=self.channels[channel_id], digit=digit, duration_ms=90)

    async def drop(self) -> None:
        """Cut the lines of events; calls go on."""
        for socket in self.sockets[:]:
            if socket._req is not None and socket._req.transport is not None:
                socket._req.transport.abort()
        self.sockets.clear()

    def who(self, bridge_id: str) -> list[str]:
        return list(self.bridges.get(bridge_id, {}).get("channels", []))

    async def until(self, is_so: Callable[[], Any]) -> Any:
        async with asyncio.timeout(10), self.changed:
            await self.changed.wait_for(is_so)
        return is_so()

    # --- telling

    def now(self) -> str:
        self.clock += 0.25
        return datetime.fromtimestamp(self.clock, UTC).isoformat(timespec="milliseconds").replace("+00:00", "+0000")

    async def tell(self, kind: str, **more: Any) -> None:
        event = {"type": kind, "application": APP, "timestamp": self.now(), "asterisk_id": "00:00:00:00:00:01", **more}
        text = json.dumps(event)
        self.told.append(json.loads(text))
        async with self.changed:
            self.changed.notify_all()
        if kind in self.lost:
            return
        self._held += [text, text] if self.is_repeating else [text]
        if self.shuffles is not None and len(self._held) < 6:
            self._later(0.05, self._flush)
            return
        await self._flush()

    async def _flush(self) -> None:
        held, self._held = self._held, []
        if self.shuffles is not None:
            self.shuffles.shuffle(held)
        for socket in self.sockets[:]:
            for text in held:
                try:
                    await socket.send_str(text)
                except (ConnectionError, RuntimeError):
                    break

    def _later(self, seconds: float, work: Callable[[], Any]) -> None:
        async def run() -> None:
            await asyncio.sleep(seconds)
            await work()

        task = asyncio.get_running_loop().create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- state

    def _channel(self, channel_id: str, name: str, number: str, exten: str = "", caller: str = "") -> dict[str, Any]:
        self.channels[channel_id] = {
            "id": channel_id, "protocol_id": f"{channel_id}@pbx", "name": name, "state": "Down",
            "caller": {"name": "", "number": caller or number}, "connected": {"name": "", "number": ""},
            "accountcode": "", "language": "en", "creationtime": self.now(),
            "dialplan": {"context": "from-trunk", "exten": exten, "priority": 1, "app_name": "Stasis", "app_data": APP},
        }  # fmt: skip
        return self.channels[channel_id]

    async def _enter(self, channel: dict[str, Any]) -> None:
        if channel["id"] in self.channels:
            self.in_app.add(channel["id"])
            await self.tell("StasisStart", channel=channel, args=[])

    async def _ring(self, channel: dict[str, Any], becomes: str) -> None:
        if channel["id"] not in self.channels:
            return
        channel["state"] = "Ringing"
        await self.tell("ChannelStateChange", channel=channel)
        if becomes == "busy":
            await self.hangs_up(channel["id"], 17)
        elif becomes == "answers":
            await self.answers(channel["id"])

    async def _stop(self, name: str) -> None:
        made = self.live.pop(name)
        self.stored[name] = WAV
        await self.tell("RecordingFinished", recording={**made, "state": "done", "duration": 7})

    # --- requests

    async def serve(self, request: web.Request) -> web.StreamResponse:  # noqa: PLR0911 - one for each way to answer
        if request.headers.get("Authorization") != aiohttp.encode_basic_auth(USER, PASSWORD):
            return web.json_response({"message": "Authentication required"}, status=401)
        path = request.match_info["tail"]
        if path == "events":
            return await self._events(request)
        asked = f"{request.method} {path}"
        self.asked.append(f"{asked}?{request.query_string}" if path.endswith("/dtmf") else asked)
        fault = next((each for each in self.faults if re.fullmatch(each[0], asked)), None)
        if fault is not None:
            self.faults.remove(fault)
            if fault[1] == "refused":
                return web.json_response({"message": "Service unavailable"}, status=503)
            if fault[1] == "broken":
                return web.json_response({"message": "Internal error"}, status=502)
            if fault[1] == "ignored":
                return web.Response(status=204)
        said = await request.json() if request.can_read_body else {}
        status, body = await self._do(request.method, path.split("/"), dict(request.query))
        if status == 200 and said.get("variables") and isinstance(body, dict):
            self.variables[body["id"]] = said["variables"]
        async with self.changed:
            self.changed.notify_all()
        if fault is not None and fault[1] == "answer lost":
            assert request.transport is not None
            request.transport.abort()
        if isinstance(body, bytes):
            return web.Response(body=body, content_type="audio/wav")
        return web.Response(status=204) if body is None else web.json_response(body, status=status)

    async def _events(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        async with self.changed:
            self.changed.notify_all()
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                break
        if socket in self.sockets:
            self.sockets.remove(socket)
        return socket

    async def _do(self, method: str, path: list[str], query: dict[str, str]) -> Answer:  # noqa: PLR0911 - one for each refusal
        kind, rest = path[0], path[1:]
        if kind == "asterisk":
            return 200, {"build": {}, "system": {"version": "20.5.0", "entity_id": "00:00:00:00:00:01"}}
        if kind == "applications":
            if rest[0] != APP or not (self.sockets or self.in_app):
                return missing("Application not found")
            return 200, {"name": APP, "channel_ids": sorted(self.in_app), "bridge_ids": [], "endpoint_ids": []}
        if kind == "bridges":
            return await self._do_bridge(method, rest, query)
        if kind == "recordings":
            return await self._do_recording(method, rest)
        if kind == "playbacks":
            return 204, None
        return await self._do_channel(method, rest, query)

    async def _do_bridge(self, method: str, path: list[str], query: dict[str, str]) -> Answer:  # noqa: PLR0911 - one for each refusal
        if not path:
            return 200, list(self.bridges.values())
        bridge = self.bridges.get(path[0])
        if method == "POST" and len(path) == 1:
            if bridge is not None:
                return 409, {"message": "Bridge with the same bridgeId already exists"}
            made = {"id": path[0], "name": query.get("name", ""), "bridge_type": query.get("type", "mixing")}
            self.bridges[path[0]] = made | {"technology": "simple_bridge", "bridge_class": "stasis", "channels": []}
            return 200, self.bridges[path[0]]
        if bridge is None:
            return missing("Bridge not found")
        if method == "GET":
            return 200, bridge
        if method == "DELETE":
            del self.bridges[path[0]]
            await self.tell("BridgeDestroyed", bridge=bridge)
            return 204, None
        return await self._move(bridge, path[1], query["channel"])

    async def _move(self, bridge: dict[str, Any], move: str, channel_id: str) -> Answer:
        channel = self.channels.get(channel_id)
        if channel is None:
            return 400, {"message": "Channel not found"}
        if channel_id not in self.in_app:
            return 422, {"message": "Channel not in Stasis application"}
        if any(each["target_uri"] == f"channel:{channel_id}" for each in self.live.values()):
            return 409, {"message": "Channel currently recording"}
        for other in self.bridges.values():
            if channel_id in other["channels"]:
                other["channels"].remove(channel_id)
                await self.tell("ChannelLeftBridge", channel=channel, bridge=other)
        if move == "addChannel":
            bridge["channels"].append(channel_id)
            await self.tell("ChannelEnteredBridge", channel=channel, bridge=bridge)
        return 204, None

    async def _do_channel(self, method: str, path: list[str], query: dict[str, str]) -> Answer:  # noqa: PLR0911 - one for each refusal
        if not path:
            return 200, list(self.channels.values())
        channel = self.channels.get(path[0])
        if method == "POST" and len(path) == 1:
            return await self._originate(path[0], query)
        if channel is None:
            return missing("Channel not found")
        if len(path) == 1:
            if method == "DELETE":
                await self.hangs_up(path[0], _CAUSES.get(query.get("reason", ""), 16))
                return 204, None
            return 200, channel
        if path[0] not in self.in_app and path[1] != "snoop":
            return 409, {"message": "Channel not in Stasis application"}
        return await self._act(method, channel, path[1:], query)

    async def _originate(self, channel_id: str, query: dict[str, str]) -> Answer:
        if channel_id in self.channels:
            return 409, {"message": "Channel with given unique ID already exists"}
        becomes = self.phones.get(query["endpoint"], "answers")
        if becomes == "unknown":
            return 500, {"message": "Allocation failed"}
        self.rung.append((channel_id, query["endpoint"]))
        number = query["endpoint"].rpartition("/")[2].partition("@")[0]
        channel = self._channel(channel_id, query["endpoint"], number, caller=query.get("callerId", ""))
        channel["connected"]["number"] = number
        self._later(0.01, lambda: self._ring(channel, becomes))
        return 200, channel

    async def _act(self, method: str, channel: dict[str, Any], path: list[str], query: dict[str, str]) -> Answer:
        channel_id = channel["id"]
        if path[0] == "answer":
            channel["state"] = "Up"
            await self.tell("ChannelStateChange", channel=channel)
        elif path[0] == "mute":
            (self.muted.add if method == "POST" else self.muted.discard)(channel_id)
        elif path[0] == "play":
            self.played.append((channel_id, query["media"]))
            playback = {"id": path[1], "media_uri": query["media"], "target_uri": f"channel:{channel_id}"}
            self._later(
                self.sound_seconds, lambda: self.tell("PlaybackFinished", playback=playback | {"state": "done"})
            )
            return 201, playback | {"state": "queued"}
        elif path[0] == "variable":
            value = self.variables.get(channel_id, {}).get(query["variable"])
            return missing("Provided variable was not found") if value is None else (200, {"value": value})
        elif path[0] == "record":
            return await self._record(channel_id, query)
        elif path[0] == "snoop":
            tap = self._channel(path[1], f"Snoop/{channel_id}", "")
            tap["state"] = "Up"
            self._later(0.05, lambda: self._enter(tap))
            return 200, tap
        elif path[0] != "dtmf":
            return missing("Resource not found")
        return 204, None

    async def _record(self, channel_id: str, query: dict[str, str]) -> Answer:
        name = query["name"]
        if any(channel_id in bridge["channels"] for bridge in self.bridges.values()):
            return 409, {"message": "Channel is currently bridged"}
        if name in self.live or name in self.stored:
            return 409, {"message": "Recording already exists"}
        self.live[name] = {
            "name": name, "format": query["format"], "target_uri": f"channel:{channel_id}", "state": "recording"
        }  # fmt: skip
        return 201, self.live[name]

    async def _do_recording(self, method: str, path: list[str]) -> Answer:  # noqa: PLR0911 - as above
        where, name, *more = path
        if where == "stored":
            if name not in self.stored:
                return missing("Recording not found")
            if method == "DELETE":
                del self.stored[name]
                return 204, None
            return 200, self.stored[name]
        if name not in self.live:
            return missing("Recording not found")
        if more == ["stop"]:
            await self._stop(name)
            return 204, None
        if more == ["pause"]:
            self.live[name]["state"] = "paused" if method == "POST" else "recording"
            return 204, None
        return 200, self.live[name]


def missing(words: str) -> Answer:
    return 404, {"message": words}


@asynccontextmanager
async def pbx() -> AsyncIterator[Pbx]:
    at = Pbx()
    application = web.Application()
    application.router.add_route("*", "/ari/{tail:.+}", at.serve)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    at.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield at
    finally:
        await at.drop()
        for task in list(at._tasks):
            task.cancel()
        await runner.cleanup()


def settings(at: Pbx, **more: Any) -> dict[str, Any]:
    """Return what an administrator fills in for it."""
    return {"url": at.url, "user": USER, "password": PASSWORD, "number": "+982112345678", **more}
