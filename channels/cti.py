"""Any telephone system that can call a web address: it tells of calls, and connects people itself.

`POST <public url>/hooks/<account id>/cti`, JSON or a form, with `event` (newCall, answer, hangup), `call_id`, `from`
and `to`; also `agent` (the extension that answered) and `at` (ISO 8601). It says who it is by
`Authorization: Bearer <token>` or by `X-Signature: sha256=<hex HMAC-SHA256 of the body with the token>`.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal, NoReturn, TypeAlias
from urllib.parse import parse_qsl
from uuid import UUID

from pydantic import Field, SecretStr
from typing_extensions import override

from channels.base import (
    Account,
    AccountSettings,
    CallChange,
    CallStatus,
    IdentityKind,
    Outgoing,
    RawInput,
    Reading,
    Receipt,
    WebhookAnswer,
    WebhookRequest,
)
from channels.calls import Guest, VoiceChannel
from channels.twilio_api import phone
from core.errors import Forbidden, Invalid, NotFound

_EVENTS: Mapping[str, CallStatus] = {"newcall": "ringing", "answer": "joined", "hangup": "completed"}
_LONGEST = 200


class NotThePbx(Forbidden):
    """The request does not carry the telephone system's token."""


class CtiSettings(AccountSettings):
    """A telephone system of one's own."""

    token: SecretStr = Field(min_length=16, description="The secret by which the telephone system says who it is.")
    extensions: dict[str, UUID] = Field(
        default={}, max_length=1000, description="Which extension is whose: extension to the id of somebody of staff."
    )


CtiAccount: TypeAlias = Account[CtiSettings]


class CtiChannel(VoiceChannel):
    """Calls of a telephone system that does the talking itself; here they are conversations with their customers."""

    kind: ClassVar[str] = "cti"
    settings_model: ClassVar[type[AccountSettings]] = CtiSettings
    identity: ClassVar[IdentityKind] = IdentityKind.PHONE
    units: ClassVar[int] = 100

    async def accept(self, account: CtiAccount, request: WebhookRequest) -> WebhookAnswer:
        if request.path.strip("/") != "cti" or request.method != "POST":
            raise NotFound
        _must_be_known(account.settings.token.get_secret_value(), request)
        said = _said(request)
        event, call_id = said.get("event", "").lower(), said.get("call_id", "")
        if event not in _EVENTS or not call_id:
            raise Invalid("It says no event (newCall, answer, hangup) of a call.")
        headers = {"received-at": self.context.clock().isoformat()}
        body = json.dumps(said, ensure_ascii=False, sort_keys=True).encode()
        return WebhookAnswer((RawInput(f"{event}:{call_id}", "cti", body, headers),), "ok")

    async def read(self, account: CtiAccount, raw: RawInput) -> list[Reading]:
        said: dict[str, str] = json.loads(raw.body)
        status = _EVENTS[said["event"].lower()]
        at = _moment(said.get("at", "")) or datetime.fromisoformat(raw.headers["received-at"])
        agent = account.settings.extensions.get(said.get("agent", "")) if status == "joined" else None
        caller = phone.caller(said.get("from", ""), said["call_id"])
        return [CallChange(said["call_id"], caller, said.get("to", ""), status, at, leg_of=agent)]

    @override
    async def send(self, account: CtiAccount, outgoing: Outgoing) -> Receipt:
        raise Invalid("Words cannot be sent into a telephone call.")

    @override
    async def join(
        self, account: CtiAccount, call_id: str, interaction_id: UUID, agent_id: UUID, phone: str = ""
    ) -> None:
        """The telephone system connects them, and tells so."""

    @override
    async def is_in(self, account: CtiAccount, interaction_id: UUID, label: str) -> bool:
        """Nobody can ask; whoever took it has it."""
        return True

    @override
    async def mute(self, account: CtiAccount, interaction_id: UUID, agent_id: UUID, *, is_muted: bool) -> None:
        _its_own()

    @override
    async def hold(self, account: CtiAccount, interaction_id: UUID, call_id: str, *, is_held: bool) -> None:
        _its_own()

    @override
    async def hang_up(self, account: CtiAccount, call_id: str) -> None:
        """Whoever hangs up the telephone ends it, and the telephone system tells so."""

    @override
    async def ring_agent(self, account: CtiAccount, interaction_id: UUID, agent_id: UUID, phone: str = "") -> None:
        _its_own()

    @override
    async def dial(self, account: CtiAccount, interaction_id: UUID, number: str, attempt: int) -> str:
        _its_own()

    @override
    async def find_dialled(self, account: CtiAccount, interaction_id: UUID, number: str, since: datetime) -> str | None:
        return None

    @override
    async def status_of(self, account: CtiAccount, call_id: str) -> CallStatus:
        _its_own()

    @override
    async def end_room(self, account: CtiAccount, interaction_id: UUID) -> None:
        _its_own()

    @override
    async def call_in(self, account: CtiAccount, interaction_id: UUID, guest: Guest) -> None:
        _its_own()

    @override
    async def change_guest(self, account: CtiAccount, interaction_id: UUID, guest: Guest, *, is_heard: bool) -> None:
        _its_own()

    @override
    async def send_out(self, account: CtiAccount, interaction_id: UUID, label: str) -> None:
        _its_own()

    @override
    async def bind(self, account: CtiAccount, interaction_id: UUID, label: str, *, ends: bool) -> None:
        _its_own()

    @override
    async def record(
        self, account: CtiAccount, interaction_id: UUID, call_id: str, wanted: Literal["on", "paused", "off"]
    ) -> bool:
        _its_own()

    @override
    async def fetch_recording(self, account: CtiAccount, recording_id: str) -> bytes:
        _its_own()

    @override
    async def delete_recording(self, account: CtiAccount, recording_id: str) -> None:
        _its_own()


def _its_own() -> NoReturn:
    raise Invalid("This is done at the telephone itself: the telephone system only tells us of its calls.")


def _must_be_known(token: str, request: WebhookRequest) -> None:
    """Compare both ways, so that time tells nothing of which was tried."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    bearer = headers.get("authorization", "").removeprefix("Bearer ").encode()
    signature = headers.get("x-signature", "").removeprefix("sha256=").lower().encode()
    wanted = hmac.digest(token.encode(), request.body, "sha256").hex().encode()
    if not hmac.compare_digest(bearer, token.encode()) | hmac.compare_digest(signature, wanted):
        raise NotThePbx


def _said(request: WebhookRequest) -> dict[str, str]:
    kind = next((value for name, value in request.headers.items() if name.lower() == "content-type"), "")
    try:
        if kind.partition(";")[0].strip().lower() == "application/json":
            said: Any = json.loads(request.body)
        else:
            said = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    except (ValueError, RecursionError) as error:
        raise Invalid("This is neither JSON nor a form.") from error
    if not isinstance(said, dict):
        raise Invalid("This is no object.")
    names = ("event", "call_id", "from", "to", "agent", "at")
    return {name: str(said[name])[:_LONGEST].replace("\x00", "") for name in names if said.get(name) is not None}


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


CHANNEL = CtiChannel
