import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useEffect, useState, type ReactNode } from "react";
import { call } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { useEditor } from "../../kit/editor";
import { ChoiceField, NumberField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { byId, useList, type List } from "../../kit/list";
import { steps, useCauses, useNamed, useSources, useTypes, type Cause, type Policy, type Source, type Step } from "./complaint";
import { setupWords } from "./setupWords";
import { words } from "./words";

const languages = ["en", "ar", "fa"] as const;
const gravities = ["0", "1", "2", "3"] as const;
const usualDays: Record<Step, number> = { acknowledged: 2, investigation: 5, decision: 15, answered: 20, closed: 25, review: 15 };

/** Whence complaints come, what causes they have, and until when each step is due. */
export function SettingsPanel() {
  const { say } = usePhrases(setupWords);
  const named = useNamed();
  const [sources, causes, types] = [useSources(), useCauses(), useTypes()];
  const policies = useList<Policy>("/api/complaint-policies", byId);
  const nameOf = (all: { id: string; names: Source["names"] }[], id: string | null) => {
    const found = all.find((each) => each.id === id);
    return found ? named(found.names) : "";
  };
  const titleOf = ({ type_id, source_id }: Policy) => [nameOf(types.items, type_id), nameOf(sources.items, source_id)].filter(Boolean).join(" · ") || say("for_all");
  return (
    <Stack gap="xl">
      <ConfidenceForm />
      <Things title={say("deadlines")} about={say("deadlines_about")} add={say("add_policy")} items={policies.items} titleOf={titleOf} testid="policy">
        {(policy, done) => <PolicyForm policy={policy} list={policies} sources={sources.items} types={types.items} done={done} />}
      </Things>
      <Things title={say("sources")} add={say("add_source")} items={sources.items} titleOf={({ names }) => named(names)} testid="source">
        {(source, done) => <NamedForm path="/api/complaint-sources" item={source} list={sources} isGrave done={done} />}
      </Things>
      <Things title={say("causes")} add={say("add_cause")} items={causes.items} titleOf={({ names }) => named(names)} testid="cause">
        {(cause, done) => <NamedForm path="/api/complaint-causes" item={cause} list={causes} done={done} />}
      </Things>
    </Stack>
  );
}

interface Rule {
  is_confidential: boolean;
  version: number;
}

/** Whether every complaint is confidential from its beginning; those that are there stay as they are. */
function ConfidenceForm() {
  const { say } = usePhrases(setupWords);
  const [rule, setRule] = useState<Rule | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    // Without an answer there is no switch, and the next opening asks again.
    call<Rule>("GET", "/api/complaint-rule").then(setRule, () => undefined);
  }, [round]);
  if (rule === null) return null;
  const titleOf = ({ is_confidential }: Rule) => say(is_confidential ? "all_are_confidential" : "some_are_confidential");
  return (
    <Things title={say("confidence")} items={[{ id: "rule", ...rule }]} titleOf={titleOf} testid="confidence">
      {(_, done) => <RuleForm key={rule.version} rule={rule} saved={(saved) => { setRule(saved); done(); }} reload={() => setRound(round + 1)} />}
    </Things>
  );
}

function RuleForm(props: { rule: Rule; saved: (rule: Rule) => void; reload: () => void }) {
  const { say } = usePhrases(setupWords);
  const editor = useEditor(props.rule, async (values) => props.saved(await call<Rule>("PUT", "/api/complaint-rule", values)));
  return (
    <Form editor={editor} reload={props.reload}>
      <SwitchField label={say("all_confidential")} hint={say("all_confidential_hint")} value={editor.values.is_confidential} set={(is_confidential) => editor.set({ is_confidential })} error={editor.fault("is_confidential")} testid="all-confidential" />
    </Form>
  );
}

