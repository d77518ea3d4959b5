"""The page behind List-Unsubscribe: looking at it changes nothing, its button or a mail program's one click does."""

from __future__ import annotations

from html import escape

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from consents.mail import MailList, MailOptOuts
from core.http import PUBLIC, Call, route

_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>{title}</title><link rel="icon" href="data:,">
<style>
body {{ max-width: 34rem; margin: 0 auto; padding: 24px 16px; overflow-wrap: anywhere; line-height: 1.65;
  font-family: system-ui, "Segoe UI", Tahoma, sans-serif; color: #1a1b1e; background: #fff; }}
button {{ font: inherit; padding: 10px 20px; border: 0; border-radius: 6px; color: #fff; background: #1864ab; }}
button:focus-visible {{ outline: 3px solid #74c0fc; }}
</style></head>
<body><main>
<p lang="en">{en}</p>
<p lang="ar" dir="rtl">{ar}</p>
<p lang="fa" dir="rtl">{fa}</p>
{button}
</main></body></html>
"""
_BUTTON = """<form method="post"><button type="submit"><span lang="en">Unsubscribe</span> ·
<bdi lang="ar">إلغاء الاشتراك</bdi> · <bdi lang="fa">لغو اشتراک</bdi></button></form>"""
_ASKED = {
    "title": "Unsubscribe",
    "en": "No more mail of this kind to {address}?",
    "ar": "هل تريد ألا تصل رسائل من هذا النوع إلى {address}؟",
    "fa": "دیگر نامه‌ای از این نوع به {address} فرستاده نشود؟",
}
_DONE = {
    "title": "Unsubscribed",
    "en": "{address} gets no more mail of this kind. Answers to what you ask us still come.",
    "ar": "لن تصل رسائل من هذا النوع إلى {address} بعد الآن. أما الردود على أسئلتك فستصل كالمعتاد.",
    "fa": "دیگر نامه‌ای از این نوع به {address} فرستاده نمی‌شود. پاسخ پرسش‌های شما همچنان می‌رسد.",
}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}


class UnsubscribeLink(BaseModel):
    """What stands in the link that a mail carries."""

    model_config = ConfigDict(extra="forbid")

    list: MailList
    address: str = Field(min_length=3, max_length=254)
    mac: str = Field(min_length=32, max_length=32)


class UnsubscribeRoutes:
    def __init__(self, refused: MailOptOuts) -> None:
        self._refused = refused

    @route("GET", "/unsubscribe", permission=PUBLIC)
    async def show_unsubscribe(self, call: Call, query: UnsubscribeLink) -> web.Response:  # noqa: ARG002 - every route has it
        """Show a page with one button; programs that look at links change nothing."""
        self._refused.check(query.list, query.address, query.mac)
        return _page(_ASKED, query.address, _BUTTON)

    @route("POST", "/unsubscribe", permission=PUBLIC, form=True)
    async def unsubscribe(self, call: Call, query: UnsubscribeLink) -> web.Response:  # noqa: ARG002 - as above
        """End it for who has the link, by the page's button or a mail program's one click (RFC 8058)."""
        await self._refused.end(query.list, query.address, query.mac)
        return _page(_DONE, query.address, "")


def _page(words: dict[str, str], address: str, button: str) -> web.Response:
    shown = f'<bdi dir="ltr">{escape(address)}</bdi>'
    told = {name: text.format(address=shown) for name, text in words.items()}
    return web.Response(text=_PAGE.format(button=button, **told), content_type="text/html", headers=_HEADERS)
