import type { PageEntry } from "./page";

/** Every page of the console: the folders that are here. A new capability adds a folder with an `index.ts`. */
const found = import.meta.glob<PageEntry>("./*/index.ts", { eager: true, import: "page" });
const groups = ["main", "settings"];
const pages = Object.values(found).sort(
  (one, other) => groups.indexOf(one.group) - groups.indexOf(other.group) || one.order - other.order,
);

export function pagesFor(permissions: string[]): PageEntry[] {
  return pages.filter(({ permission }) => permission === null || permissions.includes(permission));
}