/** A short list whose items open where they stand. */
function Things<T extends { id: string }>(props: {
  title: string;
  about?: string;
  /** None where nothing can be added. */
  add?: string;
  items: T[];
  titleOf: (item: T) => string;
  testid: string;
  children: (item: T | null, done: () => void) => ReactNode;
}) {
  const [open, setOpen] = useState<string | null>(null);
  const toggle = (id: string) => setOpen(open === id ? null : id);
  const done = () => setOpen(null);
  return (
    <section>
      <Title order={4} fz="sm">{props.title}</Title>
      {props.about && <Text size="xs" c="dimmed">{props.about}</Text>}
      <Stack gap="xs" mt="xs" align="start">
        {props.items.map((item) => (
          <Stack key={item.id} gap="xs" w="100%" align="start">
            <Button size="xs" variant="subtle" aria-expanded={open === item.id} onClick={() => toggle(item.id)} data-testid={props.testid}>{props.titleOf(item)}</Button>
            {open === item.id && props.children(item, done)}
          </Stack>
        ))}
        {props.add && <Button size="xs" variant="default" aria-expanded={open === "new"} onClick={() => toggle("new")} data-testid={`add-${props.testid}`}>{props.add}</Button>}
        {open === "new" && props.children(null, done)}
      </Stack>
    </section>
  );
}

function NamedForm<T extends Cause>(props: { path: string; item: T | null; list: List<T>; isGrave?: boolean; done: () => void }) {
  const { item, list, path } = props;
  const { say } = usePhrases(setupWords);
  const begun = {
    en: item?.names.en ?? "",
    ar: item?.names.ar ?? "",
    fa: item?.names.fa ?? "",
    gravity: String((item && Reflect.get(item, "gravity")) ?? 0),
    is_active: item?.is_active ?? true,
  };
  const editor = useEditor(begun, async ({ is_active, gravity, ...names }) => {
    const said = Object.fromEntries(Object.entries(names).filter(([, name]) => name.trim() !== ""));
    const body = { names: said, is_active, position: item?.position ?? list.items.length * 10 + 10, ...(props.isGrave ? { gravity: Number(gravity) } : {}) };
    list.put(await (item ? call<T>("PUT", `${path}/${item.id}`, { ...body, version: item.version }) : call<T>("POST", path, body)));
    props.done();
  }, ["names"]);
  const { values, set, fault } = editor;
  return (
    <Form editor={editor} reload={() => void list.reload().then(props.done)}>
      {languages.map((each) => <TextField key={each} label={say(`name.${each}`)} value={values[each]} set={(name) => set({ [each]: name })} error={fault("names")} testid={`name-${each}`} />)}
      {props.isGrave && <ChoiceField label={say("gravity")} value={values.gravity} set={(gravity) => gravity && set({ gravity })} options={gravities.map((value) => ({ value, label: say(`gravity.${value}`) }))} testid="gravity" />}
      <SwitchField label={say("is_active")} value={values.is_active} set={(is_active) => set({ is_active })} error={fault("is_active")} />
    </Form>
  );
}

type Called = { id: string; kind?: string; names: Source["names"] };

function PolicyForm(props: { policy: Policy | null; list: List<Policy>; sources: Called[]; types: Called[]; done: () => void }) {
  const { policy, list } = props;
  const path = usePhrases(words);
  const { say } = usePhrases(setupWords);
  const named = useNamed();
  const isGeneral = policy !== null && policy.type_id === null && policy.source_id === null;
  const begun = { type_id: policy?.type_id ?? null, source_id: policy?.source_id ?? null, ...(policy?.days ?? usualDays) };
  const editor = useEditor<typeof begun>(begun, async ({ type_id, source_id, ...days }) => {
    const body = { type_id, source_id, days };
    list.put(await (policy ? call<Policy>("PUT", `/api/complaint-policies/${policy.id}`, { ...body, version: policy.version }) : call<Policy>("POST", "/api/complaint-policies", body)));
    props.done();
  }, ["days"]);
  const { values, set, fault } = editor;
  const options = (all: Called[]) => all.map(({ id, names }) => ({ value: id, label: named(names) }));
  return (
    <Form editor={editor} reload={() => void list.reload().then(props.done)}>
      {!isGeneral && (
        <Group grow align="start">
          <ChoiceField label={say("for_type")} value={values.type_id} set={(type_id) => set({ type_id })} options={options(props.types.filter(({ kind }) => kind === "complaint"))} error={fault("type_id")} isClearable />
          <ChoiceField label={say("for_source")} value={values.source_id} set={(source_id) => set({ source_id })} options={options(props.sources)} error={fault("source_id")} isClearable />
        </Group>
      )}
      {steps.map((step) => <NumberField key={step} label={path.say(`step.${step}`)} value={values[step]} set={(days) => set({ [step]: days ?? 1 })} min={1} error={fault(`days.${step}`) ?? fault("days")} suffix={path.say("days")} testid={`days-${step}`} />)}
    </Form>
  );
}
