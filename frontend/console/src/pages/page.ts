import { lazy, type ComponentType } from "react";
import type { Icon } from "@tabler/icons-react";
import type { Language } from "../i18n/words";

export interface PageProps {
  /** The parts of the address after the page's path. */
  rest: string[];
}

/** A group of the rail. */
export type Section = "work" | "customers" | "field" | "outbound" | "knowledge" | "reports";

export interface PageEntry {
  /** First part of its address behind the `#`. */
  path: string;
  word: Record<Language, string>;
  /** Whoever lacks it does not see the page; null for everybody. The server decides again. */
  permission: string | null;
  /** `main` is always in the rail, `settings` behind one entry of it. */
  group: "main" | "settings";
  /** Which group of the rail a page of `main` is in; `work` where none is named. */
  section?: Section;
  /** Its place among the pages of its group. */
  order: number;
  icon: Icon;
  component: ComponentType<PageProps>;
}

/** A page whose code is fetched when it is first opened. */
export function onDemand(load: () => Promise<ComponentType<PageProps>>): ComponentType<PageProps> {
  return lazy(async () => ({ default: await load() }));
}
