import { Badge, SegmentedControl } from "@mantine/core";
import { useEffect, useState } from "react";
import type { Agent, Skill } from "../../http/views";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { matches } from "../../kit/fold";
import { Frame } from "../../kit/Frame";
import { byId, useList, useWhole, type List } from "../../kit/list";
import { SkillChips } from "../../kit/SkillChips";
import { kitWords } from "../../kit/words";
import type { Presence } from "../../protocol";
import { go } from "../../shell/route";
import { Name } from "../work/Name";
import { AgentForm } from "./AgentForm";
import { SkillForm } from "./SkillForm";
import { words } from "./words";

const freshMs = 5_000;
const colors = { available: "teal", not_ready: "yellow", offline: "gray" };
const byStaffId = ({ staff_id }: Agent) => staff_id;

/** `#/agents/<id>` for people, `#/agents/skills/<id>` for skills. */
export function AgentsPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const isSkills = props.rest[0] === "skills";
  const agents = useList<Agent>("/api/agents?limit=200", byStaffId);
  const skills = useList<Skill>("/api/skills", byId);
  const [search, setSearch] = useState("");
  const chosen = isSkills ? props.rest[1] : props.rest[0];
  useWhole(agents, search !== "" || chosen !== undefined);
  useFresh(agents, !isSkills && chosen === undefined);
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={isSkills ? { label: say("add"), to: ["agents", "skills", "new"] } : undefined}
      search={{ value: search, set: setSearch }}
      tools={
        <SegmentedControl
          value={isSkills ? "skills" : "agents"}
          onChange={(value) => (value === "skills" ? go("agents", "skills") : go("agents"))}
          data={(["agents", "skills"] as const).map((value) => ({ value, label: say(value) }))}
          data-testid="agents-kind"
        />
      }
      side={chosen && (isSkills ? <SkillPanel key={chosen} id={chosen} skills={skills} /> : <AgentPanel key={chosen} id={chosen} agents={agents} skills={skills.items} />)}
    >
      {isSkills ? <SkillTable skills={skills} search={search} chosen={chosen} /> : <AgentTable agents={agents} skills={skills.items} search={search} chosen={chosen} />}
    </Frame>
  );
}

/** Presence and load move by themselves; while somebody looks at the list it is read again. */
function useFresh(list: List<Agent>, isWanted: boolean): void {
  const { reload } = list;
  useEffect(() => {
    if (!isWanted) return;
    const timer = window.setInterval(() => void reload(), freshMs);
    return () => window.clearInterval(timer);
  }, [reload, isWanted]);
}

function AgentTable(props: { agents: List<Agent>; skills: Skill[]; search: string; chosen: string | undefined }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { number } = useSpeech();
  return (
    <DataTable
      label={say("agents")}
      list={props.agents}
      rows={props.agents.items.filter(({ name }) => matches(props.search, name))}
      idOf={byStaffId}
      chosen={props.chosen}
      to={({ staff_id }) => ["agents", staff_id]}
      isSearched={props.search !== ""}
      columns={[
        { key: "name", title: kit.say("name"), cell: ({ name }) => <Name of={name} /> },
        { key: "presence", title: say("presence"), cell: ({ presence }) => <PresenceMark presence={presence} /> },
        { key: "levels", title: say("levels"), cell: (agent) => <SkillChips levels={agent.skills} skills={props.skills} /> },
        { key: "load", title: say("load"), cell: (agent) => <bdi>{number(agent.used_units)} / {number(agent.capacity_units)}</bdi>, isExtra: true },
        { key: "trust", title: say("trust"), cell: ({ trust }) => number(trust), isExtra: true },
      ]}
    />
  );
}

function PresenceMark(props: { presence: Presence }) {
  const { state, reason } = props.presence;
  const { say, sayAny } = useSpeech();
  return (
    <Badge color={colors[state]} variant="light" tt="none">
      {reason ? sayAny("reason", reason, reason) : say(`presence.${state}`)}
    </Badge>
  );
}

function SkillTable(props: { skills: List<Skill>; search: string; chosen: string | undefined }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  return (
    <DataTable
      label={say("skills")}
      list={props.skills}
      rows={props.skills.items.filter(({ name }) => matches(props.search, name))}
      idOf={byId}
      chosen={props.chosen}
      to={({ id }) => ["agents", "skills", id]}
      isSearched={props.search !== ""}
      columns={[{ key: "name", title: kit.say("name"), cell: ({ name }) => <Name of={name} /> }]}
    />
  );
}

function SkillPanel(props: { id: string; skills: List<Skill> }) {
  const { say } = usePhrases(words);
  return (
    <Detail id={props.id} list={props.skills} idOf={byId} back={["agents", "skills"]} newTitle={say("add")} titleOf={({ name }) => <Name of={name} />}>
      {(skill, { key, reload }) => <SkillForm key={key} skill={skill} skills={props.skills} reload={reload} />}
    </Detail>
  );
}

function AgentPanel(props: { id: string; agents: List<Agent>; skills: Skill[] }) {
  return (
    <Detail id={props.id} list={props.agents} idOf={byStaffId} back={["agents"]} titleOf={({ name }) => <Name of={name} />}>
      {(agent, { key, reload }) => agent && <AgentForm key={key} agent={agent} agents={props.agents} skills={props.skills} reload={reload} />}
    </Detail>
  );
}
