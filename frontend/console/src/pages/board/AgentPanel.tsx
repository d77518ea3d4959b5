import { Anchor, Button, Group, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { call } from "../../http/api";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { Panel } from "../../kit/Frame";
import { kitWords } from "../../kit/words";
import { useCommand, useFeed } from "../../live/context";
import type { PresenceState } from "../../protocol";
import type { AgentFigures } from "../../protocolBoard";
import { pathTo } from "../../shell/route";
import { ChannelIcon } from "../work/ChannelIcon";
import { Name } from "../work/Name";
import { WhyButton } from "../work/why/WhyDialog";
import { ActivityBadge, Load } from "./AgentTable";
import { Age, useFigures } from "./shown";
import type { Board } from "./state";
import { words } from "./words";

const back = ["board", "agents"];

/** One agent: what they have now, and what a supervisor can do. */
export function AgentPanel(props: { id: string; board: Board }) {
  const agent = props.board.agents[props.id];
  const kit = usePhrases(kitWords);
  const { say } = usePhrases(words);
  const { number, percent, time } = useFigures();
  const { me } = useFeed();
  if (!agent) return <Panel title="" back={back}><Text c="dimmed">{kit.say("gone")}</Text></Panel>;
  return (
    <Panel title={<Name of={agent.name} />} back={back}>
      <Stack gap="lg">
        <Group gap="sm">
          <ActivityBadge of={agent} />
          <Load of={agent} />
        </Group>
        <Text size="sm">
          {say("handled")}: {number(agent.contacts_handled)} · {say("handle_time")}: {time(agent.average_handle_seconds)} · {say("occupancy")}: {percent(agent.occupancy)}
        </Text>
        <InHand agent={agent} board={props.board} />
        {me.permissions.includes("agent.manage") && <Force agent={agent} />}
      </Stack>
    </Panel>
  );
}

function InHand(props: { agent: AgentFigures; board: Board }) {
  const { say } = usePhrases(words);
  const speech = useSpeech();
  const { contacts } = props.agent;
  return (
    <section>
      <Title order={4} fz="sm" mb={6}>{say("work_now")}</Title>
      {contacts.length === 0 && <Text size="sm" c="dimmed">{say("no_work")}</Text>}
      <Stack gap={6}>
        {contacts.map((one) => (
          <Group key={one.work_id} gap="xs" wrap="nowrap" data-testid="in-hand">
            <ChannelIcon channel={one.channel} size={18} />
            <Text size="sm" flex={1} truncate>
              <bdi>{props.board.queues[`${one.queue_id}:`]?.queue_name ?? speech.sayAny("channel", one.channel, one.channel)}</bdi> · {say(`phase.${one.phase}`)}
            </Text>
            <Text size="sm" c="dimmed"><Age since={one.since} /></Text>
            {one.kind === "interaction" && <Anchor size="sm" href={pathTo("conversations", one.work_id)} data-testid="follow">{say("follow")}</Anchor>}
            <WhyButton workId={one.work_id} isOwn={false} />
          </Group>
        ))}
      </Stack>
    </section>
  );
}

/** Sets the agent's state in their stead. */
function Force(props: { agent: AgentFigures }) {
  const { agent } = props;
  const { say } = usePhrases(words);
  const { isBusy, run } = useCommand();
  const force = (state: PresenceState) =>
    void run(async () => {
      await call("PUT", `/api/agents/${agent.id}/presence`, { state, reason: null });
      notifications.show({ color: "teal", withCloseButton: false, message: say("forced") });
    });
  const states = ["available", "not_ready", "offline"] as const;
  return (
    <section>
      <Title order={4} fz="sm">{say("force")}</Title>
      <Text size="xs" c="dimmed" mb={6}>{say("force_about")}</Text>
      <Group gap="xs">
        {states.map((state) => (
          <Button key={state} variant="default" size="sm" disabled={agent.state === state} loading={isBusy} onClick={() => force(state)} data-testid={`force-${state}`}>
            {say(`set_${state}`)}
          </Button>
        ))}
      </Group>
    </section>
  );
}
