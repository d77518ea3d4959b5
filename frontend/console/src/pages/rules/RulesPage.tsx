import { Badge, Group } from "@mantine/core";
import { useState } from "react";
import type { Queue, Skill } from "../../http/views";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useBranches } from "../../kit/branches";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { matches } from "../../kit/fold";
import { Frame } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { SkillChips } from "../../kit/SkillChips";
import { useTiers } from "../../kit/tiers";
import { kitWords } from "../../kit/words";
import { Name } from "../work/Name";
import type { WorkRule } from "./rule";
import { RuleForm } from "./RuleForm";
import { words } from "./words";

/** What contacts of a kind need besides what their queue asks. */
export function RulesPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { number } = useSpeech();
  const rules = useList<WorkRule>("/api/work-rules", byId);
  const queues = useList<Queue>("/api/queues", byId);
  const skills = useList<Skill>("/api/skills", byId);
  const tiers = useTiers();
  const branches = useBranches();
  const [search, setSearch] = useState("");
  const chosen = props.rest[0];
  const known = { queues: queues.items, skills: skills.items, tiers: tiers.items, branches: branches.items };
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={{ label: say("add"), to: ["rules", "new"] }}
      search={{ value: search, set: setSearch }}
      side={
        chosen && (
          <Detail key={chosen} id={chosen} list={rules} idOf={byId} back={["rules"]} newTitle={say("add")} titleOf={({ name }) => <Name of={name} />}>
            {(rule, { key, reload }) => <RuleForm key={key} rule={rule} rules={rules} {...known} reload={reload} />}
          </Detail>
        )
      }
    >
      <DataTable
        label={say("title")}
        list={rules}
        rows={rules.items.filter(({ name }) => matches(search, name))}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["rules", id]}
        isOff={({ is_active }) => !is_active}
        isSearched={search !== ""}
        columns={[
          { key: "name", title: kit.say("name"), cell: ({ name }) => <Name of={name} /> },
          {
            key: "asks",
            title: say("asks"),
            cell: (rule) => (
              <Group gap={6}>
                <SkillChips levels={rule.skills} skills={skills.items} />
                {rule.trust !== null && rule.trust > 0 && <Badge variant="light" tt="none">{say("trust")} {number(rule.trust)}</Badge>}
                {rule.permission !== null && <Badge variant="light" tt="none">{say("permission")}</Badge>}
                {rule.priority !== null && rule.priority > 0 && <Badge variant="light" tt="none">{say(`priority.${rule.priority}` as "priority.1")}</Badge>}
              </Group>
            ),
          },
          { key: "queue", title: say("queue"), cell: ({ queue_id }) => <bdi>{queues.items.find(({ id }) => id === queue_id)?.name ?? say("every_queue")}</bdi>, isExtra: true },
        ]}
      />
    </Frame>
  );
}
