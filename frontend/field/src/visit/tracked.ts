import type { Calendar } from "../../../shared/calendar";
import type { Language } from "../../../shared/speech";
import { metresBetween, type At } from "../sphere";

export type Stage = "planned" | "on_the_way" | "arrived" | "done" | "not_done" | "cancelled" | "over";

export interface Tracked {
  stage: Stage;
  number: string;
  subject: string;
  organisation: string;
  locale: Language;
  calendar: Calendar;
  time_zone: string;
  technician_name: string | null;
  from_at: string | null;
  to_at: string | null;
  place: { latitude: number; longitude: number } | null;
  position: { latitude: number; longitude: number; at: string } | null;
  arrival: { earliest_at: string; latest_at: string; metres: number } | null;
}

const onTheWayMs = 15_000;
const nearMs = 60_000;
const aheadMs = 2 * 3_600_000;

/** When the page asks again by itself; null when it does not: nothing happens soon, or nothing at all any more. Pure. */
export function pauseMs(seen: Pick<Tracked, "stage" | "from_at" | "to_at">, now: number): number | null {
  if (seen.stage === "on_the_way") return onTheWayMs;
  if (seen.stage === "arrived") return nearMs;
  if (seen.stage !== "planned" || seen.from_at === null) return null;
  const [from, to] = [Date.parse(seen.from_at), Date.parse(seen.to_at ?? seen.from_at)];
  return now >= from - aheadMs && now <= to + aheadMs ? nearMs : null;
}

export interface Sketch {
  home: [x: number, y: number];
  there: [x: number, y: number];
  /** Rings around the home, in units of the drawing. */
  rings: number[];
  /** A round length in metres, and how long it is drawn. */
  scale: { metres: number; length: number };
}

/** Both points on a sheet of our own, north up, with as much room as they need. Pure. */
export function sketch(home: At, there: At, width: number, height: number): Sketch {
  const east = Math.sign(there[1] - home[1]) * metresBetween(home, [home[0], there[1]]);
  const north = Math.sign(there[0] - home[0]) * metresBetween(home, [there[0], home[1]]);
  const margin = 48;
  const perMetre = Math.min((width - 2 * margin) / Math.max(Math.abs(east), 1), (height - 2 * margin) / Math.max(Math.abs(north), 1), (width - 2 * margin) / 300);
  const middle: [number, number] = [width / 2, height / 2];
  const place = (sign: 1 | -1): [number, number] => [middle[0] + (sign * east * perMetre) / 2, middle[1] - (sign * north * perMetre) / 2];
  const metres = roundBelow((width * 0.3) / perMetre);
  const length = metres * perMetre;
  return { home: place(-1), there: place(1), rings: [1, 2, 3, 4].map((step) => step * length), scale: { metres, length } };
}

/** 1, 2 or 5 with noughts. */
function roundBelow(metres: number): number {
  const unit = 10 ** Math.floor(Math.log10(Math.max(metres, 1)));
  return unit * (metres >= 5 * unit ? 5 : metres >= 2 * unit ? 2 : 1);
}
