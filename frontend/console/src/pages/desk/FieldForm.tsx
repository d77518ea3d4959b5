import { Stack, Text } from "@mantine/core";
import { call } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { useEditor } from "../../kit/editor";
import { ChoiceField, NumberField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import type { List } from "../../kit/list";
import { Repeated } from "../../kit/Repeated";
import { Said, said } from "../../kit/Said";
import { go } from "../../shell/route";
import { KindsField, NamesField } from "./parts";
import { fieldTypes, keyFor, nextPlace, type FieldOption, type FieldType, type Names, type TicketField, type TicketKind } from "./setup";
import { words } from "./words";

const isChoice = (type: FieldType) => type === "choice" || type === "choices";

export function FieldForm(props: { field: TicketField | null; fields: List<TicketField>; reload: () => void }) {
  const { field, fields } = props;
  const { say } = usePhrases(words);
  const initial = {
    names: field?.names ?? ({} as Names),
    key: field?.key ?? "",
    type: field?.type ?? ("text" as FieldType),
    options: field?.options ?? ([] as FieldOption[]),
    kinds: field?.kinds ?? (null as TicketKind[] | null),
    is_required: field?.is_required ?? false,
    is_searchable: field?.is_searchable ?? false,
    is_for_customer: field?.is_for_customer ?? false,
    position: (field?.position ?? nextPlace(fields.items)) as number | null,
    is_active: field?.is_active ?? true,
    version: field?.version ?? 0,
  };
  const editor = useEditor(initial, async ({ version, ...values }) => {
    const options = isChoice(values.type) ? values.options.map((option) => ({ ...option, names: said(option.names) })) : [];
    const sent = { ...values, options, names: said(values.names) };
    const saved = field ? await call<TicketField>("PUT", `/api/ticket-fields/${field.id}`, { ...sent, version }) : await call<TicketField>("POST", "/api/ticket-fields", sent);
    fields.put(saved);
    if (!field) go("desk", "fields", saved.id);
    return { version: saved.version };
  });
  const { values, set, fault } = editor;
  const rename = (names: Names) => {
    const keys = fields.items.map(({ key }) => key);
    // Until it is saved the key goes along with the name, unless somebody wrote another one.
    const follows = field === null && (values.key === "" || values.key === keyFor(values.names.en ?? "", keys, "field"));
    set(follows ? { names, key: keyFor(names.en ?? "", keys, "field") } : { names });
  };
  return (
    <Form editor={editor} reload={props.reload}>
      <NamesField value={values.names} set={rename} error={fault("names")} />
      <TextField label={say("key")} hint={say("key_hint")} value={values.key} set={(key) => set({ key })} isCode isRequired isDisabled={field !== null} error={fault("key")} testid="field-key" />
      <ChoiceField label={say("field_type")} value={values.type} set={(type) => type && set({ type: type as FieldType })} options={fieldTypes.map((value) => ({ value, label: say(`type.${value}`) }))} isDisabled={field !== null} error={fault("type")} testid="field-type" />
      {isChoice(values.type) && <OptionsField value={values.options} set={(options) => set({ options })} kept={field?.options ?? []} error={fault("options")} />}
      <KindsField value={values.kinds} set={(kinds) => set({ kinds })} error={fault("kinds")} />
      <SwitchField label={say("is_required")} value={values.is_required} set={(is_required) => set({ is_required })} testid="field-required" />
      <SwitchField label={say("is_searchable")} hint={say("is_searchable_hint")} value={values.is_searchable} set={(is_searchable) => set({ is_searchable })} />
      <SwitchField label={say("is_for_customer")} hint={say("is_for_customer_hint")} value={values.is_for_customer} set={(is_for_customer) => set({ is_for_customer })} />
      <NumberField label={say("position")} hint={say("position_hint")} min={0} max={10_000} value={values.position} set={(position) => set({ position })} error={fault("position")} />
      <SwitchField label={say("is_active")} hint={say("off_hint")} value={values.is_active} set={(is_active) => set({ is_active })} error={fault("is_active")} testid="field-active" />
    </Form>
  );
}

/** What can be chosen. The key of an option stays: tickets hold it. */
function OptionsField(props: { value: FieldOption[]; set: (value: FieldOption[]) => void; kept: FieldOption[]; error?: string | undefined }) {
  const { value, kept } = props;
  const { say } = usePhrases(words);
  const isKept = ({ key }: FieldOption) => kept.some((each) => each.key === key);
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>{say("options")}</Text>
      {kept.length > 0 && <Text size="xs" c="dimmed">{say("options_hint")}</Text>}
      <Repeated<FieldOption> items={value} set={props.set} add={say("add_option")} nameOf={({ names, key }) => names.en ?? names.fa ?? names.ar ?? key} testid="option" fresh={() => ({ key: keyFor("", value.map(({ key }) => key), "option"), names: {} })}>
        {(option, change) => (
          <>
            <Said label={say("option")} value={option.names} set={(names) => change({ names })} testid="option-name" />
            <TextField label={say("key")} value={option.key} set={(key) => change({ key })} isCode isDisabled={isKept(option)} testid="option-key" />
          </>
        )}
      </Repeated>
      {props.error && <Text size="xs" c="red" role="alert" data-testid="options-fault">{props.error}</Text>}
    </Stack>
  );
}
