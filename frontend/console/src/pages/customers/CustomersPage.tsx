import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import type { CustomerRecord } from "../../http/views";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { languages } from "../../i18n/words";
import { useBranches } from "../../kit/branches";
import { DataTable, type Column } from "../../kit/DataTable";
import { Frame, Panel } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { queryOf, useTable } from "../../kit/table";
import { TableBar } from "../../kit/TableBar";
import { useTiers } from "../../kit/tiers";
import { kitWords } from "../../kit/words";
import { useFeed } from "../../live/context";
import { Name } from "../work/Name";
import { CustomerPage } from "./CustomerPage";
import { DueList } from "./DueList";
import { Filters, type View } from "./Filters";
import { DetailsForm } from "./DetailsForm";
import { words } from "./words";

const typingMs = 250;

export function CustomersPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const dates = useDates();
  const { me } = useFeed();
  const table = useTable("customers");
  const [isDue, setDue] = useState(false);
  const isMine = table.state.filters["responsible_id"]?.[0] === me.id;
  const show = (view: View) => {
    setDue(view === "due");
    if (view !== "due") table.setFilter("responsible_id", view === "mine" ? [me.id] : []);
  };
  const branches = useBranches();
  const tiers = useTiers();
  const [asked] = useDebouncedValue(queryOf(table.state, ["created"]), typingMs);
  const customers = useList<CustomerRecord>(addressOf(asked), byId);
  const choices = (prefix: "kind" | "status", values: ("person" | "organization" | "prospect" | "active")[]) =>
    values.map((value) => ({ value, label: say(`${prefix}.${value}` as "kind.person") }));
  const columns: Column<CustomerRecord>[] = [
    { key: "name", title: kit.say("name"), cell: ({ name }) => <Name of={name} /> },
    { key: "identities", title: say("identities"), cell: (customer) => <bdi dir="ltr">{reachable(customer)}</bdi> },
    { key: "status", title: say("status"), cell: ({ status }) => say(`status.${status}`), isExtra: true },
    { key: "kind", title: say("kind"), cell: ({ kind }) => say(`kind.${kind}`), isExtra: true },
    { key: "tier", title: say("tier"), cell: ({ tier_id }) => <bdi>{tiers.items.find(({ id }) => id === tier_id)?.name}</bdi>, isExtra: true },
    { key: "created", title: say("created"), cell: ({ created_at }) => dates.brief(created_at), isExtra: true },
  ];
  const chosen = props.rest[0];
  const mayWrite = me.permissions.includes("customer.write");
  const back = ["customers"];
  return (
    <Frame
      title={say("title")}
      add={mayWrite ? { label: say("add"), to: ["customers", "new"] } : undefined}
      search={{ value: table.state.search, set: (search) => table.set({ search }), hint: say("search_hint") }}
      tools={<Filters view={isDue ? "due" : isMine ? "mine" : "all"} setView={show} />}
      isWide={chosen !== undefined && chosen !== "new"}
      side={
        chosen === "new" ? (
          <Panel title={say("add")} back={back}><DetailsForm customer={null} saved={customers.put} reload={() => undefined} /></Panel>
        ) : (
          chosen && <CustomerPage key={chosen} id={chosen} saved={customers.put} reloadAll={customers.reload} />
        )
      }
    >
      {!chosen && !isDue && (
        <TableBar
          table={table}
          title={say("title")}
          columns={columns}
          filters={[
            { key: "status", label: say("status"), kind: "choice", options: choices("status", ["prospect", "active"]) },
            { key: "kind", label: say("kind"), kind: "choice", options: choices("kind", ["person", "organization"]) },
            { key: "locale", label: say("locale"), kind: "choice", options: Object.entries(languages).map(([value, { name }]) => ({ value, label: name })) },
            ...(tiers.items.length > 0 ? [{ key: "tier_id", label: say("tier"), kind: "choice" as const, options: tiers.items.map(({ id, name }) => ({ value: id, label: name })) }] : []),
            { key: "branch_id", label: kit.say("branch"), kind: "choice", options: branches.items.map(({ id, name }) => ({ value: id, label: name })) },
            { key: "created", label: say("created"), kind: "range" },
          ]}
        />
      )}
      {isDue ? <DueList chosen={chosen} /> : <DataTable
        label={say("title")}
        list={customers}
        rows={customers.items}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["customers", id]}
        isSearched={asked !== ""}
        table={table}
        columns={columns}
      />}
    </Frame>
  );
}

/** A visitor's id tells nobody anything. */
function reachable(customer: CustomerRecord): string {
  return customer.identities.filter(({ kind }) => kind !== "visitor").map(({ value }) => value).join(", ");
}

function addressOf(query: string): string {
  return query === "" ? "/api/customers" : `/api/customers?${query}`;
}
