import { Alert, Button, Center, Group, Loader, SegmentedControl, Stack, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconDownload, IconFilter } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { call } from "../../http/api";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { branchChoices, useBranches } from "../../kit/branches";
import { BarChart } from "../../kit/charts/BarChart";
import type { Series } from "../../kit/charts/scale";
import { TimeChart } from "../../kit/charts/TimeChart";
import { ChoiceField } from "../../kit/fields";
import { useFeed, useProblemText } from "../../live/context";
import type { Calendar } from "../../protocol";
import { kinds } from "../tickets/ticket";
import { words as ticketWords } from "../tickets/words";
import { FigureTable } from "./FigureTable";
import { sources, useSourceName } from "../tickets/sources";
import { useGroupName } from "./names";
import { PeriodFields } from "./PeriodFields";
import { charted, groupings, isOverTime, type Answered, type Asked, type By, type Line } from "./report";
import { words } from "./words";

const views = ["amount", "promises", "times"] as const;
type View = (typeof views)[number];

interface DeskProps {
  asked: Asked;
  set: (part: Partial<Asked>) => void;
  query: URLSearchParams | null;
}

/** The desk's figures by one thing or over time, drawn and in a table; each count leads to its tickets. */
export function DeskReport(props: DeskProps) {
  const { asked, query } = props;
  const { say } = usePhrases(words);
  const { answer, trouble } = useAnswer(query);
  return (
    <Stack gap="md">
      <Choices {...props} />
      {query === null && <Text c="dimmed">{say("no_period")}</Text>}
      {trouble && <Alert color="red" role="alert" data-testid="report-trouble">{trouble}</Alert>}
      {answer === null && query !== null && trouble === null && <Center mih={120}><Loader size="sm" /></Center>}
      {answer && query && (
        <>
          <Drawing answer={answer} calendar={asked.calendar} />
          <Group gap="xs" justify="flex-end">
            {(["csv", "xlsx"] as const).map((format) => (
              <Button key={format} component="a" href={`/api/reports/desk/file?${query}&format=${format}`} download variant="default" size="xs" leftSection={<IconDownload size={16} aria-hidden />} data-testid={`download-${format}`}>{format.toUpperCase()}</Button>
            ))}
          </Group>
          <FigureTable answer={answer} calendar={asked.calendar} />
        </>
      )}
    </Stack>
  );
}

/** The answer to what is asked last; the one before stays until it is there. */
function useAnswer(query: URLSearchParams | null): { answer: Answered | null; trouble: string | null } {
  const textOf = useProblemText();
  const [found, setFound] = useState<{ answer: Answered | null; trouble: string | null }>({ answer: null, trouble: null });
  const address = query === null ? null : `/api/reports/desk?${query}`;
  useEffect(() => {
    let isHere = true;
    if (address === null) return;
    call<Answered>("GET", address).then(
      (answer) => isHere && setFound({ answer, trouble: null }),
      (error: unknown) => isHere && setFound({ answer: null, trouble: textOf(error) }),
    );
    return () => {
      isHere = false;
    };
  }, [address, textOf]);
  return found;
}

