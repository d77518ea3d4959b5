import { ActionIcon, Badge, Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { call } from "../../http/api";
import type { Account, Queue } from "../../http/views";
import type { Id } from "../../protocol";
import { usePhrases } from "../../i18n/phrases";
import { languages, type Language } from "../../i18n/words";
import { useEditor } from "../../kit/editor";
import { ChoiceField, NumberField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { byId, useList, type List } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { Name } from "../work/Name";
import { isTexting } from "./kinds";
import { MailTicketFields, type MailTicket } from "./MailTicket";
import { mailroomWords } from "./mailroomWords";
import { SelfService } from "./SelfService";

interface Rule {
  id: Id;
  name: string;
  position: number;
  conditions: {
    is_known: boolean | null;
    from_any: string[];
    to_any: string[];
    words_any: string[];
    subject_only: boolean;
    has_files: boolean | null;
    is_automatic: boolean | null;
  };
  actions: { queue_id: Id | null; priority: number | null; is_parked: boolean; is_acknowledged: boolean | null; ticket: MailTicket | null };
  is_active: boolean;
  version: number;
}

interface Acknowledgement {
  mode: "never" | "closed" | "always";
  texts: Partial<Record<Language, string>>;
  answer_minutes: number;
  version: number;
}

const emptyRule: Omit<Rule, "id"> = {
  name: "",
  position: 100,
  conditions: { is_known: null, from_any: [], to_any: [], words_any: [], subject_only: false, has_files: null, is_automatic: null },
  actions: { queue_id: null, priority: null, is_parked: false, is_acknowledged: null, ticket: null },
  is_active: true,
  version: 0,
};

/** What sorts the messages of an account, and how people hear that theirs came. */
export function Mailroom(props: { account: Account; queues: Queue[] }) {
  const { say } = usePhrases(mailroomWords);
  const path = `/api/accounts/${props.account.id}/rules`;
  const rules = useList<Rule>(path, byId);
  const [open, setOpen] = useState<Id | "new" | null>(null);
  const sorted = [...rules.items].sort((one, other) => one.position - other.position || one.name.localeCompare(other.name));
  const close = () => setOpen(null);
  return (
    <Stack mt="xl" data-testid="mailroom">
      <Title order={4} fz="sm">{say("rules")}</Title>
      <Text size="sm" c="dimmed">{say("rules_about")}</Text>
      {sorted.map((rule) =>
        open === rule.id ? (
          <RuleForm key={rule.id} rule={rule} path={path} rules={rules} queues={props.queues} close={close} />
        ) : (
          <RuleLine key={rule.id} rule={rule} path={path} rules={rules} queues={props.queues} open={() => setOpen(rule.id)} />
        ),
      )}
      {open === "new" ? (
        <RuleForm rule={null} path={path} rules={rules} queues={props.queues} close={close} />
      ) : (
        <Button variant="default" leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setOpen("new")} data-testid="add-rule">
          {say("add_rule")}
        </Button>
      )}
      <AcknowledgementSection account={props.account} />
      {isTexting(props.account) && <SelfService account={props.account} />}
    </Stack>
  );
}

interface RuleProps {
  path: string;
  rules: List<Rule>;
  queues: Queue[];
}

function RuleLine(props: RuleProps & { rule: Rule; open: () => void }) {
  const { rule } = props;
  const { say } = usePhrases(mailroomWords);
  const kit = usePhrases(kitWords);
  const queue = props.queues.find(({ id }) => id === rule.actions.queue_id);
  const remove = async () => {
    await call("DELETE", `${props.path}/${rule.id}`);
    await props.rules.reload();
  };
  return (
    <Card withBorder padding="xs" data-testid="rule" data-name={rule.name}>
      <Group justify="space-between" wrap="nowrap">
        <Stack gap={4}>
          <Group gap="xs">
            <Text fw={600} {...(rule.is_active ? {} : { c: "dimmed" })}><Name of={rule.name} /></Text>
            {!rule.is_active && <Badge color="gray" variant="light" tt="none">{kit.say("off")}</Badge>}
            {rule.actions.ticket && <Badge variant="light" tt="none">{say("ticket")}</Badge>}
            {rule.actions.is_parked && <Badge color="orange" variant="light" tt="none">{say("is_parked")}</Badge>}
          </Group>
          {queue && <Text size="sm" c="dimmed">{say("to_queue", { queue: queue.name })}</Text>}
        </Stack>
        <Group gap={4} wrap="nowrap">
          <ActionIcon variant="subtle" aria-label={say("edit_rule", { name: rule.name })} onClick={props.open} data-testid="edit-rule"><IconPencil size={18} aria-hidden /></ActionIcon>
          <ActionIcon variant="subtle" color="red" aria-label={say("remove_rule", { name: rule.name })} onClick={() => void remove()} data-testid="remove-rule"><IconTrash size={18} aria-hidden /></ActionIcon>
        </Group>
      </Group>
    </Card>
  );
}

const lines = (text: string) => text.split(/[\n،,;]+/).map((each) => each.trim()).filter((each) => each !== "");

function RuleForm(props: RuleProps & { rule: Rule | null; close: () => void }) {
  const { rule, path } = props;
  const { say } = usePhrases(mailroomWords);
  const kit = usePhrases(kitWords);
  const { id: _, account_id: __, ...known } = (rule ?? { id: "", ...emptyRule }) as Rule & { account_id?: Id };
  const [from, setFrom] = useState(known.conditions.from_any.join("\n"));
  const [to, setTo] = useState(known.conditions.to_any.join("\n"));
  const [wordsAny, setWords] = useState(known.conditions.words_any.join("\n"));
  const editor = useEditor(known, async ({ version, ...values }) => {
    const conditions = { ...values.conditions, from_any: lines(from), to_any: lines(to), words_any: lines(wordsAny) };
    const body = { ...values, conditions };
    const saved = rule ? await call<Rule>("PUT", `${path}/${rule.id}`, { ...body, version }) : await call<Rule>("POST", path, body);
    props.rules.put(saved);
    props.close();
  }, ["conditions", "actions"]);
  const { values, set, fault } = editor;
  const conditions = (part: Partial<Rule["conditions"]>) => set({ conditions: { ...values.conditions, ...part } });
  const actions = (part: Partial<Rule["actions"]>) => set({ actions: { ...values.actions, ...part } });
  const maybe = (label: string, value: boolean | null, change: (value: boolean | null) => void, testid: string) => (
    <ChoiceField
      label={label}
      value={value === null ? "any" : String(value)}
      set={(next) => change(next === null || next === "any" ? null : next === "true")}
      options={[{ value: "any", label: say("any") }, { value: "true", label: say("yes") }, { value: "false", label: say("no") }]}
      testid={testid}
    />
  );
  return (
    <Card withBorder padding="md" data-testid="rule-form">
      <Form editor={editor} reload={() => void props.rules.reload().then(props.close)}>
        <TextField label={kit.say("name")} value={values.name} set={(name) => set({ name })} error={fault("name")} isRequired testid="rule-name" />
        <NumberField label={say("position")} hint={say("position_hint")} min={0} value={values.position} set={(position) => set({ position: position ?? 0 })} error={fault("position")} testid="rule-position" />
        <Title order={5} fz="sm">{say("when")}</Title>
        <TextField label={say("from_any")} hint={say("address_hint")} value={from} set={(text) => { setFrom(text); conditions({}); }} error={fault("conditions.from_any")} rows={2} isCode testid="rule-from" />
        <TextField label={say("to_any")} value={to} set={(text) => { setTo(text); conditions({}); }} error={fault("conditions.to_any")} rows={1} isCode testid="rule-to" />
        <TextField label={say("words_any")} hint={say("words_hint")} value={wordsAny} set={(text) => { setWords(text); conditions({}); }} error={fault("conditions.words_any")} rows={2} testid="rule-words" />
        <SwitchField label={say("subject_only")} value={values.conditions.subject_only} set={(subject_only) => conditions({ subject_only })} testid="rule-subject-only" />
        {maybe(say("is_known"), values.conditions.is_known, (is_known) => conditions({ is_known }), "rule-known")}
        {maybe(say("has_files"), values.conditions.has_files, (has_files) => conditions({ has_files }), "rule-files")}
        {maybe(say("is_automatic"), values.conditions.is_automatic, (is_automatic) => conditions({ is_automatic }), "rule-automatic")}
        <Title order={5} fz="sm">{say("then")}</Title>
        <ChoiceField
          label={say("queue")}
          placeholder={say("as_account")}
          value={values.actions.queue_id}
          set={(queue_id) => actions({ queue_id })}
          options={props.queues.map(({ id, name }) => ({ value: id, label: name }))}
          error={fault("actions.queue_id")}
          testid="rule-queue"
        />
        <ChoiceField
          label={say("priority")}
          value={values.actions.priority === null ? "0" : String(values.actions.priority)}
          set={(priority) => actions({ priority: priority === null || priority === "0" ? null : Number(priority) })}
          options={(["0", "1", "2", "3"] as const).map((value) => ({ value, label: say(`priority.${value}`) }))}
          testid="rule-priority"
        />
        <MailTicketFields value={values.actions.ticket ?? null} set={(ticket) => actions({ ticket })} queues={props.queues} fault={fault} />
        <SwitchField label={say("is_parked")} value={values.actions.is_parked} set={(is_parked) => actions({ is_parked })} testid="rule-parked" />
        {maybe(say("is_acknowledged"), values.actions.is_acknowledged, (is_acknowledged) => actions({ is_acknowledged }), "rule-acknowledged")}
        <SwitchField label={say("is_active")} value={values.is_active} set={(is_active) => set({ is_active })} testid="rule-active" />
        {fault("actions") !== undefined && <Text size="sm" c="red" role="alert">{fault("actions")}</Text>}
        <Button variant="subtle" onClick={props.close} data-testid="rule-cancel">{kit.say("cancel")}</Button>
      </Form>
    </Card>
  );
}

function AcknowledgementSection(props: { account: Account }) {
  const path = `/api/accounts/${props.account.id}/acknowledgement`;
  const [known, setKnown] = useState<Acknowledgement | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    call<Acknowledgement>("GET", path).then(setKnown, () => setKnown(null));
  }, [path, round]);
  if (known === null) return null;
  return <AcknowledgementForm key={`${props.account.id}:${round}`} path={path} known={known} reload={() => setRound((old) => old + 1)} />;
}

