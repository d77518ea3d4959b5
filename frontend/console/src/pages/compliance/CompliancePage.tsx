import { Badge } from "@mantine/core";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { Frame } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { Name } from "../work/Name";
import type { Preset } from "./preset";
import { PresetForm } from "./PresetForm";
import { usePresetName } from "./shipped";
import { words } from "./words";

/** The rules by which numbers are judged. */
export function CompliancePage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const { number, keys } = useSpeech();
  const nameOf = usePresetName();
  const list = useList<Preset>("/api/compliance/presets", byId);
  const chosen = props.rest[0];
  const sums = (preset: Preset): string =>
    [
      preset.is_forbidden ? say("forbidden") : "",
      preset.needs_consent ? say("consent") : "",
      [...new Set(preset.windows.map(({ start, end }) => keys(`${start}–${end}`)))].join(" "),
      preset.abandonment ? `${say("abandon")} ${number(preset.abandonment.most_percent)} %` : "",
    ].filter(Boolean).join(" · ");
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={{ label: say("add"), to: ["compliance", "new"] }}
      side={
        chosen && (
          <Detail key={chosen} id={chosen} list={list} idOf={byId} back={["compliance"]} newTitle={say("add")} titleOf={(preset) => <Name of={nameOf(preset)} />}>
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
          { key: "name", title: say("name"), cell: (preset) => <Name of={nameOf(preset)} /> },
          { key: "countries", title: say("countries"), cell: ({ countries }) => (countries.length === 0 ? say("everywhere") : <bdi dir="ltr">{countries.join(", ")}</bdi>) },
          { key: "sums", title: say("windows"), cell: sums },
          { key: "active", title: say("active"), cell: ({ is_active, version }) => <Badge variant="light" tt="none" color={is_active ? "teal" : "gray"}>{say(is_active ? "active" : "inactive")}{version > 0 ? ` · ${say("changed")}` : ""}</Badge>, isExtra: true },
        ]}
      />
    </Frame>
  );
}
