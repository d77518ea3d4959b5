import type { Calendar } from "../protocol";
import type { HolidayRule } from "./model";

/** A day of a ready-made set: what it is called is a word of ours (`day.<name>`). */
interface Known {
  name: KnownDay;
  calendar: Calendar;
  month: number;
  day: number;
  days?: number;
}

export type KnownDay =
  | "nowruz" | "islamic_republic" | "nature" | "khomeini" | "khordad" | "revolution" | "oil"
  | "tasua" | "ashura" | "arbaeen" | "prophet_death" | "askari" | "sadiq_birth" | "fatima" | "ali_birth" | "mission" | "mahdi_birth"
  | "ali_death" | "fitr" | "sadiq_death" | "adha" | "ghadir" | "hijri_year" | "mawlid" | "arafah"
  | "founding" | "saudi" | "emirates" | "kuwait" | "liberation" | "qatar" | "bahrain" | "new_year";

const solar = (name: KnownDay, month: number, day: number, days = 1): Known => ({ name, calendar: "persian", month, day, days });
const lunar = (name: KnownDay, month: number, day: number, days = 1): Known => ({ name, calendar: "islamic-umalqura", month, day, days });
const gregorian = (name: KnownDay, month: number, day: number, days = 1): Known => ({ name, calendar: "gregory", month, day, days });

/**
 * Sets that are added with one press.
 *
 * Only days that do not move within their calendar: not the end of Safar in Iran, which is the 29th or the 30th, and not
 * how many days an employer gives around a feast. What the moon moves is corrected year by year.
 */
export const sets = {
  iran_solar: [
    solar("nowruz", 1, 1, 4), solar("islamic_republic", 1, 12), solar("nature", 1, 13), solar("khomeini", 3, 14), solar("khordad", 3, 15),
    solar("revolution", 11, 22), solar("oil", 12, 29),
  ],
  iran_lunar: [
    lunar("tasua", 1, 9), lunar("ashura", 1, 10), lunar("arbaeen", 2, 20), lunar("prophet_death", 2, 28), lunar("askari", 3, 8), lunar("sadiq_birth", 3, 17),
    lunar("fatima", 6, 3), lunar("ali_birth", 7, 13), lunar("mission", 7, 27), lunar("mahdi_birth", 8, 15), lunar("ali_death", 9, 21),
    lunar("fitr", 10, 1, 2), lunar("sadiq_death", 10, 25), lunar("adha", 12, 10), lunar("ghadir", 12, 18),
  ],
  feasts: [lunar("fitr", 10, 1, 3), lunar("arafah", 12, 9), lunar("adha", 12, 10, 4)],
  islamic: [lunar("hijri_year", 1, 1), lunar("ashura", 1, 10), lunar("mawlid", 3, 12)],
  saudi: [gregorian("founding", 2, 22), gregorian("saudi", 9, 23)],
  emirates: [gregorian("new_year", 1, 1), gregorian("emirates", 12, 2, 2)],
  kuwait: [gregorian("new_year", 1, 1), gregorian("kuwait", 2, 25), gregorian("liberation", 2, 26)],
  qatar: [gregorian("qatar", 12, 18)],
  bahrain: [gregorian("new_year", 1, 1), gregorian("bahrain", 12, 16, 2)],
} satisfies Record<string, Known[]>;

export type SetName = keyof typeof sets;

/** The rules with those of a set that are not there yet. */
export function withSet(rules: HolidayRule[], set: SetName, nameOf: (day: KnownDay) => string): HolidayRule[] {
  const isThere = (known: Known) =>
    rules.some((rule) => rule.year === null && rule.calendar === known.calendar && rule.month === known.month && rule.day === known.day);
  const added = (sets[set] as Known[]).filter((known) => !isThere(known));
  return [...rules, ...added.map(({ name, days = 1, ...when }) => ({ ...when, name: nameOf(name), days, year: null, moved: [] }))];
}
