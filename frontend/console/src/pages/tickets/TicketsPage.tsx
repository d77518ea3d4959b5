import { SegmentedControl, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable, type Column } from "../../kit/DataTable";
import { Frame, Panel } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { useTable, type Table } from "../../kit/table";
import { TableBar, type Filter } from "../../kit/TableBar";
import { useFeed, useLive } from "../../live/context";
import { useStale } from "../../live/stale";
import type { FeedEvent } from "../../protocol";
import { Name } from "../work/Name";
import { BulkBar } from "./BulkBar";
import { Counts } from "./Counts";
import { ticketQuery } from "./listing";
import { Due, Requester, Stage, Title, Urgency } from "./marks";
import { NewTicket } from "./NewTicket";
import { useSetup, type Setup } from "./setup";
import { fitting, isOver, kinds, nameIn, priorities, slaStates, type TicketRow } from "./ticket";
import { TicketPage } from "./TicketPage";
import { words } from "./words";

const typingMs = 250;
const onePage = 50;

/** `#/tickets/<id>`, and `#/tickets/new[/customer|conversation|ticket/<id>[/<kind>]]`. */
export function TicketsPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const { me } = useFeed();
  const setup = useSetup();
  const table = useTable("tickets");
  const [asked] = useDebouncedValue(ticketQuery(table.state), typingMs);
  const list = useList<TicketRow>(`/api/tickets?${asked}`, byId);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  useFresh(list, props.rest[0]);
  useEffect(() => setTicked(new Set()), [asked]);
  const columns = useColumns(setup);
  const filters = useFilters(setup, table.state.filters["kind"]?.[0]);
  const chosen = props.rest[0];
  const mayWrite = me.permissions.includes("ticket.write");
  const rows = list.items.filter(({ id }) => ticked.has(id));
  const first = (key: string) => table.state.filters[key]?.[0];
  return (
    <Frame
      title={say("title")}
      {...(chosen ? {} : { about: say("about") })}
      add={mayWrite ? { label: say("add"), to: ["tickets", "new"] } : undefined}
      search={{ value: table.state.search, set: (search) => table.set({ search }), hint: say("search_hint") }}
      tools={(!chosen || chosen === "new") && <Tools table={table} />}
      isWide={chosen !== undefined && chosen !== "new"}
      side={
        chosen === "new" ? (
          <Panel title={say("add")} back={["tickets"]}><NewTicket key={props.rest.join("/")} rest={props.rest.slice(1)} setup={setup} put={list.put} /></Panel>
        ) : (
          chosen && <TicketPage key={chosen} id={chosen} setup={setup} put={list.put} />
        )
      }
    >
      {!chosen && (
        <>
          <TableBar table={table} title={say("title")} columns={columns} filters={filters} />
          <Counts setup={setup} kind={first("kind")} queueId={first("queue_id")} chosen={first("status_id")} choose={(id) => table.setFilter("status_id", id === null ? [] : [id])} moment={list.items} />
        </>
      )}
      {rows.length > 0 && <BulkBar rows={rows} setup={setup} clear={() => setTicked(new Set())} reload={list.reload} />}
      <DataTable
        label={say("title")}
        list={list}
        rows={list.items}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["tickets", id]}
        isOff={isOver}
        isSearched={table.state.search !== "" || Object.keys(table.state.filters).length > 0}
        table={table}
        columns={columns}
        selection={mayWrite && (!chosen || chosen === "new") ? { ids: ticked, set: setTicked, allLabel: say("select_all"), labelOf: ({ number }) => say("select", { name: number }) } : undefined}
      />
    </Frame>
  );
}

/** Whose, and in which order. */
function Tools(props: { table: Table }) {
  const { table } = props;
  const { say } = usePhrases(words);
  const owner = table.state.filters["owner"]?.[0] ?? "all";
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label={say("owner")}
        value={["mine", "nobody"].includes(owner) ? owner : "all"}
        onChange={(value) => table.setFilter("owner", value === "all" ? [] : [value])}
        data={(["all", "mine", "nobody"] as const).map((value) => ({ value, label: say(`owner.${value}`) }))}
        data-testid="tickets-whose"
      />
      <SegmentedControl
        size="xs"
        aria-label={say("state")}
        value={table.state.filters["state"]?.[0] ?? "open"}
        onChange={(value) => table.setFilter("state", value === "open" ? [] : [value])}
        data={(["open", "any"] as const).map((value) => ({ value, label: say(`state.${value}`) }))}
        data-testid="tickets-state"
      />
      <SegmentedControl
        size="xs"
        aria-label={say("order")}
        value={table.state.sort === "due" ? "due" : "changed"}
        onChange={(value) => table.set({ sort: value === "due" ? "due" : null })}
        data={(["changed", "due"] as const).map((value) => ({ value, label: say(`order.${value}`) }))}
        data-testid="tickets-order"
      />
    </>
  );
}

