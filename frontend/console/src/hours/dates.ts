import { useRegion } from "../i18n/context";
import { dateOf, monthNames, type Day } from "../kit/calendar";
import type { Calendar } from "../protocol";

const dayMs = 86_400_000;

/** Days and months in the reader's language, calendar and digits. */
export function useDays() {
  const { language, calendar, speech } = useRegion();
  const locale = `${language}-u-ca-${calendar}-nu-${speech.numberingSystem}`;
  const format = (day: Day, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options }).format(day * dayMs);
  return {
    format,
    full: (day: Day) => {
      // What browsers make of a weekday with a Persian date runs backwards.
      if (language !== "fa") return format(day, { weekday: "short", day: "numeric", month: "long", year: "numeric" });
      const date = dateOf(day, calendar);
      return `${format(day, { weekday: "long" })} ${speech.number(date.day)} ${monthNames(language, calendar)[date.month - 1]} ${speech.number(date.year)}`;
    },
    months: (of: Calendar) => monthNames(language, of).map((label, index) => ({ value: String(index + 1), label })),
    /** A day of a year in some calendar: 1 Farvardin. */
    inYear: (of: Calendar, month: number, day: number) => `${speech.number(day)} ${monthNames(language, of)[month - 1] ?? ""}`,
  };
}
