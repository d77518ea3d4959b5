import { useState } from "preact/hooks";
import { dateOf, dayOf, dayOfPlain, monthNames, plainOf } from "../../shared/calendar";
import { usePortal } from "./speech";

/** A day in the reader's own calendar; empty until all three are there and make a day. */
export function DateParts(props: { attributes: { id?: string; required?: boolean }; value: string; set: (value: string) => void }) {
  const { speech } = usePortal();
  const known = dayOfPlain(props.value || null);
  const from = known === null ? null : dateOf(known, speech.calendar);
  const [parts, setParts] = useState({ day: from ? String(from.day) : "", month: from ? String(from.month) : "", year: from ? String(from.year) : "" });
  const change = (next: typeof parts) => {
    setParts(next);
    const [year, month, day] = [next.year, next.month, next.day].map((text) => Number.parseInt(latin(text), 10)) as [number, number, number];
    const found = dayOf({ year, month, day }, speech.calendar);
    props.set(found === null ? "" : plainOf(found));
  };
  return (
    <div class="date" role="group">
      <input {...props.attributes} type="text" inputMode="numeric" maxLength={2} aria-label={speech.say("day")} placeholder={speech.say("day")} value={parts.day}
        onInput={(event) => change({ ...parts, day: event.currentTarget.value })} />
      <select aria-label={speech.say("month")} value={parts.month} onChange={(event) => change({ ...parts, month: event.currentTarget.value })}>
        <option value="">{speech.say("month")}</option>
        {monthNames(speech.language, speech.calendar).map((name, index) => <option key={name} value={String(index + 1)}>{name}</option>)}
      </select>
      <input type="text" inputMode="numeric" maxLength={4} aria-label={speech.say("year")} placeholder={speech.say("year")} value={parts.year}
        onInput={(event) => change({ ...parts, year: event.currentTarget.value })} />
    </div>
  );
}

const latin = (text: string): string => text.replace(/[٠-٩۰-۹]/g, (digit) => String((digit.codePointAt(0)! & 0xf) % 10));
