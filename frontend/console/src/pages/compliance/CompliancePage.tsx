import { Badge, Button, Stack, Text } from "@mantine/core";
import { call, Problem } from "../../http/api";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { useEditor } from "../../kit/editor";
import { SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { Frame } from "../../kit/Frame";
import { byId, useList, type List } from "../../kit/list";
import { useCommand } from "../../live/context";
import { go } from "../../shell/route";
import { Name } from "../work/Name";
import { words } from "./words";

interface Preset {
  id: string;
  name: string;
  countries: string[];
  source: string;
  is_active: boolean;
  windows: { day: number; start: string; end: string }[];
  frequency: { most: number; hours: number; is_day: boolean }[];
  needs_consent: boolean;
  is_forbidden: boolean;
  abandonment: { most_percent: number } | null;
  version: number;
  is_shipped: boolean;
}

/** The rules by which numbers are judged. */
export function CompliancePage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const { number } = useSpeech();
  const list = useList<Preset>("/api/compliance/presets", byId);
  const chosen = props.rest[0];
  const sums = (preset: Preset): string =>
    [
      preset.is_forbidden ? say("forbidden") : "",
      preset.needs_consent ? say("consent") : "",
      [...new Set(preset.windows.map(({ start, end }) => `${start}–${end}`))].join(" "),
      preset.abandonment ? `${say("abandon")} ${number(preset.abandonment.most_percent)} %` : "",
    ].filter(Boolean).join(" · ");
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={{ label: say("add"), to: ["compliance", "new"] }}
      side={
        chosen && (
          <Detail key={chosen} id={chosen} list={list} idOf={byId} back={["compliance"]} newTitle={say("add")} titleOf={({ name }) => <Name of={name} />}>
            {(preset, { key, reload }) => <PresetForm key={`${key} ${preset?.version ?? ""}`} preset={preset} list={list} reload={reload} />}
          </Detail>
        )
      }
    >
      <DataTable
        label={say("title")}
        list={list}
        rows={list.items}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["compliance", id]}
        isOff={({ is_active }) => !is_active}
        columns={[
          { key: "name", title: say("name"), cell: ({ name }) => <Name of={name} /> },
          { key: "countries", title: say("countries"), cell: ({ countries }) => (countries.length === 0 ? say("everywhere") : <bdi dir="ltr">{countries.join(", ")}</bdi>) },
          { key: "sums", title: say("windows"), cell: sums },
          { key: "active", title: say("active"), cell: ({ is_active, version }) => <Badge variant="light" tt="none" color={is_active ? "teal" : "gray"}>{say(is_active ? "active" : "inactive")}{version > 0 ? ` · ${say("changed")}` : ""}</Badge>, isExtra: true },
        ]}
      />
    </Frame>
  );
}

function PresetForm(props: { preset: Preset | null; list: List<Preset>; reload: () => void }) {
  const { preset, list } = props;
  const { say } = usePhrases(words);
  const { isBusy, run } = useCommand();
  const shown = preset ? Object.fromEntries(Object.entries(preset).filter(([name]) => !["version", "is_shipped", "is_active"].includes(name))) : { id: "own_rule", name: "", countries: [], windows: [] };
  const editor = useEditor({ json: JSON.stringify(shown, null, 1), is_active: preset?.is_active ?? true }, async (values) => {
    let said: { id: string };
    try {
      said = JSON.parse(values.json) as { id: string };
    } catch {
      throw new Problem(422, "urn:markaz:problem:invalid", say("not_json"));
    }
    await call("PUT", `/api/compliance/presets/${encodeURIComponent(said.id)}`, { ...said, is_active: values.is_active, version: preset?.version ?? 0 });
    await list.reload();
    go("compliance", said.id);
  });
  const { values, set } = editor;
  const reset = async () => {
    if (!(await run(() => call("DELETE", `/api/compliance/presets/${preset!.id}`)))) return;
    await list.reload();
    go("compliance");
  };
  return (
    <Stack>
      {preset?.source && <Text size="sm" c="dimmed">{say("source")}: <bdi>{preset.source}</bdi></Text>}
      <Form editor={editor} reload={props.reload}>
        <SwitchField label={say("active")} value={values.is_active} set={(is_active) => set({ is_active })} testid="preset-active" />
        <TextField label={say("json")} hint={say("json_hint")} rows={16} value={values.json} set={(json) => set({ json })} isCode testid="preset-json" />
      </Form>
      {preset && preset.version > 0 && <Button variant="subtle" color="red" size="xs" loading={isBusy} onClick={() => void reset()} style={{ alignSelf: "flex-start" }} data-testid="preset-reset">{say("reset")}</Button>}
    </Stack>
  );
}
