import { Center, Loader, Select, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Frame } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { useFeed } from "../../live/context";
import type { Interaction } from "../../protocol";
import { ChannelIcon } from "../work/ChannelIcon";
import { Conversation } from "../work/Conversation";
import { Name } from "../work/Name";
import { useWatched } from "../work/watching";
import css from "./Conversations.module.css";
import { words } from "./words";

/** What the list shows; every field is a parameter of `GET /api/interactions`. */
export interface ConversationFilter {
  state: string | null;
  channel: string | null;
  queue_id: string | null;
  agent_id: string | null;
}

const everything: ConversationFilter = { state: null, channel: null, queue_id: null, agent_id: null };
const states = ["queued", "assigned", "wrap_up", "closed"] as const;
const channels = ["webchat", "email", "sms", "voice", "telegram"] as const;

export function pathFor(filter: ConversationFilter): string {
  const query = new URLSearchParams(Object.entries(filter).filter((entry): entry is [string, string] => entry[1] !== null));
  return `/api/interactions${query.size > 0 ? `?${query}` : ""}`;
}

export function ConversationsPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const speech = useSpeech();
  const dates = useDates();
  const { queues, agents } = useFeed();
  const [filter, setFilter] = useState(everything);
  const path = useMemo(() => pathFor(filter), [filter]);
  const list = useList<Interaction>(path, byId);
  const chosen = props.rest[0];
  const choice = (name: keyof ConversationFilter, any: string, options: { value: string; label: string }[]) => (
    <Select
      size="sm"
      w={150}
      aria-label={any}
      placeholder={any}
      value={filter[name]}
      onChange={(value) => setFilter((old) => ({ ...old, [name]: value }))}
      data={options}
      clearable
      openOnFocus={false}
      data-testid={`filter-${name}`}
    />
  );
  const named = (all: { id: string; name: string }[]) => all.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      isWide
      tools={
        <>
          {choice("state", say("any_state"), states.map((value) => ({ value, label: speech.say(`state.${value}`) })))}
          {choice("channel", say("any_channel"), channels.map((value) => ({ value, label: speech.say(`channel.${value}`) })))}
          {choice("queue_id", say("any_queue"), named(queues))}
          {choice("agent_id", say("any_agent"), named(agents))}
        </>
      }
      side={chosen && <Watched key={chosen} id={chosen} />}
    >
      <DataTable
        label={say("title")}
        list={list}
        rows={list.items}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["conversations", id]}
        isSearched={path !== "/api/interactions"}
        columns={[
          { key: "channel", title: "", cell: ({ channel }) => <ChannelIcon channel={channel} size={18} /> },
          { key: "customer", title: say("customer"), cell: ({ customer }) => <Name of={customer.name} /> },
          { key: "subject", title: say("subject"), cell: ({ subject, preview }) => <Text size="sm" lineClamp={1}><Name of={subject ?? preview} /></Text>, isExtra: true },
          { key: "state", title: say("state"), cell: ({ state }) => speech.say(`state.${state}`) },
          { key: "agent", title: say("agent"), cell: ({ agent_name }) => <bdi>{agent_name ?? ""}</bdi> },
          { key: "queue", title: say("queue"), cell: ({ queue_name }) => <bdi>{queue_name}</bdi>, isExtra: true },
          { key: "opened", title: say("opened"), cell: ({ opened_at }) => dates.brief(opened_at), isExtra: true },
          { key: "number", title: say("number"), cell: ({ number }) => speech.number(number), isExtra: true },
        ]}
      />
    </Frame>
  );
}

/** One of them, live: one's own as well. */
function Watched(props: { id: string }) {
  const { say } = usePhrases(words);
  const speech = useSpeech();
  const { work: own } = useFeed();
  const { work, isGone } = useWatched(props.id);
  const shown = own[props.id] ?? work;
  if (isGone) return <Center className={css.side!}><Text c="dimmed">{say("gone")}</Text></Center>;
  if (!shown) return <Center className={css.side!}><Loader aria-label={speech.say("app.loading")} /></Center>;
  return (
    <div className={css.side}>
      <Conversation work={shown} showCustomer={null} back={["conversations"]} />
    </div>
  );
}
