import { Alert, Anchor, Badge, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconBellRinging } from "@tabler/icons-react";
import { useEffect } from "react";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable, type Column } from "../../kit/DataTable";
import { byId, useList, type List } from "../../kit/list";
import { useFeed } from "../../live/context";
import type { Alarm, AlarmRule, Metric } from "../../protocolBoard";
import { pathTo } from "../../shell/route";
import { Name } from "../work/Name";
import { useFigures, useMetric } from "./shown";
import type { Board } from "./state";
import { words } from "./words";

export const tooLittle: Metric[] = ["service_level", "agents_available"];

/** What is wrong now, over every view of the board. */
export function OpenAlarms(props: { board: Board }) {
  const { say, sayAny } = usePhrases(words);
  const dates = useDates();
  const metric = useMetric();
  const alarms = Object.values(props.board.alarms).sort((a, b) => a.raised_at.localeCompare(b.raised_at));
  return (
    <Stack gap={6} mb="sm" role="status" aria-label={say("alarms")}>
      {alarms.map((alarm) => (
        <Alert key={alarm.id} color="red" variant="light" p="xs" icon={<IconBellRinging size={20} aria-hidden />} data-testid="alarm">
          <Text size="sm" c="var(--mantine-color-text)">
            <b><bdi>{alarm.queue_name}</bdi></b>{" · "}
            {say(tooLittle.includes(alarm.metric) ? "is_below" : "is_from", {
              metric: say(`metric.${alarm.metric}`), value: metric(alarm.metric, alarm.value), threshold: metric(alarm.metric, alarm.threshold),
            })}
            {" · "}{say("raised", { time: dates.time(alarm.raised_at) })}
          </Text>
        </Alert>
      ))}
      {Object.values(props.board.queues).filter(({ channel }) => channel === "").flatMap((queue) => queue.alerts.map((alert) => (
        <Alert key={alert.work_id} color="orange" variant="light" p="xs" icon={<IconAlertTriangle size={20} aria-hidden />} data-testid="alert">
          <Text size="sm" c="var(--mantine-color-text)">
            <b><bdi>{queue.queue_name}</bdi></b>{" · "}{sayAny("alert", alert.reason, alert.reason)}{" · "}{say("raised", { time: dates.time(alert.at) })}{" · "}
            <Anchor size="sm" inherit href={pathTo("conversations", alert.work_id)}>{say("open")}</Anchor>
          </Text>
        </Alert>
      )))}
    </Stack>
  );
}

/** Rules, and what they raised so far. */
export function AlarmsView(props: { board: Board; rules: List<AlarmRule>; chosen: string | undefined }) {
  const { say } = usePhrases(words);
  const dates = useDates();
  const metric = useMetric();
  const { time } = useFigures();
  const { queues } = useFeed();
  const nameOf = (id: string) => props.board.queues[`${id}:`]?.queue_name ?? queues.find((queue) => queue.id === id)?.name ?? "";
  const log = useList<Alarm>("/api/alarms", byId);
  const { reload } = log;
  const open = Object.keys(props.board.alarms).sort().join(" ");
  useEffect(() => void reload(), [reload, open]);
  const columns: Column<AlarmRule>[] = [
    { key: "queue", title: say("queue"), cell: ({ queue_id }) => <Name of={nameOf(queue_id)} /> },
    { key: "metric", title: say("metric"), cell: (rule) => say(`metric.${rule.metric}`) },
    { key: "threshold", title: say("threshold"), cell: (rule) => metric(rule.metric, rule.threshold) },
    { key: "for", title: say("for"), cell: ({ for_seconds }) => time(for_seconds), isExtra: true },
    { key: "active", title: say("is_active"), cell: ({ is_active }) => <Badge color={is_active ? "teal" : "gray"} variant="light" tt="none">{say(is_active ? "is_active" : "inactive")}</Badge>, isExtra: true },
  ];
  const past: Column<Alarm>[] = [
    { key: "queue", title: say("queue"), cell: ({ queue_name }) => <Name of={queue_name} /> },
    { key: "metric", title: say("metric"), cell: (alarm) => say(`metric.${alarm.metric}`) },
    { key: "value", title: say("value"), cell: (alarm) => metric(alarm.metric, alarm.value) },
    { key: "raised", title: say("raised_at"), cell: ({ raised_at }) => dates.brief(raised_at) },
    { key: "cleared", title: say("cleared_at"), cell: ({ cleared_at }) => (cleared_at === null ? say("is_open") : dates.brief(cleared_at)) },
  ];
  return (
    <Stack gap="lg">
      <section>
        <Title order={3} fz="md" mb={6}>{say("rules")}</Title>
        {props.rules.items.length === 0 && !props.rules.isBusy ? <Text size="sm" c="dimmed">{say("rules_none")}</Text> : (
          <DataTable label={say("rules")} list={props.rules} rows={props.rules.items} idOf={byId} to={({ id }) => ["board", "alarms", id]} chosen={props.chosen} isOff={({ is_active }) => !is_active} columns={columns} />
        )}
      </section>
      <section>
        <Title order={3} fz="md" mb={6}>{say("log")}</Title>
        <DataTable label={say("log")} list={log} rows={log.items} idOf={byId} columns={past} />
      </section>
    </Stack>
  );
}
