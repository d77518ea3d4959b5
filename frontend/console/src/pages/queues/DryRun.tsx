import { Alert, Badge, Button, Card, Group, Stack, Table, Text, Title } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";
import { call, Problem } from "../../http/api";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { languages } from "../../i18n/words";
import { ChoiceField, NumberField } from "../../kit/fields";
import { permissionWords } from "../../kit/permissions";
import { useReason, type Explained } from "../../kit/reasons";
import { useTiers } from "../../kit/tiers";
import { useProblemText } from "../../live/context";
import { Name } from "../work/Name";
import { runWords } from "./runWords";
import type { Draft } from "./settings";

interface Candidate {
  agent_id: string;
  agent_name: string;
  skills: number;
  used_units: number;
  capacity_units: number;
  idle_seconds: number;
}

interface Answer {
  step: number;
  steps: number;
  is_skipped: boolean;
  next_step_in_seconds: number | null;
  needs: { skills: Record<string, number>; permissions: string[]; trust: number; branch: string | null };
  priority: number;
  rules: string[];
  is_active: boolean;
  is_open: boolean;
  offer_mode: "offer" | "auto" | "broadcast";
  candidates: Candidate[];
  others: Explained[];
  hidden: number;
}

const priorities = ["0", "1", "2", "3"] as const;

