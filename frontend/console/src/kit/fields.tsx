import { ActionIcon, MultiSelect, PasswordInput, Select, Stack, Switch, TagsInput, Text, Textarea, TextInput, type ComboboxItem } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useId, useState, type ChangeEvent, type KeyboardEvent } from "react";
import { useSpeech } from "../i18n/context";
import { usePhrases } from "../i18n/phrases";
import { asciiDigits, decimalIn, fold, numberIn } from "./fold";
import css from "./Kit.module.css";
import { kitWords } from "./words";

interface FieldProps {
  label: string;
  /** What it is called where its label is seen elsewhere. */
  name?: string;
  hint?: string | undefined;
  error?: string | undefined;
  isDisabled?: boolean;
  isRequired?: boolean;
  testid?: string;
}

const shared = (props: FieldProps) => ({
  label: props.label,
  ...(props.name ? { "aria-label": props.name } : {}),
  description: props.hint,
  error: props.error,
  disabled: props.isDisabled ?? false,
  withAsterisk: props.isRequired ?? false,
  "data-testid": props.testid,
});

/** `isCode`: an address, key or number, which reads from the left in every language and is typed with any digits. */
export function TextField(props: FieldProps & { value: string; set: (value: string) => void; isCode?: boolean; rows?: number }) {
  const { value } = props;
  const dir = props.isCode ? "ltr" : value === "" ? undefined : "auto";
  const input = { ...shared(props), value, dir, spellCheck: !props.isCode, autoComplete: "off" } as const;
  const change = (text: string) => props.set(props.isCode ? asciiDigits(text) : text);
  if (props.rows) return <Textarea {...input} autosize minRows={props.rows} maxRows={12} onChange={(event) => change(event.currentTarget.value)} />;
  return <TextInput {...input} onChange={(event) => change(event.currentTarget.value)} />;
}

/** What is there already is never shown: an empty field keeps it. */
export function SecretField(props: FieldProps & { value: string; set: (value: string) => void; isSet: boolean }) {
  const { say } = usePhrases(kitWords);
  return (
    <PasswordInput
      {...shared(props)}
      placeholder={props.isSet ? say("keep_secret") : undefined}
      value={props.value}
      onChange={(event) => props.set(event.currentTarget.value)}
      autoComplete="new-password"
    />
  );
}

/** Null while it is empty. `decimals`: how many it may have, none unless said. */
export function NumberField(props: FieldProps & Numeric & { suffix?: string }) {
  const input = useDigits(props);
  const suffix = props.suffix ? { rightSection: <Text size="xs" c="dimmed">{props.suffix}</Text>, rightSectionWidth: 64 } : {};
  return <TextInput {...shared(props)} {...input} {...suffix} />;
}

interface Numeric {
  value: number | null;
  set: (value: number | null) => void;
  min?: number;
  max?: number;
  decimals?: number;
}

/** Shown in the reader's digits, typed in any; arrow keys count. A browser's number field knows ASCII digits only. */
function useDigits(props: Numeric) {
  const { value, set, min = 0, max = Number.MAX_SAFE_INTEGER, decimals = 0 } = props;
  const { number } = useSpeech();
  const read = (text: string) => (decimals > 0 ? decimalIn(text, decimals) : numberIn(text));
  // As it was typed while it is the same number: "2." is on the way to 2.5.
  const [typed, setTyped] = useState("");
  const step = (by: number) => set(Math.min(max, Math.max(min, (value ?? min) + by)));
  return {
    value: value === null ? "" : decimals > 0 && read(typed) === value ? typed : number(value),
    inputMode: decimals > 0 ? ("decimal" as const) : ("numeric" as const),
    autoComplete: "off",
    onChange: (event: ChangeEvent<HTMLInputElement>) => {
      setTyped(event.currentTarget.value);
      set(read(event.currentTarget.value));
    },
    onBlur: () => setTyped(""),
    onKeyDown: (event: KeyboardEvent) => {
      const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      step(by);
    },
  };
}

export function SwitchField(props: FieldProps & { value: boolean; set: (value: boolean) => void }) {
  return (
    <Switch
      label={props.label}
      description={props.hint}
      error={props.error}
      disabled={props.isDisabled ?? false}
      checked={props.value}
      onChange={(event) => props.set(event.currentTarget.checked)}
      data-testid={props.testid}
    />
  );
}

