import { Anchor, ScrollArea, Table } from "@mantine/core";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import type { Calendar } from "../../protocol";
import { pathTo } from "../../shell/route";
import { useGroupName } from "./names";
import { counts, groupIn, type Answered, type Line } from "./report";
import { words } from "./words";

const means = ["mean_resolution_seconds", "mean_answer_seconds"] as const;

/** Every group with its figures; a count that is not nought leads to the tickets behind it. */
export function FigureTable(props: { answer: Answered; calendar: Calendar }) {
  const { answer, calendar } = props;
  const { say } = usePhrases(words);
  const groupName = useGroupName();
  const rows = answer.lines.map((line) => ({ line, group: groupIn(line.key), name: groupName(answer.by, line.key, answer.names, calendar) }));
  return (
    <ScrollArea type="auto" viewportProps={{ tabIndex: 0, "aria-label": say("figures") }}>
      <Table highlightOnHover aria-label={say("figures")} data-testid="figures">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{say(`by.${answer.by}`)}</Table.Th>
            {[...counts, ...means].map((each) => <Table.Th key={each} scope="col">{say(`figure.${each}`)}</Table.Th>)}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ line, group, name }) => <Figures key={group} line={line} group={group} name={name} />)}
        </Table.Tbody>
        <Table.Tfoot>
          <Figures line={answer.total} group="all" name={say("total")} />
        </Table.Tfoot>
      </Table>
    </ScrollArea>
  );
}

function Figures(props: { line: Line; group: string; name: string }) {
  const { line, group, name } = props;
  const { say } = usePhrases(words);
  const { number } = useSpeech();
  const dates = useDates();
  return (
    <Table.Tr data-testid="figure-row" data-group={group}>
      <Table.Th scope="row" miw={110} fw={group === "all" ? 650 : 400}><bdi>{name}</bdi></Table.Th>
      {counts.map((each) => (
        <Table.Td key={each} data-figure={each}>
          {line[each] === 0 ? number(0) : <Anchor size="sm" href={pathTo("reports", "desk", each, group)} aria-label={say("behind", { n: number(line[each]), what: say(`figure.${each}`), name })}>{number(line[each])}</Anchor>}
        </Table.Td>
      ))}
      {means.map((each) => {
        const seconds = line[each];
        return <Table.Td key={each} style={{ whiteSpace: "nowrap" }}>{seconds === null ? "–" : dates.span(seconds / 60)}</Table.Td>;
      })}
    </Table.Tr>
  );
}
