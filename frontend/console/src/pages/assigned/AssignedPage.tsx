import { SegmentedControl } from "@mantine/core";
import { useEffect, useState } from "react";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Frame } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { useFeed } from "../../live/context";
import { saysState } from "../../notes/AssignBox";
import { words as noteWords } from "../../notes/words";
import type { Assignment } from "../../protocolTeam";
import { Name } from "../work/Name";
import { DocumentPanel } from "./DocumentPanel";
import { words } from "./words";

type Side = "to_me" | "by_me" | "all";
type Wanted = "open" | "ended" | "any";

/** What is to be looked after; `#/assigned/interaction/<id>` shows a conversation to whoever may read it. */
export function AssignedPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const notes = usePhrases(noteWords);
  const dates = useDates();
  const { me, assigned } = useFeed();
  const [side, setSide] = useState<Side>("to_me");
  const [wanted, setWanted] = useState<Wanted>("open");
  const list = useList<Assignment>(`/api/assignments?side=${side}${wanted === "any" ? "" : `&state=${wanted}`}`, byId);
  const { reload } = list;
  // The feed tells what changed of the own ones; the list follows.
  useEffect(() => void reload(), [assigned, reload]);
  const sides: Side[] = me.permissions.includes("work.supervise") ? ["to_me", "by_me", "all"] : ["to_me", "by_me"];
  const [kind, id] = props.rest;
  return (
    <Frame
      title={say("title")}
      isWide={kind === "interaction"}
      tools={
        <>
          <SegmentedControl size="xs" aria-label={say("side")} value={side} onChange={(value) => setSide(value as Side)} data={sides.map((value) => ({ value, label: say(value) }))} data-testid="assigned-side" />
          <SegmentedControl size="xs" aria-label={say("state")} value={wanted} onChange={(value) => setWanted(value as Wanted)}
            data={(["open", "ended", "any"] as const).map((value) => ({ value, label: say(value) }))} data-testid="assigned-state" />
        </>
      }
      side={kind !== undefined && id !== undefined && <DocumentPanel key={`${kind}:${id}`} kind={kind} id={id} />}
    >
      <DataTable
        label={say("title")}
        list={list}
        rows={list.items}
        idOf={byId}
        to={({ document }) => ["assigned", document.kind, document.id]}
        isOff={({ state }) => state !== "open"}
        columns={[
          { key: "what", title: say("what"), cell: ({ title }) => <Name of={title} /> },
          { key: "note", title: say("note"), cell: ({ note }) => <Name of={note} /> },
          ...(side === "to_me" ? [] : [{ key: "who", title: say("who"), cell: ({ assignee_name }: Assignment) => <Name of={assignee_name} /> }]),
          ...(side === "by_me" ? [] : [{ key: "by", title: say("by"), cell: ({ by_name }: Assignment) => <Name of={by_name} />, isExtra: true }]),
          { key: "since", title: say("since"), cell: ({ assigned_at }) => dates.brief(assigned_at), isExtra: true },
          { key: "state", title: say("state"), cell: ({ state }) => saysState(notes.say, state), isExtra: true },
        ]}
      />
    </Frame>
  );
}
