import { Badge, Button, SegmentedControl, Select } from "@mantine/core";
import { IconSettings } from "@tabler/icons-react";
import { useState } from "react";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { Frame, Panel } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { useFeed } from "../../live/context";
import { useStale } from "../../live/stale";
import { go } from "../../shell/route";
import { Name } from "../work/Name";
import { stillWaits, type Callback, type CallbackState } from "./callback";
import { CallbackPanel } from "./CallbackPanel";
import { CallbackRules } from "./CallbackRules";
import { PromiseForm } from "./PromiseForm";
import { words } from "./words";

const wants = ["open", "failed", "any"] as const;
const colors: Partial<Record<CallbackState, string>> = { failed: "red", done: "teal", connected: "teal", cancelled: "gray", dialling: "indigo" };

/** Who is to be called, by whom and when; without the permission to manage them only the own promises. */
export function CallbacksPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const dates = useDates();
  const { number } = useSpeech();
  const { me, queues } = useFeed();
  const [wanted, setWanted] = useState<(typeof wants)[number]>("open");
  const [queue, setQueue] = useState<string | null>(null);
  const query = [wanted === "any" ? "" : `state=${wanted}`, queue ? `queue_id=${queue}` : ""].filter(Boolean).join("&");
  const list = useList<Callback>(`/api/callbacks?${query}`, byId);
  const { reload, items } = list;
  // Whoever has read further down keeps the place.
  useStale("callbacks", reload, items.length <= 50);
  const chosen = props.rest[0];
  const mayManage = me.permissions.includes("callback.manage");
  return (
    <Frame
      title={say("title")}
      about={say(mayManage ? "about" : "about_own")}
      add={me.permissions.includes("interaction.start") ? { label: say("add"), to: ["callbacks", "new"] } : undefined}
      tools={
        <>
          <SegmentedControl size="xs" aria-label={say("state")} value={wanted} onChange={(value) => setWanted(value as typeof wanted)} data={wants.map((value) => ({ value, label: say(`want.${value}`) }))} data-testid="callbacks-state" />
          <Select aria-label={say("queue")} placeholder={say("all_queues")} value={queue} onChange={setQueue} data={queues.map(({ id, name }) => ({ value: id, label: name }))} clearable openOnFocus={false} data-testid="callbacks-queue" />
          {me.permissions.includes("queue.manage") && (
            <Button variant="default" leftSection={<IconSettings size={18} aria-hidden />} onClick={() => go("callbacks", "rules")} data-testid="callback-rules">{say("rules")}</Button>
          )}
        </>
      }
      side={
        chosen === "rules" ? (
          <Panel title={say("rules")} back={["callbacks"]}><CallbackRules /></Panel>
        ) : (
          chosen && (
            <Detail key={chosen} id={chosen} list={list} idOf={byId} back={["callbacks"]} newTitle={say("add")} titleOf={({ customer_name }) => <Name of={customer_name} />}>
              {(callback, { key, reload: begin }) =>
                callback ? <CallbackPanel key={`${key} ${callback.version}`} callback={callback} list={list} reload={begin} /> : <PromiseForm key={key} list={list} reload={begin} />
              }
            </Detail>
          )
        )
      }
    >
      <DataTable
        label={say("title")}
        list={list}
        rows={items}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["callbacks", id]}
        isOff={({ closed_at }) => closed_at !== null}
        isSearched={wanted !== "any" || queue !== null}
        columns={[
          { key: "customer", title: say("customer"), cell: ({ customer_name }) => <Name of={customer_name} /> },
          { key: "number", title: say("number"), cell: (each) => <bdi dir="ltr">{each.number}</bdi> },
          { key: "state", title: say("state"), cell: ({ state }) => <Badge variant="light" tt="none" color={colors[state] ?? "blue"}>{say(`state.${state}`)}</Badge> },
          { key: "when", title: say("when"), cell: (each) => (stillWaits(each) ? (each.next_try_at ? dates.brief(each.next_try_at) : say("its_turn")) : each.closed_at ? dates.brief(each.closed_at) : "") },
          { key: "queue", title: say("queue"), cell: ({ queue_name }) => <Name of={queue_name} />, isExtra: true },
          { key: "agent", title: say("agent"), cell: ({ agent_name }) => <Name of={agent_name ?? ""} />, isExtra: true },
          { key: "attempts", title: say("attempts"), cell: ({ attempts }) => number(attempts), isExtra: true },
        ]}
      />
    </Frame>
  );
}
