import { Title } from "@mantine/core";
import { useCallback } from "react";
import { call } from "../../http/api";
import type { Skill } from "../../http/views";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { useEditor } from "../../kit/editor";
import { LevelsField, NumberField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { Frame } from "../../kit/Frame";
import { byId, useList, type List } from "../../kit/list";
import { go } from "../../shell/route";
import { nameOf, type VisitKind } from "../visits/visit";
import { words } from "./words";

const languages = { en: "English", ar: "العربية", fa: "فارسی" } as const;
type Language = keyof typeof languages;
type Moment = "dispatched" | "moved" | "on_the_way" | "done" | "not_done" | "cancelled" | "reminder" | "task" | "task_off";

interface VisitText {
  moment: Moment;
  texts: Partial<Record<Language, string>>;
  is_on: boolean;
  version: number;
}

/** Kinds of visits, and what customers are told: one page for whoever sets visits up. */
export function VisitSetupPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const { language, number } = useSpeech();
  const kinds = useList<VisitKind>("/api/visit-kinds", byId);
  const texts = useList<VisitText>("/api/visit-texts", momentOf);
  const [part, chosen] = props.rest;
  const kind = part === "kind" && chosen && (
    <Detail key={chosen} id={chosen} list={kinds} idOf={byId} back={["visitsetup"]} newTitle={say("add")} titleOf={({ names }) => <bdi>{nameOf(names, language)}</bdi>}>
      {(found, { key, reload }) => <KindForm key={key} kind={found} kinds={kinds} reload={reload} />}
    </Detail>
  );
  const text = part === "text" && chosen && (
    <Detail key={chosen} id={chosen} list={texts} idOf={momentOf} back={["visitsetup"]} newTitle="" titleOf={({ moment }) => say(`moment.${moment}`)}>
      {(found, { key, reload }) => found && <TextForm key={key} text={found} texts={texts} reload={reload} />}
    </Detail>
  );
  return (
    <Frame title={say("title")} about={say("about")} add={{ label: say("add"), to: ["visitsetup", "kind", "new"] }} side={kind || text}>
      <DataTable
        label={say("kinds")}
        list={kinds}
        rows={kinds.items}
        idOf={byId}
        chosen={part === "kind" ? chosen : undefined}
        to={({ id }) => ["visitsetup", "kind", id]}
        isSearched={false}
        columns={[
          { key: "name", title: say("kinds"), cell: ({ names }) => <bdi>{nameOf(names, language)}</bdi> },
          { key: "minutes", title: say("minutes"), cell: ({ minutes }) => number(minutes) },
        ]}
      />
      <Title order={3} fz="md" mt="lg" mb="xs">{say("texts")}</Title>
      <DataTable
        label={say("texts")}
        list={texts}
        rows={texts.items}
        idOf={momentOf}
        chosen={part === "text" ? chosen : undefined}
        to={({ moment }) => ["visitsetup", "text", moment]}
        isSearched={false}
        columns={[{ key: "moment", title: say("texts"), cell: ({ moment }) => say(`moment.${moment}`) }]}
      />
    </Frame>
  );
}

const momentOf = ({ moment }: VisitText): string => moment;

function KindForm(props: { kind: VisitKind | null; kinds: List<VisitKind>; reload: () => void }) {
  const { kind, kinds } = props;
  const { say } = usePhrases(words);
  const skills = useList<Skill>("/api/skills", byId);
  const initial = {
    names: kind?.names ?? {}, minutes: (kind?.minutes ?? 60) as number | null, skills: kind?.skills ?? {}, checklist: (kind?.checklist ?? []).join("\n"),
    needs_signature: kind?.needs_signature ?? false, needs_photo: kind?.needs_photo ?? false, position: (kind?.position ?? kinds.items.length * 10) as number | null, is_active: kind?.is_active ?? true, version: kind?.version ?? 0,
  };
  const save = useCallback(
    async ({ version, ...values }: typeof initial) => {
      const names = Object.fromEntries(Object.entries(values.names).filter(([, name]) => name.trim() !== ""));
      const said = { ...values, names, minutes: values.minutes ?? 60, position: values.position ?? 0, checklist: values.checklist.split("\n").map((line) => line.trim()).filter(Boolean) };
      const saved = kind ? await call<VisitKind>("PUT", `/api/visit-kinds/${kind.id}`, { ...said, version }) : await call<VisitKind>("POST", "/api/visit-kinds", said);
      kinds.put(saved);
      if (!kind) go("visitsetup", "kind", saved.id);
      return { version: saved.version };
    },
    [kind, kinds],
  );
  const editor = useEditor(initial, save);
  const { values, set, fault } = editor;
  return (
    <Form editor={editor} reload={props.reload}>
      {(Object.keys(languages) as Language[]).map((each) => (
        <TextField key={each} label={say("name", { language: languages[each] })} value={values.names[each] ?? ""} set={(name) => set({ names: { ...values.names, [each]: name } })} error={each === "en" ? fault("names") : undefined} testid={`kind-name-${each}`} />
      ))}
      <NumberField label={say("minutes")} value={values.minutes} set={(minutes) => set({ minutes })} error={fault("minutes")} min={1} max={1440} testid="kind-minutes" />
      <LevelsField label={say("skills")} value={values.skills} set={(next) => set({ skills: next })} skills={skills.items} error={fault("skills")} />
      <TextField label={say("checklist")} value={values.checklist} set={(checklist) => set({ checklist })} error={fault("checklist")} rows={4} />
      <SwitchField label={say("signature")} value={values.needs_signature} set={(needs_signature) => set({ needs_signature })} />
      <SwitchField label={say("photo")} value={values.needs_photo} set={(needs_photo) => set({ needs_photo })} />
      <NumberField label={say("position")} value={values.position} set={(position) => set({ position })} error={fault("position")} min={0} max={10000} />
      <SwitchField label={say("active")} value={values.is_active} set={(is_active) => set({ is_active })} />
    </Form>
  );
}

function TextForm(props: { text: VisitText; texts: List<VisitText>; reload: () => void }) {
  const { text, texts } = props;
  const { say } = usePhrases(words);
  const editor = useEditor({ texts: text.texts, is_on: text.is_on, version: text.version }, async (values) => {
    const saved = await call<VisitText>("PUT", `/api/visit-texts/${text.moment}`, values);
    texts.put(saved);
    return { version: saved.version };
  });
  const { values, set, fault } = editor;
  return (
    <Form editor={editor} reload={props.reload}>
      {(Object.keys(languages) as Language[]).map((each) => (
        <TextField key={each} label={say("text", { language: languages[each] })} value={values.texts[each] ?? ""} set={(next) => set({ texts: { ...values.texts, [each]: next } })} error={each === "en" ? fault("texts") : undefined} rows={4} testid={`text-${each}`} />
      ))}
      <SwitchField label={say("on")} value={values.is_on} set={(is_on) => set({ is_on })} />
    </Form>
  );
}
