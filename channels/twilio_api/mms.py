"""Pictures that go along with a text: the carrier fetches them from an address that is signed and soon ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from channels.base import ChannelContext, OutgoingFile
from core.errors import Invalid
from core.secrets import Keyring

PURPOSE = "mms"
_VALID = timedelta(hours=4)
_MOST_FILES, _MOST_BYTES = 10, 5 << 20
# What telephones show, and nothing that runs when it is opened.
TYPES = frozenset(
    {"image/jpeg", "image/png", "image/gif", "image/webp", "audio/mpeg", "audio/ogg", "audio/wav", "audio/x-wav",
     "video/mp4", "video/3gpp", "application/pdf", "text/vcard"}
)  # fmt: skip


def urls(context: ChannelContext, files: Sequence[OutgoingFile]) -> list[str]:
    """Return an address for each file. Raises Invalid for what no text can carry."""
    if len(files) > _MOST_FILES:
        raise Invalid(f"A text carries at most {_MOST_FILES} files.")
    if sum(len(file.content) for file in files) > _MOST_BYTES:
        raise Invalid("The files of a text have 5 MB at most.")
    for file in files:
        if file.content_type not in TYPES or not file.cid:
            raise Invalid(f"{file.name} is nothing that a text can carry.")
    until = context.clock() + _VALID
    return [f"{context.settings.base_url}/api/text-media/{token(context.keys, file.cid, until)}" for file in files]


def token(keys: Keyring, attachment_id: str, until: datetime) -> str:
    said = f"{attachment_id}.{int(until.timestamp())}"
    return f"{said}.{keys.mac(PURPOSE, said)}"


def attachment_of(keys: Keyring, given: str, now: datetime) -> str | None:
    """Return which file a token opens; None when it is not ours, or over."""
    said, _, mac = given.rpartition(".")
    attachment_id, _, until = said.partition(".")
    if not keys.is_mac(PURPOSE, said, mac) or not until.isdigit():
        return None
    return attachment_id if int(until) >= now.timestamp() else None
