import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import type { CustomerRecord } from "../../http/views";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Frame, Panel } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
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
  const { me } = useFeed();
  const [search, setSearch] = useState("");
  const [asked] = useDebouncedValue(search.trim(), typingMs);
  const [view, setView] = useState<View>("all");
  const [status, setStatus] = useState<string | null>(null);
  const customers = useList<CustomerRecord>(addressOf(asked, view === "mine" ? me.id : null, status), byId);
  const chosen = props.rest[0];
  const mayWrite = me.permissions.includes("customer.write");
  const back = ["customers"];
  return (
    <Frame
      title={say("title")}
      add={mayWrite ? { label: say("add"), to: ["customers", "new"] } : undefined}
      search={{ value: search, set: setSearch, hint: say("search_hint") }}
      tools={<Filters view={view} setView={setView} status={status} setStatus={setStatus} />}
      isWide={chosen !== undefined && chosen !== "new"}
      side={
        chosen === "new" ? (
          <Panel title={say("add")} back={back}><DetailsForm customer={null} saved={customers.put} reload={() => undefined} /></Panel>
        ) : (
          chosen && <CustomerPage key={chosen} id={chosen} saved={customers.put} reloadAll={customers.reload} />
        )
      }
    >
      {view === "due" ? <DueList chosen={chosen} /> : <DataTable
        label={say("title")}
        list={customers}
        rows={customers.items}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["customers", id]}
        isSearched={asked !== ""}
        columns={[
          { key: "name", title: kit.say("name"), cell: ({ name }) => <Name of={name} /> },
          { key: "identities", title: say("identities"), cell: (customer) => <bdi dir="ltr">{reachable(customer)}</bdi> },
          { key: "status", title: say("status"), cell: ({ status }) => say(`status.${status}`), isExtra: true },
          { key: "kind", title: say("kind"), cell: ({ kind }) => say(`kind.${kind}`), isExtra: true },
        ]}
      />}
    </Frame>
  );
}

/** A visitor's id tells nobody anything. */
function reachable(customer: CustomerRecord): string {
  return customer.identities.filter(({ kind }) => kind !== "visitor").map(({ value }) => value).join(", ");
}

function addressOf(search: string, responsible: string | null, status: string | null): string {
  const query = new URLSearchParams();
  if (search !== "") query.set("q", search);
  if (responsible !== null) query.set("responsible_id", responsible);
  if (status !== null) query.set("status", status);
  return query.size === 0 ? "/api/customers" : `/api/customers?${query}`;
}
