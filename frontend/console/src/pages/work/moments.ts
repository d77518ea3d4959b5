import { asciiDigits } from "../../kit/fold";

const hourMs = 3_600_000;
const morningHour = 9;
/** As `Date` counts them. */
const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

const morning = (day: Date, daysLater: number): Date =>
  new Date(day.getFullYear(), day.getMonth(), day.getDate() + daysLater, morningHour);

/** The usual moments to come back to something, where the reader is; the organisation says which days are off. */
export function presets(now: Date, weekend: string[]): { word: "in_hour" | "tomorrow" | "next_working_day"; at: Date }[] {
  const tomorrow = morning(now, 1);
  let working = tomorrow;
  // At most a week: an organisation that never works still gets a moment.
  for (let days = 0; days < 6 && weekend.includes(weekdays[working.getDay()]!); days += 1) working = morning(working, 1);
  const all = [
    { word: "in_hour" as const, at: new Date(now.getTime() + hourMs) },
    { word: "tomorrow" as const, at: tomorrow },
    { word: "next_working_day" as const, at: working },
  ];
  // Before an ordinary day both are the same moment.
  return working.getTime() === tomorrow.getTime() ? all.slice(0, 2) : all;
}

const clock = /^([01]?\d|2[0-3])\s*[:.٫]?\s*([0-5]\d)$/;

/** What was typed, in any digits: 9:05, 905, ۱۴:۳۰. */
export function momentOf(day: string | null, time: string): Date | null {
  const found = clock.exec(asciiDigits(time).trim());
  if (day === null || !found) return null;
  const [year, month, date] = day.split("-").map(Number) as [number, number, number];
  return new Date(year, month - 1, date, Number(found[1]), Number(found[2]));
}
