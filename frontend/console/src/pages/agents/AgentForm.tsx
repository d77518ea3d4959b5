import { Button, Group, SegmentedControl, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useEffect, useState } from "react";
import { call } from "../../http/api";
import type { Agent, Skill } from "../../http/views";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useEditor } from "../../kit/editor";
import { LevelsField, NumberField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import type { List } from "../../kit/list";
import { useCommand } from "../../live/context";
import type { Presence, PresenceState } from "../../protocol";
import { words } from "./words";

const states: PresenceState[] = ["available", "not_ready", "offline"];

export function AgentForm(props: { agent: Agent; agents: List<Agent>; skills: Skill[]; reload: () => void }) {
  const { agent } = props;
  const { say } = usePhrases(words);
  const { trust, capacity_units, skills, version } = agent;
  const editor = useEditor({ trust: trust as number | null, capacity_units: capacity_units as number | null, skills, version }, async (values) => {
    const saved = await call<Agent>("PUT", `/api/agents/${agent.staff_id}`, values);
    props.agents.put(saved);
    return { version: saved.version };
  });
  const { values, set, fault } = editor;
  return (
    <>
    <Form editor={editor} reload={props.reload}>
      <PresenceField agent={agent} agents={props.agents} />
      <LevelsField label={say("levels")} hint={say("levels_hint")} value={values.skills} set={(next) => set({ skills: next })} skills={props.skills} error={fault("skills")} />
      <NumberField label={say("trust")} hint={say("trust_hint")} min={0} max={10} value={values.trust} set={(next) => set({ trust: next })} error={fault("trust")} testid="field-trust" />
      <NumberField label={say("capacity")} hint={say("capacity_hint")} min={1} max={1000} value={values.capacity_units} set={(next) => set({ capacity_units: next })} error={fault("capacity_units")} testid="field-capacity" />
    </Form>
    <PhoneField staffId={agent.staff_id} />
    </>
  );
}

/** Where their calls ring: a setting of the telephone, kept apart from what routing knows of a person. */
function PhoneField(props: { staffId: string }) {
  const { say } = usePhrases(words);
  const { isBusy, run } = useCommand();
  const [kept, setKept] = useState<string | null>(null);
  const [address, setAddress] = useState("");
  const path = `/api/agents/${props.staffId}/phone`;
  useEffect(() => {
    let isGone = false;
    void call<{ address: string }>("GET", path).then((found) => { if (!isGone) { setKept(found.address); setAddress(found.address); } }, () => undefined);
    return () => { isGone = true; };
  }, [path]);
  const save = async () => {
    const isDone = await run(async () => {
      const saved = await call<{ address: string }>("PUT", path, { address: address.trim() });
      setKept(saved.address);
      setAddress(saved.address);
    });
    if (isDone) notifications.show({ color: "teal", message: say("phone_saved") });
  };
  if (kept === null) return null;
  return (
    <form onSubmit={(event) => { event.preventDefault(); void save(); }}>
      <Group align="end" mt="lg">
        <TextInput flex={1} label={say("phone")} description={say("phone_hint")} value={address} onChange={(event) => setAddress(event.currentTarget.value)} dir="ltr" autoComplete="off" data-testid="field-phone" />
        <Button type="submit" variant="default" disabled={address.trim() === kept} loading={isBusy} data-testid="save-phone">{say("phone_save")}</Button>
      </Group>
    </form>
  );
}

/** Set at once, apart from the form: it is an order to the floor, not a setting. */
function PresenceField(props: { agent: Agent; agents: List<Agent> }) {
  const { agent } = props;
  const { say } = usePhrases(words);
  const speech = useSpeech();
  const { isBusy, run } = useCommand();
  const force = async (state: string) => {
    const isDone = await run(async () => {
      const presence = await call<Presence>("PUT", `/api/agents/${agent.staff_id}/presence`, { state, reason: null });
      props.agents.put({ ...agent, presence });
    });
    if (isDone) notifications.show({ color: "teal", message: say("forced") });
  };
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={600}>{say("force")}</Text>
        {agent.presence.reason && <Text size="sm" c="dimmed">{speech.sayAny("reason", agent.presence.reason, agent.presence.reason)}</Text>}
      </Group>
      <SegmentedControl
        fullWidth
        aria-label={say("force")}
        disabled={isBusy}
        value={agent.presence.state}
        onChange={(state) => void force(state)}
        data={states.map((state) => ({ value: state, label: speech.say(`presence.${state}`) }))}
        data-testid="force-presence"
      />
    </div>
  );
}
