"""Where files come from: Twilio's names over TLS, which a resolver of the test leads to one double."""

from __future__ import annotations

import ssl
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import ClientSession, TCPConnector, web
from aiohttp.abc import AbstractResolver
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from channels.twilio_api import media
from channels.twilio_api.client import TwilioClients
from channels.twilio_api.settings import TwilioSettings
from core.fetch.resolver import PublicResolver

DOT = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
START = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
SETTINGS = TwilioSettings(account_sid="AC" + "a" * 32, auth_token="secret", number="+15005550006")


class ToUs(AbstractResolver):
    def __init__(self, port) -> None:
        self.port = port

    async def resolve(self, host, port=0, family=0):
        return [{"hostname": host, "host": "127.0.0.1", "port": self.port, "family": 2, "proto": 0, "flags": 0}]

    async def close(self):
        return


def certificate(folder):
    """Write a key and a certificate for whatever name is asked; nobody checks it here."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "double")]), datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(hours=1), now + timedelta(hours=1))
    pem = serialization.Encoding.PEM
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "double.pem"
    path.write_bytes(plain + made.sign(key, hashes.SHA256()).public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@asynccontextmanager
async def twilio(folder, redirect):
    """A client of Twilio's own names, and who was asked with which credentials."""
    asked = []

    async def take(request):
        asked.append((request.host, "Authorization" in request.headers))
        if request.host == "api.twilio.com":
            return web.Response(status=307, headers={"Location": redirect})
        return web.Response(body=DOT)

    application = web.Application()
    application.router.add_get("/{tail:.*}", take)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=certificate(folder)).start()
    clients = TwilioClients()
    client = clients.of(SETTINGS)
    await client.http_client.close()
    client.http_client.session = ClientSession(connector=TCPConnector(resolver=ToUs(runner.addresses[0][1]), ssl=False))
    try:
        yield client, asked
    finally:
        await clients.close()
        await runner.cleanup()


def form(url=START):
    return {"NumMedia": "1", "MediaUrl0": url, "MediaContentType0": "image/png"}


@pytest.mark.parametrize(
    "redirect", ["https://mms.twiliocdn.com/AC1/1", "https://s3-external-1.amazonaws.com/media.twiliocdn.com/AC1/1"]
)
async def test_the_credentials_stay_with_the_api_when_it_sends_us_elsewhere(tmp_path, redirect):
    async with twilio(tmp_path, redirect) as (client, asked):
        (file,), left_out = await media.files(client, form())
        assert (file.content, left_out) == (DOT, [])
        assert asked == [("api.twilio.com", True), (redirect.split("/")[2], False)]


@pytest.mark.parametrize(
    "redirect",
    [
        "http://mms.twiliocdn.com/AC1/1",
        "https://evil.example.org/1",
        "https://twilio.com.evil.example.org/1",
        "https://mms.twiliocdn.com:8443/1",
        "https://user@mms.twiliocdn.com/1",
        "https://s3-external-1.amazonaws.com/another-bucket/1",
        "https://127.0.0.1/1",
        "file:///etc/passwd",
        "http://[::1",
        "",
    ],
)
async def test_no_redirect_leads_out_of_twilio(tmp_path, redirect):
    async with twilio(tmp_path, redirect) as (client, asked):
        files, left_out = await media.files(client, form())
        assert (files, len(left_out)) == ((), 1)
        assert {host for host, _ in asked} == {"api.twilio.com"}


@pytest.mark.parametrize(
    "url", ["https://evil.example.org/x", "http://169.254.169.254/latest", "", "//x", "http://[::1"]
)
async def test_a_form_cannot_name_a_file_elsewhere(tmp_path, url):
    async with twilio(tmp_path, START) as (client, asked):
        files, left_out = await media.files(client, form(url))
        assert (files, len(left_out), asked) == ((), 1, [])


async def test_a_public_name_may_not_lead_inside():
    with pytest.raises(OSError, match="no public address"):
        await PublicResolver().resolve("localhost", 80)


async def test_nothing_is_asked_of_a_name_that_leads_inside():
    clients = TwilioClients()
    client = clients.of(SETTINGS)
    try:
        with pytest.raises(OSError, match="no public address"):
            await client.http_client.session.get("http://localhost:1/")
    finally:
        await clients.close()


async def test_a_count_that_is_none_fetches_nothing():
    assert await media.files(None, {"NumMedia": "9" * 5000}) == ((), [])
    assert await media.files(None, {"NumMedia": "-1"}) == ((), [])
    assert await media.files(None, {}) == ((), [])
