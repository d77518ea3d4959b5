import { Alert, Badge, Button, Group, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useEffect, useState } from "react";
import { call } from "../../http/api";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { ManyField, NumberField } from "../../kit/fields";
import { useCommand } from "../../live/context";
import type { Id, Iso } from "../../protocol";
import type { DayBoard, Run } from "./day";
import css from "./Dispatch.module.css";
import { words } from "./words";

interface PlanningProps {
  day: DayBoard;
  date: string;
  branchId: Id | null;
  moment: number;
  reload: () => void;
}

/** A day is planned by the planner: what it would change, what is not in it and why; nothing moves before it is accepted. */
export function Planning(props: PlanningProps) {
  const { say } = usePhrases(words);
  const { isBusy, run } = useCommand();
  const [proposal, setProposal] = useState<Run | null>(null);
  const [absent, setAbsent] = useState<string[]>([]);
  const [moves, setMoves] = useState<number | null>(null);
  const id = proposal?.id ?? null;
  useEffect(() => {
    if (id === null) return;
    let isGone = false;
    // Somebody else may have accepted it, or it is stale by now.
    call<Run>("GET", `/api/plans/${id}`).then((found) => isGone || setProposal((old) => (old?.id === found.id ? found : old)), () => undefined);
    return () => {
      isGone = true;
    };
  }, [id, props.moment]);
  const plan = () =>
    void run(async () => {
      const asked = { day: props.date, branch_id: props.branchId, kind: absent.length > 0 ? "absence" : "day", absent_ids: absent, moves };
      setProposal(await call<Run>("POST", "/api/plans", asked));
    });
  const act = (what: "accept" | "refuse" | "undo") =>
    void run(async () => {
      try {
        const next = await call<Run>("POST", `/api/plans/${proposal!.id}/${what}`);
        setProposal(what === "refuse" ? null : next);
        if (what !== "refuse") notifications.show({ color: "teal", message: say(what === "accept" ? "accepted" : "undone") });
      } finally {
        props.reload();
      }
    });
  return (
    <Stack gap="sm" component="section" aria-label={say("proposal")} data-testid="planning">
      <ManyField label={say("ill")} value={absent} set={setAbsent} options={props.day.technicians.map(({ id: value, name }) => ({ value, label: name }))} testid="absent" />
      <NumberField label={say("moves")} hint={say("moves_hint")} value={moves} set={setMoves} min={0} max={2000} testid="moves" />
      <Button loading={isBusy} onClick={plan} data-testid="plan">{say("plan")}</Button>
      {proposal && <Shown run={proposal} day={props.day} act={act} isBusy={isBusy} />}
    </Stack>
  );
}

function Shown(props: { run: Run; day: DayBoard; act: (what: "accept" | "refuse" | "undo") => void; isBusy: boolean }) {
  const { run } = props;
  const { say, sayAny } = usePhrases(words);
  const dates = useDates();
  const names = new Map(props.day.technicians.map(({ id, name }) => [id, name]));
  const placed = (id: Id | null, at: Iso | null) => (id === null || at === null ? say("to_nobody") : `${names.get(id) ?? ""} ${dates.time(at)}`);
  const { cost } = run;
  return (
    <Stack gap="xs" data-testid="proposal" data-state={run.state}>
      <Group gap="xs">
        <Title order={4} fz="sm">{say("proposal")}</Title>
        <Badge variant="light" tt="none">{say(`run.${run.state}`)}</Badge>
      </Group>
      <Text size="sm" data-testid="saves">{say("saves", { before: dates.span(cost.before_seconds / 60), after: dates.span(cost.after_seconds / 60) })}</Text>
      {run.plan.source.includes("crow") && <Text size="xs" c="dimmed">{say("crow")}</Text>}
      {run.plan.messages.map((text) => <Alert key={text} color="yellow" p="xs">{text}</Alert>)}
      <Text fw={600} size="sm">{say("changes")}</Text>
      {run.plan.changes.length === 0 && <Text size="sm" c="dimmed">{say("no_changes")}</Text>}
      <ul className={css.plain}>
        {run.plan.changes.map((change) => (
          <li key={change.visit_id} className={css.offer} data-testid="change" data-number={change.number}>
            <Text size="sm" truncate><bdi>{change.number}</bdi> <bdi>{change.subject}</bdi></Text>
            <Text size="xs" c="dimmed">
              {change.before_id !== null && <><s><bdi>{placed(change.before_id, change.before_at)}</bdi></s>{" "}</>}
              <bdi>{placed(change.after_id, change.after_at)}</bdi>
            </Text>
          </li>
        ))}
      </ul>
      {run.notes.length > 0 && (
        <>
          <Text fw={600} size="sm">{say("left")}</Text>
          <ul className={css.plain}>
            {run.notes.map((note, index) => (
              <li key={`${note.visit_id} ${index}`} className={css.offer} data-testid="left-out" data-rule={note.rule}>
                <Text size="sm" truncate><bdi>{note.number}</bdi> <bdi>{note.subject}</bdi></Text>
                <Badge size="sm" variant="outline" color="gray" tt="none">{sayAny("rule", note.rule, note.rule)}</Badge>
              </li>
            ))}
          </ul>
        </>
      )}
      <Group gap="xs">
        {run.state === "proposed" && (
          <>
            <Button size="xs" disabled={props.isBusy} onClick={() => props.act("accept")} data-testid="accept">{say("accept")}</Button>
            <Button size="xs" variant="default" disabled={props.isBusy} onClick={() => props.act("refuse")} data-testid="refuse">{say("refuse")}</Button>
          </>
        )}
        {run.state === "accepted" && <Button size="xs" variant="default" disabled={props.isBusy} onClick={() => props.act("undo")} data-testid="undo">{say("undo")}</Button>}
      </Group>
    </Stack>
  );
}
