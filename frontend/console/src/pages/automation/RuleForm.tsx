import { Anchor, Button, Group } from "@mantine/core";
import { call } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { useEditor } from "../../kit/editor";
import { SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import type { List } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { useCommand } from "../../live/context";
import { go, pathTo } from "../../shell/route";
import { ActionFields } from "./ActionFields";
import { places, sentActions, usualRule, type Catalogue, type Rule } from "./automation";
import { useChoices } from "./choices";
import { ConditionFields } from "./ConditionFields";
import { Trial } from "./Trial";
import { useRuleName } from "./ruleNames";
import { TriggerFields } from "./TriggerFields";
import { words } from "./words";

interface RuleProps {
  rule: Rule | null;
  rules: List<Rule>;
  catalogue: Catalogue;
  reload: () => void;
}

export function RuleForm(props: RuleProps) {
  const { rule, rules, catalogue } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { isBusy, run } = useCommand();
  const choices = useChoices();
  const ruleName = useRuleName();
  const { id: _, ...present } = rule ?? { id: "", ...usualRule(rules.items) };
  const shownName = ruleName(present.name);
  const editor = useEditor({ ...present, name: shownName }, async ({ version, ...values }) => {
    // Whoever switches a rule on that came with the program does not give it the name of their language by that.
    const name = values.name === shownName ? present.name : values.name;
    const sent = { ...values, name, actions: sentActions(values.actions) };
    const saved = rule ? await call<Rule>("PUT", `/api/automation/rules/${rule.id}`, { ...sent, version }) : await call<Rule>("POST", "/api/automation/rules", sent);
    rules.put(saved);
    if (!rule) go("automation", "rules", saved.id);
    return { version: saved.version };
  }, places);
  const { values, set, fault } = editor;
  const remove = async () => {
    if (!(await run(() => call("DELETE", `/api/automation/rules/${rule!.id}`)))) return;
    await rules.reload();
    go("automation");
  };
  const shared = { catalogue, choices, fault };
  return (
    <>
      <Form editor={editor} reload={props.reload}>
        <TextField label={kit.say("name")} value={values.name} set={(name) => set({ name })} error={fault("name")} isRequired testid="field-name" />
        <SwitchField label={say("is_active")} hint={say("is_active_hint")} value={values.is_active} set={(is_active) => set({ is_active })} testid="field-active" />
        <TriggerFields value={values.trigger} set={(trigger) => set({ trigger })} catalogue={catalogue} error={fault("trigger")} />
        <ConditionFields group="all" value={values.conditions.all} set={(all) => set({ conditions: { ...values.conditions, all } })} {...shared} />
        <ConditionFields group="any" value={values.conditions.any} set={(any) => set({ conditions: { ...values.conditions, any } })} {...shared} />
        <ActionFields value={values.actions} set={(actions) => set({ actions })} {...shared} />
      </Form>
      <Trial conditions={values.conditions} catalogue={catalogue} choices={choices} />
      {rule && (
        <Group mt="md">
          <Anchor size="sm" href={pathTo("automation", "log", rule.id)} data-testid="rule-log">{say("to_log")}</Anchor>
          <Button variant="subtle" color="red" size="xs" ms="auto" loading={isBusy} onClick={() => void remove()} data-testid="remove-rule">{say("remove_rule")}</Button>
        </Group>
      )}
    </>
  );
}
