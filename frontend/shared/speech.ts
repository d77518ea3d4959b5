import type { Calendar } from "./calendar";

export type Language = "en" | "ar" | "fa";

const digitsOf: Record<Language, string> = { en: "latn", ar: "arab", fa: "arabext" };
export const usualCalendar: Record<Language, Calendar> = { en: "gregory", ar: "gregory", fa: "persian" };

/** Words, numbers and moments as the reader has them: three languages, three calendars, their own digits. */
export class Speech<Words extends Record<string, string>> {
  private readonly locale: string;
  private readonly zone: { timeZone?: string };
  private readonly numbers: Intl.NumberFormat;

  constructor(
    readonly words: Words,
    readonly language: Language,
    readonly calendar: Calendar,
    digits: "language" | "latin" = "language",
    timeZone: string | undefined = undefined,
  ) {
    const system = digits === "latin" ? "latn" : digitsOf[language];
    this.locale = `${language}-u-ca-${calendar}-nu-${system}`;
    this.zone = timeZone === undefined ? {} : { timeZone };
    this.numbers = new Intl.NumberFormat(`${language}-u-nu-${system}`, { useGrouping: false, maximumFractionDigits: 1 });
  }

  get side(): "ltr" | "rtl" {
    return this.language === "en" ? "ltr" : "rtl";
  }

  /** What stands in for `{name}` is set apart: it may be in the other direction. */
  say(word: keyof Words & string, values: Record<string, string | number> = {}): string {
    return (this.words[word] ?? word).replace(/\{(\w+)\}/g, (_, name: string) => `\u2068${typeof values[name] === "number" ? this.number(values[name]) : values[name] ?? ""}\u2069`);
  }

  /** A word that the server names, such as a stage; the name itself where there is none. */
  sayAny(group: string, name: string): string {
    return (this.words as Record<string, string>)[`${group}.${name}`] ?? name;
  }

  number(value: number): string {
    return this.numbers.format(value);
  }

  at(moment: string): string {
    return this.format({ day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...this.zone }).format(new Date(moment));
  }

  clock(moment: string | number): string {
    return this.format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...this.zone }).format(new Date(moment));
  }

  /** The day of a moment, with the day of the week. */
  dayOf(moment: string | number): string {
    return this.format({ weekday: "long", day: "numeric", month: "long", ...this.zone }).format(new Date(moment));
  }

  /** A day without time, such as 2027-03-21. */
  day(plain: string): string {
    return this.format({ day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(new Date(`${plain}T00:00:00Z`));
  }

  private format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    return new Intl.DateTimeFormat(this.locale, options);
  }
}
