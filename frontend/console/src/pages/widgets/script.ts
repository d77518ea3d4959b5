/** The tag that brings the widget into a page of another site. */
export function scriptTag(origin: string, site: string): string {
  return `<script async src="${origin}/widget/markaz.js" data-site="${site}"></script>`;
}

/** Sites as people write them: one a line, with or without a slash at the end. */
export function originsOf(text: string): string[] {
  return text.split(/\s+/).map((line) => line.replace(/\/+$/, "")).filter((line) => line !== "");
}

/** Words that are left empty are not sent: the widget then has its own. */
export function said<K extends string>(texts: Partial<Record<K, string>>): Partial<Record<K, string>> {
  const kept = Object.entries<string | undefined>(texts).filter(([, text]) => text?.trim());
  return Object.fromEntries(kept) as Partial<Record<K, string>>;
}
