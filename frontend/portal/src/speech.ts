import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Language } from "../../widget/src/desk/words";
import type { Calendar, Face, Guest } from "./api";
import { portalWords, type PortalWords } from "./words";

const digitsOf: Record<Language, string> = { en: "latn", ar: "arab", fa: "arabext" };
export const usualCalendar: Record<Language, Calendar> = { en: "gregory", ar: "gregory", fa: "persian" };

/** Words, numbers and moments as the reader has them: three languages, three calendars, their own digits. */
export class Speech {
  private readonly both: Intl.DateTimeFormat;
  private readonly days: Intl.DateTimeFormat;
  private readonly numbers: Intl.NumberFormat;

  constructor(
    readonly language: Language,
    readonly calendar: Calendar,
    digits: Face["digits"],
    timeZone: string | undefined = undefined,
  ) {
    const system = digits === "latin" ? "latn" : digitsOf[language];
    const locale = `${language}-u-ca-${calendar}-nu-${system}`;
    const zone = timeZone === undefined ? {} : { timeZone };
    this.both = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...zone });
    this.days = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
    this.numbers = new Intl.NumberFormat(`${language}-u-nu-${system}`, { useGrouping: false });
  }

  get side(): "ltr" | "rtl" {
    return this.language === "en" ? "ltr" : "rtl";
  }

  get words(): PortalWords {
    return portalWords[this.language];
  }

  /** What stands in for `{name}` is set apart: it may be in the other direction. */
  say(word: keyof PortalWords, values: Record<string, string | number> = {}): string {
    return this.words[word].replace(/\{(\w+)\}/g, (_, name: string) => `\u2068${typeof values[name] === "number" ? this.number(values[name]) : values[name] ?? ""}\u2069`);
  }

  /** A word that the server names, such as a stage; the name itself where there is none. */
  sayAny(group: string, name: string): string {
    return (this.words as Record<string, string>)[`${group}.${name}`] ?? name;
  }

  number(value: number): string {
    return this.numbers.format(value);
  }

  at(moment: string): string {
    return this.both.format(new Date(moment));
  }

  /** A day without time, such as 2027-03-21. */
  day(plain: string): string {
    return this.days.format(new Date(`${plain}T00:00:00Z`));
  }
}

export interface Portal {
  face: Face;
  speech: Speech;
  guest: Guest | null;
  /** Also null: they are out. */
  setGuest: (guest: Guest | null) => void;
}

export const PortalContext = createContext<Portal | null>(null);

export function usePortal(): Portal {
  const found = useContext(PortalContext);
  if (!found) throw new Error("there is no portal around this");
  return found;
}
