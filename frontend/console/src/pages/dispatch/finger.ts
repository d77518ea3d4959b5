import { useEffect, useRef, type PointerEvent } from "react";
import { momentAt, shownHours, type DayBoard, type Hand, type Over, type Visit } from "./day";

const heldMs = 300;
const stillPixels = 8;

/** The lane under a point of the screen, and the time at it. */
function overAt(day: DayBoard, x: number, y: number): Over | null {
  const lane = document.elementFromPoint(x, y)?.closest<HTMLElement>("[data-technician]");
  return lane ? { technicianId: lane.dataset["technician"]!, at: timeIn(day, lane, x) } : null;
}

/** The time at a place of a lane, whichever way the day runs. */
export function timeIn(day: DayBoard, lane: HTMLElement, x: number): string {
  const box = lane.getBoundingClientRect();
  const part = (x - box.left) / box.width;
  return momentAt(day, shownHours(day), getComputedStyle(lane).direction === "rtl" ? 1 - part : part);
}

/**
 * Drags a visit by a finger or a pen; dragging of browsers is the mouse's, and on touch as each likes.
 * Held for a moment it is taken; moved before that, the page scrolls as ever.
 */
export function useFinger(visit: Visit, day: DayBoard, hand: Hand, isMovable: boolean): { onPointerDown: (event: PointerEvent<HTMLElement>) => void } {
  const stop = useRef<(() => void) | null>(null);
  useEffect(() => () => stop.current?.(), []);
  // What was last rendered: a drag outlives renders.
  const now = useRef({ visit, day, hand });
  now.current = { visit, day, hand };
  const begin = (event: PointerEvent<HTMLElement>) => {
    if (!isMovable || event.pointerType === "mouse" || !event.isPrimary) return;
    stop.current?.();
    stop.current = followed(event.currentTarget, event.nativeEvent, now.current.visit, now);
  };
  return { onPointerDown: begin };
}

function followed(element: HTMLElement, begun: globalThis.PointerEvent, visit: Visit, now: { current: { day: DayBoard; hand: Hand } }): () => void {
  let over: Over | null = null;
  let isTaken = false;
  const timer = window.setTimeout(() => {
    isTaken = true;
    now.current.hand.take(visit);
  }, heldMs);
  // Browsers that drag by a long press would take it out of our hand.
  const wasDraggable = element.draggable;
  element.draggable = false;
  const end = () => {
    window.clearTimeout(timer);
    element.draggable = wasDraggable;
    for (const [name, handler] of handlers) document.removeEventListener(name, handler);
    if (isTaken) {
      now.current.hand.hold(null);
      now.current.hand.take(null);
    }
    isTaken = false;
  };
  const move = (event: globalThis.PointerEvent) => {
    if (event.pointerId !== begun.pointerId) return;
    if (!isTaken) {
      if (Math.hypot(event.clientX - begun.clientX, event.clientY - begun.clientY) > stillPixels) end();
      return;
    }
    over = overAt(now.current.day, event.clientX, event.clientY);
    now.current.hand.hold(over);
  };
  const up = (event: globalThis.PointerEvent) => {
    if (event.pointerId !== begun.pointerId) return;
    const [target, hand] = [isTaken ? over : null, now.current.hand];
    end();
    if (target) hand.drop(visit, target);
  };
  const still = (event: Event) => {
    if (isTaken) event.preventDefault();
  };
  const handlers: [string, EventListener][] = [
    ["pointermove", move as EventListener],
    ["pointerup", up as EventListener],
    ["pointercancel", end],
    // A page that scrolls, or a menu that opens, ends the drag.
    ["touchmove", still],
    ["contextmenu", still],
  ];
  for (const [name, handler] of handlers) document.addEventListener(name, handler, { passive: false });
  return end;
}
