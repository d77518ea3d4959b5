import { Accordion, Badge, Stack } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { call } from "../../http/api";
import { HoursField, placesIn } from "../../hours/HoursField";
import type { Branch, Queue, Skill } from "../../http/views";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { BranchField } from "../../kit/BranchField";
import { useEditor, type Editor } from "../../kit/editor";
import { LevelsField, ManyField, NumberField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import css from "../../kit/Kit.module.css";
import type { List } from "../../kit/list";
import { said } from "../../kit/Said";
import { kitWords } from "../../kit/words";
import { useFeed } from "../../live/context";
import { go } from "../../shell/route";
import { DryRun } from "./DryRun";
import { OffersSection, OverflowSection, StepsField, WhoSection } from "./sections";
import { channels, usual, type Draft } from "./settings";
import { words } from "./words";

interface QueueFormProps {
  queue: Queue | null;
  queues: List<Queue>;
  skills: Skill[];
  branches: Branch[];
  reload: () => void;
}

// Which fields are where: a section in which something is wrong opens by itself.
const places = {
  who: ["steps", "trust", "permission", "order_by"],
  offers: ["offer_mode", "offer_timeout_seconds", "wrap_up_mode", "wrap_up_seconds", "idle_clock", "after_close", "reopen_days"],
  hours: ["hours", ...placesIn("hours"), "overflow"],
};
type Place = keyof typeof places;

export function QueueForm(props: QueueFormProps) {
  const { queue, queues, skills } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const speech = useSpeech();
  const { me } = useFeed();
  const { id: _, ...present } = queue ?? { id: "", ...usual };
  const editor = useEditor(present as Draft, async ({ version, ...draft }) => {
    const values = sent(draft);
    const saved = queue
      ? await call<Queue>("PUT", `/api/queues/${queue.id}`, { ...values, version })
      : await call<Queue>("POST", "/api/queues", values);
    queues.put(saved);
    if (!queue) go("queues", saved.id);
    return { version: saved.version };
  }, placesIn("hours"));
  const { values, set, fault } = editor;
  const section = { editor, skills, queues: queues.items.filter(({ id }) => id !== queue?.id), permissions: me.permissions };
  const goal = values.goal_percent as number | null;
  return (
    <Stack gap="lg">
      <Form editor={editor} reload={props.reload}>
        <TextField label={kit.say("name")} value={values.name} set={(name) => set({ name })} error={fault("name")} isRequired testid="field-name" />
        <ManyField
          label={say("channels")}
          placeholder={say("channels_all")}
          value={values.channels ?? []}
          set={(chosen) => set({ channels: chosen.length === 0 ? null : chosen })}
          options={channels.map((value) => ({ value, label: speech.sayAny("channel", value, value) }))}
          error={fault("channels")}
          testid="field-channels"
        />
        <LevelsField label={say("skills")} hint={say("skills_hint")} value={values.skills} set={(next) => set({ skills: next })} skills={skills} error={fault("skills")} />
        <div className={css.pair}>
          <NumberField label={say("target")} hint={say("target_hint")} suffix={say("seconds")} min={1} value={values.target_seconds} set={(next) => set({ target_seconds: next as number })} error={fault("target_seconds")} testid="field-target" />
          <NumberField label={say("goal")} hint={say("goal_hint")} suffix="%" min={1} max={100} value={goal} set={(next) => set({ goal_percent: next as number })} error={fault("goal_percent")} testid="field-goal" />
        </div>
        <BranchField branches={props.branches} value={values.branch_id} set={(branch_id) => set({ branch_id })} error={fault("branch_id")} />
        <SwitchField label={say("is_active")} value={values.is_active} set={(is_active) => set({ is_active })} testid="field-active" />
        <Sections editor={editor}>
          <Section id="who" editor={editor}>
            <StepsField {...section} />
            <WhoSection {...section} />
          </Section>
          <Section id="offers" editor={editor}><OffersSection {...section} /></Section>
          <Section id="hours" editor={editor}>
            <HoursField value={values.hours} set={(hours) => set({ hours })} hint={say("hours_hint")} error={fault("hours")} fault={(part) => fault(`hours.${part}`)} />
            <OverflowSection {...section} />
          </Section>
        </Sections>
      </Form>
      <DryRun queueId={queue?.id ?? null} draft={editor.isChanged || !queue ? sent(values) : null} channels={values.channels ?? [...channels]} />
    </Stack>
  );
}

/** As it is sent: texts that are left empty are not, and a draft has no version. */
function sent(draft: Omit<Draft, "version"> & { version?: number }): Omit<Draft, "version"> {
  const { version: _, ...values } = draft;
  return { ...values, overflow: values.overflow.map((rule) => ({ ...rule, text: said(rule.text) as Record<string, string> })) };
}

const isFaulty = (editor: Editor<Draft>, place: Place) => places[place].some((name) => editor.fault(name) !== undefined);

function Sections(props: { editor: Editor<Draft>; children: ReactNode }) {
  const [opened, setOpened] = useState<string[]>([]);
  const faulty = (Object.keys(places) as Place[]).filter((place) => isFaulty(props.editor, place));
  return (
    <Accordion variant="separated" multiple value={[...new Set([...opened, ...faulty])]} onChange={setOpened} data-testid="sections">
      {props.children}
    </Accordion>
  );
}

function Section(props: { id: Place; editor: Editor<Draft>; children: ReactNode }) {
  const { say } = usePhrases(words);
  return (
    <Accordion.Item value={props.id}>
      <Accordion.Control data-testid={`section-${props.id}`}>
        {say(`section.${props.id}`)} {isFaulty(props.editor, props.id) && <Badge color="red" variant="light" tt="none">{say("faulty")}</Badge>}
      </Accordion.Control>
      <Accordion.Panel><Stack>{props.children}</Stack></Accordion.Panel>
    </Accordion.Item>
  );
}
