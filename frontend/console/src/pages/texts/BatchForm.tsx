import { Button, Group, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { call } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { DateTimeField } from "../../kit/DateField";
import { byId, useList } from "../../kit/list";
import { useCommand } from "../../live/context";
import { isTexting } from "../channels/kinds";
import { CustomersField } from "../promises/CustomersField";
import { SegmentCount } from "../work/SegmentCount";
import { textWords } from "./words";

interface Account {
  id: string;
  kind: string;
  name: string;
}

/** One text for many, now or at a moment. The same press twice sends it once. */
export function BatchForm(props: { done: () => void }) {
  const { say } = usePhrases(textWords);
  const { isBusy, run } = useCommand();
  const accounts = useList<Account>("/api/outbound-accounts", byId).items.filter(isTexting);
  const [clientId] = useState(() => crypto.randomUUID());
  const [account, setAccount] = useState<string | null>(null);
  const [name, setName] = useState("");
  const [text, setText] = useState("");
  const [people, setPeople] = useState<string[]>([]);
  const [at, setAt] = useState<string | null>(null);
  const from = account ?? accounts[0]?.id ?? null;
  const isComplete = from !== null && name.trim() !== "" && text.trim() !== "" && people.length > 0;
  const submit = async () => {
    const body = { client_id: clientId, account_id: from, name: name.trim(), text: text.trim(), customer_ids: people, send_at: at };
    if (await run(() => call("POST", "/api/text-batches", body))) props.done();
  };
  return (
    <form onSubmit={(event) => { event.preventDefault(); void submit(); }}>
      <Stack>
        <TextInput label={say("name")} value={name} onChange={(event) => setName(event.currentTarget.value)} required withAsterisk={false} data-testid="batch-name" />
        <Select label={say("from")} data={accounts.map((each) => ({ value: each.id, label: each.name }))} value={from} onChange={setAccount} allowDeselect={false} openOnFocus={false} data-testid="batch-from" />
        <div>
          <CustomersField value={people} set={setPeople} placeholder={say("nobody")} />
          <Text size="xs" c="dimmed">{say("whom_hint")}</Text>
        </div>
        <Textarea label={say("text")} description={say("text_hint")} value={text} onChange={(event) => setText(event.currentTarget.value)} dir={text === "" ? undefined : "auto"} autosize minRows={3} maxLength={1000} data-testid="batch-text" />
        <SegmentCount text={text} />
        <DateTimeField label={say("when")} hint={say("when_hint")} value={at} set={setAt} testid="batch-when" />
        <Group justify="flex-end"><Button type="submit" disabled={!isComplete} loading={isBusy} data-testid="batch-send">{say("send")}</Button></Group>
      </Stack>
    </form>
  );
}
