import { Badge, Group, Progress, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useDeferredValue, useMemo, useState } from "react";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable, type Column } from "../../kit/DataTable";
import { matches } from "../../kit/fold";
import { arranged, everything, isSameState, useTable } from "../../kit/table";
import { TableBar } from "../../kit/TableBar";
import { kitWords } from "../../kit/words";
import type { Activity, AgentFigures } from "../../protocolBoard";
import { ChannelIcon } from "../work/ChannelIcon";
import { Name } from "../work/Name";
import { Age, still, useFigures } from "./shown";
import { queuesOf, type Board } from "./state";
import { words } from "./words";

export const activities: Activity[] = ["available", "on_contact", "after_contact_work", "at_capacity", "non_productive", "offline"];
const colors: Record<Activity, string> = {
  available: "teal.9", on_contact: "indigo.7", after_contact_work: "violet.8", at_capacity: "indigo.9", non_productive: "orange.9", offline: "gray.7",
};
const pageSize = 100;

export function ActivityBadge(props: { of: AgentFigures }) {
  const { say } = usePhrases(words);
  const speech = useSpeech();
  const { activity, reason } = props.of;
  const why = activity === "non_productive" && reason ? ` · ${speech.sayAny("reason", reason, reason)}` : "";
  return <Badge color={colors[activity]} variant="filled" tt="none" data-testid="activity" data-activity={activity}>{say(`activity.${activity}`)}{why}</Badge>;
}

export function Load(props: { of: AgentFigures }) {
  const { used_units, capacity_units } = props.of;
  const { say } = usePhrases(words);
  const text = say("load_of", { used: used_units, capacity: capacity_units });
  return <Progress value={(100 * used_units) / capacity_units} size="md" w={90} aria-label={text} title={text} />;
}

/** Whoever works here; thousands are shown a hundred at a time, of those that the filters leave. */
export function AgentTable(props: { board: Board; chosen: string | undefined }) {
  const { board } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { language } = useSpeech();
  const { number, percent, time } = useFigures();
  const table = useTable("board-agents");
  const [shown, setShown] = useState(pageSize);
  const agents = useDeferredValue(board.agents);
  const { state } = table;
  const rows = useMemo(() => {
    const facts = {
      agent: ({ name }: AgentFigures) => name,
      activity: ({ activity }: AgentFigures) => activity,
      here: ({ activity }: AgentFigures) => String(activity !== "offline"),
      queue: ({ contacts }: AgentFigures) => contacts.map(({ queue_id }) => queue_id),
      load: ({ used_units, capacity_units }: AgentFigures) => used_units / capacity_units,
      handled: ({ contacts_handled }: AgentFigures) => contacts_handled,
      occupancy: ({ occupancy }: AgentFigures) => occupancy ?? -1,
      handle_time: ({ average_handle_seconds }: AgentFigures) => average_handle_seconds ?? -1,
    };
    const found = Object.values(agents).filter(({ name }) => matches(state.search, name));
    return arranged(found, { ...state, sort: state.sort ?? "agent" }, facts, language);
  }, [agents, state, language]);
  const columns: Column<AgentFigures>[] = [
    { key: "agent", title: say("agent"), cell: ({ name }) => <Name of={name} />, isSortable: true },
    { key: "activity", title: say("activity"), cell: (agent) => <ActivityBadge of={agent} />, isSortable: true },
    { key: "since", title: say("since"), cell: (agent) => <Age since={sinceOf(agent)} /> },
    { key: "load", title: say("load"), cell: (agent) => <Load of={agent} />, isSortable: true },
    { key: "now", title: say("now"), cell: (agent) => <Contacts of={agent} />, isExtra: true },
    { key: "handled", title: say("handled"), cell: ({ contacts_handled }) => number(contacts_handled), isExtra: true, isSortable: true },
    { key: "handle_time", title: say("handle_time"), cell: ({ average_handle_seconds }) => time(average_handle_seconds), isExtra: true, isSortable: true },
    { key: "occupancy", title: say("occupancy"), cell: ({ occupancy }) => percent(occupancy), isExtra: true, isSortable: true },
  ];
  const list = { ...still, hasMore: rows.length > shown, more: async () => setShown(shown + pageSize) };
  return (
    <>
      {!props.chosen && (
        <TableBar
          table={table}
          title={say("agents")}
          columns={columns}
          filters={[
            { key: "activity", label: say("activity"), kind: "choice", options: activities.map((value) => ({ value, label: say(`activity.${value}`) })) },
            { key: "here", label: say("here"), kind: "choice", options: [{ value: "true", label: say("is_here") }, { value: "false", label: say("activity.offline") }] },
            { key: "queue", label: say("queue"), kind: "choice", options: queuesOf(board, language).map((queue) => ({ value: queue.queue_id, label: queue.queue_name })) },
          ]}
        />
      )}
      <TextInput
        mb="sm"
        maw={360}
        type="search"
        leftSection={<IconSearch size={16} aria-hidden />}
        aria-label={kit.say("search")}
        placeholder={kit.say("search")}
        value={state.search}
        onChange={(event) => table.set({ search: event.currentTarget.value })}
        dir={state.search === "" ? undefined : "auto"}
        data-testid="search"
      />
      <DataTable
        label={say("agents")}
        list={list}
        rows={rows.slice(0, shown)}
        idOf={({ id }) => id}
        to={({ id }) => ["board", "agents", id]}
        chosen={props.chosen}
        isOff={({ activity }) => activity === "offline"}
        isSearched={!isSameState(state, everything)}
        table={table}
        columns={columns}
      />
    </>
  );
}

/** Since when they do what they do: since the oldest contact, or since they said so. */
function sinceOf(agent: AgentFigures): string {
  const phase = { on_contact: "handling", after_contact_work: "wrap_up" }[agent.activity as string];
  return agent.contacts.find((contact) => contact.phase === phase)?.since ?? agent.since;
}

function Contacts(props: { of: AgentFigures }) {
  const shown = props.of.contacts.slice(0, 5);
  return (
    <Group gap={8} wrap="wrap">
      {shown.map((contact) => (
        <Group key={contact.work_id} gap={3} wrap="nowrap">
          <ChannelIcon channel={contact.channel} size={15} />
          <Text span size="xs"><Age since={contact.since} /></Text>
        </Group>
      ))}
    </Group>
  );
}
