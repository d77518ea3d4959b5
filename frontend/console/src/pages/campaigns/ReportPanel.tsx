import { Alert, Anchor, Button, Group, ScrollArea, SegmentedControl, Select, Stack, Table, Text, Title } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { call } from "../../http/api";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { dayOfPlain } from "../../kit/calendar";
import { TimeChart } from "../../kit/charts/TimeChart";
import { DateRange, useWritten, type Range } from "../../kit/DateField";
import { byId, useList } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { useFeed } from "../../live/context";
import type { Id, Iso } from "../../protocol";
import { pathTo } from "../../shell/route";
import { Name } from "../work/Name";
import css from "./Campaigns.module.css";
import type { Campaign } from "./campaign";
import { reportWords } from "./reportWords";
import { words } from "./words";

interface Sums {
  dialled: number;
  answered: number;
  abandoned: number;
  talked: number;
  talk_seconds: number;
}

interface Report {
  by: By;
  time_zone: string;
  total: Sums;
  abandoned_percent: number;
  lines: (Sums & { at: Iso })[];
  outcomes: Record<string, number>;
  dispositions: Record<string, number>;
  agents: { id: Id; name: string; talked: number; talk_seconds: number }[];
}

interface Attempt {
  id: Id;
  at: Iso;
  number: string;
  contact_name: string;
  outcome: string | null;
  disposition: string | null;
  agent_name: string | null;
  interaction_id: Id | null;
  verdict: { rule?: string; zone?: string; zone_source?: string };
}

type By = "day" | "hour";

const day = (at: Date) => at.toISOString().slice(0, 10);
const counted = ["dialled", "answered", "abandoned", "talked"] as const;
const colors = { dialled: "var(--mantine-color-gray-5)", answered: "var(--mantine-color-blue-6)", abandoned: "var(--mantine-color-red-6)", talked: "var(--mantine-color-teal-6)" };
const outcomes = ["talked", "abandoned", "hung_up", "machine", "busy", "no_answer", "failed", "invalid", "skipped", "withdrawn", "played", "sent", "opted_out"];

