import { call } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { useEditor } from "../../kit/editor";
import { ChoiceField, NumberField, SwitchField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import type { List } from "../../kit/list";
import { said } from "../../kit/Said";
import { go } from "../../shell/route";
import { KindsField, NamesField } from "./parts";
import { categories, nextPlace, type Category, type Names, type Stage, type TicketKind } from "./setup";
import { words } from "./words";

export function StageForm(props: { stage: Stage | null; stages: List<Stage>; reload: () => void }) {
  const { stage, stages } = props;
  const { say } = usePhrases(words);
  const initial = {
    names: stage?.names ?? ({} as Names),
    category: stage?.category ?? ("open" as Category),
    kinds: stage?.kinds ?? (null as TicketKind[] | null),
    position: (stage?.position ?? nextPlace(stages.items)) as number | null,
    is_active: stage?.is_active ?? true,
    version: stage?.version ?? 0,
  };
  const editor = useEditor(initial, async ({ version, ...values }) => {
    const sent = { ...values, names: said(values.names) };
    const saved = stage ? await call<Stage>("PUT", `/api/ticket-statuses/${stage.id}`, { ...sent, version }) : await call<Stage>("POST", "/api/ticket-statuses", sent);
    stages.put(saved);
    if (!stage) go("desk", "stages", saved.id);
    return { version: saved.version };
  });
  const { values, set, fault } = editor;
  return (
    <Form editor={editor} reload={props.reload}>
      <NamesField value={values.names} set={(names) => set({ names })} error={fault("names")} />
      <ChoiceField label={say("category")} hint={say("category_hint")} value={values.category} set={(next) => next && set({ category: next as Category })} options={categories.map((value) => ({ value, label: say(`category.${value}`) }))} error={fault("category")} testid="field-category" />
      <KindsField value={values.kinds} set={(kinds) => set({ kinds })} error={fault("kinds")} />
      <NumberField label={say("position")} hint={say("position_hint")} min={0} max={10_000} value={values.position} set={(position) => set({ position })} error={fault("position")} testid="field-position" />
      <SwitchField label={say("is_active")} hint={say("off_hint")} value={values.is_active} set={(is_active) => set({ is_active })} error={fault("is_active")} testid="field-active" />
    </Form>
  );
}
