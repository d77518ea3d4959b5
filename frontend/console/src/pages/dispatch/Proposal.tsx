import { Alert, Badge, Button, Group, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useEffect, useState } from "react";
import { call } from "../../http/api";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { ManyField, NumberField, SwitchField } from "../../kit/fields";
import { useCommand } from "../../live/context";
import { PlaceField } from "../../map/Picker";
import type { Id, Iso } from "../../protocol";
import type { Place } from "../../protocolGeo";
import { triedNumber, type DayBoard, type Run } from "./day";
import css from "./Dispatch.module.css";
import { Figures } from "./Figures";
import { words } from "./words";

interface PlanningProps {
  day: DayBoard;
  date: string;
  branchId: Id | null;
  moment: number;
  reload: () => void;
  proposal: Run | null;
  setProposal: (run: Run | null) => void;
  /** What was read anew of the proposal that is shown; another one that came meanwhile stays. */
  refresh: (run: Run) => void;
}

const daysMost = 7;
const triedMinutes = 60;
// A day that clocks go back in has 25 hours.
const longestDayMs = 25 * 3_600_000;

/** A day is planned by the planner: what it would change, what is not in it and why; nothing moves before it is accepted. */
export function Planning(props: PlanningProps) {
  const { say } = usePhrases(words);
  const { number } = useSpeech();
  const { isBusy, run } = useCommand();
  const { proposal, setProposal, refresh } = props;
  const [days, setDays] = useState<number | null>(1);
  const [isTry, setTry] = useState(false);
  const [tried, setTried] = useState<Place[]>([]);
  const [absent, setAbsent] = useState<string[]>([]);
  const [moves, setMoves] = useState<number | null>(null);
  const id = proposal?.id ?? null;
  useEffect(() => {
    if (id === null) return;
    let isGone = false;
    // Somebody else may have accepted it, or it is stale by now.
    call<Run>("GET", `/api/plans/${id}`).then((found) => isGone || refresh(found), () => undefined);
    return () => {
      isGone = true;
    };
  }, [id, props.moment]);
  const plan = () =>
    void run(async () => {
      const kind = isTry ? "what_if" : absent.length > 0 ? "absence" : "day";
      const extra = isTry ? tried.map(({ lat, lon }) => ({ latitude: lat, longitude: lon, minutes: triedMinutes })) : [];
      const asked = { day: props.date, days: days ?? 1, branch_id: props.branchId, kind, absent_ids: absent, moves, extra };
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
      <NumberField label={say("days")} value={days} set={setDays} min={1} max={daysMost} testid="days" />
      <SwitchField label={say("try")} hint={say("try_hint")} value={isTry} set={setTry} testid="try" />
      {isTry && (
        <Group gap="xs">
          <PlaceField key={tried.length} value={null} set={(place) => place && setTried([...tried, place])} label={say("more_visit")} />
          {tried.length > 0 && <Badge variant="light" tt="none" data-testid="tried-count">{number(tried.length)}</Badge>}
          {tried.length > 0 && <Button variant="subtle" size="compact-xs" color="gray" onClick={() => setTried([])}>{say("no_more_visits")}</Button>}
        </Group>
      )}
      <Button loading={isBusy} onClick={plan} data-testid="plan">{say(isTry ? "try_it" : "plan")}</Button>
      {proposal && <Shown run={proposal} day={props.day} act={act} isBusy={isBusy} />}
    </Stack>
  );
}

function Shown(props: { run: Run; day: DayBoard; act: (what: "accept" | "refuse" | "undo") => void; isBusy: boolean }) {
  const { run } = props;
  const { say, sayAny } = usePhrases(words);
  const dates = useDates();
  const { number } = useSpeech();
  const isLong = Date.parse(run.ends_at) - Date.parse(run.begins_at) > longestDayMs;
  const names = new Map(props.day.technicians.map(({ id, name }) => [id, name]));
  const placed = (id: Id | null, at: Iso | null) => (id === null || at === null ? say("to_nobody") : `${names.get(id) ?? ""} ${isLong ? dates.full(at) : dates.time(at)}`);
  const { cost } = run;
  const isTried = run.kind === "what_if";
  const called = (visitId: Id | null, code: string) => (code !== "" || visitId === null ? code : say("tried", { n: number(triedNumber(visitId) ?? 0) }));
  return (
    <Stack gap="xs" data-testid="proposal" data-state={run.state}>
      <Group gap="xs">
        <Title order={4} fz="sm">{say("proposal")}</Title>
        <Badge variant="light" tt="none">{say(`run.${run.state}`)}</Badge>
      </Group>
      {cost.stands === null && <Text size="sm" data-testid="saves">{say("saves", { before: dates.span(cost.before_seconds / 60), after: dates.span(cost.after_seconds / 60) })}</Text>}
      <Figures run={run} />
      {run.plan.source.includes("crow") && <Text size="xs" c="dimmed">{say("crow")}</Text>}
      {run.plan.messages.map((text) => <Alert key={text} color="yellow" p="xs">{text}</Alert>)}
      {isTried && <Text size="sm" fw={600} data-testid="only-tried">{say("only_tried")}</Text>}
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
        {run.plan.stops.filter(({ visit_id }) => triedNumber(visit_id) !== null).map((stop) => (
          <li key={stop.visit_id} className={css.offer} data-testid="tried-stop">
            <Text size="sm">{called(stop.visit_id, "")}</Text>
            <Text size="xs" c="dimmed"><bdi>{placed(stop.technician_id, stop.starts_at)}</bdi></Text>
          </li>
        ))}
      </ul>
      {run.notes.length > 0 && (
        <>
          <Text fw={600} size="sm">{say("left")}</Text>
          <ul className={css.plain}>
            {run.notes.map((note, index) => (
              <li key={`${note.visit_id} ${index}`} className={css.offer} data-testid="left-out" data-rule={note.rule}>
                <Text size="sm" truncate><bdi>{called(note.visit_id, note.number)}</bdi> <bdi>{note.subject}</bdi></Text>
                <Badge size="sm" variant="outline" color="gray" tt="none">{sayAny("rule", note.rule, note.rule)}</Badge>
              </li>
            ))}
          </ul>
        </>
      )}
      <Group gap="xs">
        {run.state === "proposed" && (
          <>
            {!isTried && <Button size="xs" disabled={props.isBusy} onClick={() => props.act("accept")} data-testid="accept">{say("accept")}</Button>}
            <Button size="xs" variant="default" disabled={props.isBusy} onClick={() => props.act("refuse")} data-testid="refuse">{say("refuse")}</Button>
          </>
        )}
        {run.state === "accepted" && <Button size="xs" variant="default" disabled={props.isBusy} onClick={() => props.act("undo")} data-testid="undo">{say("undo")}</Button>}
      </Group>
    </Stack>
  );
}
