import { asciiDigits } from "./fold";

const most = 1_000_000;

/** Minutes of what people type: 4 or 4:30 (hours and minutes), 0:05, :05, 90m, in any digits; null when it is neither. */
export function minutesOf(text: string): number | null {
  const plain = asciiDigits(text).trim().toLowerCase();
  const alone = /^(\d{1,7})\s*(?:m|min|د|دقیقه|دقيقة)$/.exec(plain);
  const pair = /^(\d{0,5})(?:[:.٫](\d{2}))?$/.exec(plain);
  const found = alone ? Number(alone[1]) : pair && plain !== "" ? Number(pair[1] ?? 0) * 60 + Number(pair[2] ?? 0) : null;
  return found === null || found > most || Number(pair?.[2] ?? 0) > 59 ? null : found;
}

/** Minutes as hours and minutes: 4:30. */
export function hoursAndMinutes(minutes: number, locale: string): string {
  const whole = new Intl.NumberFormat(locale, { useGrouping: false });
  const two = new Intl.NumberFormat(locale, { minimumIntegerDigits: 2 });
  return `${whole.format(Math.floor(minutes / 60))}:${two.format(minutes % 60)}`;
}
