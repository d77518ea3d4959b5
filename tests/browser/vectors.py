"""What people who mean harm write into mails: each tries to run a script, or to have something fetched."""

from __future__ import annotations

# Whatever runs leaves a mark and asks elsewhere.
RUN = "top.hurt=1;window.hurt=1;alert(1)"
FAR = "https://evil.example/"

VECTORS = (
    f"<script>{RUN}</script>",
    f"<ScRiPt>{RUN}</sCrIpT>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f"<script src={FAR}a.js></script>",
    f"<script/x>{RUN}</script>",
    f'"><script>{RUN}</script>',
    f"'><script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"--><script>{RUN}</script>",
    f'<!--<img src="--><img src=x onerror={RUN}>">',
    f"<img src=x onerror={RUN}>",
    f'<img src=x onerror="{RUN}">',
    f"<img/src=x/onerror={RUN}>",
    f'<img src="x`<script>{RUN}</script>"` `>',
    f"<img src={FAR}pixel.gif>",
    f"<img srcset='{FAR}a.gif 1x, {FAR}b.gif 2x'>",
    "<img src=//evil.example/a.gif>",
    f"<image href=x onerror={RUN}>",
    f"<input autofocus onfocus={RUN}>",
    f"<input type=image src={FAR}i.gif onerror={RUN}>",
    f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f'<svg><a xlink:href="javascript:{RUN}"><text x=20 y=20>press</text></a></svg>',
    '<svg><use href="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+#x"></use></svg>',
    f'<svg><foreignObject><iframe srcdoc="<script>{RUN}</script>"></iframe></foreignObject></svg>',
    f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror={RUN}&gt;">',
    f'<math href="javascript:{RUN}">press</math>',
    f'<noscript><p title="</noscript><img src=x onerror={RUN}>">',
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={RUN}>",
    f'<iframe src="javascript:{RUN}"></iframe>',
    f'<iframe srcdoc="<script>{RUN}</script>"></iframe>',
    f"<iframe src={FAR}></iframe>",
    f'<object data="data:text/html,<script>{RUN}</script>"></object>',
    f'<embed src="javascript:{RUN}">',
    f'<a href="javascript:{RUN}">press</a>',
    f'<a href="java&#10;script:{RUN}">press</a>',
    f'<a href="&#x6A;avascript:{RUN}">press</a>',
    f'<a href="\x01javascript:{RUN}">press</a>',
    f'<a href="data:text/html,<script>{RUN}</script>">press</a>',
    f'<a href="vbscript:{RUN}">press</a>',
    f"<body onload={RUN}>",
    f"<body background={FAR}b.gif>",
    f"<base href={FAR}><a href=a>press</a>",
    f'<meta http-equiv=refresh content="0;url=javascript:{RUN}">',
    f'<meta http-equiv=refresh content="0;url={FAR}">',
    f"<link rel=stylesheet href={FAR}s.css>",
    f"<link rel=preconnect href={FAR}>",
    f"<style>@import '{FAR}s.css';body{{background:url({FAR}b.gif)}}</style>",
    f'<div style="background:url({FAR}d.gif);width:expression({RUN})">styled</div>',
    f"<table background={FAR}t.gif><td background={FAR}c.gif>cell</table>",
    f"<video poster={FAR}p.gif src={FAR}v.mp4 onerror={RUN}></video>",
    f"<audio src={FAR}a.mp3 onerror={RUN}></audio>",
    f"<details open ontoggle={RUN}>open</details>",
    f"<marquee onstart={RUN}>moves</marquee>",
    f'<form action="javascript:{RUN}"><button>press</button></form>',
    f'<button formaction="javascript:{RUN}">press</button>',
    f"<template><script>{RUN}</script></template>",
    f"<x onclick={RUN} tabindex=1 onfocus={RUN} autofocus>press</x>",
    f"{{{{constructor.constructor('{RUN}')()}}}}",
    f"${{{RUN}}}",
    f"\u202e<img src=x onerror={RUN}>",
)

SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{RUN}"><script>{RUN}</script><image href="{FAR}s.gif"/></svg>'
HTML = f"<!doctype html><body onload='{RUN}'><script>{RUN}</script><img src='{FAR}h.gif'></body>"
CALENDAR = (
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n"
    f"SUMMARY:<img src=x onerror={RUN}>\r\nDESCRIPTION:<script>{RUN}</script>\r\nURL:javascript:{RUN}\r\n"
    f"ATTACH:{FAR}a\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
CARD = (
    f"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:<img src=x onerror={RUN}>\r\nPHOTO:{FAR}photo.gif\r\n"
    f"URL:javascript:{RUN}\r\nEND:VCARD\r\n"
)
