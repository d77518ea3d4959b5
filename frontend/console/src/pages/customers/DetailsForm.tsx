import { call } from "../../http/api";
import type { CustomerRecord } from "../../http/views";
import { languages, type Language } from "../../i18n/words";
import { usePhrases } from "../../i18n/phrases";
import { useEditor } from "../../kit/editor";
import { ChoiceField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import css from "../../kit/Kit.module.css";
import { kitWords } from "../../kit/words";
import { go } from "../../shell/route";
import { words } from "./words";

interface DetailsProps {
  customer: CustomerRecord | null;
  saved: (customer: CustomerRecord) => void;
  reload: () => void;
  isFixed?: boolean;
}

/** Who a customer is, and what colleagues should know. */
export function DetailsForm(props: DetailsProps) {
  const { customer, isFixed = false } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const initial = {
    name: customer?.name ?? "",
    kind: customer?.kind ?? ("person" as const),
    status: customer?.status ?? ("prospect" as const),
    locale: customer?.locale ?? null,
    notes: customer?.notes ?? "",
    version: customer?.version ?? 0,
  };
  const editor = useEditor(initial, async ({ version, ...values }) => {
    const saved = customer
      ? await call<CustomerRecord>("PATCH", `/api/customers/${customer.id}`, { ...values, version })
      : await call<CustomerRecord>("POST", "/api/customers", values);
    props.saved(saved);
    if (!customer) go("customers", saved.id);
    return { version: saved.version };
  });
  const { values, set, fault } = editor;
  const choice = <K extends "kind" | "status">(name: K, options: CustomerRecord[K][]) => ({
    label: say(name),
    value: values[name] as string,
    set: (value: string | null) => set({ [name]: value } as Partial<typeof initial>),
    options: options.map((value) => ({ value, label: say(`${name}.${value}` as "kind.person") })),
    isDisabled: isFixed,
    testid: `field-${name}`,
  });
  return (
    <Form editor={editor} reload={props.reload} isFixed={isFixed}>
      <TextField label={kit.say("name")} value={values.name} set={(name) => set({ name })} error={fault("name")} isRequired isDisabled={isFixed} testid="field-name" />
      <div className={css.pair}>
        <ChoiceField {...choice("kind", ["person", "organization"])} />
        <ChoiceField {...choice("status", ["prospect", "active"])} />
      </div>
      <ChoiceField
        label={say("locale")}
        placeholder={say("unknown")}
        value={values.locale}
        set={(locale) => set({ locale: locale as Language | null })}
        options={Object.entries(languages).map(([value, { name }]) => ({ value, label: name }))}
        isDisabled={isFixed}
        testid="field-locale"
      />
      <TextField label={say("notes")} value={values.notes} set={(notes) => set({ notes })} error={fault("notes")} rows={4} isDisabled={isFixed} testid="field-notes" />
    </Form>
  );
}
