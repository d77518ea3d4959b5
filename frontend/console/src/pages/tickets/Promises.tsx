import { Badge, Text } from "@mantine/core";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { Name } from "../work/Name";
import { pageWords } from "./pageWords";
import { Section } from "./Section";
import type { Clock, DueChange, Ticket } from "./ticket";
import css from "./Tickets.module.css";

/** What was promised, how each clock stands, and why it is due when it is. */
export function Promises(props: { ticket: Ticket }) {
  const { standing, due_history } = props.ticket;
  const { say } = usePhrases(pageWords);
  const note = standing.policy_name === null ? undefined : say("policy", { name: standing.policy_name });
  return (
    <Section title={say("promises")} note={note} testid="ticket-promises">
      {standing.clocks.length === 0 && <Text size="sm" c="dimmed">{say("promises_none")}</Text>}
      <ul className={css.lines}>
        {standing.clocks.map((clock) => <li key={`${clock.metric} ${clock.round}`}><ClockView clock={clock} /></li>)}
      </ul>
      {due_history.length > 0 && (
        <details data-testid="due-history">
          <summary>{say("due_why")}</summary>
          <ul className={css.lines}>
            {due_history.map((change, index) => <li key={index} className={css.past}><Why change={change} /></li>)}
          </ul>
        </details>
      )}
    </Section>
  );
}

const colors = { running: "teal", near: "orange", late: "red", paused: "gray", met: "teal", met_late: "red", dropped: "gray" } as const;

/** One word for a clock: how it ended, or how it runs. */
export function standsAs(clock: Clock): keyof typeof colors {
  if (clock.state === "met") return clock.breached_at === null ? "met" : "met_late";
  if (clock.breached_at !== null && clock.state !== "dropped") return "late";
  if (clock.state === "running" && clock.warned_at !== null) return "near";
  return clock.state;
}

function ClockView(props: { clock: Clock }) {
  const { clock } = props;
  const { say } = usePhrases(pageWords);
  const dates = useDates();
  const stands = standsAs(clock);
  return (
    <div className={css.line} data-testid="clock" data-stands={stands}>
      <span className={css.grow}>
        {say(`metric.${clock.metric}`)}
        <Text size="xs" c="dimmed">{say("clock_target", { span: dates.span(clock.target_minutes) })}{clock.due_at !== null && clock.ended_at === null && <> · {say("clock_due", { at: dates.full(clock.due_at) })}</>}</Text>
      </span>
      <Badge size="sm" variant="light" tt="none" color={colors[stands]}>{say(`clock.${stands}`)}</Badge>
    </div>
  );
}

function Why(props: { change: DueChange }) {
  const { change } = props;
  const { say, sayAny } = usePhrases(pageWords);
  const dates = useDates();
  const moment = (at: string | null) => (at === null ? say("due_none") : dates.full(at));
  return (
    <>
      <Text size="xs" c="dimmed">{dates.full(change.at)} · {say(`metric.${change.metric}`)}{change.policy_name !== null && <> · <Name of={change.policy_name} /></>}</Text>
      <Text size="sm">{sayAny("cause", change.cause, change.cause)}: {say("due_from_to", { before: moment(change.due_before), after: moment(change.due_after) })}</Text>
    </>
  );
}
