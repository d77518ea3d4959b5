import { Alert, Loader, Stack } from "@mantine/core";
import { useState } from "react";
import { call } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { useEditor } from "../../kit/editor";
import { ChoiceField, NumberField, SwitchField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { useList } from "../../kit/list";
import { useFeed } from "../../live/context";
import type { CallbackRule } from "./callback";
import { words } from "./words";
import { isTelephone } from "../channels/kinds";

const byQueue = ({ queue_id }: CallbackRule) => queue_id;
interface Telephone {
  id: string;
  kind: string;
  name: string;
}

/** What queues do for those who wait in them: one queue at a time. */
export function CallbackRules() {
  const { say } = usePhrases(words);
  const rules = useList<CallbackRule>("/api/callback-rules", byQueue);
  const [chosen, setChosen] = useState<string | null>(null);
  const rule = rules.items.find(({ queue_id }) => queue_id === chosen) ?? rules.items[0];
  if (!rule) return rules.isBusy ? <Loader size="sm" /> : null;
  const options = rules.items.map(({ queue_id, queue_name }) => ({ value: queue_id, label: queue_name }));
  return (
    <Stack>
      <ChoiceField label={say("queue")} value={rule.queue_id} set={setChosen} options={options} testid="rule-queue" />
      <RuleForm key={`${rule.queue_id} ${rule.version}`} rule={rule} reload={() => void rules.reload()} />
    </Stack>
  );
}

function RuleForm(props: { rule: CallbackRule; reload: () => void }) {
  const { rule } = props;
  const { say } = usePhrases(words);
  const { me } = useFeed();
  const accounts = useList<Telephone>(me.permissions.includes("channel.manage") ? "/api/accounts" : null, ({ id }) => id);
  const telephones = accounts.items.filter(isTelephone).map(({ id, name }) => ({ value: id, label: name }));
  const begun = { is_offered: rule.is_offered, account_id: rule.account_id, keep_minutes: rule.keep_minutes as number | null, voicemail_after_seconds: rule.voicemail_after_seconds, is_voicemail_when_closed: rule.is_voicemail_when_closed };
  const editor = useEditor(begun, async (values) => {
    await call("PUT", `/api/callback-rules/${rule.queue_id}`, { ...values, version: rule.version });
    props.reload();
  });
  const { values, set, fault } = editor;
  return (
    <Form editor={editor} reload={props.reload}>
      {!rule.can_call && <Alert color="yellow">{say("no_telephone")}</Alert>}
      <SwitchField label={say("is_offered")} hint={say("is_offered_hint")} value={values.is_offered} set={(is_offered) => set({ is_offered })} testid="rule-offered" />
      {telephones.length > 0 && (
        <ChoiceField label={say("telephone")} hint={say("telephone_hint")} value={values.account_id} set={(account_id) => set({ account_id })} options={telephones} isClearable error={fault("account_id")} testid="rule-telephone" />
      )}
      <NumberField label={say("keep")} hint={say("keep_hint")} suffix={say("minutes")} min={0} max={120} value={values.keep_minutes} set={(keep_minutes) => set({ keep_minutes })} error={fault("keep_minutes")} testid="rule-keep" />
      <NumberField label={say("voicemail_after")} hint={say("voicemail_after_hint")} suffix={say("seconds")} min={0} max={3600} value={values.voicemail_after_seconds} set={(voicemail_after_seconds) => set({ voicemail_after_seconds })} error={fault("voicemail_after_seconds")} testid="rule-voicemail" />
      <SwitchField label={say("voicemail_closed")} hint={say("voicemail_closed_hint")} value={values.is_voicemail_when_closed} set={(is_voicemail_when_closed) => set({ is_voicemail_when_closed })} testid="rule-voicemail-closed" />
    </Form>
  );
}
