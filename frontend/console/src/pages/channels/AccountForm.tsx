import { Alert, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { call } from "../../http/api";
import type { Account, Branch, Queue } from "../../http/views";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { BranchField } from "../../kit/BranchField";
import { useEditor } from "../../kit/editor";
import { ChoiceField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import type { List } from "../../kit/list";
import { fieldsOf, initialOf, sentOf, type Schema } from "../../kit/schema";
import { SchemaFields } from "../../kit/SchemaFields";
import { kitWords } from "../../kit/words";
import { go } from "../../shell/route";
import { ariWords, limitWords } from "./ariWords";
import { isBroken } from "./health";
import { channelOf, isTelephone } from "./kinds";
import { lineWords } from "./lineWords";
import { Mailroom } from "./Mailroom";
import { ProviderField, Trial } from "./Trial";
import { words } from "./words";

interface Choices {
  accounts: List<Account>;
  queues: Queue[];
  branches: Branch[];
  reload: () => void;
}

/** First the kind, then the settings that this kind has. */
export function NewAccount(props: { kinds: Record<string, Schema> } & Choices) {
  const { say } = usePhrases(words);
  const { sayAny } = useSpeech();
  const [kind, setKind] = useState<string | null>(null);
  const schema = kind === null ? undefined : props.kinds[kind];
  return (
    <Stack>
      <ChoiceField
        label={say("kind")}
        placeholder={say("choose_kind")}
        value={kind}
        set={setKind}
        options={Object.keys(props.kinds).map((value) => ({ value, label: sayAny("channel", value, value) }))}
        testid="field-kind"
      />
      {kind !== null && schema && <AccountForm key={kind} account={null} kind={kind} schema={schema} {...props} />}
    </Stack>
  );
}

interface AccountFormProps extends Choices {
  account: Account | null;
  kind: string;
  schema: Schema;
}

export function AccountForm(props: AccountFormProps) {
  const { account, kind, schema, accounts } = props;
  const { say, sayAny } = usePhrases(words);
  const limits = usePhrases(limitWords);
  const lines = usePhrases(lineWords);
  const ari = usePhrases(ariWords);
  const word = (part: "field" | "hint" | "option", name: string, fallback: string) => {
    const usual = sayAny(part, name, fallback);
    const known = kind === "email" ? usual : lines.sayAny(part, name, limits.sayAny(part, name, usual));
    return kind === "ari" ? ari.sayAny(part, name, known) : known;
  };
  const kit = usePhrases(kitWords);
  const initial = {
    name: account?.name ?? "",
    is_enabled: account?.is_enabled ?? true,
    queue_id: account?.queue_id ?? null,
    branch_id: account?.branch_id ?? null,
    settings: initialOf(schema, account?.settings),
    version: account?.version ?? 0,
  };
  const save = async ({ version, settings, ...values }: typeof initial) => {
    const sent = { ...values, settings: sentOf(schema, settings) };
    const saved = account
      ? await call<Account>("PUT", `/api/accounts/${account.id}`, { ...sent, version })
      : await call<Account>("POST", "/api/accounts", { ...sent, kind });
    accounts.put(saved);
    if (!account) go("channels", saved.id);
    return { version: saved.version, settings: initialOf(schema, saved.settings) };
  };
  const editor = useEditor(initial, save, fieldsOf(schema).map(({ name }) => `settings.${name}`));
  const { values, set, fault } = editor;
  const hasSettings = fieldsOf(schema).length > 0;
  return (
    <>
    <Form editor={editor} reload={props.reload}>
      {account && <Condition account={account} />}
      <TextField label={kit.say("name")} value={values.name} set={(name) => set({ name })} error={fault("name")} isRequired testid="field-name" />
      <ChoiceField
        label={say("queue")}
        hint={say("queue_hint")}
        value={values.queue_id}
        set={(queue_id) => set({ queue_id })}
        options={props.queues.filter(({ id, channels }) => channels === null || channels.includes(channelOf(kind)) || id === values.queue_id).map(({ id, name }) => ({ value: id, label: name }))}
        error={fault("queue_id")}
        isRequired
        testid="field-queue"
      />
      <BranchField branches={props.branches} value={values.branch_id} set={(branch_id) => set({ branch_id })} error={fault("branch_id")} />
      <SwitchField label={say("is_enabled")} value={values.is_enabled} set={(is_enabled) => set({ is_enabled })} testid="field-enabled" />
      {hasSettings && <Title order={4} fz="sm">{say("settings")}</Title>}
      {kind === "email" && <ProviderField values={values.settings} set={(settings) => set({ settings })} />}
      <SchemaFields
        schema={schema}
        values={values.settings}
        set={(settings) => set({ settings })}
        fault={(name) => fault(`settings.${name}`)}
        word={word}
        isSaved={account !== null}
      />
      {hasSettings && <Trial kind={kind} accountId={account?.id ?? null} settings={() => sentOf(schema, values.settings)} />}
    </Form>
    {account && kind !== "webchat" && kind !== "cti" && !isTelephone({ kind }) && <Mailroom account={account} queues={props.queues} />}
    </>
  );
}

/** How the account fares. */
function Condition(props: { account: Account }) {
  const { account } = props;
  const { say } = usePhrases(words);
  const dates = useDates();
  return (
    <Stack gap="xs">
      {isBroken(account) && account.last_error_at !== null && (
        <Alert color="red" title={say("trouble_at", { time: dates.full(account.last_error_at) })}>
          <span dir="auto">{account.last_error}</span>
        </Alert>
      )}
      {account.last_seen_at !== null && <Text size="sm" c="dimmed">{say("last_seen", { time: dates.full(account.last_seen_at) })}</Text>}
    </Stack>
  );
}
