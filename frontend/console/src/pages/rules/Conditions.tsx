import { Group, Stack, TagsInput, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { call } from "../../http/api";
import type { CustomerRecord } from "../../http/views";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { languages } from "../../i18n/words";
import { ChoiceField, ManyField, TextField } from "../../kit/fields";
import { Repeated } from "../../kit/Repeated";
import type { Tier } from "../../kit/tiers";
import { OrganizationField } from "../customers/MoreFields";
import { channels } from "../queues/settings";
import { attributes, kindOf, type Attribute, type Condition } from "./rule";
import { words } from "./words";

interface ConditionsProps {
  value: Condition[];
  set: (value: Condition[]) => void;
  tiers: Tier[];
  error?: string | undefined;
}

/** Which contacts a rule is about: all conditions hold, of each any of its values. */
export function Conditions(props: ConditionsProps) {
  const { value } = props;
  const { say } = usePhrases(words);
  const used = value.map(({ attribute }) => attribute);
  const rest = attributes.find((each) => !used.includes(each)) ?? "form.";
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>{say("conditions")}</Text>
      <Text size="xs" c="dimmed">{say("conditions_hint")}</Text>
      <Repeated<Condition> items={value} set={props.set} add={say("add_condition")} nameOf={({ attribute }) => say(`attribute.${kindOf(attribute)}`)} testid="condition" fresh={() => ({ attribute: rest === "form." ? "form.topic" : rest, values: [] })}>
        {(condition, change) => (
          <Group grow align="flex-end">
            <ChoiceField
              label={say("attribute")}
              value={kindOf(condition.attribute)}
              set={(kind) => kind && change({ attribute: kind === "form." ? "form.topic" : kind, values: [] })}
              options={attributes.map((each) => ({ value: each, label: say(`attribute.${each}`) }))}
              testid="condition-attribute"
            />
            <ValuesField condition={condition} change={change} tiers={props.tiers} />
          </Group>
        )}
      </Repeated>
      {props.error && <Text size="xs" c="red" role="alert">{props.error}</Text>}
    </Stack>
  );
}

function ValuesField(props: { condition: Condition; change: (part: Partial<Condition>) => void; tiers: Tier[] }) {
  const { condition, change } = props;
  const { say } = usePhrases(words);
  const speech = useSpeech();
  const kind = kindOf(condition.attribute);
  const options: Partial<Record<Attribute, { value: string; label: string }[]>> = {
    channel: channels.map((value) => ({ value, label: speech.sayAny("channel", value, value) })),
    language: Object.entries(languages).map(([value, { name }]) => ({ value, label: name })),
    tier: props.tiers.map(({ id, name }) => ({ value: id, label: name })),
    customer: (["person", "organization"] as const).map((value) => ({ value, label: say(`customer.${value}`) })),
    status: (["prospect", "active"] as const).map((value) => ({ value, label: say(`status.${value}`) })),
  };
  if (kind === "organization") return <OrganizationValue condition={condition} change={change} />;
  const known = options[kind];
  if (known) return <ManyField label={say("values")} value={condition.values} set={(values) => change({ values })} options={known} testid="condition-values" />;
  return (
    <Stack gap={6}>
      <TextField label={say("form_key")} value={condition.attribute.slice("form.".length)} set={(key) => change({ attribute: `form.${key}` })} isCode />
      <TagsInput label={say("values")} value={condition.values} onChange={(values) => change({ values })} data-testid="condition-tags" />
    </Stack>
  );
}

/** Of organisations one can be named; its name is read once. */
function OrganizationValue(props: { condition: Condition; change: (part: Partial<Condition>) => void }) {
  const id = props.condition.values[0] ?? null;
  const [name, setName] = useState<string>();
  useEffect(() => {
    if (id !== null) call<CustomerRecord>("GET", `/api/customers/${id}`).then((found) => setName(found.name), () => undefined);
  }, [id]);
  return <OrganizationField value={id} name={name} set={(next) => props.change({ values: next === null ? [] : [next] })} isDisabled={false} />;
}
