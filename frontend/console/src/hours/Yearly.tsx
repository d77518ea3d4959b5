import { ActionIcon, Button, Group, Stack, Text } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { useSpeech } from "../i18n/context";
import { usePhrases } from "../i18n/phrases";
import { dateOf, today } from "../kit/calendar";
import { ChoiceField, NumberField } from "../kit/fields";
import { kitWords } from "../kit/words";
import type { Calendar } from "../protocol";
import { useDays } from "./dates";
import css from "./Hours.module.css";
import type { Moved } from "./model";
import { hoursWords } from "./words";

const calendars: Calendar[] = ["gregory", "persian", "islamic-umalqura"];
const moves = [-2, -1, 0, 1, 2];

/** Something of a list: its name and what it is, and its fields once it is pressed. */
export function Entry(props: { name: string; about: ReactNode; remove: () => void; isOpen: boolean; toggle: () => void; testid: string; children: ReactNode }) {
  const { say } = usePhrases(hoursWords);
  const kit = usePhrases(kitWords);
  const name = props.name || say("unnamed");
  return (
    <div className={css.entry} data-testid={props.testid}>
      <div className={css.entryHead}>
        <button type="button" className={css.toggle} aria-expanded={props.isOpen} onClick={props.toggle} data-testid={`${props.testid}-open`}>
          <span className={css.name}><bdi>{name}</bdi></span>
          <span className={css.about}>{props.about}</span>
        </button>
        <ActionIcon variant="subtle" color="red" aria-label={kit.say("remove", { name })} onClick={props.remove} data-testid={`remove-${props.testid}`}><IconTrash size={18} /></ActionIcon>
      </div>
      {props.isOpen && <Stack gap="xs" mt="xs">{props.children}</Stack>}
    </div>
  );
}

/** Which of the entries is open. */
export function useOpened(): { isOpen: (at: number) => boolean; toggle: (at: number) => void; open: (at: number | null) => void } {
  const [opened, setOpened] = useState<number | null>(null);
  return { isOpen: (at) => at === opened, toggle: (at) => setOpened((old) => (old === at ? null : at)), open: setOpened };
}

export function CalendarField(props: { value: Calendar; set: (value: Calendar) => void }) {
  const speech = useSpeech();
  const { say } = usePhrases(hoursWords);
  return (
    <ChoiceField label={say("calendar")} value={props.value} set={(next) => next && props.set(next as Calendar)} options={calendars.map((value) => ({ value, label: speech.say(`calendar.${value}`) }))} testid="rule-calendar" />
  );
}

interface MonthDayProps {
  calendar: Calendar;
  month: number;
  day: number;
  set: (month: number, day: number) => void;
  label?: string;
  testid: string;
}

/** A day of a year: the month by its name in the reader's language. */
export function MonthDay(props: MonthDayProps) {
  const { calendar, month, day, set } = props;
  const { say } = usePhrases(hoursWords);
  const { months } = useDays();
  return (
    <Group gap="xs" grow align="flex-start" preventGrowOverflow={false} wrap="nowrap">
      <ChoiceField label={props.label ?? say("month")} value={String(month)} set={(next) => next && set(Number(next), day)} options={months(calendar)} testid={`${props.testid}-month`} />
      <NumberField label={say("day")} value={day} min={1} max={31} set={(next) => set(month, next ?? 1)} testid={`${props.testid}-day`} />
    </Group>
  );
}

/** What the moon moved, or an authority: in one year some days earlier or later than counted. */
export function MovedField(props: { calendar: Calendar; value: Moved[]; set: (value: Moved[]) => void }) {
  const { value, set } = props;
  const { say, count } = usePhrases(hoursWords);
  const { number } = useSpeech();
  const kit = usePhrases(kitWords);
  const put = (at: number, part: Partial<Moved>) => set(value.map((each, index) => (index === at ? { ...each, ...part } : each)));
  const labelOf = (days: number) => (days === 0 ? say("as_counted") : count(days < 0 ? "earlier" : "later", Math.abs(days)));
  const { year } = dateOf(today(), props.calendar);
  const free = value.reduce((found, each) => (each.year === found ? found + 1 : found), year);
  return (
    <Stack gap={6}>
      {value.length > 0 && <Text size="sm" fw={500}>{say("moved")}</Text>}
      {value.map((each, at) => (
        <Group key={at} gap="xs" align="flex-end" wrap="nowrap" data-testid="moved">
          <NumberField label={say("moved_year")} value={each.year} min={1} max={9999} set={(next) => put(at, { year: next ?? year })} testid="moved-year" />
          <ChoiceField label={say("moved_by")} value={String(each.days)} set={(next) => next && put(at, { days: Number(next) })} options={moves.map((days) => ({ value: String(days), label: labelOf(days) }))} testid="moved-by" />
          <ActionIcon variant="subtle" color="red" mb={4} aria-label={kit.say("remove", { name: number(each.year) })} onClick={() => set(value.filter((_, index) => index !== at))}><IconTrash size={18} /></ActionIcon>
        </Group>
      ))}
      <Button size="compact-xs" variant="subtle" leftSection={<IconPlus size={14} />} onClick={() => set([...value, { year: free, days: 1 }])} style={{ alignSelf: "flex-start" }} data-testid="add-moved">{say("add_moved")}</Button>
    </Stack>
  );
}
