from __future__ import annotations

import json
from uuid import uuid4

import pytest

from channels.base import Account, Address, ChannelContext, Delivery, IdentityKind, Outgoing, RawInput
from channels.webchat import CHANNEL, WebchatSettings
from core.errors import Invalid

VISITOR = "0190f3a0-0000-7000-8000-000000000001"
ACCOUNT = Account(uuid4(), "webchat", "site", WebchatSettings())


@pytest.fixture
def channel():
    # Pure but for its constructor: nothing of the context is touched.
    return CHANNEL(ChannelContext.__new__(ChannelContext))


def raw(**said: object):
    right = {"client_id": "c1", "text": "سلام", "name": "سارا", "email": "sara@example.org", "visitor_id": VISITOR}
    return RawInput("chat:1", "chat", json.dumps(right | said).encode())


async def test_a_visitor_has_one_thread_and_the_address_stays_a_claim(channel):
    (message,) = await channel.read(ACCOUNT, raw())
    assert message.sender == Address(IdentityKind.VISITOR, VISITOR, "سارا")
    assert (message.thread[0].value, message.sole_thread) == (f"visitor:{VISITOR}", True)
    assert message.details == {"client_id": "c1", "email": "sara@example.org"}


@pytest.mark.parametrize("wrong", [{"visitor_id": "me"}, {"client_id": ""}, {"text": "x" * 10_001}, {"is_agent": True}])
async def test_what_the_widget_does_not_send_is_invalid(channel, wrong):
    with pytest.raises(Invalid):
        await channel.read(ACCOUNT, raw(**wrong))


async def test_nothing_is_sent_because_the_visitor_reads_our_feed(channel):
    answer = Outgoing(uuid4(), uuid4(), 2, Address(IdentityKind.VISITOR, VISITOR), "hello")
    assert CHANNEL.is_fed
    assert (await channel.send(ACCOUNT, answer)).delivery is Delivery.SENT
