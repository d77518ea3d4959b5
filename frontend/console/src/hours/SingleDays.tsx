import { ActionIcon, Group, Pill, Stack, Text } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { usePhrases } from "../i18n/phrases";
import { dayOfPlain, today, type PlainDate } from "../kit/calendar";
import { DateField } from "../kit/DateField";
import { kitWords } from "../kit/words";
import { useDays } from "./dates";
import css from "./Hours.module.css";
import type { SpecialDay } from "./model";
import { SpansField } from "./Spans";
import { hoursWords } from "./words";

/** A date field that gives what is chosen and is empty again. */
function AddDate(props: { label: string; add: (date: PlainDate) => void; testid: string }) {
  const [picked, setPicked] = useState<PlainDate | null>(null);
  useEffect(() => setPicked(null), [picked]);
  const take = (date: PlainDate | null) => {
    setPicked(date);
    if (date !== null) props.add(date);
  };
  return <DateField label={props.label} value={picked} set={take} testid={props.testid} />;
}

/** Days off of one year alone, in the reader's calendar. */
export function DaysOffSection(props: { value: PlainDate[]; set: (value: PlainDate[]) => void }) {
  const { value, set } = props;
  const { say } = usePhrases(hoursWords);
  const kit = usePhrases(kitWords);
  const days = useDays();
  const now = today();
  return (
    <Stack gap="xs">
      {value.length > 0 && (
        <Pill.Group>
          {value.map((date) => {
            const day = dayOfPlain(date) ?? 0;
            return (
              <Pill key={date} withRemoveButton onRemove={() => set(value.filter((each) => each !== date))} removeButtonProps={{ "aria-label": kit.say("remove", { name: days.full(day) }), "aria-hidden": false, tabIndex: 0 }} className={css.pill!} data-past={day < now || undefined} data-testid="day-off" data-date={date}>
                <bdi>{days.full(day)}</bdi>
              </Pill>
            );
          })}
        </Pill.Group>
      )}
      <AddDate label={say("add_single")} add={(date) => set([...new Set([...value, date])].sort())} testid="add-day-off" />
    </Stack>
  );
}

/** Dates with hours of their own. */
export function SpecialSection(props: { value: SpecialDay[]; set: (value: SpecialDay[]) => void }) {
  const { value, set } = props;
  const { say } = usePhrases(hoursWords);
  const kit = usePhrases(kitWords);
  const days = useDays();
  const add = (date: PlainDate) => {
    if (value.some((each) => each.date === date)) return;
    set([...value, { date, spans: [] }].sort((one, other) => one.date.localeCompare(other.date)));
  };
  return (
    <Stack gap="xs">
      <Text size="xs" c="dimmed">{say("special_hint")}</Text>
      {value.map(({ date, spans }) => {
        const name = days.full(dayOfPlain(date) ?? 0);
        return (
          <div key={date} className={css.entry} data-testid="special" data-date={date}>
            <Group justify="space-between" wrap="nowrap" mb={4}>
              <Text size="sm" fw={500}><bdi>{name}</bdi></Text>
              <ActionIcon variant="subtle" color="red" aria-label={kit.say("remove", { name })} onClick={() => set(value.filter((each) => each.date !== date))}><IconTrash size={18} /></ActionIcon>
            </Group>
            <SpansField name={name} value={spans} set={(next) => set(value.map((each) => (each.date === date ? { ...each, spans: next } : each)))} />
          </div>
        );
      })}
      <AddDate label={say("add_special")} add={add} testid="add-special" />
    </Stack>
  );
}
