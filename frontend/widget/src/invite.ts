import type { Invitation } from "./protocol";

/** Whether an address is one of those that a pattern means: part of it, with * for anything. */
export function isPage(pattern: string, address: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(parts.join(".*")).test(address);
}

/** Calls back when one of the invitations is due on this page; returns what ends the watch. */
export function watch(invitations: Invitation[], address: string, last: (id: string) => number, due: (invitation: Invitation) => void): () => void {
  const ends: (() => void)[] = [];
  const on = (target: EventTarget, event: string, heard: (event: Event) => void) => {
    target.addEventListener(event, heard, { passive: true });
    ends.push(() => target.removeEventListener(event, heard));
  };
  for (const each of invitations) {
    if (!isPage(each.page, address) || Date.now() - last(each.id) < each.every_hours * 3_600_000) continue;
    if (each.after_seconds !== null) {
      const timer = setTimeout(due, each.after_seconds * 1_000, each);
      ends.push(() => clearTimeout(timer));
    }
    if (each.on_exit) on(document.documentElement, "mouseleave", (event) => (event as MouseEvent).clientY <= 0 && due(each));
    if (each.scroll_percent !== null) {
      const { scroll_percent } = each;
      on(window, "scroll", () => {
        const page = document.documentElement;
        const way = page.scrollHeight - innerHeight;
        if (way > 0 && (scrollY / way) * 100 >= scroll_percent) due(each);
      });
    }
  }
  return () => ends.forEach((end) => end());
}
