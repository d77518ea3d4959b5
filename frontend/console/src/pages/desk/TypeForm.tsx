import { call } from "../../http/api";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useEditor } from "../../kit/editor";
import { ChoiceField, NumberField, SwitchField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import type { List } from "../../kit/list";
import { said } from "../../kit/Said";
import { go } from "../../shell/route";
import { NamesField } from "./parts";
import { kinds, nameIn, nextPlace, typeTree, withBelow, type Names, type TicketKind, type TicketType } from "./setup";
import { words } from "./words";

export function TypeForm(props: { type: TicketType | null; types: List<TicketType>; reload: () => void }) {
  const { type, types } = props;
  const { say } = usePhrases(words);
  const { language } = useSpeech();
  const initial = {
    kind: type?.kind ?? ("support_request" as TicketKind),
    names: type?.names ?? ({} as Names),
    parent_id: type?.parent_id ?? null,
    position: (type?.position ?? nextPlace(types.items)) as number | null,
    is_active: type?.is_active ?? true,
    version: type?.version ?? 0,
  };
  const editor = useEditor(initial, async ({ version, ...values }) => {
    const sent = { ...values, names: said(values.names) };
    const saved = type ? await call<TicketType>("PUT", `/api/ticket-types/${type.id}`, { ...sent, version }) : await call<TicketType>("POST", "/api/ticket-types", sent);
    types.put(saved);
    if (!type) go("desk", "types", saved.id);
    return { version: saved.version };
  });
  const { values, set, fault } = editor;
  const below = type ? withBelow(types.items, type.id) : new Set<string>();
  const parents = typeTree(types.items, values.kind).filter((each) => !below.has(each.type.id));
  return (
    <Form editor={editor} reload={props.reload}>
      <ChoiceField label={say("kind")} {...(type ? { hint: say("kind_hint") } : {})} value={values.kind} set={(next) => next && set({ kind: next as TicketKind, parent_id: null })} options={kinds.map((value) => ({ value, label: say(`kind.${value}`) }))} isDisabled={type !== null} error={fault("kind")} testid="field-kind" />
      <NamesField value={values.names} set={(names) => set({ names })} error={fault("names")} />
      <ChoiceField label={say("parent")} placeholder={say("parent_none")} value={values.parent_id} set={(parent_id) => set({ parent_id })} options={parents.map((each) => ({ value: each.type.id, label: "\u2003".repeat(each.depth) + nameIn(each.type.names, language) }))} isClearable error={fault("parent_id")} testid="field-parent" />
      <NumberField label={say("position")} hint={say("position_hint")} min={0} max={10_000} value={values.position} set={(position) => set({ position })} error={fault("position")} testid="field-position" />
      <SwitchField label={say("is_active")} hint={say("off_hint")} value={values.is_active} set={(is_active) => set({ is_active })} error={fault("is_active")} testid="field-active" />
    </Form>
  );
}
