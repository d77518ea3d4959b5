"""Private chats with a Telegram bot. The token comes from @BotFather; nothing has to be set there for us.

Updates are fetched by long polling, so the server needs no public address for it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from io import BytesIO
from typing import Any, ClassVar, TypeAlias
from urllib.parse import quote, urlsplit

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    FormData,
)
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from channels.answers import InboundFile
from channels.base import (
    Account,
    AccountSettings,
    Address,
    Channel,
    ChannelContext,
    Delivery,
    IdentityKind,
    Ignored,
    InboundMessage,
    Outgoing,
    RawInput,
    Reading,
    Receipt,
    ThreadKey,
    Uncertain,
)
from core.errors import Invalid, MarkazError, Unavailable
from core.fetch.content import LIMIT_BYTES, content_type, read_capped
from core.text import printable

_POLL_SECONDS = 25
_SECONDS = 15.0
_CONNECT_SECONDS = 5.0
_BATCH = 100
# Source: Telegram's Bot API, sendMessage and sendDocument.
_LONGEST_TEXT = 4096
_LONGEST_CAPTION = 1024


class TelegramSettings(AccountSettings):
    """One bot."""

    token: SecretStr = Field(description="The bot's token, from @BotFather.")
    api_base: str = Field("https://api.telegram.org", description="Where the Bot API is.")

    @field_validator("token")
    @classmethod
    def _is_token(cls, value: SecretStr) -> SecretStr:
        # The token is a part of addresses, so it must not lead elsewhere in them.
        number, _, secret = value.get_secret_value().partition(":")
        if not (number.isdigit() and secret and secret.replace("-", "").replace("_", "").isalnum()):
            raise ValueError("A token is a number, a colon and letters.")
        return value

    @field_validator("api_base")
    @classmethod
    def _is_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("The address is like https://api.telegram.org.")
        return value.rstrip("/")


BotAccount: TypeAlias = Account[TelegramSettings]


class _Said(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Chat(_Said):
    id: int
    type: str


class _Person(_Said):
    first_name: str = ""
    last_name: str = ""
    username: str = ""

    @property
    def name(self) -> str:
        return printable(f"{self.first_name} {self.last_name}".strip() or self.username)


class _File(_Said):
    file_id: str
    file_size: int = 0
    file_name: str = ""
    mime_type: str = ""


class _Message(_Said):
    message_id: int
    date: datetime
    chat: _Chat
    sender: _Person = Field(_Person(), alias="from")
    text: str = ""
    caption: str = ""
    photo: tuple[_File, ...] = ()
    document: _File | None = None
    voice: _File | None = None
    video: _File | None = None
    audio: _File | None = None

    @property
    def files(self) -> list[_File]:
        """A photo comes in several sizes, the largest last."""
        return [one for one in (*self.photo[-1:], self.document, self.voice, self.video, self.audio) if one]


class _Update(_Said):
    update_id: int
    message: _Message | None = None


class TelegramChannel(Channel):
    """A bot's private chats; one chat is one thread."""

    kind: ClassVar[str] = "telegram"
    settings_model: ClassVar[type[AccountSettings]] = TelegramSettings
    identity: ClassVar[IdentityKind] = IdentityKind.TELEGRAM

    def __init__(self, context: ChannelContext) -> None:
        super().__init__(context)
        self._session: ClientSession | None = None

    async def open(self) -> None:
        self._session = ClientSession(
            timeout=ClientTimeout(total=_SECONDS, connect=_CONNECT_SECONDS),
            cookie_jar=DummyCookieJar(),
            trust_env=False,
        )

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def check(self, account: BotAccount) -> None:
        await self._call(account, "getMe", {})

    async def listen(self, account: BotAccount) -> None:
        """Poll for ever. Asking with an offset confirms all before it, so that is what was committed last."""
        offset = int((account.place or {}).get("offset", 0))
        wanted = {"timeout": _POLL_SECONDS, "limit": _BATCH, "allowed_updates": ["message"]}
        is_well = False
        while True:
            updates = await self._call(account, "getUpdates", {**wanted, "offset": offset}, _POLL_SECONDS)
            if not is_well:
                await self.context.inbox.report(account, None)
                is_well = True
            if updates:
                offset = max(int(update["update_id"]) for update in updates) + 1
                await self.context.inbox.deliver(account, [_raw(update) for update in updates], {"offset": offset})

    async def read(self, account: BotAccount, raw: RawInput) -> list[Reading]:
        try:
            message = _Update.model_validate_json(raw.body).message
        except ValidationError as error:
            raise Invalid("This is not an update of the Bot API as we know it.") from error
        if message is None or message.chat.type != "private":
            return [Ignored("not a private message")]
        files, left_out = await self._files(account, message.files)
        key = f"chat:{message.chat.id}"
        return [
            InboundMessage(
                external_id=f"{message.chat.id}:{message.message_id}",
                sender=Address(IdentityKind.TELEGRAM, str(message.chat.id), message.sender.name),
                text=printable(message.text or message.caption),
                files=files,
                thread=(ThreadKey(key),),
                keys=(key,),
                sole_thread=True,
                sent_at=message.date,
                details={"left_out": left_out} if left_out else {},
            )
        ]

    async def send(self, account: BotAccount, outgoing: Outgoing) -> Receipt:
        """Send plain text, or one file with the text as its caption; Telegram cannot be asked later what it took."""
        chat = outgoing.to.value
        if not outgoing.files:
            if len(outgoing.text) > _LONGEST_TEXT:
                raise Invalid("A Telegram message holds 4,096 characters.")
            sent = await self._call(account, "sendMessage", {"chat_id": chat, "text": outgoing.text})
        else:
            sent = await self._call(account, "sendDocument", _document(outgoing))
        return Receipt(f"{chat}:{sent['message_id']}", Delivery.SENT, (f"chat:{chat}",))

    async def _files(self, account: BotAccount, wanted: Sequence[_File]) -> tuple[tuple[InboundFile, ...], list[str]]:
        """Return the files, and why others are not among them; Unavailable when they may come later."""
        found: list[InboundFile] = []
        left_out: list[str] = []
        for place, file in enumerate(wanted, start=1):
            try:
                content = await self._content(account, file)
                kind = content_type(content, file.mime_type)
                found.append(InboundFile(printable(file.file_name) or f"file-{place}", kind, content))
            except Invalid as error:
                left_out.append(error.detail)
        return tuple(found), left_out

    async def _content(self, account: BotAccount, file: _File) -> bytes:
        if file.file_size > LIMIT_BYTES:
            raise Invalid("The file is larger than 5 MB.")
        path = str((await self._call(account, "getFile", {"file_id": file.file_id})).get("file_path", ""))
        if not path or ".." in path.split("/"):
            raise Invalid("Telegram does not say where the file is.")
        url = f"{account.settings.api_base}/file/bot{account.settings.token.get_secret_value()}/{quote(path)}"
        try:
            async with self._opened.get(url, allow_redirects=False) as answer:
                if answer.status != HTTPStatus.OK:
                    raise Unavailable(f"Telegram does not hand out a file ({answer.status}).")
                return await read_capped(answer)
        except (ClientError, TimeoutError, OSError) as error:
            # Words of our own: the library's would carry the address, and with it the token.
            raise Unavailable("Telegram does not hand out a file.") from _without_token(error)

    async def _call(
        self, account: BotAccount, method: str, arguments: dict[str, Any] | FormData, patience_seconds: float = 0.0
    ) -> Any:
        """Call one method; a read (get...) may be repeated after silence, a write is then Uncertain."""
        url = f"{account.settings.api_base}/bot{account.settings.token.get_secret_value()}/{method}"
        timeout = ClientTimeout(total=_SECONDS + patience_seconds, connect=_CONNECT_SECONDS)
        body: dict[str, Any] = {"data" if isinstance(arguments, FormData) else "json": arguments}
        try:
            async with self._opened.post(url, **body, timeout=timeout, allow_redirects=False) as answer:
                said = json.loads(await read_capped(answer))
                return _result(said, answer.status, method)
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise Unavailable("Telegram cannot be reached.") from _without_token(error)
        except (ClientError, TimeoutError, OSError, ValueError, RecursionError) as error:
            raise _silence(method) from _without_token(error)

    @property
    def _opened(self) -> ClientSession:
        if self._session is None:
            raise Unavailable("The Telegram channel is not open.")
        return self._session


