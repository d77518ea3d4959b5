import { Badge } from "@mantine/core";
import { useState } from "react";
import type { Queue, Skill } from "../../http/views";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useBranches } from "../../kit/branches";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { matches } from "../../kit/fold";
import { Frame } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { SkillChips } from "../../kit/SkillChips";
import { kitWords } from "../../kit/words";
import { Name } from "../work/Name";
import { QueueForm } from "./QueueForm";
import { words } from "./words";

export function QueuesPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const dates = useDates();
  const queues = useList<Queue>("/api/queues", byId);
  const skills = useList<Skill>("/api/skills", byId);
  const branches = useBranches();
  const [search, setSearch] = useState("");
  const chosen = props.rest[0];
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={{ label: say("add"), to: ["queues", "new"] }}
      search={{ value: search, set: setSearch }}
      side={
        chosen && (
          <Detail key={chosen} id={chosen} list={queues} idOf={byId} back={["queues"]} newTitle={say("add")} titleOf={({ name }) => <Name of={name} />}>
            {(queue, { key, reload }) => (
              <QueueForm key={key} queue={queue} queues={queues} skills={skills.items} branches={branches.items} reload={reload} />
            )}
          </Detail>
        )
      }
    >
      <DataTable
        label={say("title")}
        list={queues}
        rows={queues.items.filter(({ name }) => matches(search, name))}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["queues", id]}
        isOff={({ is_active }) => !is_active}
        isSearched={search !== ""}
        columns={[
          { key: "name", title: kit.say("name"), cell: ({ name }) => <Name of={name} /> },
          { key: "skills", title: say("skills"), cell: (queue) => <SkillChips levels={queue.skills} skills={skills.items} /> },
          { key: "target", title: say("target"), cell: (queue) => dates.duration(queue.target_seconds) },
          { key: "wrap_up", title: say("wrap_up"), cell: (queue) => dates.duration(queue.wrap_up_seconds), isExtra: true },
          {
            key: "branch",
            title: kit.say("branch"),
            cell: (queue) => <bdi>{branches.items.find(({ id }) => id === queue.branch_id)?.name ?? kit.say("whole")}</bdi>,
            isExtra: true,
          },
          {
            key: "active",
            title: say("is_active"),
            cell: ({ is_active }) => <Badge color={is_active ? "teal" : "gray"} variant="light" tt="none">{say(is_active ? "is_active" : "inactive")}</Badge>,
            isExtra: true,
          },
        ]}
      />
    </Frame>
  );
}
