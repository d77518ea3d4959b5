import { Button, Text } from "@mantine/core";
import { call } from "../../http/api";
import type { Branch, Queue, Skill } from "../../http/views";
import { usePhrases } from "../../i18n/phrases";
import { BranchField } from "../../kit/BranchField";
import { useEditor } from "../../kit/editor";
import { ChoiceField, LevelsField, NumberField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import type { List } from "../../kit/list";
import { permissionWords } from "../../kit/permissions";
import type { Tier } from "../../kit/tiers";
import { kitWords } from "../../kit/words";
import { useCommand, useFeed } from "../../live/context";
import { go } from "../../shell/route";
import { Conditions } from "./Conditions";
import { conditionsOf, sentConditions, type WorkRule } from "./rule";
import { words } from "./words";

interface RuleFormProps {
  rule: WorkRule | null;
  rules: List<WorkRule>;
  queues: Queue[];
  skills: Skill[];
  tiers: Tier[];
  branches: Branch[];
  reload: () => void;
}

const priorities = ["1", "2", "3"] as const;

export function RuleForm(props: RuleFormProps) {
  const { rule, rules } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { sayAny } = usePhrases(permissionWords);
  const { me } = useFeed();
  const { isBusy, run } = useCommand();
  const initial = {
    name: rule?.name ?? "",
    conditions: conditionsOf(rule?.conditions ?? {}),
    queue_id: rule?.queue_id ?? null,
    branch_id: rule?.branch_id ?? null,
    skills: rule?.skills ?? {},
    permission: rule?.permission ?? null,
    trust: rule?.trust ?? null,
    priority: rule?.priority ?? null,
    is_active: rule?.is_active ?? true,
    version: rule?.version ?? 0,
  };
  const editor = useEditor(initial, async ({ version, ...values }) => {
    const sent = { ...values, conditions: sentConditions(values.conditions) };
    const saved = rule
      ? await call<WorkRule>("PUT", `/api/work-rules/${rule.id}`, { ...sent, version })
      : await call<WorkRule>("POST", "/api/work-rules", sent);
    rules.put(saved);
    if (!rule) go("rules", saved.id);
    return { version: saved.version };
  });
  const { values, set, fault } = editor;
  const permissions = [...new Set([...(values.permission ? [values.permission] : []), ...me.permissions])];
  const remove = async () => {
    const isDone = await run(() => call("DELETE", `/api/work-rules/${rule!.id}`));
    if (!isDone) return;
    await rules.reload();
    go("rules");
  };
  return (
    <>
      <Form editor={editor} reload={props.reload}>
        <TextField label={kit.say("name")} value={values.name} set={(name) => set({ name })} error={fault("name")} isRequired testid="field-name" />
        <Conditions value={values.conditions} set={(conditions) => set({ conditions })} tiers={props.tiers} error={fault("conditions")} />
        <ChoiceField label={say("queue")} placeholder={say("every_queue")} value={values.queue_id} set={(queue_id) => set({ queue_id })} options={props.queues.map(({ id, name }) => ({ value: id, label: name }))} error={fault("queue_id")} isClearable testid="field-queue" />
        <Text size="sm" fw={600}>{say("then")}</Text>
        <Text size="xs" c="dimmed" mt={-12}>{say("then_hint")}</Text>
        <ChoiceField label={say("priority")} placeholder={say("as_is")} value={values.priority ? String(values.priority) : null} set={(next) => set({ priority: next === null ? null : Number(next) })} options={priorities.map((value) => ({ value, label: say(`priority.${value}`) }))} error={fault("priority")} isClearable testid="field-priority" />
        <LevelsField label={say("skills")} hint={say("skills_hint")} value={values.skills} set={(skills) => set({ skills })} skills={props.skills} error={fault("skills")} />
        <NumberField label={say("trust")} min={0} max={10} value={values.trust} set={(trust) => set({ trust })} error={fault("trust")} testid="field-trust" />
        <ChoiceField label={say("permission")} value={values.permission} set={(permission) => set({ permission })} options={permissions.map((value) => ({ value, label: sayAny("permission", value, value) }))} error={fault("permission")} isClearable testid="field-permission" />
        <BranchField branches={props.branches} value={values.branch_id} set={(branch_id) => set({ branch_id })} error={fault("branch_id")} />
        <SwitchField label={say("is_active")} value={values.is_active} set={(is_active) => set({ is_active })} testid="field-active" />
      </Form>
      {rule && <Button variant="subtle" color="red" size="xs" mt="md" loading={isBusy} onClick={() => void remove()} data-testid="remove-rule">{say("remove")}</Button>}
    </>
  );
}