def _raw(update: dict[str, Any]) -> RawInput:
    return RawInput(f"update:{update['update_id']}", "telegram.update", json.dumps(update, ensure_ascii=False).encode())


def _document(outgoing: Outgoing) -> FormData:
    if len(outgoing.files) > 1 or len(outgoing.text) > _LONGEST_CAPTION:
        raise Invalid("A Telegram message holds one file, with 1,024 characters beside it.")
    (file,) = outgoing.files
    # Telegram shows a name as it comes, so it goes unquoted, and what could end the header's line goes not at all.
    form = FormData({"chat_id": outgoing.to.value, "caption": outgoing.text}, quote_fields=False)
    name = "".join(letter for letter in file.name if letter.isprintable())
    form.add_field("document", BytesIO(file.content), filename=name, content_type=file.content_type)
    return form


def _result(said: Any, status: int, method: str) -> Any:
    if isinstance(said, dict) and said.get("ok") is True and status == HTTPStatus.OK:
        return said.get("result")
    if not isinstance(said, dict) or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise _silence(method)
    raise _refusal(said, status)


def _refusal(said: dict[str, Any], status: int) -> MarkazError:
    """Return what a refusal means. Source: Telegram's Bot API, "Making requests" and ResponseParameters."""
    words = printable(str(said.get("description") or "no reason given"))
    match status:
        case HTTPStatus.TOO_MANY_REQUESTS:
            return Unavailable("Telegram asks us to slow down.", retry_after=_wait_seconds(said))
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.NOT_FOUND:
            return Unavailable("Telegram does not accept the bot's token.")
        case HTTPStatus.CONFLICT:
            return Unavailable(f"Somebody else reads this bot's messages: {words}")
        case HTTPStatus.FORBIDDEN:
            return Invalid(f"The person has blocked the bot, or is gone: {words}")
        case _:
            return Invalid(f"Telegram refused: {words}")


def _wait_seconds(said: dict[str, Any]) -> float:
    parameters = said.get("parameters")
    wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(wait) if isinstance(wait, int) and wait > 0 else 1.0


def _silence(method: str) -> MarkazError:
    if method.startswith("get"):
        return Unavailable("Telegram did not answer.")
    return Uncertain("Telegram did not answer. Whether it took this is not known.")


def _without_token(error: BaseException) -> Exception:
    """Return what kind of failure it was: the library's own words may quote the address, which holds the token."""
    return ConnectionError(type(error).__name__)


CHANNEL = TelegramChannel
