import { useEffect, useRef } from "react";

const settleMs = 80;
const tries = 12;

/** Moves the focus to the heading of a page that was gone to, so that a screen reader says where it is. */
export function useArrival(path: string | undefined): void {
  const before = useRef(path);
  useEffect(() => {
    if (before.current === undefined || before.current === path) {
      before.current = path;
      return undefined;
    }
    before.current = path;
    // The page's code may still be on its way.
    let left = tries;
    const timer = window.setInterval(() => {
      left -= 1;
      if (arrive() || left === 0) window.clearInterval(timer);
    }, settleMs);
    return () => window.clearInterval(timer);
  }, [path]);
}

/** Whether there was a heading to go to, or the page itself took the focus. */
function arrive(): boolean {
  const main = document.getElementById("page");
  if (!main || document.querySelector('[aria-modal="true"]')) return false;
  if (main.contains(document.activeElement)) return true;
  const heading = [...main.querySelectorAll<HTMLElement>("h2")].find((each) => each.offsetParent !== null);
  heading?.setAttribute("tabindex", "-1");
  heading?.focus({ preventScroll: true });
  return heading !== undefined;
}
