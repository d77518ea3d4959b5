import { Badge, Center, Group, Loader, Text } from "@mantine/core";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable, type Column } from "../../kit/DataTable";
import { Frame } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { queryOf, useTable } from "../../kit/table";
import { TableBar, type Filter } from "../../kit/TableBar";
import { useFeed } from "../../live/context";
import type { Interaction } from "../../protocol";
import { ChannelIcon } from "../work/ChannelIcon";
import { Conversation } from "../work/Conversation";
import { seqIn } from "../work/landing";
import { Name } from "../work/Name";
import { urgencyOf } from "../work/Stepping";
import { useWatched } from "../work/watching";
import { words as deskWords } from "../work/words";
import css from "./Conversations.module.css";
import { words } from "./words";

const states = ["queued", "assigned", "wrap_up", "closed"] as const;
const channels = ["webchat", "email", "sms", "voice", "telegram", "portal"] as const;

export function ConversationsPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const speech = useSpeech();
  const dates = useDates();
  const { queues, agents } = useFeed();
  const table = useTable("conversations");
  const query = queryOf(table.state);
  const list = useList<Interaction>(query === "" ? "/api/interactions" : `/api/interactions?${query}`, byId);
  const chosen = props.rest[0];
  const named = (all: { id: string; name: string }[]) => all.map(({ id, name }) => ({ value: id, label: name }));
  const columns: Column<Interaction>[] = [
    { key: "channel", title: say("channel"), cell: ({ channel }) => <ChannelIcon channel={channel} size={18} /> },
    { key: "customer", title: say("customer"), cell: ({ customer }) => <Name of={customer.name} /> },
    { key: "subject", title: say("subject"), cell: ({ subject, preview }) => <Text size="sm" lineClamp={1}><Name of={subject ?? preview} /></Text>, isExtra: true },
    { key: "state", title: say("state"), cell: (row) => <StateCell interaction={row} /> },
    { key: "agent", title: say("agent"), cell: ({ agent_name }) => <bdi>{agent_name ?? ""}</bdi> },
    { key: "queue", title: say("queue"), cell: ({ queue_name }) => <bdi>{queue_name}</bdi>, isExtra: true },
    { key: "opened", title: say("opened"), cell: ({ opened_at }) => dates.brief(opened_at), isExtra: true },
    { key: "number", title: say("number"), cell: ({ number }) => speech.number(number), isExtra: true },
  ];
  const filters: Filter[] = [
    { key: "state", label: say("state"), kind: "choice", options: states.map((value) => ({ value, label: speech.say(`state.${value}`) })) },
    { key: "channel", label: say("channel"), kind: "choice", options: channels.map((value) => ({ value, label: speech.say(`channel.${value}`) })) },
    { key: "queue_id", label: say("queue"), kind: "choice", options: named(queues) },
    { key: "agent_id", label: say("agent"), kind: "choice", options: named(agents) },
  ];
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      isWide
      side={chosen && <Watched key={chosen} id={chosen} at={seqIn(props.rest[1])} />}
    >
      {!chosen && <TableBar table={table} title={say("title")} columns={columns} filters={filters} />}
      <DataTable
        label={say("title")}
        list={list}
        rows={list.items}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["conversations", id]}
        isSearched={query !== ""}
        table={table}
        columns={columns}
      />
    </Frame>
  );
}

/** How it stands, and how urgent it is while it waits. */
function StateCell(props: { interaction: Interaction }) {
  const { interaction } = props;
  const speech = useSpeech();
  const desk = usePhrases(deskWords);
  const isUrgent = interaction.state === "queued" && (interaction.is_emergency || interaction.priority > 0);
  return (
    <Group gap={6} wrap="nowrap">
      {speech.say(`state.${interaction.state}`)}
      {isUrgent && (
        <Badge size="sm" tt="none" flex="none" variant="light" color={interaction.is_emergency ? "red" : "orange"} data-testid="urgency-mark">
          {desk.say(urgencyOf(interaction))}
        </Badge>
      )}
    </Group>
  );
}

/** One of them, live: one's own as well. */
function Watched(props: { id: string; at: number | null }) {
  const { say } = usePhrases(words);
  const speech = useSpeech();
  const { work: own } = useFeed();
  const { work, isGone } = useWatched(props.id);
  const shown = own[props.id] ?? work;
  if (isGone) return <Center className={css.side!}><Text c="dimmed">{say("gone")}</Text></Center>;
  if (!shown) return <Center className={css.side!}><Loader aria-label={speech.say("app.loading")} /></Center>;
  return (
    <div className={css.side}>
      <Conversation work={shown} showCustomer={null} back={["conversations"]} at={props.at} />
    </div>
  );
}
