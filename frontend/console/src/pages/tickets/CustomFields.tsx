import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DateField } from "../../kit/DateField";
import { ChoiceField, ManyField, TextField } from "../../kit/fields";
import type { FieldValue, TicketField } from "./ticket";
import { nameIn } from "./ticket";
import { words } from "./words";

interface CustomProps {
  fields: TicketField[];
  /** Values by `fields.<key>`. */
  values: Record<string, FieldValue>;
  set: (name: string, value: FieldValue) => void;
  fault: (name: string) => string | undefined;
  isFixed: boolean;
}

/** What administrators defined for this kind of ticket. */
export function CustomFields(props: CustomProps) {
  return props.fields.map((field) => {
    const name = `fields.${field.key}`;
    return <OneField key={field.key} field={field} value={props.values[name] ?? null} set={(value) => props.set(name, value)} error={props.fault(name)} isDisabled={props.isFixed} />;
  });
}

interface OneProps {
  field: TicketField;
  value: FieldValue;
  set: (value: FieldValue) => void;
  error: string | undefined;
  isDisabled: boolean;
}

function OneField(props: OneProps) {
  const { field, value, set } = props;
  const { language } = useSpeech();
  const { say } = usePhrases(words);
  const shared = { label: nameIn(field.names, language), error: props.error, isDisabled: props.isDisabled, isRequired: field.is_required, testid: `field-${field.key}` };
  const options = field.options.map(({ key, names }) => ({ value: key, label: nameIn(names, language) }));
  switch (field.type) {
    case "text":
      return <TextField {...shared} value={(value as string | null) ?? ""} set={set} />;
    case "long_text":
      return <TextField {...shared} value={(value as string | null) ?? ""} set={set} rows={3} />;
    case "number":
      return <Decimal {...props} />;
    case "date":
      return <DateField {...shared} value={value as string | null} set={set} />;
    case "yes_no":
      return <ChoiceField {...shared} value={value === null ? null : value ? "yes" : "no"} set={(next) => set(next === null ? null : next === "yes")} options={[{ value: "yes", label: say("yes") }, { value: "no", label: say("no") }]} isClearable />;
    case "choice":
      return <ChoiceField {...shared} value={value as string | null} set={set} options={options} isClearable />;
    case "choices":
      return <ManyField {...shared} value={(value as string[] | null) ?? []} set={set} options={options} />;
  }
}

/** A number with a fraction, typed in any digits; the server reads it, and says when it is none. */
function Decimal(props: OneProps) {
  const { field, value, set } = props;
  const { locale, language } = useSpeech();
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typeof value === "number" ? new Intl.NumberFormat(locale, { useGrouping: false, maximumFractionDigits: 15 }).format(value) : ((value as string | null) ?? "");
  return (
    <TextInput
      label={nameIn(field.names, language)}
      withAsterisk={field.is_required}
      error={props.error}
      disabled={props.isDisabled}
      value={typed ?? shown}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        set(event.currentTarget.value.trim() === "" ? null : event.currentTarget.value.trim());
      }}
      onBlur={() => setTyped(null)}
      inputMode="decimal"
      autoComplete="off"
      data-testid={`field-${field.key}`}
    />
  );
}
