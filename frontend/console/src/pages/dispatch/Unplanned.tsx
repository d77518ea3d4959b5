import { Badge, Group, Stack, Switch, Text, TextInput, Title } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { ChoiceField } from "../../kit/fields";
import { byId, useList } from "../../kit/list";
import type { Id } from "../../protocol";
import { unplanned, until, type DayBoard, type Filter, type Hand, type Visit } from "./day";
import css from "./Dispatch.module.css";
import { useFinger } from "./finger";
import { words } from "./words";

interface Kind {
  id: Id;
  names: Record<string, string>;
}

interface UnplannedProps {
  day: DayBoard;
  chosen: Id | null;
  choose: (id: Id) => void;
  hand: Hand;
  mayDispatch: boolean;
}

/** What nobody has yet; each is dragged to a technician, or chosen to see who could go. */
export function Unplanned(props: UnplannedProps) {
  const { say } = usePhrases(words);
  const { language, number } = useSpeech();
  const kinds = useList<Kind>("/api/visit-kinds", byId);
  const [filter, setFilter] = useState<Filter>({ search: "", kind: null, isUrgent: false });
  const visits = unplanned(props.day, filter);
  const nameOf = ({ names }: Kind) => names[language] ?? names["en"] ?? Object.values(names)[0] ?? "";
  return (
    <Stack gap="xs" className={css.side} component="section" aria-label={say("unplanned")} data-testid="unplanned">
      <Group gap="xs"><Title order={3} fz="md">{say("unplanned")}</Title><Badge variant="light" data-testid="unplanned-count">{number(visits.length)}</Badge></Group>
      <TextInput type="search" size="sm" leftSection={<IconSearch size={16} aria-hidden />} placeholder={say("search")} aria-label={say("search")} value={filter.search} onChange={(event) => setFilter({ ...filter, search: event.currentTarget.value })} data-testid="search" />
      <ChoiceField label={say("kind")} value={filter.kind} set={(kind) => setFilter({ ...filter, kind })} options={kinds.items.map((kind) => ({ value: kind.id, label: nameOf(kind) }))} isClearable placeholder={say("any")} testid="filter-kind" />
      <Switch label={say("urgent")} checked={filter.isUrgent} onChange={(event) => setFilter({ ...filter, isUrgent: event.currentTarget.checked })} data-testid="filter-urgent" />
      {visits.length === 0 && <Text size="sm" c="dimmed">{say("nothing")}</Text>}
      <ul className={css.plain}>
        {visits.map((visit) => <li key={visit.id}><Entry {...props} visit={visit} /></li>)}
      </ul>
    </Stack>
  );
}

function Entry(props: UnplannedProps & { visit: Visit }) {
  const { visit } = props;
  const { say, sayAny } = usePhrases(words);
  const dates = useDates();
  const { number } = useSpeech();
  const last = until(visit);
  const finger = useFinger(visit, props.day, props.hand, props.mayDispatch);
  return (
    <button
      type="button"
      className={css.entry}
      draggable={props.mayDispatch}
      onDragStart={(event) => {
        event.dataTransfer.setData("text/plain", visit.number);
        event.dataTransfer.effectAllowed = "move";
        props.hand.take(visit);
      }}
      onDragEnd={() => (props.hand.hold(null), props.hand.take(null))}
      {...finger}
      data-held={props.hand.visit?.id === visit.id || undefined}
      onClick={() => props.choose(visit.id)}
      aria-pressed={props.chosen === visit.id}
      data-urgent={visit.priority >= 2 || undefined}
      data-testid="waiting-visit"
      data-number={visit.number}
    >
      <Text size="sm" fw={600} truncate><bdi>{visit.customer_name ?? visit.subject}</bdi></Text>
      <Text size="xs" c="dimmed" truncate><bdi>{visit.number}</bdi> <bdi>{visit.subject}</bdi></Text>
      <Group gap={4} mt={4}>
        <Badge size="sm" variant="light" color="gray" tt="none">{say("minutes", { n: number(visit.minutes) })}</Badge>
        {visit.priority !== 1 && <Badge size="sm" variant="light" color={visit.priority >= 2 ? "red" : "gray"} tt="none">{sayAny("priority", String(visit.priority), "")}</Badge>}
        {last !== null && <Badge size="sm" variant="light" color="gray" tt="none">{say("until", { when: dates.brief(last) })}</Badge>}
        {visit.place.latitude === null && <Badge size="sm" variant="outline" color="gray" tt="none">{say("no_place")}</Badge>}
      </Group>
    </button>
  );
}