function Choices(props: DeskProps) {
  const { asked, set } = props;
  const { say } = usePhrases(words);
  const ticket = usePhrases(ticketWords);
  const sourceName = useSourceName();
  const { language } = useSpeech();
  const { queues, agents } = useFeed();
  const branches = useBranches();
  const named = (all: { id: string; name: string }[]) => all.map(({ id, name }) => ({ value: id, label: name }));
  // On a phone the figures come first: what narrows them is a press away.
  const isNarrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const [isOpen, setOpen] = useState(false);
  const any = { placeholder: say("any"), isClearable: true };
  const more = (
    <>
      <ChoiceField label={say("by.kind")} value={asked.kind} set={(kind) => set({ kind })} options={kinds.map((value) => ({ value, label: ticket.say(`kind.${value}`) }))} {...any} testid="report-kind" />
      <ChoiceField label={say("by.team")} value={asked.queue_id} set={(queue_id) => set({ queue_id })} options={named(queues)} {...any} testid="report-team" />
      <ChoiceField label={say("by.agent")} value={asked.owner_id} set={(owner_id) => set({ owner_id })} options={named(agents)} {...any} testid="report-agent" />
      <ChoiceField label={say("by.source")} value={asked.source} set={(source) => set({ source })} options={sources.map((value) => ({ value, label: sourceName(value) }))} {...any} testid="report-source" />
      {branches.items.length > 0 && <ChoiceField label={say("by.branch")} value={asked.branch_id} set={(branch_id) => set({ branch_id })} options={branchChoices(branches.items, "", language).slice(1)} {...any} testid="report-branch" />}
    </>
  );
  return (
    <Group gap="xs" align="end" role="group" aria-label={say("choices")}>
      <ChoiceField label={say("by")} value={asked.by} set={(by) => by && set({ by: by as By })} options={groupings.map((value) => ({ value, label: say(`by.${value}`) }))} testid="report-by" />
      <PeriodFields {...asked} set={set} />
      {isNarrow && <Button variant="default" leftSection={<IconFilter size={16} aria-hidden />} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)} data-testid="report-filters">{say("narrow")}</Button>}
      {(isOpen || !isNarrow) && more}
    </Group>
  );
}

function Drawing(props: { answer: Answered; calendar: Calendar }) {
  const { answer } = props;
  const { say } = usePhrases(words);
  const { locale } = useSpeech();
  const groupName = useGroupName();
  const [view, setView] = useState<View>("amount");
  const lines = charted(answer.lines, answer.by);
  const names = lines.map(({ key }) => groupName(answer.by, key, answer.names, props.calendar));
  const series = (key: keyof Line & `${string}`, color: string, valueOf: (line: Line) => number): Series => ({ key, name: say(`figure.${key}` as "figure.opened"), color: `var(--mantine-color-${color})`, values: lines.map(valueOf) });
  const hours = (name: "mean_resolution_seconds" | "mean_answer_seconds") => (line: Line) => (line[name] ?? 0) / 3600;
  const drawn: Record<View, Series[]> = {
    amount: [series("opened", "indigo-6", ({ opened }) => opened), series("solved", "teal-6", ({ solved }) => solved)],
    promises: [series("kept", "teal-6", ({ kept }) => kept), series("breached", "red-6", ({ breached }) => breached), series("near", "orange-5", ({ near }) => near), series("late", "grape-6", ({ late }) => late)],
    times: [series("mean_resolution_seconds", "indigo-6", hours("mean_resolution_seconds")), series("mean_answer_seconds", "orange-6", hours("mean_answer_seconds"))],
  };
  const tenths = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const text = view === "times" ? { text: (value: number) => say("hours", { n: tenths.format(value) }) } : {};
  const backlog = view === "amount" ? [series("backlog", "orange-6", ({ backlog: left }) => left)] : [];
  const label = `${say(`view.${view}`)} – ${say(`by.${answer.by}`)}`;
  return (
    <Stack gap="xs">
      <SegmentedControl size="xs" aria-label={say("drawn")} value={view} onChange={(next) => setView(next as View)} data={views.map((value) => ({ value, label: say(`view.${value}`) }))} style={{ alignSelf: "flex-start" }} data-testid="report-view" />
      {lines.length === 0 ? <Text c="dimmed">{say("nothing")}</Text> : isOverTime(answer.by) ? <TimeChart label={label} times={names} columns={drawn[view]} lines={backlog} {...text} /> : <BarChart label={label} groups={lines.map(({ key }, at) => ({ key: key ?? "", name: names[at] ?? "" }))} series={[...drawn[view], ...backlog]} {...text} />}
      {lines.length < answer.lines.length && <Text size="xs" c="dimmed">{say("drawn_some", { n: lines.length })}</Text>}
    </Stack>
  );
}
