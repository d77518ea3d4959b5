/** The tag that brings the widget into a page of another site. */
export function scriptTag(origin: string, site: string): string {
  return `<script async src="${origin}/widget/markaz.js" data-site="${site}"></script>`;
}

/** Sites as people write them: one a line, with or without a slash at the end. */
export function originsOf(text: string): string[] {
  return text.split(/\s+/).map((line) => line.replace(/\/+$/, "")).filter((line) => line !== "");
}
