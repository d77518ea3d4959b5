import { Anchor, Button, Group, ScrollArea, Stack, Table, Text, Title } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useEffect, useMemo, useState } from "react";
import { useDates, useRegion, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { weekStart } from "../../kit/calendar";
import { TimeChart } from "../../kit/charts/TimeChart";
import { DataTable } from "../../kit/DataTable";
import type { Range } from "../../kit/DateField";
import { ChoiceField, NumberField } from "../../kit/fields";
import { useList } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { useFeed } from "../../live/context";
import type { Calendar, Iso } from "../../protocol";
import { PeriodFields } from "../reports/PeriodFields";
import { daysOf, todayIn, type Period } from "../reports/report";
import { dimensions, useCauses, useNamed, useSources, useTypes, type ComplaintRow, type Names } from "./complaint";
import { byMonths, type Counted } from "./figures";
import { setupWords } from "./setupWords";
import { words } from "./words";

type Dimension = (typeof dimensions)[number];

interface Recurring {
  cause_id: string;
  type_id: string | null;
  subject: string | null;
  number: number;
  last_at: Iso;
}

const colors = ["indigo-6", "teal-6", "orange-6", "red-6", "grape-6", "cyan-7"].map((color) => `var(--mantine-color-${color})`);
const usualLeast = 3;

/** Causes that came back, and how many complaints there were of what, by the months of a calendar. */
export function FiguresPanel() {
  const { say } = usePhrases(setupWords);
  const region = useRegion();
  const { organisation } = useFeed();
  const [by, setBy] = useState<Dimension>("cause");
  const [asked, setAsked] = useState<{ period: Period; range: Range; calendar: Calendar }>({ period: "last_180", range: { from: null, to: null }, calendar: region.calendar });
  const nameOf = useNameOf();
  const { from, to } = asked.period === "custom" ? asked.range : daysOf(asked.period, todayIn(organisation.time_zone), asked.calendar, weekStart(organisation));
  const span = from === null || to === null ? null : `since=${from}&until=${to}`;
  return (
    <Stack gap="lg">
      <Group gap="xs" align="end">
        <ChoiceField label={say("count_by")} value={by} set={(next) => next && setBy(next as Dimension)} options={dimensions.map((value) => ({ value, label: say(`by.${value}`) }))} testid="count-by" />
        <PeriodFields {...asked} set={(part) => setAsked({ ...asked, ...part })} />
      </Group>
      <Counts by={by} span={span} nameOf={nameOf} calendar={asked.calendar} />
      <Returning span={span} nameOf={nameOf} />
    </Stack>
  );
}

/** The same cause again, with the same type and subject. */
function Returning(props: { span: string | null; nameOf: NameOf }) {
  const { span, nameOf } = props;
  const { say } = usePhrases(setupWords);
  const { number } = useSpeech();
  const dates = useDates();
  const [least, setLeast] = useState<number | null>(usualLeast);
  const keyOf = ({ cause_id, type_id, subject }: Recurring) => `${cause_id} ${type_id} ${subject}`;
  const recurring = useList<Recurring>(span === null ? null : `/api/complaints/recurring?${span}&least=${Math.max(2, least ?? usualLeast)}`, keyOf);
  return (
    <section>
      <Title order={4} fz="sm">{say("recurring")}</Title>
      <Text size="xs" c="dimmed" mb="xs">{say("recurring_about")}</Text>
      <Group mb="xs"><NumberField label={say("least")} value={least} set={setLeast} min={2} max={1000} testid="least" /></Group>
      {recurring.items.length === 0 && !recurring.isBusy && <Text size="sm" c="dimmed">{say("none_recurring")}</Text>}
      {recurring.items.map((each) => (
        <Text key={keyOf(each)} size="sm" data-testid="recurring">
          {number(each.number)} × {nameOf("cause", each.cause_id, null)}
          {each.subject && <> · <bdi>{each.subject}</bdi></>}
          {each.type_id && <> · {nameOf("type", each.type_id, null)}</>}
          <Text span size="xs" c="dimmed"> · {say("last", { at: dates.brief(each.last_at) })}</Text>
        </Text>
      ))}
    </section>
  );
}

function Counts(props: { by: Dimension; span: string | null; nameOf: NameOf; calendar: Calendar }) {
  const { by, span, nameOf } = props;
  const { say } = usePhrases(setupWords);
  const kit = usePhrases(kitWords);
  const { number, locale } = useSpeech();
  const list = useList<Counted>(span === null ? null : `/api/complaints/analysis?by=${by}&${span}`, ({ key, day }) => `${key} ${day}`);
  const [drill, setDrill] = useState<Drill | null>(null);
  // What was pressed is of other figures than those that are shown now.
  useEffect(() => setDrill(null), [by, span]);
  const { months, rows } = useMemo(() => byMonths(list.items, locale, props.calendar), [list.items, locale, props.calendar]);
  if (list.isFailed) return <Text c="dimmed" role="alert">{kit.say("list_failed")}</Text>;
  if (list.items.length === 0) return list.isBusy ? null : <Text size="sm" c="dimmed">{say("none_counted")}</Text>;
  const name = ({ key, label }: (typeof rows)[number]) => nameOf(by, key || null, label);
  const drawn = rows.slice(0, colors.length).map((row, at) => ({ key: row.key, name: name(row), color: colors[at]!, values: months.map((month) => row.counts[month.name] ?? 0) }));
  const figure = (row: (typeof rows)[number], count: number, when: string | null, days: string) =>
    count === 0 ? number(0) : <Anchor component="button" type="button" size="sm" onClick={() => setDrill({ title: [name(row), when].filter(Boolean).join(" · "), query: `by=${by}&${days}${row.key === "" ? "" : `&key=${encodeURIComponent(row.key)}`}` })} aria-label={say("behind", { n: number(count), name: name(row), when: when ?? "" })} data-testid="behind">{number(count)}</Anchor>;
  return (
    <Stack gap="sm">
      <TimeChart label={`${say("count_by")}: ${say(`by.${by}`)}`} times={months.map((month) => month.name)} columns={drawn} />
      <ScrollArea type="auto" viewportProps={{ tabIndex: 0, "aria-label": say(`by.${by}`) }}>
        <Table aria-label={say(`by.${by}`)} data-testid="counts">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{say(`by.${by}`)}</Table.Th>
              {months.map((month) => <Table.Th key={month.name} scope="col">{month.name}</Table.Th>)}
              <Table.Th scope="col">{say("how_many")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.key}>
                <Table.Th scope="row" fw={400}><bdi>{name(row)}</bdi></Table.Th>
                {months.map((month) => <Table.Td key={month.name}>{figure(row, row.counts[month.name] ?? 0, month.name, `since=${month.first}&until=${month.last}`)}</Table.Td>)}
                <Table.Td fw={600}>{figure(row, row.total, null, span ?? "")}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
      <Group gap="xs" justify="flex-end">
        {(["csv", "xlsx"] as const).map((format) => (
          <Button key={format} component="a" href={`/api/complaints/analysis/file?by=${by}&${span}&format=${format}&locale=${locale}`} download variant="default" size="xs" leftSection={<IconDownload size={16} aria-hidden />} data-testid={`figures-${format}`}>{format.toUpperCase()}</Button>
        ))}
      </Group>
      {drill && <Behind {...drill} />}
    </Stack>
  );
}

interface Drill {
  title: string;
  query: string;
}

/** The complaints behind a figure. */
function Behind(props: Drill) {
  const { say } = usePhrases(words);
  const dates = useDates();
  const { me } = useFeed();
  const page = me.permissions.includes("complaint.handle") ? "complaints" : me.permissions.includes("ticket.read") ? "tickets" : null;
  const list = useList<ComplaintRow>(`/api/complaints/analysis/rows?${props.query}`, ({ ticket_id }) => ticket_id);
  return (
    <section data-testid="behind-rows">
      <Title order={4} fz="sm" mb="xs"><bdi>{props.title}</bdi></Title>
      <DataTable
        label={props.title}
        list={list}
        rows={list.items}
        idOf={({ ticket_id }) => ticket_id}
        {...(page ? { to: ({ ticket_id }: ComplaintRow) => [page, ticket_id] } : {})}
        columns={[
          { key: "number", title: say("number"), cell: (each) => <bdi dir="ltr" style={{ whiteSpace: "nowrap" }}>{each.number}</bdi> },
          { key: "subject", title: say("subject"), cell: ({ subject }) => <span dir="auto">{subject}</span> },
          { key: "stage", title: say("stage"), cell: ({ stage }) => say(`stage.${stage}`) },
          { key: "registered", title: say("stage.registered"), cell: ({ registered_at }) => dates.brief(registered_at) },
        ]}
      />
    </section>
  );
}

type NameOf = (by: Dimension, key: string | null, label: string | null) => string;

/** What administrators called it, or the name that came along. */
function useNameOf(): NameOf {
  const { say } = usePhrases(setupWords);
  const named = useNamed();
  const [sources, causes, types] = [useSources(), useCauses(), useTypes()];
  return (by, key, label) => {
    if (key === null) return say("unsaid");
    const all: { id: string; names: Names }[] = by === "source" ? sources.items : by === "cause" ? causes.items : by === "type" ? types.items : [];
    const found = all.find(({ id }) => id === key);
    return label ?? (found ? named(found.names) : key);
  };
}
