import { ChoiceField, NumberField, SecretField, SwitchField, TagsField, TextField } from "./fields";
import { PairsField } from "./PairsField";
import { fieldsOf, type Schema, type SchemaField } from "./schema";

interface SchemaFieldsProps {
  schema: Schema;
  values: Record<string, unknown>;
  set: (values: Record<string, unknown>) => void;
  fault: (name: string) => string | undefined;
  /** The reader's words for a field's name or explanation; the schema's own where there are none. */
  word: (kind: "field" | "hint" | "option", name: string, fallback: string) => string;
  /** Whether it was saved before, so that an empty secret keeps what is there. */
  isSaved: boolean;
}

/** A form from the API's own schema: another kind of channel needs no page of its own. */
export function SchemaFields(props: SchemaFieldsProps) {
  return fieldsOf(props.schema).map((field) => <SchemaInput key={field.name} field={field} of={props} />);
}

function SchemaInput(props: { field: SchemaField; of: SchemaFieldsProps }) {
  const { field, of } = props;
  const value = of.values[field.name];
  const set = (next: unknown) => of.set({ ...of.values, [field.name]: next });
  const common = {
    label: of.word("field", field.name, field.title),
    hint: of.word("hint", field.name, field.hint) || undefined,
    error: of.fault(field.name),
    isRequired: field.isRequired,
    testid: `field-${field.name}`,
  };
  switch (field.kind) {
    case "secret":
      return <SecretField {...common} value={value as string} set={set} isSet={of.isSaved} />;
    case "switch":
      return <SwitchField {...common} value={value as boolean} set={set} />;
    case "number":
      return (
        <NumberField
          {...common}
          value={value as number | null}
          set={set}
          decimals={field.decimals}
          {...(field.min === undefined ? {} : { min: field.min })}
          {...(field.max === undefined ? {} : { max: field.max })}
        />
      );
    case "list":
      return <TagsField {...common} value={value as string[]} set={set} />;
    case "pairs":
      return <PairsField {...common} value={value as Record<string, string>} set={set} isOfPeople={field.isOfPeople} ofName={of.word("hint", `${field.name}.name`, "")} ofValue={of.word("hint", `${field.name}.value`, "")} />;
    case "other":
      return null;
    case "choice": {
      const options = field.options.map((option) => ({ value: option, label: of.word("option", option, option) }));
      return <ChoiceField {...common} value={value as string | null} set={set} options={options} />;
    }
    default:
      return <TextField {...common} value={value as string} set={set} isCode={isCode(field.name)} />;
  }
}

/** Names of people and sentences may be in any script; hosts, addresses and ids are not. */
function isCode(name: string): boolean {
  return !["from_name", "greeting"].includes(name);
}
