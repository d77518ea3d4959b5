import { ActionIcon, Anchor, Badge, Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconLock, IconLockOpen, IconSend, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { call } from "../../http/api";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { ChoiceField } from "../../kit/fields";
import { momentOf } from "../../kit/calendar";
import { DateTimeField } from "../../kit/DateField";
import { useCommand } from "../../live/context";
import type { Id, Iso } from "../../protocol";
import { pathTo } from "../../shell/route";
import { mayMove, type DayBoard, type Visit } from "./day";
import { Offers } from "./Offers";
import { words } from "./words";

interface ChosenProps {
  visit: Visit;
  day: DayBoard;
  date: string;
  mayDispatch: boolean;
  give: (visit: Visit, technicianId: Id, at: Iso) => void;
  put: (visit: Visit) => void;
  close: () => void;
}

/** A visit that was chosen on the board, and all that dragging does, by the keyboard. */
export function Chosen(props: ChosenProps) {
  const { visit, mayDispatch } = props;
  const { say, sayAny } = usePhrases(words);
  const dates = useDates();
  const { number } = useSpeech();
  const { isBusy, run } = useCommand();
  const act = (what: string, more: object = {}) => void run(async () => props.put(await call<Visit>("POST", `/api/visits/${visit.id}/${what}`, { version: visit.version, ...more })));
  const lock = () => void run(async () => props.put(await call<Visit>("PATCH", `/api/visits/${visit.id}`, { version: visit.version, is_locked: !visit.is_locked })));
  const isGiven = visit.technician_id !== null && visit.planned_at !== null;
  return (
    <Stack gap="sm" component="section" aria-label={visit.number} data-testid="chosen">
      <Group justify="space-between" wrap="nowrap">
        <Title order={3} fz="md"><bdi>{visit.number}</bdi> <bdi>{visit.subject}</bdi></Title>
        <ActionIcon variant="subtle" color="gray" onClick={props.close} aria-label={say("close")} data-testid="close-chosen"><IconX size={18} /></ActionIcon>
      </Group>
      <Group gap={4}>
        <Badge variant="light" tt="none" data-testid="state">{say(`state.${visit.state}`)}</Badge>
        {visit.is_locked && <Badge variant="light" color="gray" tt="none">{say("locked")}</Badge>}
        {visit.priority !== 1 && <Badge variant="light" color={visit.priority >= 2 ? "red" : "gray"} tt="none">{sayAny("priority", String(visit.priority), "")}</Badge>}
        <Badge variant="light" color="gray" tt="none">{say("minutes", { n: number(visit.minutes) })}</Badge>
      </Group>
      {visit.customer_name !== null && <Text size="sm"><bdi>{visit.customer_name}</bdi></Text>}
      {visit.place.address !== "" && <Text size="sm" c="dimmed"><bdi>{visit.place.address}</bdi></Text>}
      {visit.promised !== null && <Text size="sm">{dates.full(visit.promised.begins_at)} - {dates.time(visit.promised.ends_at)}</Text>}
      {isGiven && <Text size="sm" data-testid="given"><bdi>{visit.technician_name}</bdi>, {dates.full(visit.planned_at!)}</Text>}
      <Anchor size="sm" href={pathTo("visits", visit.id)} data-testid="open-visit">{say("open")}</Anchor>
      {mayDispatch && (
        <Group gap="xs">
          {visit.state === "planned" && isGiven && <Button size="xs" leftSection={<IconSend size={14} aria-hidden />} disabled={isBusy} onClick={() => act("dispatch")} data-testid="send">{say("send")}</Button>}
          {mayMove(visit) && isGiven && <Button size="xs" variant="default" leftSection={visit.is_locked ? <IconLockOpen size={14} aria-hidden /> : <IconLock size={14} aria-hidden />} disabled={isBusy} onClick={lock} data-testid="lock">{say(visit.is_locked ? "unlock" : "lock")}</Button>}
          {isGiven && ["planned", "dispatched", "on_the_way", "not_done"].includes(visit.state) && <Button size="xs" variant="default" disabled={isBusy} onClick={() => act("take-back")} data-testid="take-back">{say("take_back")}</Button>}
        </Group>
      )}
      {mayDispatch && mayMove(visit) && (
        <>
          <ByHand key={`${visit.id} ${visit.version}`} {...props} />
          <Offers visit={visit} date={props.date} give={props.give} />
        </>
      )}
    </Stack>
  );
}

/** Whom and when, as a dispatcher decides; what it breaks is said by the server. */
function ByHand(props: ChosenProps) {
  const { visit, day } = props;
  const { say } = usePhrases(words);
  const [who, setWho] = useState<string | null>(visit.technician_id);
  const [at, setAt] = useState<Iso | null>(visit.planned_at ?? momentOf(props.date, 540));
  return (
    <Stack gap="xs">
      <ChoiceField label={say("technician")} value={who} set={setWho} options={day.technicians.map(({ id, name }) => ({ value: id, label: name }))} testid="by-hand-who" />
      <DateTimeField label={say("begins")} value={at} set={setAt} testid="by-hand-at" />
      <Button size="xs" variant="default" disabled={who === null || at === null} onClick={() => props.give(visit, who!, at!)} data-testid="assign">{say("assign")}</Button>
    </Stack>
  );
}
