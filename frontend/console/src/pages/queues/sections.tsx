import { Stack, Text } from "@mantine/core";
import type { Overflow, Queue, Skill } from "../../http/views";
import { usePhrases } from "../../i18n/phrases";
import type { Editor } from "../../kit/editor";
import { ChoiceField, LevelsField, NumberField } from "../../kit/fields";
import { permissionWords } from "../../kit/permissions";
import { Repeated } from "../../kit/Repeated";
import { Said } from "../../kit/Said";
import { freshOverflow, nextStep, type Draft, type Step } from "./settings";
import { words } from "./words";

interface SectionProps {
  editor: Editor<Draft>;
  skills: Skill[];
  queues: Queue[];
  permissions: string[];
}

const orders = ["reserve", "best", "fair", "custom"] as const;
const offerModes = ["offer", "auto", "broadcast"] as const;
const wrapUpModes = ["none", "optional", "timed", "manual"] as const;
const idleClocks = ["all", "inbound"] as const;
const afterCloses = ["reopen", "reopen_within", "new"] as const;
const whens = ["waited", "no_agent", "closed"] as const;
const actions = ["queue", "message", "callback", "alert"] as const;

/** Seconds that are missing are sent as they are: the server says which field lacks them. */
const whole = (value: number | null) => value as number;

/** What is asked for the longer somebody waits. */
export function StepsField({ editor, skills }: SectionProps) {
  const { values, set, fault } = editor;
  const { say } = usePhrases(words);
  return (
    <Stack gap="xs" data-testid="steps">
      <Text size="sm" fw={600}>{say("steps")}</Text>
      <Text size="xs" c="dimmed">{say("steps_hint")}</Text>
      <Repeated<Step> items={values.steps} set={(steps) => set({ steps })} add={say("add_step")} nameOf={(_, at) => say("step", { n: at + 1 })} testid="step" fresh={() => nextStep(values)}>
        {(step, change) => (
          <>
            <NumberField label={say("step_after")} suffix={say("seconds")} min={1} value={step.after_seconds} set={(after) => change({ after_seconds: whole(after) })} testid="step-after" />
            <LevelsField label={say("step_skills")} value={step.skills} set={(next) => change({ skills: next })} skills={skills.filter(({ id }) => id in values.skills)} />
          </>
        )}
      </Repeated>
      {fault("steps") && <Text size="xs" c="red" role="alert" data-testid="steps-fault">{fault("steps")}</Text>}
    </Stack>
  );
}

export function WhoSection({ editor, permissions }: SectionProps) {
  const { values, set, fault } = editor;
  const { say } = usePhrases(words);
  const { sayAny } = usePhrases(permissionWords);
  const known = [...new Set(["work.take", values.permission, ...permissions])];
  return (
    <>
      <ChoiceField
        label={say("order")}
        value={values.order_by}
        set={(order) => order && set({ order_by: order as Queue["order_by"] })}
        options={orders.map((order) => ({ value: order, label: say(`order.${order}`) }))}
        error={fault("order_by")}
        testid="field-order"
      />
      <NumberField label={say("trust")} hint={say("trust_hint")} min={0} max={10} value={values.trust} set={(trust) => set({ trust: whole(trust) })} error={fault("trust")} testid="field-trust" />
      <ChoiceField
        label={say("permission")}
        hint={say("permission_hint")}
        value={values.permission}
        set={(permission) => permission && set({ permission })}
        options={known.map((permission) => ({ value: permission, label: sayAny("permission", permission, permission) }))}
        error={fault("permission")}
        testid="field-permission"
      />
    </>
  );
}

