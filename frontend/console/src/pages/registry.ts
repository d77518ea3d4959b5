import type { ComponentType } from "react";
import type { PlainWord } from "../i18n/words";
import { WorkPage } from "./work/WorkPage";

export interface PageEntry {
  path: string;
  word: PlainWord;
  /** Whoever lacks it does not see the page; null for everybody. The server decides again. */
  permission: string | null;
  Page: ComponentType<{ rest: string[] }>;
}

/** Every page of the console. A new capability adds a folder and one line here. */
const pages: PageEntry[] = [{ path: "work", word: "nav.work", permission: null, Page: WorkPage }];

export function pagesFor(permissions: string[]): PageEntry[] {
  return pages.filter(({ permission }) => permission === null || permissions.includes(permission));
}
