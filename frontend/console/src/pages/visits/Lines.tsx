import { Badge, Group, Text } from "@mantine/core";
import { Fragment } from "react";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { pathTo } from "../../shell/route";
import type { Visit } from "../dispatch/day";
import { words as dispatchWords } from "../dispatch/words";
import css from "./Visits.module.css";
import { words } from "./words";

/** Visits one below the other, each a way to its page. */
export function Lines(props: { visits: Visit[]; chosen?: string | null }) {
  const { say } = usePhrases(words);
  const dispatch = usePhrases(dispatchWords);
  const dates = useDates();
  if (props.visits.length === 0) return <Text size="sm" c="dimmed">{say("none")}</Text>;
  return (
    <ul className={css.lines}>
      {props.visits.map((visit) => (
        <li key={visit.id}>
          <a className={css.line} href={pathTo("visits", visit.id)} aria-current={props.chosen === visit.id || undefined} data-testid="visit-line" data-number={visit.number}>
            <Group justify="space-between" wrap="nowrap" gap="xs">
              <Text size="sm" fw={600} truncate><bdi>{visit.number}</bdi> <bdi>{visit.subject}</bdi></Text>
              <Badge size="sm" variant="light" tt="none" style={{ flex: "none" }}>{dispatch.say(`state.${visit.state}`)}</Badge>
            </Group>
            <Text size="xs" c="dimmed" truncate>
              {[visit.customer_name, visit.technician_name, visit.planned_at && dates.full(visit.planned_at)].filter(Boolean).map((part, index) => (
                <Fragment key={part}>{index > 0 && " · "}<bdi>{part}</bdi></Fragment>
              ))}
            </Text>
          </a>
        </li>
      ))}
    </ul>
  );
}
