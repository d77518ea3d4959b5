import { Button, Group, Modal, SegmentedControl, Select, Stack, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useSpeech } from "../../i18n/context";
import { useCommand, useFeed, useLive } from "../../live/context";
import type { Interaction } from "../../protocol";

type Target = "queue" | "agent";

export function TransferDialog(props: { interaction: Interaction; isOpen: boolean; close: () => void }) {
  const { say } = useSpeech();
  return (
    <Modal opened={props.isOpen} onClose={props.close} title={say("transfer.title")} centered closeButtonProps={{ "aria-label": say("common.close") }}>
      <TransferForm interaction={props.interaction} close={props.close} />
    </Modal>
  );
}

/** Lives as long as the dialog is open, so that each opening starts empty. */
function TransferForm(props: { interaction: Interaction; close: () => void }) {
  const { interaction, close } = props;
  const live = useLive();
  const { queues, agents, me } = useFeed();
  const { say } = useSpeech();
  const { isBusy, run } = useCommand();
  const [target, setTarget] = useState<Target>("queue");
  const [chosen, setChosen] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const fitting = queues.filter(({ channels }) => channels === null || channels.includes(interaction.channel));
  const options = target === "queue" ? fitting : agents.filter(({ id }) => id !== me.id);

  const submit = async () => {
    const isDone = await run(() =>
      live.ask("interaction.transfer", {
        interaction_id: interaction.id,
        queue_id: target === "queue" ? chosen : null,
        agent_id: target === "agent" ? chosen : null,
        note: note.trim() || null,
      }),
    );
    if (!isDone) return;
    notifications.show({ color: "teal", message: say("transfer.done") });
    close();
  };

  return (
    <form onSubmit={(event) => { event.preventDefault(); void submit(); }}>
      <Stack>
        <SegmentedControl
          aria-label={say("transfer.to")}
          value={target}
          onChange={(value) => { setTarget(value as Target); setChosen(null); }}
          data={(["queue", "agent"] as const).map((value) => ({ value, label: say(`transfer.${value}`) }))}
          data-testid="transfer-kind"
        />
        <Select
          label={say(target === "queue" ? "transfer.choose_queue" : "transfer.choose_agent")}
          data={options.map(({ id, name }) => ({ value: id, label: name }))}
          value={chosen}
          onChange={setChosen}
          searchable
          required
          withAsterisk={false}
          data-autofocus
          openOnFocus={false}
          data-testid="transfer-target"
        />
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
          <Button type="submit" disabled={chosen === null} loading={isBusy} data-testid="transfer-submit">{say("transfer.submit")}</Button>
        </Group>
      </Stack>
    </form>
  );
}
