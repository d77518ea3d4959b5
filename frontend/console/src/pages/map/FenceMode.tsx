import { Button, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { call } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { BranchField } from "../../kit/BranchField";
import { useBranches } from "../../kit/branches";
import { useEditor } from "../../kit/editor";
import { ChoiceField, NumberField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { byId, useList, type List } from "../../kit/list";
import { useCommand, useFeed } from "../../live/context";
import { MapView } from "../../map/MapView";
import { cornersOf, drawn, isWhole } from "../../map/shapes";
import type { Fence, Place, Shape } from "../../protocolGeo";
import { go, pathTo } from "../../shell/route";
import { Name } from "../work/Name";
import type { Shared } from "./LiveMode";
import css from "./MapPage.module.css";
import { placesOf } from "./state";
import { words } from "./words";

const kinds = ["circle", "polygon", "polyline"] as const;

/** Fences and territories: drawn on the map, or a circle by its numbers. */
export function FenceMode(props: Shared & { chosen: string | null }) {
  const { say } = usePhrases(words);
  const { me } = useFeed();
  const fences = useList<Fence>("/api/fences", byId);
  const chosen = fences.items.find(({ id }) => id === props.chosen) ?? null;
  const isNew = props.chosen === "new";
  const isEditing = isNew || chosen !== null;
  const mayManage = me.permissions.includes("geo.manage");
  const [draft, setDraft] = useState<{ of: string | null; shape: Shape | null; kind: Shape["kind"] }>({ of: null, shape: null, kind: "circle" });
  // Another fence is chosen: its own form counts until something is drawn.
  const shape = draft.of === props.chosen ? draft.shape : (chosen?.shape ?? null);
  const kind = draft.of === props.chosen ? draft.kind : (chosen?.shape.kind ?? "circle");
  const draw = (next: Shape | null, as: Shape["kind"] = next?.kind ?? kind) => setDraft({ of: props.chosen, shape: next, kind: as });
  const shapes = useMemo(
    () => [
      ...fences.items.filter(({ id }) => id !== props.chosen).map((each) => ({ id: each.id, name: each.name, shape: each.shape })),
      ...(shape ? [{ id: "draft", name: chosen?.name ?? say("add_fence"), shape, isChosen: true }] : []),
    ],
    [fences.items, props.chosen, shape, chosen, say],
  );
  const focus = useMemo(() => (chosen ? cornersOf(chosen.shape) : fences.items.length > 0 ? fences.items.flatMap((each) => cornersOf(each.shape)) : []), [chosen, fences.items]);
  const [begun] = useState(() => placesOf(props.technicians));
  const click = isEditing && mayManage ? { click: (at: Place) => draw(drawn(shape, kind, at)) } : {};
  return (
    <div className={css.parts}>
      <Stack gap="sm" className={css.side}>
        {mayManage && <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} component="a" href={pathTo("map", "fences", "new")} data-testid="add-fence">{say("add_fence")}</Button>}
        {isEditing && mayManage && <FenceForm key={props.chosen} fence={chosen} fences={fences} shape={shape} kind={kind} draw={draw} />}
        {fences.items.length === 0 && !fences.isBusy && <Text size="sm" c="dimmed">{say("no_fences")}</Text>}
        <ul className={css.list}>
          {fences.items.map((each) => (
            <li key={each.id}>
              <a className={css.entry} href={pathTo("map", "fences", each.id)} data-chosen={each.id === props.chosen || undefined} data-testid="fence"><Name of={each.name} /></a>
            </li>
          ))}
        </ul>
      </Stack>
      <div className={css.map}>
        <MapView settings={props.settings} marks={[]} shapes={shapes} focus={focus.length > 0 ? focus : begun} {...click} label={say("map")} />
      </div>
    </div>
  );
}

interface FenceFormProps {
  fence: Fence | null;
  fences: List<Fence>;
  shape: Shape | null;
  kind: Shape["kind"];
  draw: (shape: Shape | null, kind?: Shape["kind"]) => void;
}

function FenceForm(props: FenceFormProps) {
  const { fence, fences, shape, kind, draw } = props;
  const { say } = usePhrases(words);
  const branches = useBranches();
  const { isBusy, run } = useCommand();
  const initial = {
    name: fence?.name ?? "",
    branch_id: fence?.branch_id ?? null,
    dwell_minutes: fence?.dwell_seconds ? Math.round(fence.dwell_seconds / 60) : (null as number | null),
    is_territory: fence?.is_territory ?? false,
    is_active: fence?.is_active ?? true,
    version: fence?.version ?? 0,
  };
  const editor = useEditor(initial, async ({ version, dwell_minutes, ...values }) => {
    const body = { ...values, shape, dwell_seconds: dwell_minutes === null ? null : dwell_minutes * 60 };
    const saved = fence ? await call<Fence>("PUT", `/api/fences/${fence.id}`, { ...body, version }) : await call<Fence>("POST", "/api/fences", body);
    fences.put(saved);
    if (!fence) go("map", "fences", saved.id);
    return { version: saved.version };
  });
  const { values, set, fault } = editor;
  const remove = async () => {
    if (!(await run(() => call("DELETE", `/api/fences/${fence!.id}`)))) return;
    await fences.reload();
    go("map", "fences");
  };
  return (
    <div data-testid="fence-form">
      <Form editor={editor} reload={() => void fences.reload()} isFixed={!isWhole(shape)}>
        <TextField label={say("name")} value={values.name} set={(name) => set({ name })} error={fault("name")} isRequired testid="field-name" />
        <ChoiceField label={say("kind")} value={kind} set={(next) => next && draw(null, next as Shape["kind"])} options={kinds.map((value) => ({ value, label: say(`kind.${value}`) }))} testid="field-kind" />
        <Text size="xs" c="dimmed">{say(`draw.${kind}`)}</Text>
        {shape?.kind === "circle" && <NumberField label={say("radius")} value={shape.radius_metres} set={(radius) => radius && draw({ ...shape, radius_metres: Math.min(500_000, Math.max(10, radius)) })} min={10} testid="field-radius" />}
        {shape?.kind === "polyline" && <NumberField label={say("width")} value={shape.width_metres} set={(width) => width && draw({ ...shape, width_metres: Math.min(10_000, Math.max(5, width)) })} min={5} testid="field-width" />}
        {shape !== null && <Button variant="subtle" size="xs" onClick={() => draw(null, kind)}>{say("again")}</Button>}
        <NumberField label={say("dwell")} value={values.dwell_minutes} set={(dwell_minutes) => set({ dwell_minutes })} min={1} error={fault("dwell_seconds")} testid="field-dwell" />
        <BranchField branches={branches.items} value={values.branch_id} set={(branch_id) => set({ branch_id })} error={fault("branch_id")} />
        <SwitchField label={say("territory")} value={values.is_territory} set={(is_territory) => set({ is_territory })} testid="field-territory" />
        <SwitchField label={say("active")} value={values.is_active} set={(is_active) => set({ is_active })} />
      </Form>
      {fence && <Button variant="subtle" color="red" size="xs" loading={isBusy} onClick={() => void remove()} data-testid="remove-fence">{say("remove")}</Button>}
    </div>
  );
}
