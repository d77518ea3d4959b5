import { Anchor, Button, Group, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Panel } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { useFeed } from "../../live/context";
import type { Calendar } from "../../protocol";
import { pathTo } from "../../shell/route";
import { Name } from "../work/Name";
import { useGroupName } from "./names";
import { isOverTime, partQuery, type By, type ReportRow } from "./report";
import { words } from "./words";

interface RowsProps {
  query: URLSearchParams;
  by: By;
  calendar: Calendar;
  measure: string;
  group: string;
}

/** The tickets behind a figure. */
export function RowsPanel(props: RowsProps) {
  const { by, measure, group } = props;
  const { say, sayAny } = usePhrases(words);
  const dates = useDates();
  const { me, agents, queues } = useFeed();
  const groupName = useGroupName();
  const query = new URLSearchParams([...props.query, ...Object.entries(partQuery(measure, group))]);
  const rows = useList<ReportRow>(`/api/reports/desk/rows?${query}`, byId);
  const mayRead = me.permissions.includes("ticket.read");
  const names = Object.fromEntries([...agents, ...queues].map(({ id, name }) => [id, name]));
  const key = group === "none" ? null : group;
  const isNamed = group !== "all" && (key === null || isOverTime(by) || ["kind", "priority", "source"].includes(by) || key in names);
  const title = `${sayAny("figure", measure, measure)}${isNamed ? ` – ${groupName(by, key, names, props.calendar)}` : ""}`;
  return (
    <Panel title={title} back={["reports", "desk"]}>
      <Group justify="flex-end" mb="xs" gap="xs">
        {(["csv", "xlsx"] as const).map((format) => (
          <Button key={format} component="a" href={`/api/reports/desk/file?${query}&format=${format}`} download variant="default" size="xs" leftSection={<IconDownload size={16} aria-hidden />} data-testid={`rows-${format}`}>{format.toUpperCase()}</Button>
        ))}
      </Group>
      <DataTable
        label={title}
        list={rows}
        rows={rows.items}
        idOf={byId}
        columns={[
          { key: "number", title: say("number"), cell: ({ id, number }) => (mayRead ? <Anchor size="sm" href={pathTo("tickets", id)}><bdi dir="ltr" style={{ whiteSpace: "nowrap" }}>{number}</bdi></Anchor> : <bdi dir="ltr" style={{ whiteSpace: "nowrap" }}>{number}</bdi>) },
          { key: "subject", title: say("subject"), cell: ({ subject, customer_name }) => <><span dir="auto">{subject}</span>{customer_name !== null && <Text size="xs" c="dimmed"><Name of={customer_name} /></Text>}</> },
          { key: "owner", title: say("by.agent"), cell: ({ owner_name }) => <Name of={owner_name ?? say("nobody")} /> },
          { key: "opened", title: say("figure.opened"), cell: ({ opened_at }) => dates.full(opened_at) },
          { key: "solved", title: say("figure.solved"), cell: ({ solved_at }) => (solved_at === null ? "–" : dates.full(solved_at)) },
        ]}
      />
    </Panel>
  );
}
