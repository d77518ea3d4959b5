import { ActionIcon, Loader, Modal, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconHelpCircle } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { call } from "../../../http/api";
import { useDates } from "../../../i18n/context";
import { usePhrases } from "../../../i18n/phrases";
import { DataTable, type Column } from "../../../kit/DataTable";
import { permissionWords } from "../../../kit/permissions";
import { kitWords } from "../../../kit/words";
import { useFeed } from "../../../live/context";
import type { Id, Iso } from "../../../protocol";
import { Name } from "../Name";
import { words } from "./words";

interface OwnDecision {
  offer_id: Id;
  state: string;
  made_at: Iso;
  closed_at: Iso | null;
  rule: string;
  considered: number;
}

interface Decision extends OwnDecision {
  agent_id: Id;
  agent_name: string;
  losers: { agent_id: Id; reason: string }[];
}

/** Why an agent has not got waiting work; what lacks is named where the server knows it. */
interface Explained {
  agent_id: Id;
  agent_name: string;
  reason: string;
  detail: string;
  skill?: string | null;
  level?: number | null;
  has?: number | null;
  permissions?: string[];
  branches?: string[];
}

interface Explanation {
  decisions: Decision[];
  waiting: Explained[];
}

/** The button beside a work, and the reasons behind it: all of them for who may explain, the own ones for an agent. */
export function WhyButton(props: { workId: Id; isOwn: boolean }) {
  const { me } = useFeed();
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const [isOpen, dialog] = useDisclosure(false);
  const mayExplain = me.permissions.includes("work.explain");
  if (!mayExplain && !props.isOwn) return null;
  return (
    <>
      <ActionIcon variant="default" size="lg" onClick={dialog.open} aria-label={say("why")} title={say("why")} data-testid="why">
        <IconHelpCircle size={18} />
      </ActionIcon>
      <Modal opened={isOpen} onClose={dialog.close} size="xl" closeButtonProps={{ "aria-label": kit.say("close") }} title={say(mayExplain ? "title" : "title_own")}>
        {mayExplain ? <Reasons workId={props.workId} /> : <OwnReasons workId={props.workId} />}
      </Modal>
    </>
  );
}

function useReading<T>(path: string): T | null | "failed" {
  const [found, setFound] = useState<T | null | "failed">(null);
  useEffect(() => {
    let isGone = false;
    call<T>("GET", path).then((read) => !isGone && setFound(read), () => !isGone && setFound("failed"));
    return () => void (isGone = true);
  }, [path]);
  return found;
}

/** What an agent may know: the rule, and among how many. */
function OwnReasons(props: { workId: Id }) {
  const { say, sayAny, count } = usePhrases(words);
  const found = useReading<{ items: OwnDecision[] }>(`/api/work/${props.workId}/own-decisions`);
  if (found === null) return <Loader size="sm" aria-label={say("busy")} />;
  const last = found === "failed" ? undefined : found.items[0];
  if (!last) return <Text role="alert">{say("failed")}</Text>;
  return (
    <Stack gap="xs" data-testid="own-reasons">
      <Text>{say("came_by", { rule: sayAny("rule", last.rule, last.rule) })}</Text>
      <Text c="dimmed" size="sm">{count("considered", last.considered)}</Text>
    </Stack>
  );
}

/** All there is: every offer with who lost to whom, and for waiting work every agent with a reason. */
export function Reasons(props: { workId: Id }) {
  const { say } = usePhrases(words);
  const found = useReading<Explanation>(`/api/work/${props.workId}/explanation`);
  if (found === null) return <Loader size="sm" aria-label={say("busy")} />;
  if (found === "failed") return <Text role="alert">{say("failed")}</Text>;
  return (
    <Stack gap="md" data-testid="reasons">
      {found.waiting.length > 0 && <Waiting rows={found.waiting} />}
      <Decisions rows={found.decisions} />
    </Stack>
  );
}

const still = { isBusy: false, isFailed: false, hasMore: false, more: async () => undefined, reload: async () => undefined };

function Decisions(props: { rows: Decision[] }) {
  const { say, sayAny } = usePhrases(words);
  const dates = useDates();
  const { agents } = useFeed();
  const nameOf = (id: Id) => agents.find((each) => each.id === id)?.name ?? "";
  const columns: Column<Decision>[] = [
    { key: "agent", title: say("agent"), cell: ({ agent_name }) => <Name of={agent_name} /> },
    { key: "outcome", title: say("outcome"), cell: ({ state }) => sayAny("state", state, state) },
    { key: "asked", title: say("asked"), cell: ({ made_at }) => dates.brief(made_at) },
    { key: "rule", title: say("rule"), cell: ({ rule, considered }) => <RuleCell rule={rule} considered={considered} /> },
    {
      key: "others",
      title: say("others"),
      cell: ({ losers }) => losers.filter(({ agent_id }) => nameOf(agent_id)).map(({ agent_id, reason }) => (
        <Text key={agent_id} size="xs"><bdi>{nameOf(agent_id)}</bdi>: {sayAny("reason", reason, reason)}</Text>
      )),
    },
  ];
  return (
    <section>
      <Title order={3} fz="sm" mb={6}>{say("offers")}</Title>
      {props.rows.length === 0 ? <Text size="sm" c="dimmed">{say("none")}</Text> : (
        <DataTable label={say("offers")} list={still} rows={props.rows} idOf={({ offer_id }) => offer_id} columns={columns} />
      )}
    </section>
  );
}

function RuleCell(props: { rule: string; considered: number }) {
  const { sayAny, count } = usePhrases(words);
  return (
    <div>
      <Text size="sm">{sayAny("rule", props.rule, props.rule)}</Text>
      <Text size="xs" c="dimmed">{count("considered", props.considered)}</Text>
    </div>
  );
}

function Waiting(props: { rows: Explained[] }) {
  const { say, sayAny } = usePhrases(words);
  const columns: Column<Explained>[] = [
    { key: "agent", title: say("agent"), cell: ({ agent_name }) => <Name of={agent_name} /> },
    {
      key: "reason",
      title: say("reason"),
      cell: (row) => (
        <div>
          <Text size="sm">{sayAny("reason", row.reason, row.reason)}</Text>
          <Lacking of={row} />
        </div>
      ),
    },
  ];
  return (
    <section>
      <Title order={3} fz="sm" mb={6}>{say("waits")}</Title>
      <DataTable label={say("waits")} list={still} rows={props.rows} idOf={({ agent_id }) => agent_id} columns={columns} />
    </section>
  );
}

/** What exactly lacks, in names. */
function Lacking(props: { of: Explained }) {
  const { reason, skill, level, has, permissions = [], branches = [], detail } = props.of;
  const { say } = usePhrases(words);
  const known = usePhrases(permissionWords);
  if (reason === "skill" && skill && level != null) return <Text size="xs" c="dimmed">{say("lacks", { skill, has: has ?? 0, level })}</Text>;
  if (reason === "trust" && level != null) return <Text size="xs" c="dimmed">{say("lacks_trust", { has: has ?? 0, level })}</Text>;
  const named = [...permissions.map((each) => known.sayAny("permission", each, each)), ...branches];
  const text = named.length > 0 ? named.join(" · ") : detail;
  return text === "" ? null : <Text size="xs" c="dimmed"><bdi>{text}</bdi></Text>;
}
