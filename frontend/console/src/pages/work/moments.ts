import type { Language } from "../../i18n/words";

const hourMs = 3_600_000;
const morningHour = 9;
/** Days off where the language is spoken, Sunday 0; the organisation's own come with its settings. */
const weekends: Record<Language, number[]> = { fa: [5], ar: [5, 6], en: [6, 0] };

const morning = (day: Date, daysLater: number): Date =>
  new Date(day.getFullYear(), day.getMonth(), day.getDate() + daysLater, morningHour);

/** The usual moments to come back to something, where the reader is. */
export function presets(now: Date, language: Language): { word: "in_hour" | "tomorrow" | "next_working_day"; at: Date }[] {
  const tomorrow = morning(now, 1);
  let working = tomorrow;
  while (weekends[language].includes(working.getDay())) working = morning(working, 1);
  const all = [
    { word: "in_hour" as const, at: new Date(now.getTime() + hourMs) },
    { word: "tomorrow" as const, at: tomorrow },
    { word: "next_working_day" as const, at: working },
  ];
  // Before an ordinary day both are the same moment.
  return working.getTime() === tomorrow.getTime() ? all.slice(0, 2) : all;
}
