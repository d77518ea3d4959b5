import { Group, SegmentedControl, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable, type Column } from "../../kit/DataTable";
import { Frame } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { useFeed } from "../../live/context";
import type { Held } from "../../protocol";
import { HeldButtons } from "../work/HeldReply";
import { Name } from "../work/Name";
import { words } from "./words";

/** Replies that wait for their moment: the own ones, and for supervisors everybody's. */
export function LaterPage() {
  const { say } = usePhrases(words);
  const dates = useDates();
  const { me, held } = useFeed();
  const [whose, setWhose] = useState<"mine" | "all">("mine");
  const list = useList<Held>(`/api/held-replies${whose === "all" ? "?of_all=true" : ""}`, byId);
  const { reload } = list;
  // The feed tells what becomes of the own ones; the list follows.
  useEffect(() => void reload(), [held, reload]);
  const columns: Column<Held>[] = [
    { key: "customer", title: say("customer"), cell: ({ customer_name }) => <Name of={customer_name} /> },
    { key: "text", title: say("text"), cell: ({ text }) => <Text size="sm" lineClamp={2} dir="auto">{text}</Text> },
    { key: "at", title: say("at"), cell: ({ due_at }) => dates.full(due_at) },
    ...(whose === "all" ? [{ key: "author", title: say("author"), cell: ({ author_name }: Held) => <Name of={author_name} />, isExtra: true }] : []),
    { key: "what", title: say("what"), cell: (each) => <Group gap={4} wrap="nowrap"><HeldButtons held={each} changed={() => void reload()} /></Group> },
  ];
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      tools={
        me.permissions.includes("work.supervise") && (
          <SegmentedControl size="xs" aria-label={say("whose")} value={whose} onChange={(value) => setWhose(value as "mine" | "all")}
            data={(["mine", "all"] as const).map((value) => ({ value, label: say(value) }))} data-testid="later-whose" />
        )
      }
    >
      <DataTable label={say("title")} list={list} rows={list.items} idOf={byId} columns={columns} />
    </Frame>
  );
}
