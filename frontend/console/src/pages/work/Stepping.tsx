import { Button, Menu, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconFlag, IconHandGrab, IconRoute } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { usePhrases } from "../../i18n/phrases";
import { useCommand, useFeed, useLive } from "../../live/context";
import type { Interaction } from "../../protocol";
import { go } from "../../shell/route";
import { pick, take } from "./actions";
import { TransferDialog } from "./TransferDialog";
import { words } from "./words";

const levels = ["normal", "high", "urgent", "critical"] as const;

/** What may be done with a conversation that is somebody else's, or nobody's: taken, sent elsewhere, made urgent. */
export function Stepping(props: { interaction: Interaction }) {
  const { interaction } = props;
  const { me } = useFeed();
  const may = (permission: string) => me.permissions.includes(permission);
  const waits = interaction.state === "queued";
  const isOpen = waits || interaction.state === "assigned";
  return (
    <>
      {may("work.prioritise") && waits && <Urgency interaction={interaction} />}
      {may("work.supervise") && isOpen && <Reroute interaction={interaction} />}
      {((may("work.supervise") && isOpen) || (may("work.take") && waits)) && <Take interaction={interaction} isOver={may("work.supervise")} />}
    </>
  );
}

/** Who supervises takes from anybody; others from the queue only. */
function Take(props: { interaction: Interaction; isOver: boolean }) {
  const { interaction, isOver } = props;
  const live = useLive();
  const { say } = usePhrases(words);
  const { isBusy, run } = useCommand();
  const now = () =>
    void run(async () => {
      await (isOver ? take(live, interaction) : pick(live, interaction.id));
      notifications.show({ color: "teal", message: say("taken") });
      go("work", interaction.id);
    });
  const text = say(isOver ? "take" : "pick_up");
  return (
    <Button variant="filled" onClick={now} loading={isBusy} px="sm" aria-label={text} data-testid="take">
      <IconHandGrab size={18} />
      <Words>{text}</Words>
    </Button>
  );
}

function Reroute(props: { interaction: Interaction }) {
  const { say } = usePhrases(words);
  const [isOpen, dialog] = useDisclosure(false);
  return (
    <>
      <Button variant="default" onClick={dialog.open} px="sm" aria-label={say("reroute")} data-testid="reroute">
        <IconRoute size={18} />
        <Words>{say("reroute")}</Words>
      </Button>
      <TransferDialog interaction={props.interaction} isOpen={isOpen} close={dialog.close} isReroute />
    </>
  );
}

function Urgency(props: { interaction: Interaction }) {
  const { interaction } = props;
  const live = useLive();
  const { say } = usePhrases(words);
  const { isBusy, run } = useCommand();
  const choose = (priority: number, isEmergency: boolean) =>
    void run(async () => {
      await live.ask("interaction.prioritise", { interaction_id: interaction.id, priority, is_emergency: isEmergency });
      notifications.show({ color: "teal", message: say("urgency_saved") });
    });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" loading={isBusy} px="sm" aria-label={say("urgency")} data-testid="urgency">
          <IconFlag size={18} />
          <Words>{say(urgencyOf(interaction))}</Words>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{say("urgency")}</Menu.Label>
        {levels.map((level, priority) => (
          <Menu.Item key={level} onClick={() => choose(priority, false)} data-testid={`urgency-${level}`}>{say(`urgency.${level}`)}</Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item color="red" onClick={() => choose(interaction.priority, true)} data-testid="urgency-emergency">{say("urgency.emergency")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The word for how urgent it is. */
export function urgencyOf({ priority, is_emergency }: Interaction) {
  return is_emergency ? "urgency.emergency" as const : `urgency.${levels[priority] ?? "normal"}` as const;
}

/** Words at 1280 pixels, the sign alone on a phone. */
function Words(props: { children: ReactNode }) {
  return <Text component="span" size="sm" fw={600} visibleFrom="sm" ms={6}>{props.children}</Text>;
}
