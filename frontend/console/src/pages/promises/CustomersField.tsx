import { MultiSelect } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { call } from "../../http/api";
import type { CustomerRecord } from "../../http/views";
import { usePhrases } from "../../i18n/phrases";
import { byId, useList } from "../../kit/list";
import type { Id } from "../../protocol";
import { words } from "./words";

interface CustomersFieldProps {
  value: Id[];
  set: (value: Id[]) => void;
  placeholder: string;
  error?: string | undefined;
}

/** Customers found by the server over all ways of writing. */
export function CustomersField(props: CustomersFieldProps) {
  const { value } = props;
  const { say } = usePhrases(words);
  const [search, setSearch] = useState("");
  const [asked] = useDebouncedValue(search.trim(), 250);
  const found = useList<CustomerRecord>(asked === "" ? null : `/api/customers?limit=10&q=${encodeURIComponent(asked)}`, byId);
  const names = useNames(value, found.items);
  const options = new Map(found.items.map(({ id, name }) => [id, name]));
  for (const id of value) if (!options.has(id)) options.set(id, names[id] ?? id);
  return (
    <MultiSelect
      label={say("customers")}
      {...(value.length === 0 ? { placeholder: props.placeholder } : {})}
      data={[...options].map(([id, label]) => ({ value: id, label }))}
      value={value}
      onChange={props.set}
      searchable
      onSearchChange={setSearch}
      filter={({ options: all }) => all}
      openOnFocus={false}
      hidePickedOptions
      error={props.error}
      data-testid="field-customers"
    />
  );
}

/** Names of those that are chosen: kept from what was found, otherwise read once each. */
function useNames(ids: Id[], found: CustomerRecord[]): Record<Id, string> {
  const [names, setNames] = useState<Record<Id, string>>({});
  useEffect(() => {
    if (found.length > 0) setNames((old) => ({ ...old, ...Object.fromEntries(found.map(({ id, name }) => [id, name])) }));
  }, [found]);
  const key = ids.join(" ");
  useEffect(() => {
    for (const id of key.split(" ").filter(Boolean)) {
      // Who may not see a customer sees its id.
      call<CustomerRecord>("GET", `/api/customers/${id}`).then(({ name }) => setNames((old) => ({ ...old, [id]: name })), () => undefined);
    }
  }, [key]);
  return names;
}
