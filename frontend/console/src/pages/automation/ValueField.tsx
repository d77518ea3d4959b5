import { DateField } from "../../kit/DateField";
import { ChoiceField, ManyField, TextField } from "../../kit/fields";
import type { Id } from "../../protocol";
import { CustomersField } from "../promises/CustomersField";
import { numberOf, type Shape, type Value } from "./automation";
import type { Choices } from "./choices";

interface ValueProps {
  label: string;
  shape: Shape;
  field?: string;
  isMany?: boolean;
  value: Value;
  set: (value: Value) => void;
  choices: Choices;
  error?: string | undefined;
  /** What an empty choice says; with it it can be emptied. */
  none?: string;
  testid: string;
}

/** What something is compared with or set to: chosen where there is something to choose from. */
export function ValueField(props: ValueProps) {
  const { shape, value, set, testid } = props;
  const shared = { label: props.label, error: props.error, testid };
  const options = props.choices.of(shape, props.field);
  if (shape === "customer") return <CustomersField value={typeof value === "string" && value !== "" ? [value as Id] : []} set={(chosen) => set(chosen.at(-1) ?? null)} placeholder="" error={props.error} />;
  if (shape === "date") return <DateField {...shared} value={typeof value === "string" && value !== "" ? value : null} set={set} />;
  if (options && props.isMany) return <ManyField {...shared} value={Array.isArray(value) ? value : []} set={set} options={options} />;
  if (shape === "yes_no") return <ChoiceField {...shared} value={value === null ? null : String(value)} set={(next) => set(next === "true")} options={options ?? []} />;
  if (options) return <ChoiceField {...shared} value={typeof value === "string" && value !== "" ? value : null} set={set} options={options} {...(props.none ? { placeholder: props.none, isClearable: true } : {})} />;
  if (shape === "number") return <TextField {...shared} value={value === null ? "" : String(value)} set={(text) => set(/[.٫]$/.test(text) ? text : numberOf(text))} isCode />;
  return <TextField {...shared} value={typeof value === "string" ? value : ""} set={set} />;
}
