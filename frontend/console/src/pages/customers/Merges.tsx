import { Button, Group, Select, Stack, Text, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { call } from "../../http/api";
import type { CustomerRecord, Merge } from "../../http/views";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { byId, useList, type List } from "../../kit/list";
import { useCommand } from "../../live/context";
import { words } from "./words";

interface MergesProps {
  customer: CustomerRecord;
  merges: List<Merge>;
  changed: () => Promise<void>;
  mayMerge: boolean;
}

/** Two records of one customer become one, and two again when that was wrong. */
export function Merges(props: MergesProps) {
  const { merges } = props;
  const { say } = usePhrases(words);
  const dates = useDates();
  const { isBusy, run } = useCommand();
  if (!props.mayMerge && merges.items.length === 0) return null;
  const undo = async (merge: Merge) => {
    const isDone = await run(async () => {
      await call("DELETE", `/api/merges/${merge.id}`);
      await props.changed();
    });
    if (isDone) notifications.show({ color: "teal", message: say("undone") });
  };
  return (
    <section>
      <Title order={3} fz="sm" mb={2}>{say("merge")}</Title>
      <Text size="xs" c="dimmed" mb={6}>{say("merge_hint")}</Text>
      <Stack gap={6}>
        {props.mayMerge && <MergeForm {...props} />}
        {merges.items.length > 0 && <Text size="sm" fw={600}>{say("merged")}</Text>}
        {merges.items.map((merge) => (
          <Group key={merge.id} justify="space-between" wrap="nowrap" data-testid="merge">
            <Text size="sm">{say("merged_at", { name: merge.absorbed_name, time: dates.full(merge.merged_at) })}</Text>
            {props.mayMerge && <Button size="xs" variant="default" loading={isBusy} onClick={() => void undo(merge)} data-testid="undo-merge">{say("undo")}</Button>}
          </Group>
        ))}
      </Stack>
    </section>
  );
}

function MergeForm(props: MergesProps) {
  const { customer } = props;
  const { say } = usePhrases(words);
  const { isBusy, run } = useCommand();
  const [search, setSearch] = useState("");
  const [asked] = useDebouncedValue(search.trim(), 250);
  const [other, setOther] = useState<string | null>(null);
  const found = useList<CustomerRecord>(asked === "" ? null : `/api/customers?limit=10&q=${encodeURIComponent(asked)}`, byId);
  const merge = async () => {
    const isDone = await run(async () => {
      await call("POST", `/api/customers/${customer.id}/merges`, { absorbed_id: other });
      await props.changed();
    });
    if (!isDone) return;
    setOther(null);
    setSearch("");
    notifications.show({ color: "teal", message: say("merge_done") });
  };
  return (
    <Group gap={6} wrap="wrap">
      <Select
        flex="1 1 180px"
        aria-label={say("merge_search")}
        placeholder={say("merge_search")}
        data={found.items.filter(({ id }) => id !== customer.id).map((each) => ({ value: each.id, label: labelOf(each) }))}
        value={other}
        onChange={setOther}
        searchable
        searchValue={search}
        onSearchChange={setSearch}
        // The server has searched already, over all ways of writing.
        filter={({ options }) => options}
        openOnFocus={false}
        clearable
        data-testid="merge-search"
      />
      <Button variant="default" disabled={other === null} loading={isBusy} onClick={() => void merge()} data-testid="merge-do">{say("merge_do")}</Button>
    </Group>
  );
}

function labelOf(customer: CustomerRecord): string {
  const address = customer.identities.find(({ kind }) => kind !== "visitor")?.value;
  return address === undefined ? customer.name : `${customer.name} (${address})`;
}