function useColumns(setup: Setup): Column<TicketRow>[] {
  const { say } = usePhrases(words);
  const dates = useDates();
  const { queues } = useFeed();
  return [
    { key: "subject", title: say("subject"), cell: (row) => <Title ticket={row} /> },
    { key: "requester", title: say("requester"), cell: (row) => <Requester ticket={row} />, isExtra: true },
    { key: "stage", title: say("stage"), cell: (row) => <Stage ticket={row} setup={setup} /> },
    { key: "due", title: say("due"), cell: (row) => <Due ticket={row} /> },
    { key: "priority", title: say("priority"), cell: ({ priority }) => <Urgency priority={priority} />, isExtra: true },
    { key: "owner", title: say("owner"), cell: ({ owner_name }) => (owner_name === null ? <Text size="sm" c="dimmed">{say("nobody")}</Text> : <Name of={owner_name} />), isExtra: true },
    { key: "kind", title: say("kind"), cell: ({ kind }) => say(`kind.${kind}`), isExtra: true },
    { key: "team", title: say("team"), cell: ({ queue_id }) => <Name of={queues.find(({ id }) => id === queue_id)?.name ?? ""} />, isExtra: true },
    { key: "changed", title: say("changed"), cell: ({ changed_at }) => dates.brief(changed_at), isExtra: true },
  ];
}

function useFilters(setup: Setup, kind: string | undefined): Filter[] {
  const { say } = usePhrases(words);
  const { language } = useSpeech();
  const { queues, agents, me } = useFeed();
  const stages = kind === undefined ? setup.statuses.filter(({ is_active }) => is_active) : fitting(setup.statuses, kind as TicketRow["kind"]);
  const named = (all: { id: string; name: string }[]) => all.map(({ id, name }) => ({ value: id, label: name }));
  const people = [{ value: "mine", label: say("owner.mine") }, { value: "nobody", label: say("owner.nobody") }, ...named(agents.filter(({ id }) => id !== me.id))];
  return [
    { key: "kind", label: say("kind"), kind: "choice", options: kinds.map((value) => ({ value, label: say(`kind.${value}`) })) },
    { key: "status_id", label: say("stage"), kind: "choice", options: stages.map(({ id, names }) => ({ value: id, label: nameIn(names, language) })) },
    { key: "priority", label: say("priority"), kind: "choice", options: priorities.map((value) => ({ value, label: say(`priority.${value}`) })) },
    { key: "sla", label: say("promise"), kind: "choice", options: slaStates.map((value) => ({ value, label: say(`due.${value === "breached" ? "late" : value}`) })) },
    { key: "owner", label: say("owner"), kind: "choice", options: people },
    { key: "queue_id", label: say("team"), kind: "choice", options: named(queues) },
    { key: "opened", label: say("opened"), kind: "range" },
  ];
}

/** The feed tells of own tickets and of the open one; of the others the list asks. Whoever has read further down keeps the place. */
function useFresh(list: { reload: () => Promise<void>; put: (row: TicketRow) => void; items: TicketRow[] }, chosen: string | undefined): void {
  const live = useLive();
  const { reload, put, items } = list;
  const length = items.length;
  // Whoever has read further down keeps the place.
  useStale("tickets", reload, length <= onePage);
  const before = useRef(chosen);
  useEffect(() => {
    // Back from a ticket the list is as it is now.
    if (before.current !== undefined && chosen === undefined && length <= onePage) void reload();
    before.current = chosen;
  }, [chosen, reload, length]);
  useEffect(
    () =>
      live.hear<FeedEvent>("event", (event) => {
        if (event.type === "ticket.put" && items.some(({ id }) => id === event.data.ticket.id)) put(event.data.ticket);
      }),
    [live, put, items],
  );
}
