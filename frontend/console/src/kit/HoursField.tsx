import { Group, Select, Stack, TextInput } from "@mantine/core";
import type { BusinessHours } from "../http/views";
import { useSpeech } from "../i18n/context";
import { usePhrases } from "../i18n/phrases";
import { ChoiceField, SwitchField, TextField } from "./fields";
import { hoursWords } from "./hoursWords";
import { Repeated } from "./Repeated";

const days = 7;

/** Weekly hours with days off, or none at all: then it is always open. */
export function HoursField(props: { value: BusinessHours | null; set: (value: BusinessHours | null) => void; hint: string; error?: string | undefined }) {
  const { say } = usePhrases(hoursWords);
  const hours = props.value;
  const change = (part: Partial<BusinessHours>) => hours && props.set({ ...hours, ...part });
  const begin = () => ({ zone: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC", weekly: [], holidays: [] });
  return (
    <Stack>
      <SwitchField label={say("has_hours")} hint={props.hint} error={props.error} value={hours !== null} set={(is) => props.set(is ? begin() : null)} testid="has-hours" />
      {hours && (
        <>
          <Select label={say("zone")} searchable data={[...new Set([hours.zone, "UTC", ...Intl.supportedValuesOf("timeZone")])]} value={hours.zone} onChange={(zone) => zone && change({ zone })} allowDeselect={false} dir="ltr" limit={60} />
          <Repeated items={hours.weekly} set={(weekly) => change({ weekly })} add={say("add_interval")} nameOf={({ start }) => start} testid="interval" fresh={() => ({ day: ((hours.weekly.at(-1)?.day ?? days - 1) + 1) % days, start: "09:00", end: "17:00" })}>
            {(interval, part) => <IntervalRow {...interval} set={part} />}
          </Repeated>
          <TextField label={say("holidays")} hint={say("holidays_hint")} rows={2} isCode value={hours.holidays.join("\n")} set={(text) => change({ holidays: daysOf(text) })} />
        </>
      )}
    </Stack>
  );
}

function IntervalRow(props: { day: number; start: string; end: string; set: (part: Partial<{ day: number; start: string; end: string }>) => void }) {
  const { language } = useSpeech();
  const { say } = usePhrases(hoursWords);
  // 5 January 2026 was a Monday.
  const names = Array.from({ length: days }, (_, day) => new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" }).format(Date.UTC(2026, 0, 5 + day)));
  return (
    <Group grow align="flex-start">
      <ChoiceField label={say("day")} value={String(props.day)} set={(day) => day && props.set({ day: Number(day) })} options={names.map((label, day) => ({ value: String(day), label }))} />
      <TextInput label={say("from")} value={props.start} onChange={(event) => props.set({ start: event.currentTarget.value })} dir="ltr" />
      <TextInput label={say("to")} value={props.end} onChange={(event) => props.set({ end: event.currentTarget.value })} dir="ltr" />
    </Group>
  );
}

/** Days as people write them, one a line or with commas. */
export function daysOf(text: string): string[] {
  return text.split(/[\s,،]+/).filter((day) => day !== "");
}
