import { ar } from "./ar";
import { en } from "./en";
import { fa } from "./fa";

/** One word, or its plural forms by CLDR category. */
export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
type EnglishWords = typeof en;

export type Word = keyof EnglishWords;
export type PlainWord = { [K in Word]: EnglishWords[K] extends string ? K : never }[Word];
export type PluralWord = Exclude<Word, PlainWord>;
export type Words = Record<PlainWord, string> & Record<PluralWord, Plural>;

export type Language = "en" | "ar" | "fa";
export type Digits = "locale" | "latn";

export const languages: Record<Language, { name: string; dir: "ltr" | "rtl"; digits: string }> = {
  en: { name: "English", dir: "ltr", digits: "latn" },
  ar: { name: "العربية", dir: "rtl", digits: "arab" },
  fa: { name: "فارسی", dir: "rtl", digits: "arabext" },
};

/** The languages that the organisation offers, as choices; what somebody has chosen already stays one. */
export function offeredLanguages(offered: Language[] | undefined, chosen: Language): { value: Language; label: string }[] {
  const all = Object.keys(languages) as Language[];
  return all.filter((each) => !offered || offered.includes(each) || each === chosen).map((value) => ({ value, label: languages[value].name }));
}

const wordsOf: Record<Language, Words> = { en, ar, fa };

type Params = Record<string, string | number>;

/** First-strong isolate and its end: a name in the other direction must not turn the sentence around. */
const isolate = (text: string): string => `\u2068${text}\u2069`;

export function asLanguage(locale: string | null | undefined): Language | null {
  const short = locale?.toLowerCase().split(/[-_]/)[0];
  return short === "en" || short === "ar" || short === "fa" ? short : null;
}

/** Says things in one language: words, numbers and plurals. */
export class Speech {
  private readonly numbers: Intl.NumberFormat;
  private readonly plurals: Intl.PluralRules;

  constructor(
    readonly language: Language,
    readonly digits: Digits,
  ) {
    this.numbers = new Intl.NumberFormat(this.locale, { useGrouping: false });
    this.plurals = new Intl.PluralRules(language);
  }

  get numberingSystem(): string {
    return this.digits === "latn" ? "latn" : languages[this.language].digits;
  }

  /** For Intl: the language with the chosen digits. */
  get locale(): string {
    return `${this.language}-u-nu-${this.numberingSystem}`;
  }

  number = (value: number): string => this.numbers.format(value);

  /** Keys of a telephone and the like, one by one, as the reader writes digits. */
  keys = (typed: string): string => typed.replace(/[0-9]/g, (digit) => this.number(Number(digit)));

  say = (word: PlainWord, params: Params = {}): string => this.fill(wordsOf[this.language][word], params);

  count = (word: PluralWord, n: number): string => {
    return this.choose(wordsOf[this.language][word], n);
  };

  choose = (forms: Plural, n: number): string => this.fill(forms[this.plurals.select(n)] ?? forms.other, { n });

  /** A word whose key the server chose: its own text where we have none. */
  sayAny = (prefix: string, key: string, fallback: string): string => {
    const word = `${prefix}.${key}`;
    const found: unknown = Object.hasOwn(en, word) ? wordsOf[this.language][word as PlainWord] : null;
    return typeof found === "string" ? found : fallback;
  };

  fill(text: string, params: Params): string {
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = params[name];
      if (value === undefined) return whole;
      return typeof value === "number" ? this.number(value) : isolate(value);
    });
  }
}
