import type { Calendar } from "../../protocol";

/** How many complaints of one kind were registered on a day. */
export interface Counted {
  key: string | null;
  label: string | null;
  day: string;
  number: number;
}

export interface Counts {
  key: string;
  label: string | null;
  counts: Record<string, number>;
  total: number;
}

/** A month with the first and the last of its days on which there was something. */
export interface Month {
  name: string;
  first: string;
  last: string;
}

/** Days put together to months as a calendar has them, in the order of time; what there was most of comes first. */
export function byMonths(items: Counted[], locale: string, calendar: Calendar): { months: Month[]; rows: Counts[] } {
  const format = new Intl.DateTimeFormat(locale, { month: "short", year: "numeric", calendar, timeZone: "UTC" });
  const months: Month[] = [];
  const rows = new Map<string, Counts>();
  for (const { key, label, day, number } of [...items].sort((one, other) => one.day.localeCompare(other.day))) {
    const month = format.format(new Date(`${day}T12:00:00Z`));
    const known = months.find(({ name }) => name === month);
    if (known) known.last = day;
    else months.push({ name: month, first: day, last: day });
    const row = rows.get(key ?? "") ?? { key: key ?? "", label, counts: {}, total: 0 };
    row.counts[month] = (row.counts[month] ?? 0) + number;
    row.total += number;
    rows.set(key ?? "", row);
  }
  return { months, rows: [...rows.values()].sort((one, other) => other.total - one.total) };
}
