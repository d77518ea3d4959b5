import { Button, Stack, Text } from "@mantine/core";
import { call } from "../../http/api";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { branchChoices, useBranches } from "../../kit/branches";
import { useEditor } from "../../kit/editor";
import { ChoiceField, ManyField, NumberField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import kitCss from "../../kit/Kit.module.css";
import type { List } from "../../kit/list";
import { useTiers } from "../../kit/tiers";
import { kitWords } from "../../kit/words";
import { useCommand, useFeed } from "../../live/context";
import { go } from "../../shell/route";
import { useCalendars } from "../calendars/calendar";
import { CustomersField } from "./CustomersField";
import { kinds, pauses, priorities, sentTargets, usual, withTarget, type Conditions, type Policy } from "./policy";
import { TargetTable } from "./TargetTable";
import { words } from "./words";

interface PolicyFormProps {
  policy: Policy | null;
  policies: List<Policy>;
  reload: () => void;
}

const conditionFields = ["kinds", "priorities", "tiers", "customers", "branches", "queues"].map((name) => `conditions.${name}`);

export function PolicyForm(props: PolicyFormProps) {
  const { policy, policies } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { isBusy, run } = useCommand();
  const calendars = useCalendars();
  const { id: _, ...present } = policy ?? { id: "", ...usual(policies.items) };
  const editor = useEditor(present, async ({ version, ...values }) => {
    const sent = { ...values, targets: sentTargets(values.targets) };
    const saved = policy
      ? await call<Policy>("PUT", `/api/sla-policies/${policy.id}`, { ...sent, version })
      : await call<Policy>("POST", "/api/sla-policies", sent);
    policies.put(saved);
    if (!policy) go("promises", saved.id);
    return { version: saved.version };
  }, conditionFields);
  const { values, set, fault } = editor;
  const remove = async () => {
    if (!(await run(() => call("DELETE", `/api/sla-policies/${policy!.id}`)))) return;
    await policies.reload();
    go("promises");
  };
  return (
    <>
      <Form editor={editor} reload={props.reload}>
        <TextField label={kit.say("name")} value={values.name} set={(name) => set({ name })} error={fault("name")} isRequired testid="field-name" />
        <ConditionFields value={values.conditions} set={(conditions) => set({ conditions })} fault={fault} />
        <TargetTable value={values.targets} set={(priority, metric, minutes) => set({ targets: withTarget(values.targets, priority, metric, minutes) })} error={fault("targets")} />
        <div className={kitCss.pair}>
          <ChoiceField label={say("calendar")} placeholder={say("calendar_own")} value={values.calendar_id} set={(calendar_id) => set({ calendar_id })} options={calendars.items.map(({ id, name }) => ({ value: id, label: name }))} error={fault("calendar_id")} isClearable testid="field-calendar" />
          <NumberField label={say("warn")} suffix="%" min={1} max={99} value={values.warn_percent} set={(percent) => set({ warn_percent: percent as number })} error={fault("warn_percent")} testid="field-warn" />
        </div>
        <ManyField label={say("pauses")} hint={say("pauses_hint")} placeholder={say("pauses_none")} value={values.pauses_on} set={(pauses_on) => set({ pauses_on })} options={pauses.map((value) => ({ value, label: say(`category.${value}`) }))} error={fault("pauses_on")} testid="field-pauses" />
        <SwitchField label={say("is_active")} value={values.is_active} set={(is_active) => set({ is_active })} error={fault("is_active")} testid="field-active" />
      </Form>
      {policy && <Button variant="subtle" color="red" size="xs" mt="md" loading={isBusy} onClick={() => void remove()} data-testid="remove-policy">{say("remove")}</Button>}
    </>
  );
}

function ConditionFields(props: { value: Conditions; set: (value: Conditions) => void; fault: (name: string) => string | undefined }) {
  const { value, fault } = props;
  const { say } = usePhrases(words);
  const { language } = useSpeech();
  const { queues } = useFeed();
  const tiers = useTiers();
  const branches = useBranches();
  const put = (part: Partial<Conditions>) => props.set({ ...value, ...part });
  const any = say("any");
  return (
    <Stack gap="xs">
      <div>
        <Text size="sm" fw={600}>{say("conditions")}</Text>
        <Text size="xs" c="dimmed">{say("conditions_hint")}</Text>
      </div>
      <div className={kitCss.pair}>
        <ManyField label={say("kinds")} placeholder={any} value={value.kinds} set={(next) => put({ kinds: next })} options={kinds.map((each) => ({ value: each, label: say(`kind.${each}`) }))} error={fault("conditions.kinds")} testid="field-kinds" />
        <ManyField label={say("priorities")} placeholder={any} value={value.priorities} set={(next) => put({ priorities: next })} options={priorities.map((each) => ({ value: each, label: say(`priority.${each}`) }))} error={fault("conditions.priorities")} testid="field-priorities" />
      </div>
      <div className={kitCss.pair}>
        <ManyField label={say("queues")} placeholder={any} value={value.queues} set={(next) => put({ queues: next })} options={queues.map(({ id, name }) => ({ value: id, label: name }))} error={fault("conditions.queues")} testid="field-queues" />
        <ManyField label={say("tiers")} placeholder={any} value={value.tiers} set={(next) => put({ tiers: next })} options={tiers.items.map(({ id, name }) => ({ value: id, label: name }))} error={fault("conditions.tiers")} testid="field-tiers" />
      </div>
      <div className={kitCss.pair}>
        <ManyField label={say("branches")} placeholder={any} value={value.branches} set={(next) => put({ branches: next })} options={branchChoices(branches.items, "", language).slice(1)} error={fault("conditions.branches")} testid="field-branches" />
        <CustomersField value={value.customers} set={(next) => put({ customers: next })} error={fault("conditions.customers")} placeholder={any} />
      </div>
    </Stack>
  );
}