const found = ({ options, search }: { options: unknown[]; search: string }) =>
  (options as ComboboxItem[]).filter(({ label }) => fold(label).includes(fold(search)));

interface ChoiceProps extends FieldProps {
  value: string | null;
  set: (value: string | null) => void;
  options: { value: string; label: string }[];
  isClearable?: boolean;
  placeholder?: string;
}

export function ChoiceField(props: ChoiceProps) {
  const isLong = props.options.length > 6;
  return (
    <Select
      {...shared(props)}
      {...(props.placeholder ? { placeholder: props.placeholder } : {})}
      data={props.options}
      value={props.value}
      onChange={props.set}
      searchable={isLong}
      openOnFocus={false}
      filter={found as never}
      clearable={props.isClearable ?? false}
      allowDeselect={props.isClearable ?? false}
    />
  );
}

/** Several of the options; none stands for what the placeholder says. */
export function ManyField(props: FieldProps & { value: string[]; set: (value: string[]) => void; options: { value: string; label: string }[]; placeholder?: string }) {
  return (
    <MultiSelect
      {...shared(props)}
      {...(props.placeholder && props.value.length === 0 ? { placeholder: props.placeholder } : {})}
      data={props.options}
      value={props.value}
      onChange={props.set}
      openOnFocus={false}
      searchable={props.options.length > 6}
      filter={found as never}
    />
  );
}

/** Short words or numbers, each entered and shown by itself. */
export function TagsField(props: FieldProps & { value: string[]; set: (value: string[]) => void }) {
  const set = (next: string[]) => props.set(next.map((each) => each.trim()).filter(Boolean));
  return <TagsInput {...shared(props)} value={props.value} onChange={set} splitChars={[",", ";", "،", "؛", " "]} acceptValueOnBlur dir="ltr" />;
}

function LevelInput(props: { label: string; value: number; set: (value: number) => void }) {
  const set = (next: number | null) => props.set(Math.min(10, next ?? 0));
  const input = useDigits({ value: props.value || null, set, min: 1, max: 10 });
  return <TextInput aria-label={props.label} {...input} ta="center" data-testid="level-value" />;
}

interface LevelsProps {
  label: string;
  hint?: string;
  error?: string | undefined;
  value: Record<string, number>;
  set: (value: Record<string, number>) => void;
  skills: { id: string; name: string }[];
}

/** Skills with a level from 1 to 10: what a queue asks for, and what an agent has. */
export function LevelsField(props: LevelsProps) {
  const { say } = usePhrases(kitWords);
  const id = useId();
  const { value, skills } = props;
  const nameOf = (skill: string) => skills.find((each) => each.id === skill)?.name ?? skill;
  const rest = skills.filter((skill) => !(skill.id in value));
  const without = (skill: string) => Object.fromEntries(Object.entries(value).filter(([each]) => each !== skill));
  return (
    <Stack gap={6} role="group" aria-labelledby={id}>
      <Text size="sm" fw={600} id={id}>{props.label}</Text>
      {props.hint && <Text size="xs" c="dimmed">{props.hint}</Text>}
      {Object.entries(value).map(([skill, level]) => (
        <div key={skill} className={css.levelRow} data-testid="level" data-skill={skill}>
          <Text size="sm"><bdi>{nameOf(skill)}</bdi></Text>
          <LevelInput label={say("level_of", { name: nameOf(skill) })} value={level} set={(next) => props.set({ ...value, [skill]: next })} />
          <ActionIcon variant="subtle" color="red" aria-label={say("remove", { name: nameOf(skill) })} onClick={() => props.set(without(skill))}>
            <IconTrash size={18} />
          </ActionIcon>
        </div>
      ))}
      {rest.length > 0 && (
        <Select
          aria-label={say("add_skill")}
          placeholder={say("add_skill")}
          data={rest.map(({ id: skill, name }) => ({ value: skill, label: name }))}
          value={null}
          onChange={(skill) => skill && props.set({ ...value, [skill]: 3 })}
          searchable
          openOnFocus={false}
          filter={found as never}
          data-testid="add-skill"
        />
      )}
      {props.error && <Text size="xs" c="red">{props.error}</Text>}
    </Stack>
  );
}
