import { ActionIcon, Badge, Button, Group, Modal, SegmentedControl, Select, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowForwardUp, IconPhoneOff, IconPlayerRecordFilled, IconUserPlus, IconUsers } from "@tabler/icons-react";
import { useState } from "react";
import { useSpeech } from "../i18n/context";
import { usePhrases } from "../i18n/phrases";
import { useCommand, useFeed, useLive } from "../live/context";
import type { Call, Id } from "../protocol";
import { Name } from "../pages/work/Name";
import { partyWords } from "./partyWords";

/** A third person in the own call: asked, spoken with alone or all together, handed the call. */
export function PartyControls(props: { id: Id; call: Call }) {
  const { id, call } = props;
  const live = useLive();
  const { say } = usePhrases(partyWords);
  const { isBusy, run } = useCommand();
  const [isOpen, dialog] = useDisclosure(false);
  const { party } = call;
  const order = (name: "call.complete" | "call.dismiss") => void run(() => live.ask(name, { interaction_id: id }));
  const together = (is_private: boolean) => void run(() => live.ask("call.together", { interaction_id: id, is_private }));
  if (!party)
    return (
      <>
        <Button variant="default" leftSection={<IconUserPlus size={18} />} onClick={dialog.open} data-testid="ask-somebody">{say("ask")}</Button>
        <Modal opened={isOpen} onClose={dialog.close} title={say("ask_title")} centered>
          <AskForm id={id} close={dialog.close} />
        </Modal>
      </>
    );
  const isTalking = party.status === "talking";
  return (
    <Group gap="xs" role="group" aria-label={say("third")} data-testid="party" data-status={party.status}>
      <Badge size="lg" tt="none" variant="light" leftSection={<IconUsers size={14} aria-hidden />}>
        <Name of={party.name} /> · {say(isTalking ? "talking" : party.is_handed_over ? "calling_blind" : "calling")}
      </Badge>
      {isTalking && (
        <>
          <Button variant="default" onClick={() => together(!party.is_private)} loading={isBusy} data-testid="together">
            {say(party.is_private ? "together" : "alone")}
          </Button>
          <Button leftSection={<IconArrowForwardUp size={18} />} onClick={() => order("call.complete")} loading={isBusy} data-testid="hand-over-call">{say("complete")}</Button>
        </>
      )}
      <ActionIcon variant="default" size={36} color="red" onClick={() => order("call.dismiss")} aria-label={say("dismiss")} title={say("dismiss")} data-testid="dismiss">
        <IconPhoneOff size={18} />
      </ActionIcon>
    </Group>
  );
}

function AskForm(props: { id: Id; close: () => void }) {
  const live = useLive();
  const speech = useSpeech();
  const { say } = usePhrases(partyWords);
  const { agents, queues, me } = useFeed();
  const { isBusy, run } = useCommand();
  const [kind, setKind] = useState<"agent" | "queue" | "number">("agent");
  const [agent, setAgent] = useState<string | null>(null);
  const [number, setNumber] = useState("");
  const [isBlind, setBlind] = useState(false);
  const [queue, setQueue] = useState<string | null>(null);
  const isComplete = kind === "agent" ? agent !== null : kind === "queue" ? queue !== null : number.trim().length > 2;
  const submit = async () => {
    const whom = kind === "agent" ? { agent_id: agent } : kind === "queue" ? { queue_id: queue } : { number: number.trim() };
    if (await run(() => live.ask("call.ask", { interaction_id: props.id, ...whom, is_blind: isBlind }))) props.close();
  };
  return (
    <form onSubmit={(event) => { event.preventDefault(); void submit(); }}>
      <Stack>
        <SegmentedControl aria-label={say("ask_title")} value={kind} onChange={(value) => setKind(value as typeof kind)} data={[{ value: "agent", label: say("colleague") }, { value: "queue", label: say("queue") }, { value: "number", label: say("number") }]} data-testid="ask-kind" />
        {kind === "queue" ? (
          <Select label={say("queue")} description={say("queue_hint")} data={queues.filter(({ channels }) => channels === null || channels.includes("voice")).map(({ id, name }) => ({ value: id, label: name }))} value={queue} onChange={setQueue} openOnFocus={false} data-testid="ask-queue" />
        ) : kind === "agent" ? (
          <Select label={say("colleague")} data={agents.filter(({ id }) => id !== me.id).map(({ id, name }) => ({ value: id, label: name }))} value={agent} onChange={setAgent} searchable openOnFocus={false} data-testid="ask-agent" />
        ) : (
          <TextInput label={say("number")} description={say("number_hint")} value={number} onChange={(event) => setNumber(event.currentTarget.value)} dir="ltr" inputMode="tel" autoComplete="off" data-testid="ask-number" />
        )}
        <Switch label={say("blind")} description={say("blind_hint")} checked={isBlind} onChange={(event) => setBlind(event.currentTarget.checked)} data-testid="ask-blind" />
        <Group justify="flex-end">
          <Button variant="default" onClick={props.close}>{speech.say("common.cancel")}</Button>
          <Button type="submit" disabled={!isComplete} loading={isBusy} data-testid="ask-submit">{say("call")}</Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Whether the call is recorded, and the pause for a card number. Until the carrier confirms it, it is not paused. */
export function RecordingControls(props: { id: Id; call: Call }) {
  const { id, call } = props;
  const live = useLive();
  const { say } = usePhrases(partyWords);
  const { isBusy, run } = useCommand();
  const state = call.recording ?? "off";
  if (state === "off") return call.is_doubtful ? <Text size="sm" role="status" data-testid="recording" data-state="given_up">{say("recording.given_up")}</Text> : null;
  const pause = (is_paused: boolean) => void run(() => live.ask("call.pause_recording", { interaction_id: id, is_paused }));
  return (
    <Group gap="xs" data-testid="recording" data-state={state}>
      <Badge size="lg" tt="none" variant="light" color={state === "on" ? "red" : state === "paused" ? "gray" : "orange"} leftSection={<IconPlayerRecordFilled size={12} aria-hidden />} role="status">
        {say(`recording.${state}`)}
      </Badge>
      <Button variant="default" size="compact-md" loading={isBusy || state === "unsure"} onClick={() => pause(state === "on")} data-testid="pause-recording">
        {say(state === "paused" ? "record_on" : "record_pause")}
      </Button>
    </Group>
  );
}

/** Who of the supervisors is in the call, for the agent: nobody listens in secret. */
export function ListenersLine(props: { call: Call }) {
  const { say } = usePhrases(partyWords);
  const present = props.call.listeners ?? [];
  if (present.length === 0) return null;
  return (
    <Text size="sm" role="status" data-testid="listeners">
      {present.map(({ staff_id, name, mode }) => <span key={staff_id}><Name of={name} />: {say(`mode.${mode}`)} </span>)}
    </Text>
  );
}
