"""A small order system that is shown beside conversations: what docs/connect.md explains, to be run and tried.

`python tools/erp_example.py <our origin> <extension id> <secret>` serves it on http://127.0.0.1:9080/.
It trusts nothing but the signed context: who looks at whose orders is in the token, never in the address.
"""

from __future__ import annotations

import sys
from typing import Any

from aiohttp import web
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

ORDERS = ("A-1001: oven, delivered", "A-1002: fridge, on its way")
_PAGE = """<!doctype html><meta charset="utf-8"><title>Orders</title><style>body { font: 15px sans-serif }</style>
<h1>Orders</h1><p id="who">…</p><ul id="orders"></ul><button id="insert" type="button">Insert</button>
<button id="open" type="button">Open the customer</button><script src="/erp.js"></script>"""
_SCRIPT = """
const centre = %(centre)s;
let customer = null;
window.addEventListener("message", async (event) => {
  // Only the console may tell us who is there.
  if (event.origin !== centre || event.source !== window.parent || event.data?.type !== "markaz:context") return;
  const answer = await fetch("/orders", { method: "POST", headers: { Authorization: `Bearer ${event.data.token}` } });
  const told = await answer.json();
  customer = told.customer ?? null;
  document.dir = told.dir ?? "ltr";
  document.getElementById("who").textContent = told.text;
  document.getElementById("orders").replaceChildren(...(told.orders ?? []).map((order) => {
    const line = document.createElement("li");
    line.textContent = order;
    return line;
  }));
});
const ask = (message) => window.parent.postMessage(message, centre);
document.getElementById("insert").onclick = () => ask({ type: "markaz:insert", text: "Your fridge is on its way." });
document.getElementById("open").onclick = () => ask({ type: "markaz:open", customer });
ask({ type: "markaz:ready" });
"""


def verified(token: str, secret: str, centre: str, extension_id: str) -> dict[str, Any]:
    """Return the claims of a context that is ours, for us, and not over; JoseError otherwise."""
    claims = jwt.decode(token, OctKey.import_key(secret), algorithms=["HS256"]).claims
    required = {"iss": centre, "aud": extension_id}
    rules: dict[str, Any] = {name: {"essential": True, "value": value} for name, value in required.items()}
    jwt.JWTClaimsRegistry(exp={"essential": True}, **rules).validate(claims)
    return claims


def application(centre: str, extension_id: str, secret: str) -> web.Application:
    """Return the order system; `centre` is the origin of the console."""
    frame = {"Content-Security-Policy": f"default-src 'self'; style-src 'unsafe-inline'; frame-ancestors {centre}"}

    async def page(_: web.Request) -> web.Response:
        return web.Response(text=_PAGE, content_type="text/html", headers=frame)

    async def script(_: web.Request) -> web.Response:
        text = _SCRIPT % {"centre": web.json_response(centre).text}
        return web.Response(text=text, content_type="text/javascript")

    async def orders(request: web.Request) -> web.Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            claims = verified(token, secret, centre, extension_id)
        except (JoseError, ValueError):
            return web.json_response({"text": "This context does not count."}, status=403)
        text = f"{claims['customer']['name']} / {claims['name']}"
        answer = {"text": text, "customer": claims["customer"]["id"], "dir": claims["dir"], "orders": ORDERS}
        return web.json_response(answer)

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_get("/erp.js", script)
    app.router.add_post("/orders", orders)
    return app


if __name__ == "__main__":
    web.run_app(application(*sys.argv[1:4]), host="127.0.0.1", port=9080)
