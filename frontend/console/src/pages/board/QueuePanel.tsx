import { Anchor, Group, Stack, Text, Title } from "@mantine/core";
import { useEffect } from "react";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { Panel } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { useFeed } from "../../live/context";
import type { Interaction } from "../../protocol";
import type { QueueFigures } from "../../protocolBoard";
import { pathTo } from "../../shell/route";
import { ChannelIcon } from "../work/ChannelIcon";
import { Name } from "../work/Name";
import { WhyButton } from "../work/why/WhyDialog";
import css from "./Board.module.css";
import { Reroute } from "./Reroute";
import { Age, useFigures } from "./shown";
import { channelsOf, type Board } from "./state";
import type { Period } from "./QueueTable";
import { words } from "./words";

/** One queue: every figure for each channel, and what waits. */
export function QueuePanel(props: { id: string; board: Board; period: Period }) {
  const { id, board } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const whole = board.queues[`${id}:`];
  if (!whole) return <Panel title="" back={["board"]}><Text c="dimmed">{kit.say("gone")}</Text></Panel>;
  const channels = channelsOf(board, id);
  return (
    <Panel title={<Name of={whole.queue_name} />} back={["board"]}>
      <Stack gap="lg">
        <Waiting queue={whole} />
        <section>
          <Title order={4} fz="sm" mb={6}>{say("figures")}: {say(props.period)}</Title>
          <FigureTable columns={channels.length > 1 ? [whole, ...channels] : [whole]} period={props.period} />
        </section>
      </Stack>
    </Panel>
  );
}

/** Lines of figures, a column for each channel. */
function FigureTable(props: { columns: QueueFigures[]; period: Period }) {
  const { columns, period } = props;
  const { say } = usePhrases(words);
  const speech = useSpeech();
  const { number, percent, time } = useFigures();
  const lines: [string, (queue: QueueFigures) => string][] = [
    [say("waiting"), (queue) => number(queue.contacts_in_queue)],
    [say("estimate"), (queue) => time(queue.estimated_wait_seconds)],
    [say("active"), (queue) => number(queue.slots_active)],
    [say("slots"), (queue) => number(queue.slots_available)],
    [say("free"), (queue) => say("free_of", { free: queue.agents_available, online: queue.agents_online })],
    [say("busy"), (queue) => number(queue.agents_on_contact)],
    [say("wrapping"), (queue) => number(queue.agents_after_contact_work)],
    [say("not_ready"), (queue) => number(queue.agents_non_productive)],
    [say("queued"), (queue) => number(queue[period].contacts_queued)],
    [say("answered"), (queue) => number(queue[period].contacts_answered)],
    [say("abandoned"), (queue) => number(queue[period].contacts_abandoned)],
    [say("rate"), (queue) => percent(queue[period].abandonment_rate)],
    [say("transferred"), (queue) => number(queue[period].contacts_transferred_out)],
    [say("overflowed"), (queue) => number(queue[period].contacts_overflowed)],
    [say("removed"), (queue) => number(queue[period].contacts_removed)],
    [say("handled"), (queue) => number(queue[period].contacts_handled)],
    [say("answer_time"), (queue) => time(queue[period].average_queue_answer_seconds)],
    [say("handle_time"), (queue) => time(queue[period].average_handle_seconds)],
    [say("wrap_up_time"), (queue) => time(queue[period].average_after_contact_work_seconds)],
    [say("level"), (queue) => percent(queue[period].service_level)],
    [say("level_late"), (queue) => percent(queue[period].service_level_late)],
    [say("level_removed"), (queue) => percent(queue[period].service_level_removed)],
    [say("at_start"), (queue) => number(queue.contacts_waiting_at_start)],
  ];
  const head = ({ channel }: QueueFigures) => (channel === "" ? say("all_channels") : speech.sayAny("channel", channel, channel));
  return (
    <table className={css.figures} data-testid="figures">
      <thead>
        <tr>
          <td />
          {columns.map((queue) => <th key={queue.channel} scope="col">{head(queue)}</th>)}
        </tr>
      </thead>
      <tbody>
        {lines.map(([title, value]) => (
          <tr key={title}>
            <th scope="row">{title}</th>
            {columns.map((queue) => <td key={queue.channel}>{value(queue)}</td>)}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The conversations that wait, the longest first, each with the reasons; read anew when their number changes. */
function Waiting(props: { queue: QueueFigures }) {
  const { queue_id, contacts_in_queue, oldest_contact_at } = props.queue;
  const { say } = usePhrases(words);
  const { me } = useFeed();
  const mayRead = me.permissions.includes("interaction.read");
  const list = useList<Interaction>(mayRead ? `/api/interactions?state=queued&queue_id=${queue_id}` : null, byId);
  const { reload } = list;
  useEffect(() => void reload(), [reload, contacts_in_queue, oldest_contact_at]);
  if (!mayRead) return null;
  const waiting = [...list.items].sort((a, b) => a.opened_at.localeCompare(b.opened_at));
  return (
    <section>
      <Title order={4} fz="sm" mb={6}>{say("waits")}</Title>
      {waiting.length === 0 && <Text size="sm" c="dimmed">{say("nothing_waits")}</Text>}
      <Stack gap={6}>
        {waiting.map((one) => (
          <Group key={one.id} gap="xs" wrap="nowrap" data-testid="waits">
            <ChannelIcon channel={one.channel} size={18} />
            <Anchor href={pathTo("conversations", one.id)} size="sm" flex={1} truncate><Name of={one.customer.name} /></Anchor>
            <Text size="sm" c="dimmed"><Age since={one.opened_at} target={props.queue.target_seconds} /></Text>
            <WhyButton workId={one.id} isOwn={false} />
            <Reroute interaction={one} />
          </Group>
        ))}
      </Stack>
    </section>
  );
}
