import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { newId } from "../../../../shared/outbox";
import { call } from "../../http/api";
import type { CustomerRecord } from "../../http/views";
import { usePhrases } from "../../i18n/phrases";
import { DateTimeField } from "../../kit/DateField";
import { useEditor } from "../../kit/editor";
import { ChoiceField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { byId, useList, type List } from "../../kit/list";
import { useFeed } from "../../live/context";
import { go } from "../../shell/route";
import type { Callback } from "./callback";
import { words } from "./words";

/** Promise somebody a call: as soon as it is their turn, or at a moment. */
export function PromiseForm(props: { list: List<Callback>; reload: () => void }) {
  const { say } = usePhrases(words);
  const { queues, agents } = useFeed();
  // The same through all tries: a lost answer must not become a second call.
  const [clientId] = useState(newId);
  const [search, setSearch] = useState("");
  const [asked] = useDebouncedValue(search.trim(), 250);
  const found = useList<CustomerRecord>(asked === "" ? null : `/api/customers?limit=10&q=${encodeURIComponent(asked)}`, byId);
  const options = (all: { id: string; name: string }[]) => all.map(({ id, name }) => ({ value: id, label: name }));
  const empty = { customer_id: null as string | null, number: "", queue_id: null as string | null, agent_id: null as string | null, at: null as string | null, note: "" };
  const editor = useEditor(empty, async (values) => {
    const made = await call<Callback>("POST", "/api/callbacks", { ...values, client_id: clientId });
    props.list.put(made);
    go("callbacks", made.id);
  });
  const { values, set, fault } = editor;
  const choose = (id: string | null) => {
    const phone = found.items.find((each) => each.id === id)?.identities.find(({ kind }) => kind === "phone")?.value;
    set({ customer_id: id, ...(phone ? { number: phone } : {}) });
  };
  return (
    <Form editor={editor} reload={props.reload} submit={say("add")}>
      <Select
        label={say("customer")}
        placeholder={say("customer_hint")}
        data={options(found.items)}
        value={values.customer_id}
        onChange={choose}
        searchable
        onSearchChange={setSearch}
        filter={({ options: all }) => all}
        openOnFocus={false}
        error={fault("customer_id")}
        withAsterisk
        data-testid="promise-customer"
      />
      <TextField label={say("number")} hint={say("number_hint")} value={values.number} set={(number) => set({ number })} error={fault("number")} isCode isRequired testid="promise-number" />
      <ChoiceField label={say("queue")} value={values.queue_id} set={(queue_id) => set({ queue_id })} options={options(queues)} error={fault("queue_id")} isRequired testid="promise-queue" />
      <ChoiceField label={say("agent")} hint={say("agent_hint")} value={values.agent_id} set={(agent_id) => set({ agent_id })} options={options(agents)} error={fault("agent_id")} isClearable testid="promise-agent" />
      <DateTimeField label={say("at")} hint={say("at_hint")} value={values.at} set={(at) => set({ at })} error={fault("at")} testid="promise-at" />
      <TextField label={say("note")} value={values.note} set={(note) => set({ note })} error={fault("note")} rows={2} testid="promise-note" />
    </Form>
  );
}
