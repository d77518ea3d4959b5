"""Following one IMAP folder by (UIDVALIDITY, UID): nothing is skipped, however long we or the server were away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from channels.base import Account, Inbox, RawInput
from channels.mailbox.imap import Fetched, Mailbox, open_mailbox
from channels.mailbox.listener import content_id
from channels.mailbox.settings import EmailSettings
from channels.mailbox.tokens import Tokens
from core.clock import Clock
from core.errors import Unavailable

IDLE_SECONDS = 240.0
_WINDOW = 200
_BATCH_BYTES = 8 * 1024 * 1024
_WHOLE_BYTES = 50 * 1024 * 1024
_PART_BYTES = 256 * 1024
_OWED = 100
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Place:
    """Up to where a folder was taken. It is committed with the mail itself, so it never runs ahead of it.

    `owed` are older mails that the server listed and did not give: they are asked for in every round, so that one
    broken mail stops no other. `since` bounds a rescan where the account began with "now".
    """

    uidvalidity: int
    uid: int
    owed: tuple[int, ...] = ()
    since: str | None = None

    @classmethod
    def load(cls, stored: Mapping[str, Any] | None) -> Place | None:
        if not stored or "uidvalidity" not in stored:
            return None
        return cls(stored["uidvalidity"], stored["uid"], tuple(stored.get("owed", ())), stored.get("since"))

    def dump(self) -> dict[str, Any]:
        place: dict[str, Any] = {"uidvalidity": self.uidvalidity, "uid": self.uid}
        return {
            **place,
            **({"owed": list(self.owed)} if self.owed else {}),
            **({"since": self.since} if self.since else {}),
        }


class Follower:
    """Takes what comes into one folder until cancelled, or until the connection is lost: then it is simply run again.

    A new account begins at the folder's start, so that nothing that waits there is lost; `imap_start` = "now" begins
    with the next mail. A changed UIDVALIDITY means that UIDs name other mails: everything is read again, and known
    mails are recognised by their content.
    """

    def __init__(self, account: Account[EmailSettings], inbox: Inbox, clock: Clock, tokens: Tokens) -> None:
        self._account = account
        self._settings = account.settings
        self._inbox = inbox
        self._clock = clock
        self._tokens = tokens
        self._place = Place.load(account.place)

    async def run(self) -> None:
        async with open_mailbox(self._settings, self._tokens) as mailbox:
            is_read_only = not self._settings.imap_mark_seen
            validity, following = await mailbox.select(self._settings.imap_folder, is_read_only=is_read_only)
            place = await self._begin(validity, following)
            while True:
                place = self._place = await self._catch_up(mailbox, place)
                await self._inbox.report(self._account, _complaint(place), "owed" if place.owed else "")
                await mailbox.wait_for_news(IDLE_SECONDS)

    async def _begin(self, validity: int, following: int) -> Place:
        if self._place is None and self._settings.imap_start == "now":
            place = Place(validity, max(following - 1, 0), since=imap_date(self._clock()))
            await self._inbox.deliver(self._account, [], place.dump())
            return place
        if self._place is None or self._place.uidvalidity != validity:
            return Place(validity, 0, since=self._place.since if self._place else None)
        return self._place

    async def _catch_up(self, mailbox: Mailbox, place: Place) -> Place:
        since = place.since if place.uid == 0 else None
        waiting = [*place.owed, *await mailbox.uids_from(place.uid + 1, since)]
        for start in range(0, len(waiting), _WINDOW):
            sizes = await mailbox.sizes(waiting[start : start + _WINDOW])
            # Who is gone by now is owed nothing.
            gone = set(waiting[start : start + _WINDOW]) - sizes.keys()
            place = replace(place, owed=tuple(uid for uid in place.owed if uid not in gone))
            for batch in batches(sizes):
                place = await self._take(mailbox, place, batch, sum(sizes[uid] for uid in batch))
        return place

    async def _take(self, mailbox: Mailbox, place: Place, uids: Sequence[int], size: int) -> Place:
        """Fetch a batch, commit it with the place after it, and only then mark it."""
        only_first = _PART_BYTES if size > _WHOLE_BYTES else 0
        found = await mailbox.bodies(uids, only_first or size, only_first=only_first)
        raws: dict[str, RawInput] = {}
        taken: list[int] = []
        for uid in uids:
            record = found.get(uid)
            if record is None or not record.body:
                continue
            raw = await self._raw(mailbox, place, record, is_partial=bool(only_first))
            raws[raw.external_id] = raw
            taken.append(uid)
        reached = self._after(place, uids, taken)
        await self._inbox.deliver(self._account, list(raws.values()), reached.dump())
        if taken and self._settings.imap_mark_seen:
            await mailbox.mark_seen(taken)
        return reached

    async def _raw(self, mailbox: Mailbox, place: Place, record: Fetched, *, is_partial: bool) -> RawInput:
        """Make the raw of a mail; one shorter than announced is fetched again, and believed when it stays the same."""
        body = record.body or b""
        headers = {"uidvalidity": str(place.uidvalidity), "uid": str(record.uid)}
        if is_partial:
            headers["is_partial"] = str(record.size)
        elif record.size is not None and len(body) < record.size:
            again = (await mailbox.bodies([record.uid], record.size)).get(record.uid)
            if again is None or again.body != body:
                raise Unavailable(f"The IMAP server gives mail {record.uid} cut short.")
            # Some servers count otherwise than they send.
            headers["declared_size"] = str(record.size)
        return RawInput(external_id=content_id(body), kind="mail", body=body, headers=headers)

    @staticmethod
    def _after(place: Place, uids: Sequence[int], taken: Sequence[int]) -> Place:
        owed = (set(place.owed) | set(uids)) - set(taken)
        if len(owed) > _OWED:
            raise Unavailable(f"The IMAP server lists {len(owed)} mails that it does not give.")
        return replace(place, uid=max(place.uid, *uids), owed=tuple(sorted(owed)))


def batches(sizes: Mapping[int, int]) -> Iterator[list[int]]:
    """Cut a window, UIDs ascending, so that one batch stays within memory; a giant stands alone."""
    batch: list[int] = []
    total = 0
    for uid in sorted(sizes):
        if batch and total + sizes[uid] > _BATCH_BYTES:
            yield batch
            batch, total = [], 0
        batch.append(uid)
        total += sizes[uid]
    if batch:
        yield batch


def imap_date(moment: datetime) -> str:
    """Return the day before, as IMAP writes it in English whatever the locale: servers compare in their own zone."""
    day = moment - timedelta(days=1)
    return f"{day.day:02}-{_MONTHS[day.month - 1]}-{day.year}"


def _complaint(place: Place) -> str | None:
    if not place.owed:
        return None
    return f"The IMAP server lists mails that it does not give: {', '.join(map(str, place.owed[:10]))}."
