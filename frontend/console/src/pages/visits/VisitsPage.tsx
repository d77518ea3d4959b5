import { Button, Switch } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { usePhrases } from "../../i18n/phrases";
import { ChoiceField } from "../../kit/fields";
import { Frame } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { useFeed } from "../../live/context";
import type { Visit, VisitState } from "../dispatch/day";
import { words as dispatchWords } from "../dispatch/words";
import { Lines } from "./Lines";
import { NewVisit } from "./VisitForm";
import { VisitPanel } from "./VisitPanel";
import { words } from "./words";

const states: VisitState[] = ["planned", "dispatched", "on_the_way", "arrived", "working", "done", "not_done", "cancelled"];

/** Every visit in scope, the last changed first; beside the list the one that was chosen, or a new one. */
export function VisitsPage(props: { rest: string[] }) {
  const [chosen = null, from = null, id = null] = props.rest;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const dispatch = usePhrases(dispatchWords);
  const { me } = useFeed();
  const [search, setSearch] = useState("");
  const [number] = useDebouncedValue(search.trim(), 250);
  const [state, setState] = useState<string | null>(null);
  const [isOverdue, setOverdue] = useState(false);
  const query = new URLSearchParams({ limit: "50", ...(number ? { number } : {}), ...(state ? { state } : {}), ...(isOverdue ? { overdue: "true" } : {}) });
  const list = useList<Visit>(`/api/visits?${query.toString()}`, byId);
  const side = chosen === "new" ? <NewVisit key={`${from} ${id}`} from={from} id={id} opened={() => void list.reload()} /> : chosen ? <VisitPanel key={chosen} id={chosen} changed={() => void list.reload()} /> : null;
  return (
    <Frame
      title={say("title")}
      add={me.permissions.includes("visit.write") ? { label: say("add"), to: ["visits", "new"] } : undefined}
      search={{ value: search, set: setSearch, hint: say("search") }}
      tools={
        <>
          <ChoiceField label={say("state")} value={state} set={setState} options={states.map((value) => ({ value, label: dispatch.say(`state.${value}`) }))} isClearable placeholder={say("any")} testid="visit-filter" />
          <Switch label={say("overdue")} checked={isOverdue} onChange={(event) => setOverdue(event.currentTarget.checked)} data-testid="visit-overdue" />
        </>
      }
      side={side}
      isWide
    >
      <Lines visits={list.items} chosen={chosen} />
      {list.hasMore && <Button mt="sm" size="compact-sm" variant="default" loading={list.isBusy} onClick={() => void list.more()}>{kit.say("more")}</Button>}
    </Frame>
  );
}
