import { Button, Group, Stack, Table, Text, Title } from "@mantine/core";
import { useEffect, useState } from "react";
import { call } from "../../http/api";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import type { List } from "../../kit/list";
import { useTiers } from "../../kit/tiers";
import { useCommand } from "../../live/context";
import { Name } from "../work/Name";
import type { CallFlow, Edition, Figure } from "./flow";
import { useExitLabel } from "./exits";
import { words } from "./words";

/** Publishing, earlier versions with a way back to them, and how calls left the steps of the version in force. */
export function Versions(props: { flow: CallFlow; list: List<CallFlow>; isChanged: boolean; reload: () => void }) {
  const { flow } = props;
  const { say } = usePhrases(words);
  const dates = useDates();
  const { number } = useSpeech();
  const { isBusy, run } = useCommand();
  const editions = useFound<Edition>(`/api/call-flows/${flow.id}/versions`, flow.version);
  const publish = (version?: number) =>
    void run(async () => {
      props.list.put(await call<CallFlow>("POST", `/api/call-flows/${flow.id}/publish`, { number: version ?? null, version: flow.version }));
      props.reload();
    });
  const inForce = editions.find((each) => each.number === flow.published);
  return (
    <Stack>
      <Button onClick={() => publish()} loading={isBusy} disabled={props.isChanged || flow.problems.length > 0} data-testid="publish">{say("publish")}</Button>
      {props.isChanged && <Text size="sm" c="dimmed">{say("save_first")}</Text>}
      {editions.length > 0 && <Title order={3} size="h5">{say("versions")}</Title>}
      {editions.map((each) => (
        <Group key={each.number} justify="space-between" data-testid="edition">
          <Text size="sm">{say("version", { number: number(each.number) })} · {dates.full(each.published_at)} · <Name of={each.published_by} /> · {say("calls", { count: number(each.calls) })}</Text>
          {each.number === flow.published ? <Text size="sm" fw={600}>{say("in_force")}</Text> : <Button size="xs" variant="default" loading={isBusy} onClick={() => publish(each.number)} data-testid={`back-${each.number}`}>{say("back_to")}</Button>}
        </Group>
      ))}
      {inForce && <Figures key={`${flow.id} ${inForce.number}`} flow={flow} edition={inForce} />}
    </Stack>
  );
}

function Figures({ flow, edition }: { flow: CallFlow; edition: Edition }) {
  const { say } = usePhrases(words);
  const { number } = useSpeech();
  const exitLabel = useExitLabel({ tiers: useTiers().items });
  const figures = useFound<Figure>(`/api/call-flows/${flow.id}/figures?number=${edition.number}`, edition.number);
  if (figures.length === 0) return null;
  const nameOf = (id: string) => {
    const step = edition.flow.steps.find((each) => each.id === id);
    return step ? step.name || say(`kind.${step.kind}`) : id;
  };
  return (
    <Table captionSide="top" data-testid="flow-figures">
      <Table.Caption>{say("figures")}</Table.Caption>
      <Table.Thead><Table.Tr><Table.Th>{say("step")}</Table.Th><Table.Th>{say("left_by")}</Table.Th><Table.Th>{say("count")}</Table.Th></Table.Tr></Table.Thead>
      <Table.Tbody>
        {figures.map((each) => <Table.Tr key={`${each.step} ${each.exit}`}><Table.Td><bdi>{nameOf(each.step)}</bdi></Table.Td><Table.Td>{exitLabel(each.exit)}</Table.Td><Table.Td>{number(each.calls)}</Table.Td></Table.Tr>)}
      </Table.Tbody>
    </Table>
  );
}

function useFound<T>(path: string, round: number): T[] {
  const [found, setFound] = useState<T[]>([]);
  useEffect(() => {
    let isGone = false;
    // Without an answer nothing is shown; the next version asks again.
    call<{ items: T[] }>("GET", path).then(({ items }) => isGone || setFound(items), () => undefined);
    return () => { isGone = true; };
  }, [path, round]);
  return found;
}
