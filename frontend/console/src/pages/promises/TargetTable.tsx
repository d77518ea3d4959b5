import { Stack, Text } from "@mantine/core";
import { usePhrases } from "../../i18n/phrases";
import { DurationField } from "../../kit/DurationField";
import { metrics, priorities, type Metric, type Policy, type Priority } from "./policy";
import css from "./Promises.module.css";
import { words } from "./words";

interface TargetTableProps {
  value: Policy["targets"];
  set: (priority: Priority, metric: Metric, minutes: number | null) => void;
  error?: string | undefined;
}

/** How long each may take, by priority: hours and minutes of business time. */
export function TargetTable(props: TargetTableProps) {
  const { say } = usePhrases(words);
  return (
    <Stack gap={4} data-testid="targets">
      <Text size="sm" fw={600}>{say("targets")}</Text>
      <Text size="xs" c="dimmed">{say("targets_hint")}</Text>
      <table className={css.targets} aria-label={say("targets")}>
        <thead>
          <tr>
            <th scope="col">{say("priority")}</th>
            {metrics.map((metric) => <th key={metric} scope="col">{say(`metric.${metric}`)}</th>)}
          </tr>
        </thead>
        <tbody>
          {priorities.map((priority) => (
            <tr key={priority}>
              <th scope="row">{say(`priority.${priority}`)}</th>
              {metrics.map((metric) => (
                <td key={metric}>
                  <DurationField
                    label={`${say(`priority.${priority}`)}: ${say(`metric.${metric}`)}`}
                    isLabelHidden
                    value={props.value[priority]?.[metric] ?? null}
                    set={(minutes) => props.set(priority, metric, minutes)}
                    testid={`target-${priority}-${metric}`}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {props.error && <Text size="xs" c="red" role="alert" data-testid="targets-fault">{props.error}</Text>}
    </Stack>
  );
}
