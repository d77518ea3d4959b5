import { Badge, Group, SegmentedControl, Text } from "@mantine/core";
import { usePhrases } from "../../i18n/phrases";
import { useSpeech } from "../../i18n/context";
import { DataTable, type Column } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { Frame } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { go } from "../../shell/route";
import { Name } from "../work/Name";
import css from "./Desk.module.css";
import { FieldForm } from "./FieldForm";
import { inPlace, kinds, nameIn, typeTree, type Names, type Stage, type TicketField, type TicketType } from "./setup";
import { StageForm } from "./StageForm";
import { TypeForm } from "./TypeForm";
import { words } from "./words";

const tabs = ["stages", "types", "fields"] as const;
type Tab = (typeof tabs)[number];

/** What tickets are made of: `#/desk/<stages, types or fields>/<id>`. */
export function DeskPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const { language } = useSpeech();
  const tab = tabs.find((each) => each === props.rest[0]) ?? "stages";
  const chosen = props.rest[1];
  const stages = useList<Stage>("/api/ticket-statuses", byId);
  const types = useList<TicketType>("/api/ticket-types", byId);
  const fields = useList<TicketField>("/api/ticket-fields", byId);
  const panel = { id: chosen ?? "", idOf: byId, back: ["desk", tab], newTitle: say(`add.${tab}`), titleOf: ({ names }: { names: Names }) => <Name of={nameIn(names, language)} /> };
  const sides = {
    stages: () => <Detail key={chosen} {...panel} list={stages}>{(stage, { key, reload }) => <StageForm key={key} stage={stage} stages={stages} reload={reload} />}</Detail>,
    types: () => <Detail key={chosen} {...panel} list={types}>{(type, { key, reload }) => <TypeForm key={key} type={type} types={types} reload={reload} />}</Detail>,
    fields: () => <Detail key={chosen} {...panel} list={fields}>{(field, { key, reload }) => <FieldForm key={key} field={field} fields={fields} reload={reload} />}</Detail>,
  };
  const tables = {
    stages: () => <StageTable list={stages} chosen={chosen} />,
    types: () => <TypeTables list={types} chosen={chosen} />,
    fields: () => <FieldTable list={fields} chosen={chosen} />,
  };
  return (
    <Frame
      title={say("title")}
      about={say(`about.${tab}`)}
      add={{ label: say(`add.${tab}`), to: ["desk", tab, "new"] }}
      tools={<SegmentedControl aria-label={say("title")} value={tab} onChange={(value) => go("desk", value)} data={tabs.map((value: Tab) => ({ value, label: say(value) }))} data-testid="desk-kind" />}
      side={chosen && sides[tab]()}
    >
      {tables[tab]()}
    </Frame>
  );
}

interface TableProps<T> {
  list: ReturnType<typeof useList<T>>;
  chosen: string | undefined;
}

function useNameColumn<T extends { names: Names }>(): Column<T> {
  const kit = usePhrases(kitWords);
  const { language } = useSpeech();
  return { key: "name", title: kit.say("name"), cell: ({ names }) => <Name of={nameIn(names, language)} /> };
}

function useKinds(): (kinds: string[] | null) => string {
  const { say, sayAny } = usePhrases(words);
  return (chosen) => (chosen === null ? say("every_kind") : chosen.map((kind) => sayAny("kind", kind, kind)).join("، "));
}

function StageTable({ list, chosen }: TableProps<Stage>) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const kindsOf = useKinds();
  const name = useNameColumn<Stage>();
  const columns: Column<Stage>[] = [
    name,
    { key: "category", title: say("category"), cell: ({ category }) => <Badge variant="light" tt="none">{say(`category.${category}`)}</Badge> },
    { key: "kinds", title: say("kinds"), cell: ({ kinds: own }) => kindsOf(own), isExtra: true },
    { key: "state", title: say("is_active"), cell: ({ is_active }) => kit.say(is_active ? "on" : "off"), isExtra: true },
  ];
  return <DataTable label={say("stages")} list={list} rows={inPlace(list.items)} idOf={byId} chosen={chosen} to={({ id }) => ["desk", "stages", id]} isOff={({ is_active }) => !is_active} columns={columns} />;
}

/** The types of each kind, as trees. */
function TypeTables({ list, chosen }: TableProps<TicketType>) {
  const { say } = usePhrases(words);
  const { language } = useSpeech();
  const used = kinds.filter((kind) => list.items.some((each) => each.kind === kind));
  if (used.length === 0) return <DataTable label={say("types")} list={list} rows={[]} idOf={byId} columns={[]} />;
  return used.map((kind) => {
    const placed = typeTree(list.items, kind);
    const columns: Column<TicketType>[] = [
      { key: "name", title: say(`kind.${kind}`), cell: ({ id, names }) => <span className={css.leaf} style={{ paddingInlineStart: `${(placed.find(({ type }) => type.id === id)?.depth ?? 0) * 20}px` }}><Name of={nameIn(names, language)} /></span> },
    ];
    return (
      <section key={kind} className={css.kind} data-testid="kind" data-kind={kind}>
        <DataTable label={say(`kind.${kind}`)} list={list} rows={placed.map(({ type }) => type)} idOf={byId} chosen={chosen} to={({ id }) => ["desk", "types", id]} isOff={({ is_active }) => !is_active} columns={columns} />
      </section>
    );
  });
}

function FieldTable({ list, chosen }: TableProps<TicketField>) {
  const { say } = usePhrases(words);
  const kindsOf = useKinds();
  const name = useNameColumn<TicketField>();
  const columns: Column<TicketField>[] = [
    name,
    { key: "type", title: say("field_type"), cell: ({ type }) => say(`type.${type}`) },
    { key: "key", title: say("key"), cell: ({ key }) => <Text size="xs" ff="monospace" dir="ltr" span>{key}</Text>, isExtra: true },
    { key: "kinds", title: say("kinds"), cell: ({ kinds: own }) => kindsOf(own), isExtra: true },
    { key: "marks", title: say("marks"), cell: (field) => <Marks field={field} />, isExtra: true },
  ];
  return <DataTable label={say("fields")} list={list} rows={inPlace(list.items)} idOf={byId} chosen={chosen} to={({ id }) => ["desk", "fields", id]} isOff={({ is_active }) => !is_active} columns={columns} />;
}

function Marks({ field }: { field: TicketField }) {
  const { say } = usePhrases(words);
  const marks = (["is_required", "is_searchable", "is_for_customer"] as const).filter((mark) => field[mark]);
  return <Group gap={4}>{marks.map((mark) => <Badge key={mark} variant="light" color="gray" tt="none">{say(mark)}</Badge>)}</Group>;
}
