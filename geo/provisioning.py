"""What a phone is told so that it sends here: by hand, by a link, or by a picture of the link. Pure."""

from __future__ import annotations

import io
import json
from base64 import b64encode
from urllib.parse import quote, urlencode

import segno

from geo.model import Client


def url_of(base_url: str, client: Client, token: str) -> str:
    """Return where a client sends: the token is in the path where it can send no header."""
    path = f"{base_url}/api/positions"
    return f"{path}/{token}" if client in ("traccar", "page") else path


def link_of(client: Client, url: str, device: tuple[str, str], secret: str | None, intervals: tuple[int, int]) -> str:
    """Return the link that sets a client up. `device`: its id and token; `intervals`: of positions and of pings."""
    device_id, token = device
    interval, ping = intervals
    if client == "traccar":
        return f"{url}?{urlencode({'id': device_id, 'interval': interval, 'accuracy': 'high'})}"
    if client == "overland":
        return f"overland://setup?{urlencode({'url': url, 'token': token, 'device_id': device_id})}"
    if client == "page":
        return url
    settings: dict[str, object] = {
        "_type": "configuration",
        "mode": 3,
        "url": url,
        "auth": True,
        "username": device_id,
        "password": token,
        "deviceId": device_id,
        "monitoring": 2,
        "locatorInterval": interval,
        "ping": max(ping // 60, 15),
    }
    if secret is not None:
        settings["encryptionKey"] = secret
    packed = b64encode(json.dumps(settings, separators=(",", ":")).encode()).decode()
    return f"owntracks:///config?inline={quote(packed, safe='')}"


def picture_of(text: str) -> str:
    """Return a QR code as SVG, which scales and needs no font."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=4, light="#fff", dark="#000"
    )
    return out.getvalue().decode().strip()
