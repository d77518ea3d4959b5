import { useCallback, useState } from "react";
import { keep, keptValue } from "../../../shared/kept";
import type { PageEntry, Section } from "../pages/page";

/** The groups of the rail in their order. */
export const sections: Section[] = ["work", "customers", "field", "outbound", "knowledge", "reports"];

/** What everybody needs stands open; the rest only for who has few pages. */
const usuallyOpen: Section[] = ["work", "customers"];
const fewPages = 9;
const key = "markaz.rail";

type Kept = Partial<Record<Section, boolean>>;

export interface SectionPages {
  section: Section;
  pages: PageEntry[];
}

/** The pages that are always in the rail, group by group; a group without a page is none. */
export function bySection(pages: PageEntry[]): SectionPages[] {
  const main = pages.filter(({ group }) => group === "main");
  return sections.map((section) => ({ section, pages: main.filter((page) => (page.section ?? "work") === section) })).filter((each) => each.pages.length > 0);
}

/** Whether a group shows its pages, before and after somebody said so. */
export function isSectionOpen(section: Section, kept: Kept, pageCount: number): boolean {
  return kept[section] ?? (usuallyOpen.includes(section) || pageCount <= fewPages);
}

/** Pages of a group that are shown: all, or while it is closed the one that is open. */
export function shownPages({ pages }: SectionPages, isOpen: boolean, current: PageEntry | undefined): PageEntry[] {
  return isOpen ? pages : pages.filter((page) => page === current);
}

/** Which groups somebody opened or closed in this browser. */
export function useSections(): { kept: Kept; set: (section: Section, isOpen: boolean) => void } {
  const [kept, setKept] = useState<Kept>(read);
  const set = useCallback((section: Section, isOpen: boolean) => {
    setKept((old) => {
      const next = { ...old, [section]: isOpen };
      keep(key, JSON.stringify(next));
      return next;
    });
  }, []);
  return { kept, set };
}

function read(): Kept {
  const found = keptValue(key);
  if (typeof found !== "object" || found === null) return {};
  return Object.fromEntries(Object.entries(found).filter(([section, isOpen]) => sections.includes(section as Section) && typeof isOpen === "boolean"));
}
