import { keep, keptValue } from "../../../shared/kept";

/** Where somebody was last, for the palette; gone with the tab, since others may sit here next. */
export interface Recent {
  kind: "customer" | "ticket" | "conversation";
  title: string;
  to: string[];
}

const storageKey = "markaz.recent";
const most = 8;

export function recents(): Recent[] {
  const found = keptValue(storageKey, "session");
  return Array.isArray(found) ? (found as Recent[]).filter(({ title, to }) => typeof title === "string" && Array.isArray(to)) : [];
}

export function remember(recent: Recent): void {
  const others = recents().filter(({ to }) => to.join("/") !== recent.to.join("/"));
  keep(storageKey, JSON.stringify([recent, ...others].slice(0, most)), "session");
}
