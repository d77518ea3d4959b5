import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DateRange, type Range } from "../../kit/DateField";
import { ChoiceField } from "../../kit/fields";
import type { Calendar } from "../../protocol";
import { calendars, periods, type Period } from "./report";
import { words } from "./words";

interface PeriodProps {
  period: Period;
  range: Range;
  calendar: Calendar;
  set: (part: { period?: Period; range?: Range; calendar?: Calendar }) => void;
}

/** Over which days, and by which calendar their weeks and months are counted. */
export function PeriodFields(props: PeriodProps) {
  const { period, range, calendar, set } = props;
  const { say } = usePhrases(words);
  const speech = useSpeech();
  return (
    <>
      <ChoiceField label={say("period")} value={period} set={(next) => next && set({ period: next as Period })} options={periods.map((value) => ({ value, label: say(`period.${value}`, { n: Number(value.split("_")[1]) }) }))} testid="report-period" />
      {period === "custom" && <DateRange value={range} set={(next) => set({ range: next })} testid="report-range" />}
      <ChoiceField label={say("calendar")} value={calendar} set={(next) => next && set({ calendar: next as Calendar })} options={calendars.map((value) => ({ value, label: speech.say(`calendar.${value}`) }))} testid="report-calendar" />
    </>
  );
}
