from __future__ import annotations

import pytest
from pydantic import ValidationError

from core.fetch.resolver import PrivateAddress, PublicResolver, is_public, must_be_public
from interactions.webhooks import NewWebhook

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",  # noqa: S104 - refused
    "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:100.64.0.1", "2002:7f00:1::",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_no_address_inside_is_public(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(PrivateAddress):
        must_be_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.215.14"])
def test_an_address_out_there_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f.1", "017700000001"])
async def test_a_name_that_leads_inside_is_refused_however_it_is_spelt(host: str) -> None:
    resolver = PublicResolver()
    with pytest.raises(OSError, match=r"no public address|Name or service not known"):
        await resolver.resolve(host, 80)
    await resolver.close()


@pytest.mark.parametrize(
    "url", ["ftp://erp.example/", "https://", "https://user:secret@erp.example/", "https:///x", "//x"]
)
def test_what_is_no_web_address_is_no_subscription(url: str) -> None:
    with pytest.raises(ValidationError):
        NewWebhook(url=url, kinds=["message.added"])
