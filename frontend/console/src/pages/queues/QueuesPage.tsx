import { Badge } from "@mantine/core";
import type { Queue, Skill } from "../../http/views";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useBranches } from "../../kit/branches";
import { DataTable, type Column } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { matches } from "../../kit/fold";
import { Frame } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { SkillChips } from "../../kit/SkillChips";
import { arranged, everything, isSameState, useTable } from "../../kit/table";
import { TableBar } from "../../kit/TableBar";
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
  const table = useTable("queues");
  const { language } = useSpeech();
  const { search } = table.state;
  const chosen = props.rest[0];
  const facts = {
    name: ({ name }: Queue) => name,
    target: ({ target_seconds }: Queue) => target_seconds,
    wrap_up: ({ wrap_up_seconds }: Queue) => wrap_up_seconds,
    branch_id: ({ branch_id }: Queue) => branch_id ?? "",
    skill: (queue: Queue) => Object.keys(queue.skills),
    active: ({ is_active }: Queue) => is_active,
  };
  const rows = arranged(queues.items.filter(({ name }) => matches(search, name)), table.state, facts, language);
  const columns: Column<Queue>[] = [
    { key: "name", title: kit.say("name"), cell: ({ name }) => <Name of={name} />, isSortable: true },
    { key: "skills", title: say("skills"), cell: (queue) => <SkillChips levels={queue.skills} skills={skills.items} /> },
    { key: "target", title: say("target"), cell: (queue) => dates.duration(queue.target_seconds), isSortable: true },
    { key: "wrap_up", title: say("wrap_up"), cell: (queue) => dates.duration(queue.wrap_up_seconds), isExtra: true, isSortable: true },
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
  ];
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={{ label: say("add"), to: ["queues", "new"] }}
      search={{ value: search, set: (next) => table.set({ search: next }) }}
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
      {!chosen && (
        <TableBar
          table={table}
          title={say("title")}
          columns={columns}
          filters={[
            { key: "skill", label: say("skills"), kind: "choice", options: skills.items.map(({ id, name }) => ({ value: id, label: name })) },
            { key: "branch_id", label: kit.say("branch"), kind: "choice", options: branches.items.map(({ id, name }) => ({ value: id, label: name })) },
            { key: "active", label: say("is_active"), kind: "choice", options: [{ value: "true", label: kit.say("on") }, { value: "false", label: kit.say("off") }] },
          ]}
        />
      )}
      <DataTable
        label={say("title")}
        list={queues}
        rows={rows}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["queues", id]}
        isOff={({ is_active }) => !is_active}
        isSearched={!isSameState(table.state, everything)}
        table={table}
        columns={columns}
      />
    </Frame>
  );
}
