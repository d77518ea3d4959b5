import { Table } from "@mantine/core";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import type { DayFigures, Run } from "./day";
import { words } from "./words";

/** What stands beside what would be: driving, kilometres, late, with nobody, overtime. */
export function Figures(props: { run: Run }) {
  const { stands, planned } = props.run.cost;
  const { say } = usePhrases(words);
  const dates = useDates();
  const { number } = useSpeech();
  if (stands === null || planned === null) return null;
  const rows: [string, string, (figures: DayFigures) => string][] = [
    ["driving", say("fig.driving"), (each) => dates.span(each.travel_seconds / 60)],
    ["distance", say("fig.distance"), (each) => number(Math.round(each.travel_metres / 1000))],
    ["late", say("fig.late"), (each) => number(each.late)],
    ["unassigned", say("fig.unassigned"), (each) => number(each.unassigned)],
    ["overtime", say("fig.overtime"), (each) => dates.span(each.overtime_seconds / 60)],
  ];
  return (
    <Table fz="sm" verticalSpacing={4} horizontalSpacing={6} data-testid="figures">
      <Table.Thead>
        <Table.Tr><Table.Th>{say("fig.what")}</Table.Th><Table.Th>{say("fig.now")}</Table.Th><Table.Th>{say("fig.then")}</Table.Th></Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(([name, label, said]) => (
          <Table.Tr key={name} data-testid={`figure-${name}`}><Table.Th fw={400} scope="row">{label}</Table.Th><Table.Td>{said(stands)}</Table.Td><Table.Td fw={600}>{said(planned)}</Table.Td></Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
