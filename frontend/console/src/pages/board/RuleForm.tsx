import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { call } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { useEditor } from "../../kit/editor";
import { ChoiceField, NumberField, SwitchField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import type { List } from "../../kit/list";
import { useCommand, useFeed } from "../../live/context";
import type { AlarmRule, Metric } from "../../protocolBoard";
import { go } from "../../shell/route";
import { tooLittle } from "./Alarms";
import { words } from "./words";

const metrics: Metric[] = ["oldest_contact_age", "contacts_in_queue", "service_level", "agents_available", "abandonment_rate"];
const units = { oldest_contact_age: "seconds", contacts_in_queue: "contacts", service_level: "unit_percent", agents_available: "people", abandonment_rate: "unit_percent" } as const;
const usual: Omit<AlarmRule, "id"> = { queue_id: "", metric: "oldest_contact_age", threshold: 120, for_seconds: 60, is_active: true, version: 0 };

/** When to raise an alarm about a queue. */
export function RuleForm(props: { rule: AlarmRule | null; rules: List<AlarmRule>; reload: () => void }) {
  const { rule, rules } = props;
  const { say } = usePhrases(words);
  const { queues, me } = useFeed();
  const mayChange = me.permissions.includes("queue.manage");
  const { isBusy, run } = useCommand();
  const { id: _, ...present } = rule ?? { id: "", ...usual, queue_id: queues[0]?.id ?? "" };
  const editor = useEditor(present as Omit<AlarmRule, "id">, async ({ version, ...values }) => {
    const saved = rule
      ? await call<AlarmRule>("PUT", `/api/alarm-rules/${rule.id}`, { ...values, version })
      : await call<AlarmRule>("POST", "/api/alarm-rules", values);
    rules.put(saved);
    if (!rule) go("board", "alarms", saved.id);
    return { version: saved.version };
  });
  const { values, set, fault } = editor;
  const remove = () =>
    void run(async () => {
      await call("DELETE", `/api/alarm-rules/${rule!.id}`);
      notifications.show({ color: "teal", withCloseButton: false, message: say("removed_rule") });
      go("board", "alarms");
      await rules.reload();
    });
  const number = (name: "threshold" | "for_seconds") => ({
    value: values[name],
    set: (value: number | null) => set({ [name]: value } as Partial<AlarmRule>),
    error: fault(name),
  });
  return (
    <Form editor={editor} reload={props.reload} isFixed={!mayChange}>
      <ChoiceField
        label={say("queue")}
        value={values.queue_id}
        set={(queue_id) => queue_id && set({ queue_id })}
        options={queues.map(({ id, name }) => ({ value: id, label: name }))}
        error={fault("queue_id")}
        testid="rule-queue"
      />
      <ChoiceField
        label={say("metric")}
        value={values.metric}
        set={(metric) => metric && set({ metric: metric as Metric })}
        options={metrics.map((metric) => ({ value: metric, label: say(`metric.${metric}`) }))}
        error={fault("metric")}
        testid="rule-metric"
      />
      <NumberField
        label={say("threshold")}
        hint={say(tooLittle.includes(values.metric) ? "threshold_below" : "threshold_from")}
        suffix={say(units[values.metric])}
        min={1}
        decimals={2}
        {...number("threshold")}
        testid="rule-threshold"
      />
      <NumberField label={say("for")} hint={say("for_about")} suffix={say("seconds")} min={0} {...number("for_seconds")} testid="rule-for" />
      <SwitchField label={say("is_active")} value={values.is_active} set={(is_active) => set({ is_active })} testid="rule-active" />
      {rule && mayChange && <Button variant="subtle" color="red" loading={isBusy} onClick={remove} data-testid="rule-remove">{say("remove")}</Button>}
    </Form>
  );
}
