import { ActionIcon, Button, Modal, SegmentedControl, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconArrowsSplit2 } from "@tabler/icons-react";
import { useState } from "react";
import { call } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { ChoiceField } from "../../kit/fields";
import { kitWords } from "../../kit/words";
import { useCommand, useFeed } from "../../live/context";
import type { Id } from "../../protocol";
import { words } from "./words";

/** Lets a conversation that waits, or that somebody has, wait elsewhere or for somebody else. */
export function Reroute(props: { id: Id }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { queues, agents } = useFeed();
  const { isBusy, run } = useCommand();
  const [isOpen, dialog] = useDisclosure(false);
  const [kind, setKind] = useState<"queue" | "agent">("queue");
  const [target, setTarget] = useState<Id | null>(null);
  const choose = (next: "queue" | "agent") => {
    setKind(next);
    setTarget(null);
  };
  const send = () =>
    void run(async () => {
      const to = kind === "queue" ? { queue_id: target } : { agent_id: target };
      await call("POST", `/api/interactions/${props.id}/reroute`, to);
      dialog.close();
      notifications.show({ color: "teal", withCloseButton: false, message: say("rerouted") });
    });
  return (
    <>
      <ActionIcon variant="default" size="lg" onClick={dialog.open} aria-label={say("reroute")} title={say("reroute")} data-testid="reroute">
        <IconArrowsSplit2 size={18} />
      </ActionIcon>
      <Modal opened={isOpen} onClose={dialog.close} title={say("reroute")} closeButtonProps={{ "aria-label": kit.say("close") }}>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">{say("reroute_about")}</Text>
          <SegmentedControl
            aria-label={say("reroute")}
            value={kind}
            onChange={(next) => choose(next as "queue" | "agent")}
            data={[{ value: "queue", label: say("to_queue") }, { value: "agent", label: say("to_agent") }]}
            data-testid="reroute-kind"
          />
          <ChoiceField
            label={say(kind)}
            value={target}
            set={setTarget}
            options={(kind === "queue" ? queues : agents).map(({ id, name }) => ({ value: id, label: name }))}
            testid="reroute-target"
          />
          <Button onClick={send} loading={isBusy} disabled={target === null} data-testid="reroute-submit">{say("reroute")}</Button>
        </Stack>
      </Modal>
    </>
  );
}
