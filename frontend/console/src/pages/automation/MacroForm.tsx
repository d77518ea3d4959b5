import { Button } from "@mantine/core";
import { call } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { useEditor } from "../../kit/editor";
import { ManyField, SwitchField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import type { List } from "../../kit/list";
import { said } from "../../kit/Said";
import { useCommand } from "../../live/context";
import { go } from "../../shell/route";
import { NamesField } from "../desk/parts";
import type { Kind } from "../tickets/ticket";
import { ActionFields } from "./ActionFields";
import { places, sentActions, usualMacro, type Catalogue, type Macro } from "./automation";
import { useChoices } from "./choices";
import { words } from "./words";

/** What an agent does with one press. */
export function MacroForm(props: { macro: Macro | null; macros: List<Macro>; catalogue: Catalogue; reload: () => void }) {
  const { macro, macros } = props;
  const { say } = usePhrases(words);
  const { isBusy, run } = useCommand();
  const choices = useChoices();
  const { id: _, ...present } = macro ?? { id: "", ...usualMacro(macros.items) };
  const editor = useEditor(present, async ({ version, ...values }) => {
    const sent = { ...values, names: said(values.names), actions: sentActions(values.actions) };
    const saved = macro ? await call<Macro>("PUT", `/api/macros/${macro.id}`, { ...sent, version }) : await call<Macro>("POST", "/api/macros", sent);
    macros.put(saved);
    if (!macro) go("automation", "macros", saved.id);
    return { version: saved.version };
  }, places);
  const { values, set, fault } = editor;
  const remove = async () => {
    if (!(await run(() => call("DELETE", `/api/macros/${macro!.id}`)))) return;
    await macros.reload();
    go("automation", "macros");
  };
  return (
    <>
      <Form editor={editor} reload={props.reload}>
        <NamesField value={values.names} set={(names) => set({ names })} error={fault("names")} />
        <ManyField label={say("kinds")} placeholder={say("every_kind")} value={values.kinds ?? []} set={(next) => set({ kinds: next.length === 0 ? null : (next as Kind[]) })} options={choices.of("kind") ?? []} error={fault("kinds")} testid="field-kinds" />
        <SwitchField label={say("is_active")} value={values.is_active} set={(is_active) => set({ is_active })} testid="field-active" />
        <ActionFields value={values.actions} set={(actions) => set({ actions })} catalogue={props.catalogue} choices={choices} fault={fault} />
      </Form>
      {macro && <Button variant="subtle" color="red" size="xs" mt="md" loading={isBusy} onClick={() => void remove()} data-testid="remove-macro">{say("remove_macro")}</Button>}
    </>
  );
}
