import { ActionIcon, Group, Select, Text, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useId, useState, type ChangeEvent } from "react";
import { useRegion, useSpeech } from "../i18n/context";
import { usePhrases } from "../i18n/phrases";
import { dayOf, isoOf, monthNames, todayIso, type Day } from "./calendar";
import { numberIn } from "./fold";
import css from "./Kit.module.css";
import { kitWords } from "./words";
import { dateWords } from "./dateWords";

interface DateFieldProps {
  label: string;
  value: string | null;
  set: (iso: string | null) => void;
  hint?: string;
  error?: string | undefined;
  isDisabled?: boolean;
  testid?: string;
}

/** A date in the reader's calendar and digits: day, month, year. Null while it is empty or there is no such day. */
export function DateField(props: DateFieldProps) {
  const { value, isDisabled = false } = props;
  const { calendar } = useRegion();
  const { language, number } = useSpeech();
  const { say } = usePhrases(dateWords);
  const kit = usePhrases(kitWords);
  const id = useId();
  const [parts, setParts] = useState<Partial<Day>>(() => (value === null ? {} : dayOf(value, calendar)));
  const [shownFor, setShownFor] = useState(`${value} ${calendar}`);
  // Another value, or another calendar, is shown as it is.
  if (shownFor !== `${value} ${calendar}`) {
    setShownFor(`${value} ${calendar}`);
    if (value !== null) setParts(dayOf(value, calendar));
  }
  const year = parts.year ?? dayOf(todayIso(), calendar).year;
  const names = monthNames(year, calendar, language);
  const change = (name: keyof Day, value: number | null) => {
    const { [name]: _before, ...others } = parts;
    const next: Partial<Day> = value === null ? others : { ...others, [name]: value };
    setParts(next);
    const iso = next.year && next.month && next.day ? isoOf(next as Day, calendar) : null;
    setShownFor(`${iso} ${calendar}`);
    props.set(iso);
  };
  const clear = () => {
    setParts({});
    setShownFor(`null ${calendar}`);
    props.set(null);
  };
  const isWhole = Boolean(parts.day && parts.month && parts.year);
  const digits = (part: "day" | "year") => ({
    "aria-label": `${props.label}: ${say(part)}`,
    placeholder: say(part),
    value: parts[part] === undefined ? "" : number(parts[part]),
    onChange: (event: ChangeEvent<HTMLInputElement>) => change(part, numberIn(event.currentTarget.value)),
    inputMode: "numeric" as const,
    autoComplete: "off",
    disabled: isDisabled,
    "data-testid": props.testid && `${props.testid}-${part}`,
  });
  return (
    <div role="group" aria-labelledby={id} data-testid={props.testid}>
      <Text size="sm" fw={500} id={id}>{props.label}</Text>
      {props.hint && <Text size="xs" c="dimmed">{props.hint}</Text>}
      <Group gap={6} wrap="nowrap" className={css.date!}>
        <TextInput {...digits("day")} w={64} />
        <Select
          aria-label={`${props.label}: ${say("month")}`}
          placeholder={say("month")}
          data={names.map((label, index) => ({ value: String(index + 1), label }))}
          value={parts.month === undefined ? null : String(parts.month)}
          onChange={(month) => change("month", Number(month))}
          allowDeselect={false}
          openOnFocus={false}
          disabled={isDisabled}
          flex={1}
          miw={0}
          data-testid={props.testid && `${props.testid}-month`}
        />
        <TextInput {...digits("year")} w={80} />
        {isWhole && !isDisabled && (
          <ActionIcon variant="subtle" color="gray" onClick={clear} aria-label={kit.say("remove", { name: props.label })}><IconX size={16} /></ActionIcon>
        )}
      </Group>
      {isWhole && value === null && <Text size="xs" c="red" role="alert">{say("no_such_day")}</Text>}
      {props.error && <Text size="xs" c="red" role="alert">{props.error}</Text>}
    </div>
  );
}
