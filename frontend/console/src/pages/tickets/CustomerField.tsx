import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import type { CustomerRecord } from "../../http/views";
import { usePhrases } from "../../i18n/phrases";
import { byId, useList } from "../../kit/list";
import type { Id } from "../../protocol";
import { words } from "./words";

/** Somebody whom the server finds in any spelling. */
export function CustomerField(props: { value: Id | null; set: (id: Id | null) => void; error: string | undefined }) {
  const { say } = usePhrases(words);
  const [search, setSearch] = useState("");
  const [asked] = useDebouncedValue(search.trim(), 250);
  const found = useList<CustomerRecord>(asked === "" ? null : `/api/customers?limit=10&q=${encodeURIComponent(asked)}`, byId);
  return (
    <Select
      label={say("new.customer")}
      placeholder={say("new.customer_hint")}
      data={found.items.map(({ id, name }) => ({ value: id, label: name }))}
      value={props.value}
      onChange={props.set}
      searchable
      onSearchChange={setSearch}
      filter={({ options }) => options}
      openOnFocus={false}
      error={props.error}
      withAsterisk
      data-testid="ticket-customer"
    />
  );
}
