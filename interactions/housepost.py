"""Mails of the house to its own people: reports and the like. They belong to no conversation."""

from __future__ import annotations

from uuid import UUID

from channels.base import Address, IdentityKind, Outgoing, OutgoingFile
from interactions.continued import ContinuedChats

_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class HousePost:
    """Sends by the first mailbox that is switched on."""

    def __init__(self, mailboxes: ContinuedChats) -> None:
        self._mailboxes = mailboxes

    async def send(
        self, message_id: UUID, to: tuple[str, str], subject: str, text: str, file: tuple[str, bytes], attempt: int
    ) -> None:
        """Send one to somebody, by name and address, with a file. Raises NotFound when there is no mailbox."""
        name, content = file
        outgoing = Outgoing(
            message_id=message_id,
            interaction_id=message_id,
            number=0,
            to=Address(IdentityKind.EMAIL, to[1], to[0]),
            text=text,
            subject=subject,
            files=(OutgoingFile(name, _TYPES.get(name.rpartition(".")[2], "application/octet-stream"), content),),
            is_automatic=True,
            attempt=attempt,
        )
        await self._mailboxes.send(await self._mailboxes.mailbox(None), outgoing)