/** A campaign over some days: what was begun, what came of it and by whom, and each attempt with its verdict. */
export function ReportPanel(props: { campaign: Campaign }) {
  const { campaign } = props;
  const { say } = usePhrases(reportWords);
  const kit = usePhrases(kitWords);
  const { number } = useSpeech();
  const dates = useDates();
  const [range, setRange] = useState<Range>({ from: day(new Date(Date.now() - 6 * 86_400_000)), to: day(new Date()) });
  const [by, setBy] = useState<By>("day");
  const span = range.from && range.to ? `since=${range.from}&until=${range.to}` : null;
  const { report, state } = useReport(span === null ? null : `/api/campaigns/${campaign.id}/report?${span}&by=${by}`);
  const figures = report && [
    ...counted.map((name) => [say(name), number(report.total[name])] as const),
    [say("abandoned_percent"), `${number(report.abandoned_percent)} %`] as const,
    [say("talk_time"), dates.duration(report.total.talk_seconds)] as const,
  ];
  return (
    <Stack data-testid="campaign-report">
      <Group align="end" gap="sm">
        <DateRange value={range} set={setRange} testid="report" />
        <SegmentedControl aria-label={say("by")} value={by} onChange={(value) => setBy(value as By)} data={(["day", "hour"] as const).map((value) => ({ value, label: say(`by.${value}`) }))} data-testid="report-by" />
      </Group>
      {state === "refused" && <Alert color="yellow" role="alert">{say("too_long")}</Alert>}
      {state === "failed" && <Text c="red" role="alert">{kit.say("list_failed")}</Text>}
      {report && figures && (
        <>
          <dl className={css.figures}>{figures.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
          {report.lines.length === 0 ? <Text size="sm" c="dimmed">{say("nothing")}</Text> : <OverTime report={report} />}
          <Counts title={say("outcomes")} counts={report.outcomes} campaign={campaign} testid="report-outcomes" />
          <Counts title={say("dispositions")} counts={report.dispositions} campaign={campaign} testid="report-dispositions" />
          {report.agents.length > 0 && <Agents agents={report.agents} />}
        </>
      )}
      {span !== null && <Attempts campaign={campaign} span={span} />}
    </Stack>
  );
}

function useReport(path: string | null): { report: Report | null; state: "" | "refused" | "failed" } {
  const [found, setFound] = useState<{ report: Report | null; state: "" | "refused" | "failed" }>({ report: null, state: "" });
  useEffect(() => {
    if (path === null) return;
    let isGone = false;
    call<Report>("GET", path).then(
      (report) => isGone || setFound({ report, state: "" }),
      (error: { status?: number }) => isGone || setFound({ report: null, state: error.status === 422 ? "refused" : "failed" }),
    );
    return () => { isGone = true; };
  }, [path]);
  return found;
}

function OverTime(props: { report: Report }) {
  const { report } = props;
  const { say } = usePhrases(reportWords);
  const { number, locale } = useSpeech();
  const dates = useDates();
  const written = useWritten();
  // The server counts by the organisation's clocks, and so its hours and days are named.
  const named = new Intl.DateTimeFormat("en-CA", { timeZone: report.time_zone });
  const hour = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: report.time_zone });
  const name = (at: Iso) => {
    const on = written(dayOfPlain(named.format(new Date(at))));
    return report.by === "day" ? on : `${on} ${hour.format(new Date(at))}`;
  };
  const times = report.lines.map(({ at }) => name(at));
  return (
    <Stack gap="xs">
      <TimeChart label={say("report")} times={times} columns={counted.map((key) => ({ key, name: say(key), color: colors[key], values: report.lines.map((line) => line[key]) }))} />
      <ScrollArea type="auto" viewportProps={{ tabIndex: 0, "aria-label": say("report") }}>
        <Table aria-label={say("report")} data-testid="report-lines">
          <Table.Thead><Table.Tr><Table.Th scope="col">{say(`by.${report.by}`)}</Table.Th>{counted.map((key) => <Table.Th key={key} scope="col">{say(key)}</Table.Th>)}<Table.Th scope="col">{say("talk_time")}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {report.lines.map((line, at) => (
              <Table.Tr key={line.at}><Table.Td>{times[at]}</Table.Td>{counted.map((key) => <Table.Td key={key}>{number(line[key])}</Table.Td>)}<Table.Td>{dates.duration(line.talk_seconds)}</Table.Td></Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
      <Text size="xs" c="dimmed">{say("zone", { zone: report.time_zone })}</Text>
    </Stack>
  );
}

/** An outcome or a disposition in the reader's language; the campaign has names for its own. */
function useEnd(campaign: Campaign): (key: string) => string {
  const own = usePhrases(reportWords);
  const { sayAny } = usePhrases(words);
  const { language } = useSpeech();
  return (key) => {
    const names = campaign.settings.dispositions.find((each) => each.key === key)?.names;
    return names?.[language] ?? names?.en ?? own.sayAny("ended", key, sayAny("outcome", key, key));
  };
}

function Counts(props: { title: string; counts: Record<string, number>; campaign: Campaign; testid: string }) {
  const { number } = useSpeech();
  const end = useEnd(props.campaign);
  const found = Object.entries(props.counts);
  if (found.length === 0) return null;
  return (
    <section data-testid={props.testid}>
      <Title order={4} fz="sm" mb={4}>{props.title}</Title>
      <dl className={css.figures}>{found.map(([key, count]) => <div key={key}><dt>{end(key)}</dt><dd>{number(count)}</dd></div>)}</dl>
    </section>
  );
}

function Agents(props: { agents: Report["agents"] }) {
  const { say } = usePhrases(reportWords);
  const { number } = useSpeech();
  const dates = useDates();
  return (
    <Table aria-label={say("agents")} data-testid="report-agents">
      <Table.Thead><Table.Tr><Table.Th scope="col">{say("agent")}</Table.Th><Table.Th scope="col">{say("talked")}</Table.Th><Table.Th scope="col">{say("talk_time")}</Table.Th></Table.Tr></Table.Thead>
      <Table.Tbody>
        {props.agents.map((each) => (
          <Table.Tr key={each.id}><Table.Td><Name of={each.name} /></Table.Td><Table.Td>{number(each.talked)}</Table.Td><Table.Td>{dates.duration(each.talk_seconds)}</Table.Td></Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Attempts(props: { campaign: Campaign; span: string }) {
  const { campaign, span } = props;
  const { say, sayAny } = usePhrases(reportWords);
  const { me } = useFeed();
  const dates = useDates();
  const end = useEnd(campaign);
  const [outcome, setOutcome] = useState<string | null>(null);
  const path = `/api/campaigns/${campaign.id}/attempts`;
  const query = `${span}${outcome === null ? "" : `&outcome=${outcome}`}`;
  const list = useList<Attempt>(`${path}?${query}`, byId);
  const verdict = ({ rule = "", zone = "", zone_source = "" }: Attempt["verdict"]) => say("verdict_at", { rule, zone, source: sayAny("source", zone_source, zone_source) });
  return (
    <section>
      <Group justify="space-between" mb="xs">
        <Title order={4} fz="sm">{say("attempts")}</Title>
        <Group gap="xs">
          <Select size="xs" aria-label={say("outcome")} placeholder={say("any")} clearable value={outcome} onChange={setOutcome} data={outcomes.map((value) => ({ value, label: end(value) }))} data-testid="report-outcome" />
          {me.permissions.includes("report.read") && <Button component="a" size="xs" variant="default" href={`${path}/export?${query}`} download leftSection={<IconDownload size={16} aria-hidden />} data-testid="attempts-export">{say("take_along")}</Button>}
        </Group>
      </Group>
      <ScrollArea type="auto" viewportProps={{ tabIndex: 0, "aria-label": say("attempts") }}>
        <Table aria-label={say("attempts")} data-testid="attempts">
          <Table.Thead><Table.Tr>{(["at", "number", "contact", "outcome", "agent", "verdict"] as const).map((name) => <Table.Th key={name} scope="col">{say(name)}</Table.Th>)}</Table.Tr></Table.Thead>
          <Table.Tbody>
            {list.items.map((each) => (
              <Table.Tr key={each.id} data-testid="attempt">
                <Table.Td>{dates.full(each.at)}</Table.Td>
                <Table.Td>{each.interaction_id ? <Anchor size="sm" href={pathTo("conversations", each.interaction_id)}><bdi dir="ltr">{each.number}</bdi></Anchor> : <bdi dir="ltr">{each.number}</bdi>}</Table.Td>
                <Table.Td><Name of={each.contact_name} /></Table.Td>
                <Table.Td>{each.outcome && end(each.disposition && each.outcome === "talked" ? each.disposition : each.outcome)}</Table.Td>
                <Table.Td>{each.agent_name && <Name of={each.agent_name} />}</Table.Td>
                <Table.Td><Text size="xs">{verdict(each.verdict)}</Text></Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
      {list.hasMore && <Button size="xs" variant="default" mt="xs" loading={list.isBusy} onClick={() => void list.more()} data-testid="attempts-more">{say("more")}</Button>}
    </section>
  );
}
