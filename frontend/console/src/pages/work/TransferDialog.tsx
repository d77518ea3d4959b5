import { Button, Group, Modal, NumberInput, SegmentedControl, Select, Stack, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { byId, useList } from "../../kit/list";
import { useCommand, useFeed, useLive } from "../../live/context";
import type { Id, Interaction, Named, QueueName } from "../../protocol";
import { words } from "./words";

type Target = "queue" | "agent" | "skill";

interface Chosen {
  target: Target;
  queue: Id | null;
  agent: Id | null;
  skill: Id | null;
  level: number;
}

/** Hands the own conversation over; a supervisor reroutes what waits or what somebody has. */
export function TransferDialog(props: { interaction: Interaction; isOpen: boolean; close: () => void; isReroute?: boolean }) {
  const { say } = useSpeech();
  const desk = usePhrases(words);
  const title = props.isReroute ? desk.say("reroute") : say("transfer.title");
  return (
    <Modal opened={props.isOpen} onClose={props.close} title={title} centered closeButtonProps={{ "aria-label": say("common.close") }}>
      <TransferForm interaction={props.interaction} close={props.close} isReroute={props.isReroute ?? false} />
    </Modal>
  );
}

/** Lives as long as the dialog is open, so that each opening starts empty. */
function TransferForm(props: { interaction: Interaction; close: () => void; isReroute: boolean }) {
  const { interaction, close, isReroute } = props;
  const live = useLive();
  const { say } = useSpeech();
  const desk = usePhrases(words);
  const { isBusy, run } = useCommand();
  const [chosen, setChosen] = useState<Chosen>({ target: "queue", queue: null, agent: null, skill: null, level: 5 });
  const [note, setNote] = useState("");
  const isComplete = chosen[chosen.target] !== null;

  const submit = async () => {
    const argument = { interaction_id: interaction.id, ...targetOf(chosen), note: note.trim() || null };
    if (!(await run(() => live.ask(isReroute ? "interaction.reroute" : "interaction.transfer", argument)))) return;
    notifications.show({ color: "teal", message: isReroute ? desk.say("reroute_done") : say("transfer.done") });
    close();
  };

  return (
    <form onSubmit={(event) => { event.preventDefault(); void submit(); }}>
      <Stack>
        <SegmentedControl
          aria-label={say("transfer.to")}
          value={chosen.target}
          onChange={(value) => setChosen({ ...chosen, target: value as Target, queue: null, agent: null, skill: null })}
          data={[
            { value: "queue", label: say("transfer.queue") },
            { value: "agent", label: say("transfer.agent") },
            { value: "skill", label: desk.say("to_skill") },
          ]}
          data-testid="transfer-kind"
        />
        <Where owner={interaction.agent_id} channel={interaction.channel} chosen={chosen} set={(change) => setChosen({ ...chosen, ...change })} />
        <Textarea
          label={say("transfer.note")}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          dir={note === "" ? undefined : "auto"}
          autosize
          minRows={3}
          data-testid="transfer-note"
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>{say("common.cancel")}</Button>
          <Button type="submit" disabled={!isComplete} loading={isBusy} data-testid="transfer-submit">
            {isReroute ? desk.say("reroute") : say("transfer.submit")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Where(props: { owner: Id | null; channel: string; chosen: Chosen; set: (change: Partial<Chosen>) => void }) {
  const { chosen, set } = props;
  const { agents, me } = useFeed();
  const queues = useQueuesFor(props.channel);
  const { say } = useSpeech();
  if (chosen.target === "skill") return <SkillChoice {...props} />;
  if (chosen.target === "queue")
    return <Choice label={say("transfer.choose_queue")} options={queues} value={chosen.queue} set={(queue) => set({ queue })} />;
  // Neither to oneself nor to who has it already.
  const others = agents.filter(({ id }) => id !== props.owner && id !== me.id);
  return <Choice label={say("transfer.choose_agent")} options={others} value={chosen.agent} set={(agent) => set({ agent })} />;
}

/** The queues that take a channel. */
function useQueuesFor(channel: string): QueueName[] {
  return useFeed().queues.filter(({ channels }) => channels === null || channels.includes(channel));
}

function SkillChoice(props: { channel: string; chosen: Chosen; set: (change: Partial<Chosen>) => void }) {
  const { chosen, set } = props;
  const queues = useQueuesFor(props.channel);
  const desk = usePhrases(words);
  const skills = useList<Named>("/api/skills", byId);
  return (
    <>
      <Group grow align="flex-end">
        <Choice label={desk.say("skill")} options={skills.items} value={chosen.skill} set={(skill) => set({ skill })} />
        <NumberInput
          label={desk.say("level")}
          value={chosen.level}
          onChange={(value) => set({ level: Number(value) || 1 })}
          min={1}
          max={10}
          clampBehavior="strict"
          allowDecimal={false}
          data-testid="transfer-level"
        />
      </Group>
      <Select
        label={desk.say("in_queue")}
        data={queues.map(({ id, name }) => ({ value: id, label: name }))}
        value={chosen.queue}
        onChange={(queue) => set({ queue })}
        searchable
        clearable
        openOnFocus={false}
        data-testid="transfer-queue"
      />
    </>
  );
}

function Choice(props: { label: string; options: Named[]; value: Id | null; set: (value: Id | null) => void }) {
  return (
    <Select
      label={props.label}
      data={props.options.map(({ id, name }) => ({ value: id, label: name }))}
      value={props.value}
      onChange={props.set}
      searchable
      required
      withAsterisk={false}
      data-autofocus
      openOnFocus={false}
      data-testid="transfer-target"
    />
  );
}

function targetOf({ target, queue, agent, skill, level }: Chosen) {
  return {
    queue_id: target === "agent" ? null : queue,
    agent_id: target === "agent" ? agent : null,
    skills: target === "skill" && skill !== null ? { [skill]: level } : {},
  };
}
