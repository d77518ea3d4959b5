import { ActionIcon, Button, Group, Popover, TextInput } from "@mantine/core";
import { IconCalendar, IconX } from "@tabler/icons-react";
import { useEffect, useState, type KeyboardEvent } from "react";
import { useRegion } from "../i18n/context";
import { usePhrases } from "../i18n/phrases";
import type { Iso } from "../protocol";
import { clockOf, dateOf, dayIn, dayOfPlain, minutesIn, momentOf, plainOf, today, type Day, type PlainDate } from "./calendar";
import css from "./Dates.module.css";
import { DatePicker } from "./DatePicker";
import { dateWords } from "./dateWords";

interface DateFieldProps {
  label: string;
  value: PlainDate | null;
  set: (value: PlainDate | null) => void;
  min?: PlainDate | null;
  max?: PlainDate | null;
  error?: string | undefined;
  isRequired?: boolean;
  isDisabled?: boolean;
  hint?: string;
  testid?: string;
}

/** A date: typed in the reader's calendar with any digits, or chosen from a month. */
export function DateField(props: DateFieldProps) {
  const { isDisabled = false } = props;
  const { language, calendar } = useRegion();
  const { say } = usePhrases(dateWords);
  const write = useWritten();
  const day = dayOfPlain(props.value);
  const [typed, setTyped] = useState(write(day));
  const [isWrong, setWrong] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const [min, max] = [dayOfPlain(props.min ?? null), dayOfPlain(props.max ?? null)];
  const shown = write(day);
  useEffect(() => {
    setTyped(shown);
    setWrong(false);
  }, [shown]);

  const take = (next: Day | null) => {
    setWrong(false);
    setTyped(write(next));
    props.set(next === null ? null : plainOf(next));
  };
  const read = () => {
    if (typed.trim() === "") return take(null);
    const found = dayIn(typed, calendar, language);
    const isIn = found !== null && (min === null || found >= min) && (max === null || found <= max);
    return isIn ? take(found) : setWrong(true);
  };
  const down = (event: KeyboardEvent) => {
    if (event.key === "Enter") {
      // It takes what was typed; a form around it is saved by its button.
      event.preventDefault();
      read();
    }
    if (event.key !== "ArrowDown" || !event.altKey) return;
    event.preventDefault();
    read();
    setOpen(true);
  };
  const choose = (next: Day) => {
    take(next);
    setOpen(false);
  };
  return (
    <Popover withRoles={false} opened={isOpen} onChange={setOpen} trapFocus returnFocus position="bottom-start" shadow="md">
      <Popover.Target>
        <TextInput
          label={props.label}
          className={css.field!}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onBlur={read}
          onKeyDown={down}
          placeholder={write(today())}
          error={isWrong ? say("no_date", { example: write(today()) }) : props.error}
          withAsterisk={props.isRequired ?? false}
          description={props.hint}
          disabled={isDisabled}
          autoComplete="off"
          data-testid={props.testid}
          rightSectionWidth={props.value === null ? 36 : 64}
          rightSection={
            <Group gap={0} wrap="nowrap">
              {props.value !== null && !isDisabled && (
                <ActionIcon variant="subtle" color="gray" size={28} aria-label={say("clear", { name: props.label })} onClick={() => take(null)}><IconX size={14} /></ActionIcon>
              )}
              <ActionIcon variant="subtle" color="gray" size={28} disabled={isDisabled} aria-label={say("open", { name: props.label })} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)} data-testid="open-calendar">
                <IconCalendar size={16} />
              </ActionIcon>
            </Group>
          }
        />
      </Popover.Target>
      <Popover.Dropdown p="xs" role="dialog" aria-label={props.label}>
        <DatePicker value={day} choose={choose} min={min} max={max} takesFocus />
        <Button size="xs" variant="subtle" onClick={() => choose(today())} fullWidth>{say("today")}</Button>
      </Popover.Dropdown>
    </Popover>
  );
}

interface DateTimeProps extends Omit<DateFieldProps, "value" | "set" | "min" | "max"> {
  value: Iso | null;
  set: (value: Iso | null) => void;
}

/** A moment, shown and entered on the reader's clock and kept in UTC. */
export function DateTimeField(props: DateTimeProps) {
  const { value, set, ...rest } = props;
  const { speech } = useRegion();
  const { say } = usePhrases(dateWords);
  const clock = value === null ? null : clockOf(value);
  const two = new Intl.NumberFormat(speech.locale, { minimumIntegerDigits: 2 });
  const shown = clock === null ? "" : `${two.format(Math.floor(clock.minutes / 60))}:${two.format(clock.minutes % 60)}`;
  const [typed, setTyped] = useState(shown);
  useEffect(() => setTyped(shown), [shown]);
  const minutes = minutesIn(typed);
  const read = () => (clock && minutes !== null ? set(momentOf(clock.date, minutes)) : setTyped(shown));
  return (
    <Group gap="xs" align="end" wrap="nowrap">
      <DateField {...rest} value={clock?.date ?? null} set={(date) => set(date === null ? null : momentOf(date, clock?.minutes ?? 540))} />
      <TextInput
        label={say("time")}
        w={84}
        value={typed}
        disabled={clock === null}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={read}
        onKeyDown={(event) => event.key === "Enter" && read()}
        inputMode="numeric"
        autoComplete="off"
        dir="ltr"
        data-testid={props.testid ? `${props.testid}-time` : undefined}
      />
    </Group>
  );
}

export interface Range {
  from: PlainDate | null;
  to: PlainDate | null;
}

/** From one day to another, both included; either may be open. */
export function DateRange(props: { value: Range; set: (value: Range) => void; testid?: string }) {
  const { value, set } = props;
  const { say } = usePhrases(dateWords);
  return (
    <Group gap="xs" align="end" wrap="nowrap">
      <DateField label={say("from")} value={value.from} max={value.to} set={(from) => set({ ...value, from })} testid={`${props.testid ?? "range"}-from`} />
      <DateField label={say("to")} value={value.to} min={value.from} set={(to) => set({ ...value, to })} testid={`${props.testid ?? "range"}-to`} />
    </Group>
  );
}

/** Year, month and day in the reader's calendar and digits. */
export function useWritten(): (day: Day | null) => string {
  const { calendar, speech } = useRegion();
  return (day) => {
    if (day === null) return "";
    const { year, month, day: number } = dateOf(day, calendar);
    // The marks keep the order in a line from the right: year, month, day is read the same way in each language.
    return [year, month, number].map(speech.number).join("/");
  };
}
