import { Badge } from "@mantine/core";
import { call } from "../../http/api";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { useEditor } from "../../kit/editor";
import { ChoiceField, NumberField, SwitchField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { Frame } from "../../kit/Frame";
import { byId, type List } from "../../kit/list";
import { Said, said } from "../../kit/Said";
import { kitWords } from "../../kit/words";
import { go } from "../../shell/route";
import { kinds, nameIn, type Kind } from "../tickets/ticket";
import { words as ticketWords } from "../tickets/words";
import { Name } from "../work/Name";
import { lists, useChoices, type Choice, type ListName } from "./choices";
import { words } from "./words";

/** The lists from which contact forms choose. */
export function ContactFormsPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const desk = usePhrases(ticketWords);
  const { language } = useSpeech();
  const choices = useChoices();
  const chosen = props.rest[0];
  const nameOf = ({ names }: Choice) => <Name of={nameIn(names, language)} />;
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={{ label: say("add"), to: ["contact-forms", "new"] }}
      side={
        chosen && (
          <Detail key={chosen} id={chosen} list={choices} idOf={byId} back={["contact-forms"]} newTitle={say("add")} titleOf={nameOf}>
            {(choice, { key, reload }) => <ChoiceForm key={key} choice={choice} choices={choices} reload={reload} />}
          </Detail>
        )
      }
    >
      <DataTable
        label={say("title")}
        list={choices}
        rows={choices.items}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["contact-forms", id]}
        isOff={({ is_active }) => !is_active}
        isSearched={false}
        columns={[
          { key: "name", title: kit.say("name"), cell: nameOf },
          { key: "list", title: say("list"), cell: ({ list }) => <Badge variant="light" tt="none">{say(`list.${list}`)}</Badge> },
          { key: "kind", title: say("ticket_kind"), cell: ({ ticket_kind: kind }) => kind && desk.say(`kind.${kind}`), isExtra: true },
        ]}
      />
    </Frame>
  );
}

function ChoiceForm(props: { choice: Choice | null; choices: List<Choice>; reload: () => void }) {
  const { choice, choices } = props;
  const { say } = usePhrases(words);
  const desk = usePhrases(ticketWords);
  const { language } = useSpeech();
  const initial = {
    list: choice?.list ?? ("class" as ListName),
    names: choice?.names ?? {},
    ticket_kind: choice?.ticket_kind ?? ("inquiry" as Kind),
    position: (choice?.position ?? (choices.items.length + 1) * 10) as number | null,
    is_active: choice?.is_active ?? true,
    version: choice?.version ?? 0,
  };
  const editor = useEditor(initial, async ({ version, ...values }) => {
    const body = { ...values, names: said(values.names), ticket_kind: values.list === "class" ? values.ticket_kind : null, position: values.position ?? 0 };
    const saved = choice ? await call<Choice>("PUT", `/api/contact-choices/${choice.id}`, { ...body, version }) : await call<Choice>("POST", "/api/contact-choices", body);
    await choices.reload();
    if (!choice) go("contact-forms");
    return { version: saved.version };
  });
  const { values, set, fault } = editor;
  return (
    <Form editor={editor} reload={props.reload}>
      <ChoiceField label={say("list")} value={values.list} set={(list) => list && set({ list: list as ListName })} options={lists.map((list) => ({ value: list, label: say(`list.${list}`) }))} isDisabled={choice !== null} testid="choice-list" />
      <Said key={language} label={say("names")} value={values.names} set={(names) => set({ names })} testid="choice-name" />
      {fault("names") !== undefined && <span role="alert">{fault("names")}</span>}
      {values.list === "class" && (
        <ChoiceField label={say("ticket_kind")} value={values.ticket_kind} set={(kind) => kind && set({ ticket_kind: kind as Kind })} options={kinds.map((kind) => ({ value: kind, label: desk.say(`kind.${kind}`) }))} testid="choice-kind" />
      )}
      <NumberField label={say("position")} min={0} value={values.position} set={(position) => set({ position })} error={fault("position")} testid="choice-position" />
      <SwitchField label={say("is_active")} value={values.is_active} set={(is_active) => set({ is_active })} testid="choice-active" />
    </Form>
  );
}
