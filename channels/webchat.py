"""The chat widget on a website. The visitor's socket reads our feed itself, so nothing is ever sent out from here."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from typing_extensions import override

from channels.base import (
    Account,
    AccountSettings,
    Address,
    Channel,
    Delivery,
    IdentityKind,
    InboundMessage,
    Outgoing,
    RawInput,
    Reading,
    Receipt,
    ThreadKey,
)
from core.errors import Invalid
from core.text import printable


class WebchatSettings(AccountSettings):
    """A widget needs none."""


class Said(BaseModel):
    """What the widget hands in. Name and mail address are the visitor's own claim, never proof of who it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    client_id: str = Field(min_length=1, max_length=100)
    text: str = Field(max_length=10_000)
    name: str = Field("", max_length=200)
    email: str = Field("", max_length=320)
    visitor_id: UUID


class WebchatChannel(Channel):
    """Live chat; a visitor has one open conversation."""

    kind: ClassVar[str] = "webchat"
    settings_model: ClassVar[type[AccountSettings]] = WebchatSettings
    identity: ClassVar[IdentityKind] = IdentityKind.VISITOR
    units: ClassVar[int] = 30
    is_fed: ClassVar[bool] = True

    @override
    async def read(self, account: Account[WebchatSettings], raw: RawInput) -> list[Reading]:
        try:
            said = Said.model_validate_json(raw.body)
        except ValidationError as error:
            raise Invalid("This is not what the widget sends.") from error
        key = f"visitor:{said.visitor_id}"
        claims = {"client_id": said.client_id, "email": said.email} if said.email else {"client_id": said.client_id}
        return [
            InboundMessage(
                external_id=raw.external_id,
                sender=Address(IdentityKind.VISITOR, str(said.visitor_id), printable(said.name).strip()),
                text=printable(said.text),
                thread=(ThreadKey(key),),
                keys=(key,),
                sole_thread=True,
                details=claims,
            )
        ]

    @override
    async def send(self, account: Account[WebchatSettings], outgoing: Outgoing) -> Receipt:
        return Receipt(None, Delivery.SENT, (f"visitor:{outgoing.to.value}",))


CHANNEL = WebchatChannel
