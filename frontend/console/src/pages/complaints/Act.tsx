import { Button, Group, Stack } from "@mantine/core";
import { useId, useState, type ReactNode } from "react";
import { useEditor } from "../../kit/editor";
import { ChoiceField, NumberField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";

type Values = Record<string, string | number | null>;

export interface Ask {
  key: string;
  label: string;
  hint?: string;
  /** A choice has options; a number none; what remains is text. */
  options?: { value: string; label: string }[];
  isNumber?: boolean;
  isLong?: boolean;
  /** Left out where it does not apply to what was said before. */
  isAsked?: (values: Values) => boolean;
}

interface ActProps {
  title: string;
  testid: string;
  asks: Ask[];
  initial?: Values;
  color?: string;
  /** Takes what was entered; the form closes when it succeeds. */
  act: (values: Values) => Promise<unknown>;
  children?: ReactNode;
}

/** Something that can be done: a button, and behind it what has to be said. */
export function Act(props: ActProps) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const button = (
    <Button size="xs" style={{ alignSelf: "flex-start" }} variant={isOpen ? "light" : "default"} {...(props.color ? { color: props.color } : {})} aria-expanded={isOpen} {...(isOpen ? { "aria-controls": id } : {})} onClick={() => setOpen(!isOpen)} data-testid={props.testid}>
      {props.title}
    </Button>
  );
  if (!isOpen) return button;
  return (
    <Stack gap="xs" w="100%">
      <Group>{button}</Group>
      <div id={id}>
        <Fields {...props} done={() => setOpen(false)} />
      </div>
    </Stack>
  );
}

function Fields(props: ActProps & { done: () => void }) {
  const empty = Object.fromEntries(props.asks.map((ask) => [ask.key, ask.options || ask.isNumber ? null : ""]));
  const editor = useEditor<Values>({ ...empty, ...props.initial }, async (values) => {
    await props.act(Object.fromEntries(Object.entries(values).filter(([key]) => isAsked(props.asks, key, values))));
    props.done();
  });
  return (
    <Form editor={editor} reload={props.done} submit={props.title}>
      {props.asks.filter(({ key }) => isAsked(props.asks, key, editor.values)).map((ask) => {
        const field = { label: ask.label, hint: ask.hint, error: editor.fault(ask.key), testid: `say-${ask.key}` };
        const value = editor.values[ask.key] ?? null;
        const set = (next: string | number | null) => editor.set({ [ask.key]: next });
        if (ask.options) return <ChoiceField key={ask.key} {...field} value={value as string | null} set={set} options={ask.options} />;
        if (ask.isNumber) return <NumberField key={ask.key} {...field} value={value as number | null} set={set} min={1} />;
        return <TextField key={ask.key} {...field} value={String(value ?? "")} set={set} {...(ask.isLong ? { rows: 3 } : {})} />;
      })}
    </Form>
  );
}

function isAsked(asks: Ask[], key: string, values: Values): boolean {
  return asks.find((ask) => ask.key === key)?.isAsked?.(values) ?? true;
}