export function OffersSection({ editor }: SectionProps) {
  const { values, set, fault } = editor;
  const { say } = usePhrases(words);
  const seconds = say("seconds");
  return (
    <>
      <ChoiceField label={say("offer_mode")} value={values.offer_mode} set={(mode) => mode && set({ offer_mode: mode as Queue["offer_mode"] })} options={offerModes.map((value) => ({ value, label: say(`offer_mode.${value}`) }))} error={fault("offer_mode")} testid="field-offer-mode" />
      <NumberField label={say("timeout")} hint={say("timeout_hint")} suffix={seconds} min={1} value={values.offer_timeout_seconds} set={(next) => set({ offer_timeout_seconds: whole(next) })} error={fault("offer_timeout_seconds")} testid="field-timeout" />
      <ChoiceField label={say("wrap_up_mode")} value={values.wrap_up_mode} set={(mode) => mode && set({ wrap_up_mode: mode as Queue["wrap_up_mode"] })} options={wrapUpModes.map((value) => ({ value, label: say(`wrap_up_mode.${value}`) }))} error={fault("wrap_up_mode")} testid="field-wrap-up-mode" />
      {(values.wrap_up_mode === "timed" || values.wrap_up_mode === "optional") && (
        <NumberField label={say("wrap_up")} suffix={seconds} min={0} value={values.wrap_up_seconds} set={(next) => set({ wrap_up_seconds: whole(next) })} error={fault("wrap_up_seconds")} testid="field-wrap-up" />
      )}
      <ChoiceField label={say("idle_clock")} value={values.idle_clock} set={(clock) => clock && set({ idle_clock: clock as Queue["idle_clock"] })} options={idleClocks.map((value) => ({ value, label: say(`idle_clock.${value}`) }))} error={fault("idle_clock")} />
      <ChoiceField label={say("after_close")} hint={say("after_close_hint")} value={values.after_close} set={(how) => how && set({ after_close: how as Queue["after_close"] })} options={afterCloses.map((value) => ({ value, label: say(`after_close.${value}`) }))} error={fault("after_close")} testid="field-after-close" />
      {values.after_close === "reopen_within" && (
        <NumberField label={say("reopen_days")} suffix={say("days")} min={1} max={3650} value={values.reopen_days} set={(next) => set({ reopen_days: whole(next) })} error={fault("reopen_days")} testid="field-reopen-days" />
      )}
    </>
  );
}

/** What happens when the queue itself does not help. */
export function OverflowSection({ editor, queues }: SectionProps) {
  const { values, set, fault } = editor;
  const { say } = usePhrases(words);
  return (
    <Stack gap="xs" data-testid="overflow">
      <Text size="sm" fw={600}>{say("overflow")}</Text>
      <Text size="xs" c="dimmed">{say("overflow_hint")}</Text>
      <Repeated<Overflow> items={values.overflow} set={(overflow) => set({ overflow })} add={say("add_overflow")} nameOf={({ when }) => say(`when.${when}`)} testid="overflow-rule" fresh={() => freshOverflow}>
        {(rule, change) => (
          <>
            <ChoiceField label={say("when")} value={rule.when} set={(when) => when && change({ when: when as Overflow["when"], after_seconds: when === "closed" ? 0 : rule.after_seconds || freshOverflow.after_seconds })} options={whens.map((value) => ({ value, label: say(`when.${value}`) }))} testid="overflow-when" />
            <NumberField label={say("step_after")} suffix={say("seconds")} min={0} value={rule.after_seconds} set={(after) => change({ after_seconds: whole(after) })} testid="overflow-after" />
            <ChoiceField label={say("action")} value={rule.action} set={(action) => action && change({ action: action as Overflow["action"] })} options={actions.map((value) => ({ value, label: say(`action.${value}`) }))} testid="overflow-action" />
            {rule.action === "queue" && <ChoiceField label={say("to_queue")} value={rule.queue_id} set={(queue_id) => change({ queue_id })} options={queues.map(({ id, name }) => ({ value: id, label: name }))} testid="overflow-queue" />}
            {(rule.action === "message" || rule.action === "callback") && <Said label={say("text")} rows={2} value={rule.text} set={(text) => change({ text: text as Record<string, string> })} testid="overflow-text" />}
          </>
        )}
      </Repeated>
      {fault("overflow") && <Text size="xs" c="red" role="alert" data-testid="overflow-fault">{fault("overflow")}</Text>}
    </Stack>
  );
}
