import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { Language } from "./words";

export type Value = string | number | boolean | string[] | null;
export type Values = Record<string, Value>;

export interface Asked {
  key: string;
  names: Partial<Record<Language, string>>;
  type: "text" | "long_text" | "number" | "date" | "yes_no" | "choice" | "choices";
  options: { key: string; names: Partial<Record<Language, string>> }[];
  is_required: boolean;
  kinds: string[] | null;
}

export const nameIn = (names: Partial<Record<Language, string>>, language: Language): string => names[language] ?? names.en ?? Object.values(names)[0] ?? "";

export const askedFor = (fields: Asked[], kind: string): Asked[] => fields.filter(({ kinds }) => kinds === null || kinds.includes(kind));

interface BoxProps {
  label: string;
  error?: string | undefined;
  hint?: string | undefined;
  children: (attributes: { id: string; "aria-invalid"?: "true"; "aria-describedby"?: string }) => ComponentChildren;
}

/** A control with its name, and what is wrong with it. */
export function Box(props: BoxProps) {
  const id = useId();
  const trouble = props.error ? { "aria-invalid": "true" as const, "aria-describedby": `${id}-error` } : {};
  return (
    <div class="box">
      <label for={id}>{props.label}{props.hint && <small> ({props.hint})</small>}</label>
      {props.children({ id, ...trouble })}
      {props.error && <p class="error" id={`${id}-error`} role="alert">{props.error}</p>}
    </div>
  );
}

interface FieldProps {
  field: Asked;
  language: Language;
  words: { choose: string; yes: string; no: string; optional: string };
  value: Value | undefined;
  set: (value: Value) => void;
  error?: string | undefined;
  /** Where dates are written in another calendar than the browser's own control has. */
  date?: ((attributes: object, value: string, set: (value: string) => void) => ComponentChildren) | undefined;
}

/** A field that an administrator added, as its type is filled in. */
export function CustomField(props: FieldProps) {
  const { field, language, words, value, set } = props;
  const label = nameIn(field.names, language);
  if (field.type === "choices") return <Choices {...props} label={label} />;
  return (
    <Box label={label} error={props.error} hint={field.is_required ? undefined : words.optional}>
      {(attributes) => {
        const common = { ...attributes, required: field.is_required, "data-testid": `custom-${field.key}` };
        const text = typeof value === "string" ? value : value === null || value === undefined ? "" : String(value);
        if (field.type === "long_text") return <textarea {...common} rows={4} dir="auto" value={text} onInput={(event) => set(event.currentTarget.value)} />;
        if (field.type === "date" && props.date) return props.date(common, text, set);
        if (field.type === "choice" || field.type === "yes_no") {
          const options = field.type === "choice" ? field.options.map(({ key, names }) => [key, nameIn(names, language)] as const) : [["yes", words.yes] as const, ["no", words.no] as const];
          const chosen = typeof value === "boolean" ? (value ? "yes" : "no") : text;
          const choose = (key: string) => set(key === "" ? null : field.type === "yes_no" ? key === "yes" : key);
          return (
            <select {...common} value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
              <option value="">{words.choose}</option>
              {options.map(([key, name]) => <option key={key} value={key}>{name}</option>)}
            </select>
          );
        }
        if (field.type === "date") return <input {...common} type="date" value={text} onInput={(event) => set(event.currentTarget.value)} />;
        return <input {...common} type="text" inputMode={field.type === "number" ? "decimal" : "text"} dir="auto" value={text} onInput={(event) => set(event.currentTarget.value)} />;
      }}
    </Box>
  );
}

function Choices(props: FieldProps & { label: string }) {
  const chosen = Array.isArray(props.value) ? props.value : [];
  const turn = (key: string, isOn: boolean) => props.set(isOn ? [...chosen, key] : chosen.filter((each) => each !== key));
  return (
    <fieldset class="box">
      <legend>{props.label}</legend>
      {props.field.options.map(({ key, names }) => (
        <label key={key} class="check">
          <input type="checkbox" checked={chosen.includes(key)} onChange={(event) => turn(key, event.currentTarget.checked)} />
          {nameIn(names, props.language)}
        </label>
      ))}
      {props.error && <p class="error" role="alert">{props.error}</p>}
    </fieldset>
  );
}

/** What is sent: nothing of what was left empty, and nothing of fields that another kind has. */
export function filled(fields: Asked[], values: Values): Values {
  const kept = fields.map(({ key }) => [key, values[key]] as const).filter(([, value]) => value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0));
  return Object.fromEntries(kept) as Values;
}
