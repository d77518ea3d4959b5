/**
 * What was pasted from Word, Outlook or a page, made into what the editor knows: lists that are lists, rows of a table on
 * lines of their own, headings as bold lines, and nothing that runs or is fetched.
 */
export function pastedHtml(html: string): string {
  // Before anything reads it: the browser itself looks at handlers, wherever they are.
  const still = html.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\son[a-z]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)/gi, ""));
  const page = new DOMParser().parseFromString(still, "text/html");
  page.querySelectorAll("script, style, meta, link, title, template, iframe, object, svg, math").forEach((one) => one.remove());
  page.querySelectorAll("*").forEach((one) => {
    for (const { name } of [...one.attributes]) if (name.toLowerCase().startsWith("on")) one.removeAttribute(name);
  });
  // A picture of elsewhere would be fetched by whoever looks; those of the clipboard come as files.
  page.querySelectorAll("img").forEach((one) => one.getAttribute("src")?.startsWith("/api/files/") || one.remove());
  wordLists(page);
  page.querySelectorAll("table").forEach((table) => asLines(page, table));
  page.querySelectorAll("h1, h2, h3, h4, h5, h6").forEach((heading) => asBold(page, heading));
  // Word's empty line is a space that does not break.
  page.querySelectorAll("p, div").forEach((one) => {
    if (one.children.length === one.querySelectorAll("o\\:p, span").length && one.textContent?.replace(/\u00a0/g, " ").trim() === "" && one.querySelector("br, img") === null) one.innerHTML = "";
  });
  return page.body.innerHTML;
}

const listLevel = /mso-list:\s*l\d+\s+level(\d)/;
const ordered = /^[\s\u00a0]*(?:[0-9٠-٩۰-۹]+|[a-zA-Z]|[ivxIVX]+)[.)]/;

/** Word writes lists as paragraphs with a sign before them. */
function wordLists(page: Document): void {
  let open: { level: number; list: Element }[] = [];
  for (const paragraph of [...page.querySelectorAll("p")]) {
    const found = listLevel.exec(paragraph.getAttribute("style") ?? "");
    const mark = [...paragraph.querySelectorAll("span")].find((span) => (span.getAttribute("style") ?? "").replace(/\s/g, "").includes("mso-list:Ignore"));
    if (!found || !mark) {
      open = [];
      continue;
    }
    const level = Number(found[1]);
    const kind = ordered.test(mark.textContent ?? "") ? "OL" : "UL";
    mark.remove();
    // Something else between them ends a list.
    if (open[0]?.list !== paragraph.previousElementSibling) open = [];
    while (open.length > 0 && open.at(-1)!.level > level) open.pop();
    if (open.length > 0 && open.at(-1)!.level === level && open.at(-1)!.list.tagName !== kind) open.pop();
    if (open.length === 0 || open.at(-1)!.level < level) {
      const list = page.createElement(kind);
      const outer = open.at(-1)?.list.lastElementChild;
      if (outer) outer.append(list);
      else paragraph.before(list);
      open.push({ level, list });
    }
    const item = page.createElement("li");
    const inner = page.createElement("p");
    inner.append(...paragraph.childNodes);
    item.append(inner);
    open.at(-1)!.list.append(item);
    paragraph.remove();
  }
}

function asLines(page: Document, table: Element): void {
  for (const row of table.querySelectorAll("tr")) {
    const line = page.createElement("p");
    line.textContent = [...row.querySelectorAll("td, th")].map((cell) => (cell.textContent ?? "").replace(/\s+/g, " ").trim()).join(" | ");
    table.before(line);
  }
  table.remove();
}

function asBold(page: Document, heading: Element): void {
  const line = page.createElement("p");
  const bold = page.createElement("strong");
  bold.append(...heading.childNodes);
  line.append(bold);
  heading.replaceWith(line);
}