/** Who would get a contact from this queue as it is entered here, saved or not. Nothing is changed by it. */
export function DryRun(props: { queueId: string | null; draft: Omit<Draft, "version"> | null; channels: string[] }) {
  const { say } = usePhrases(runWords);
  const { sayAny } = useSpeech();
  const textOf = useProblemText();
  const tiers = useTiers();
  const [channel, setChannel] = useState<string | null>(null);
  const [age, setAge] = useState<number | null>(0);
  const [priority, setPriority] = useState("0");
  const [language, setLanguage] = useState<string | null>(null);
  const [tier, setTier] = useState<string | null>(null);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const chosen = channel !== null && props.channels.includes(channel) ? channel : (props.channels[0] ?? "webchat");

  const run = async () => {
    setBusy(true);
    setTrouble(null);
    const attributes = { ...(language ? { language } : {}), ...(tier ? { tier } : {}) };
    const asked = { channel: chosen, age_seconds: age ?? 0, priority: Number(priority), attributes, draft: props.draft };
    const path = props.queueId === null ? "/api/queues/dry-run" : `/api/queues/${props.queueId}/dry-run`;
    try {
      setAnswer(await call<Answer>("POST", path, asked));
    } catch (error) {
      setAnswer(null);
      // What is wrong with the settings is said at their fields when they are saved.
      setTrouble(error instanceof Problem && error.status === 422 ? say("not_right") : textOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card withBorder p="md" data-testid="dry-run">
      <Stack gap="sm">
        <div>
          <Title order={4} fz="md">{say("title")}</Title>
          <Text size="xs" c="dimmed">{say("about")}</Text>
        </div>
        <Group grow align="flex-end">
          <ChoiceField label={say("channel")} value={chosen} set={setChannel} options={props.channels.map((value) => ({ value, label: sayAny("channel", value, value) }))} testid="run-channel" />
          <NumberField label={say("age")} suffix={say("seconds")} value={age} set={setAge} min={0} testid="run-age" />
        </Group>
        <Group grow align="flex-end">
          <ChoiceField label={say("language")} value={language} set={setLanguage} options={Object.entries(languages).map(([value, { name }]) => ({ value, label: name }))} isClearable placeholder={say("any")} testid="run-language" />
          <ChoiceField label={say("tier")} value={tier} set={setTier} options={tiers.items.map(({ id, name }) => ({ value: id, label: name }))} isClearable placeholder={say("any")} testid="run-tier" />
        </Group>
        <Group align="flex-end" justify="space-between">
          <ChoiceField label={say("priority")} value={priority} set={(value) => value && setPriority(value)} options={priorities.map((value) => ({ value, label: say(`priority.${value}`) }))} testid="run-priority" />
          <Button variant="default" leftSection={<IconPlayerPlay size={16} aria-hidden />} loading={isBusy} onClick={() => void run()} data-testid="run">{say("run")}</Button>
        </Group>
        {trouble !== null && <Alert color="red" role="alert" data-testid="run-trouble">{trouble}</Alert>}
        {answer && <Outcome answer={answer} />}
      </Stack>
    </Card>
  );
}

function Outcome({ answer }: { answer: Answer }) {
  const { say, count } = usePhrases(runWords);
  const permissions = usePhrases(permissionWords);
  const { number } = useSpeech();
  const dates = useDates();
  const { needs } = answer;
  return (
    <Stack gap="sm" data-testid="outcome" data-step={answer.step}>
      <Text size="sm">
        {say("step", { n: answer.step + 1, of: answer.steps })}
        {answer.next_step_in_seconds !== null && ` ${say("next_step", { when: dates.duration(Math.max(0, answer.next_step_in_seconds)) })}`}
      </Text>
      {answer.is_skipped && <Text size="xs" c="dimmed">{say("skipped")}</Text>}
      <Group gap={6}>
        {Object.entries(needs.skills).map(([skill, level]) => <Badge key={skill} variant="light" tt="none"><bdi>{skill}</bdi> {number(level)}</Badge>)}
        {needs.trust > 0 && <Badge variant="light" tt="none">{say("trust", { n: needs.trust })}</Badge>}
        {needs.permissions.filter((each) => each !== "work.take").map((each) => <Badge key={each} variant="light" tt="none">{permissions.sayAny("permission", each, each)}</Badge>)}
        {needs.branch !== null && <Badge variant="light" color="gray" tt="none"><bdi>{needs.branch}</bdi></Badge>}
        {answer.priority > 0 && <Badge variant="light" tt="none">{say(`priority.${answer.priority}` as "priority.1")}</Badge>}
      </Group>
      {answer.rules.length > 0 && <Text size="xs" c="dimmed">{say("rules", { names: answer.rules.join(" · ") })}</Text>}
      {!answer.is_active && <Alert color="yellow">{say("inactive")}</Alert>}
      {!answer.is_open && <Alert color="yellow">{say("closed")}</Alert>}
      {answer.candidates.length === 0 ? <Text size="sm" fw={600} data-testid="nobody">{say("nobody")}</Text> : <Candidates all={answer.candidates} mode={answer.offer_mode} />}
      {answer.others.length > 0 && <Others all={answer.others} />}
      {answer.hidden > 0 && <Text size="xs" c="dimmed">{count("hidden", answer.hidden)}</Text>}
    </Stack>
  );
}

function Candidates({ all, mode }: { all: Candidate[]; mode: Answer["offer_mode"] }) {
  const { say } = usePhrases(runWords);
  const { number } = useSpeech();
  const dates = useDates();
  const title = say(`candidates.${mode}`);
  return (
    <Table aria-label={title} captionSide="top">
      <Table.Caption ta="start" mt={0}>{title}</Table.Caption>
      <Table.Thead><Table.Tr>{(["agent", "skills", "load", "idle"] as const).map((word) => <Table.Th key={word}>{say(word)}</Table.Th>)}</Table.Tr></Table.Thead>
      <Table.Tbody>
        {all.map((each) => (
          <Table.Tr key={each.agent_id} data-testid="candidate">
            <Table.Td><Name of={each.agent_name} /></Table.Td>
            <Table.Td>{number(each.skills)}</Table.Td>
            <Table.Td><bdi>{number(each.used_units)} / {number(each.capacity_units)}</bdi></Table.Td>
            <Table.Td>{dates.duration(each.idle_seconds)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Others({ all }: { all: Explained[] }) {
  const { say } = usePhrases(runWords);
  const reason = useReason();
  return (
    <Table aria-label={say("others")} captionSide="top">
      <Table.Caption ta="start" mt={0}>{say("others")}</Table.Caption>
      <Table.Tbody>
        {all.map((each) => (
          <Table.Tr key={each.agent_id} data-testid="other" data-reason={each.reason}>
            <Table.Td><Name of={each.agent_name} /></Table.Td>
            <Table.Td>{reason(each)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
