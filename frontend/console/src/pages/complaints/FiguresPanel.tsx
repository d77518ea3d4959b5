import { Stack, Table, Text, Title } from "@mantine/core";
import { useMemo, useState } from "react";
import { useRegion, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { ChoiceField } from "../../kit/fields";
import { useList } from "../../kit/list";
import { dimensions, useCauses, useNamed, useSources, useTypes, type Names } from "./complaint";
import { setupWords } from "./setupWords";

interface Counted {
  key: string | null;
  label: string | null;
  day: string;
  number: number;
}

interface Recurring {
  cause_id: string;
  type_id: string | null;
  subject: string | null;
  number: number;
}

const dayMs = 86_400_000;
const plain = (moment: number) => new Date(moment).toISOString().slice(0, 10);

/** Causes that came back, and how many complaints there were of what, by the months of the reader's calendar. */
export function FiguresPanel() {
  const { say } = usePhrases(setupWords);
  const { number } = useSpeech();
  const [by, setBy] = useState<(typeof dimensions)[number]>("cause");
  const nameOf = useNameOf();
  const span = useMemo(() => `since=${plain(Date.now() - 180 * dayMs)}&until=${plain(Date.now() + dayMs)}`, []);
  const recurring = useList<Recurring>(`/api/complaints/recurring?${span}`, ({ cause_id, type_id, subject }) => `${cause_id} ${type_id} ${subject}`);
  return (
    <Stack gap="md">
      <div>
        <Title order={4} fz="sm">{say("recurring")}</Title>
        <Text size="xs" c="dimmed" mb="xs">{say("recurring_about")}</Text>
        {recurring.items.length === 0 && !recurring.isBusy && <Text size="sm" c="dimmed">{say("none_recurring")}</Text>}
        {recurring.items.map((each) => (
          <Text key={`${each.cause_id} ${each.type_id} ${each.subject}`} size="sm" data-testid="recurring">
            {number(each.number)} × {nameOf("cause", each.cause_id, null)}
            {each.subject && <> · <bdi>{each.subject}</bdi></>}
            {each.type_id && <> · {nameOf("type", each.type_id, null)}</>}
          </Text>
        ))}
      </div>
      <ChoiceField label={say("count_by")} value={by} set={(next) => next && setBy(next as typeof by)} options={dimensions.map((value) => ({ value, label: say(`by.${value}`) }))} testid="count-by" />
      <Counts by={by} span={span} nameOf={nameOf} />
    </Stack>
  );
}

function Counts(props: { by: (typeof dimensions)[number]; span: string; nameOf: NameOf }) {
  const { by, span, nameOf } = props;
  const { say } = usePhrases(setupWords);
  const { number } = useSpeech();
  const list = useList<Counted>(`/api/complaints/analysis?by=${by}&${span}`, ({ key, day }) => `${key} ${day}`);
  const { months, rows } = useMonths(list.items);
  if (list.items.length === 0) return null;
  return (
    <Table aria-label={say(`by.${by}`)} data-testid="counts">
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{say(`by.${by}`)}</Table.Th>
          {months.map((month) => <Table.Th key={month} scope="col">{month}</Table.Th>)}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(({ key, label, counts }) => (
          <Table.Tr key={key}>
            <Table.Th scope="row" fw={400}><bdi>{nameOf(by, key || null, label)}</bdi></Table.Th>
            {months.map((month) => <Table.Td key={month}>{number(counts[month] ?? 0)}</Table.Td>)}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** Days put together to months as the reader's calendar has them. */
function useMonths(items: Counted[]) {
  const { speech, calendar } = useRegion();
  return useMemo(() => {
    const format = new Intl.DateTimeFormat(speech.locale, { month: "short", year: "numeric", calendar, timeZone: "UTC" });
    const months: string[] = [];
    const rows = new Map<string, { key: string; label: string | null; counts: Record<string, number> }>();
    for (const { key, label, day, number } of items) {
      const month = format.format(new Date(`${day}T12:00:00Z`));
      if (!months.includes(month)) months.push(month);
      const row = rows.get(key ?? "") ?? { key: key ?? "", label, counts: {} };
      row.counts[month] = (row.counts[month] ?? 0) + number;
      rows.set(key ?? "", row);
    }
    return { months, rows: [...rows.values()] };
  }, [items, speech, calendar]);
}

type NameOf = (by: (typeof dimensions)[number], key: string | null, label: string | null) => string;

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
