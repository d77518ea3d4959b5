import type { Calendar, Iso } from "../protocol";
import type { Speech } from "./words";

const dayMs = 86_400_000;

/** Shows moments in the reader's language, digits, calendar and the browser's time zone. Storage stays UTC. */
export class Dates {
  private readonly clock: Intl.DateTimeFormat;
  private readonly date: Intl.DateTimeFormat;
  private readonly both: Intl.DateTimeFormat;
  private readonly spans: Intl.RelativeTimeFormat;

  constructor(
    private readonly speech: Speech,
    calendar: Calendar,
    private readonly timeZone: string | undefined = undefined,
  ) {
    const locale = `${speech.language}-u-ca-${calendar}-nu-${speech.numberingSystem}`;
    const zone = timeZone === undefined ? {} : { timeZone };
    this.spans = new Intl.RelativeTimeFormat(speech.locale, { numeric: "always", style: "short" });
    this.clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...zone });
    this.date = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric", ...zone });
    this.both = new Intl.DateTimeFormat(locale, {
      day: "numeric",
      month: "short",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      ...zone,
    });
  }

  /** The date alone, as letters have it. */
  letter(at: Iso | number): string {
    return this.date.format(new Date(at));
  }

  time(at: Iso | number): string {
    return this.clock.format(new Date(at));
  }

  full(at: Iso | number): string {
    return this.both.format(new Date(at));
  }

  /** "Today", "Yesterday" or the date. */
  day(at: Iso | number, now: number = Date.now()): string {
    const key = this.dayKey(at);
    if (key === this.dayKey(now)) return this.speech.say("talk.today");
    if (key === this.dayKey(now - dayMs)) return this.speech.say("talk.yesterday");
    return this.date.format(new Date(at));
  }

  /** The time today, the date before: for lists. */
  brief(at: Iso | number, now: number = Date.now()): string {
    return this.dayKey(at) === this.dayKey(now) ? this.time(at) : this.day(at, now);
  }

  /** How long until a moment, or since: "in 2 hr.", "5 min. ago". */
  fromNow(at: Iso | number, now: number = Date.now()): string {
    const minutes = (new Date(at).getTime() - now) / 60_000;
    const [size, unit] = Math.abs(minutes) < 60 ? [1, "minute" as const] : Math.abs(minutes) < 2 * 1440 ? [60, "hour" as const] : [1440, "day" as const];
    // Rounded down: late by seconds is late by a minute, and nobody is promised time that is not there.
    const whole = Math.floor(minutes / size);
    return this.spans.format(whole, unit);
  }

  /** Working time, which has no days: "1 hr 35 min". */
  span(minutes: number): string {
    const whole = Math.max(0, Math.round(minutes));
    const part = (value: number, unit: string) => new Intl.NumberFormat(this.speech.locale, { style: "unit", unit, unitDisplay: "short", useGrouping: false }).format(value);
    const [hours, rest] = [Math.floor(whole / 60), whole % 60];
    return [...(hours > 0 ? [part(hours, "hour")] : []), ...(rest > 0 || hours === 0 ? [part(rest, "minute")] : [])].join(" ");
  }

  /** Equal for two moments of the same day where the reader is. */
  dayKey(at: Iso | number): string {
    const zone = this.timeZone === undefined ? {} : { timeZone: this.timeZone };
    return new Date(at).toLocaleDateString("en-CA", zone);
  }

  /** Minutes and seconds, with hours when there are any: 4:05, 1:02:09. */
  duration(seconds: number): string {
    const whole = Math.max(0, Math.floor(seconds));
    const parts = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
    const shown = parts[0] === 0 ? parts.slice(1) : parts;
    const two = new Intl.NumberFormat(this.speech.locale, { minimumIntegerDigits: 2 });
    return shown.map((part, index) => (index === 0 ? this.speech.number(part) : two.format(part))).join(":");
  }
}