function AcknowledgementForm(props: { path: string; known: Acknowledgement; reload: () => void }) {
  const { say } = usePhrases(mailroomWords);
  const { mode, texts, answer_minutes, version } = props.known;
  const editor = useEditor({ mode, texts, answer_minutes: answer_minutes as number | null, version }, async (values) => {
    const written = Object.fromEntries(Object.entries(values.texts).filter(([, text]) => text.trim() !== ""));
    const saved = await call<Acknowledgement>("PUT", props.path, { ...values, texts: written });
    return { version: saved.version };
  });
  const { values, set, fault } = editor;
  return (
    <Stack mt="lg" data-testid="acknowledgement">
      <Title order={4} fz="sm">{say("acknowledgement")}</Title>
      <Text size="sm" c="dimmed">{say("acknowledgement_about")}</Text>
      <Form editor={editor} reload={props.reload}>
        <ChoiceField
          label={say("mode")}
          value={values.mode}
          set={(next) => next && set({ mode: next as Acknowledgement["mode"] })}
          options={(["never", "closed", "always"] as const).map((value) => ({ value, label: say(`mode.${value}`) }))}
          testid="ack-mode"
        />
        {values.mode !== "never" && (
          <>
            <NumberField label={say("answer_minutes")} hint={say("answer_minutes_hint")} min={1} value={values.answer_minutes} set={(minutes) => set({ answer_minutes: minutes })} error={fault("answer_minutes")} testid="ack-minutes" />
            {(["en", "ar", "fa"] as const).map((language) => (
              <TextField
                key={language}
                label={say("text", { language: languages[language].name })}
                hint={say("text_hint", { names: "{customer.name}  {interaction.number}  {answer_by}" })}
                value={values.texts[language] ?? ""}
                set={(next) => set({ texts: { ...values.texts, [language]: next } })}
                error={fault(`texts.${language}`)}
                rows={3}
                testid={`ack-text-${language}`}
              />
            ))}
          </>
        )}
      </Form>
    </Stack>
  );
}
