"""The customers' portal and forms on web sites. Whoever signed in reads the answers there; `portal/` mails them too."""

from __future__ import annotations

from typing import ClassVar

from typing_extensions import override

from channels.base import (
    Account,
    AccountSettings,
    Channel,
    Delivery,
    IdentityKind,
    Ignored,
    Outgoing,
    RawInput,
    Reading,
    Receipt,
)


class PortalSettings(AccountSettings):
    """The portal's own settings are on its page."""


class PortalChannel(Channel):
    """Requests from the portal; they wait as letters do, nobody looks on."""

    kind: ClassVar[str] = "portal"
    settings_model: ClassVar[type[AccountSettings]] = PortalSettings
    identity: ClassVar[IdentityKind] = IdentityKind.EMAIL
    units: ClassVar[int] = 20
    is_fed: ClassVar[bool] = True

    @override
    async def read(self, account: Account[PortalSettings], raw: RawInput) -> list[Reading]:
        return [Ignored("nothing comes raw from the portal")]

    @override
    async def send(self, account: Account[PortalSettings], outgoing: Outgoing) -> Receipt:
        return Receipt(None, Delivery.SENT)


CHANNEL = PortalChannel
