"""What axe-core finds on a page that is open: WCAG 2.2 AA, serious and critical."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.async_api import Page

_SCRIPT = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_RUN = """async ([tags, within]) => {
  const options = { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] };
  const found = await axe.run(within ? { include: [within] } : document, options);
  return found.violations.filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target, html, any }) =>
      [id, target.join(" "), html.slice(0, 160), any.map(({ message }) => message).join("; ")].join(" | ")));
}"""


async def findings(page: Page, within: str | None = None) -> list[str]:
    """Return what is seriously wrong. The script is evaluated, not added as an element: the page's policy stays."""
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(_SCRIPT.read_text())
    found: Any = await page.evaluate(_RUN, [_TAGS, within])
    return [str(each) for each in found]
