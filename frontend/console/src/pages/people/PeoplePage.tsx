import { Badge } from "@mantine/core";
import type { Role, Staff } from "../../http/views";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useBranches } from "../../kit/branches";
import { DataTable, type Column } from "../../kit/DataTable";
import { matches } from "../../kit/fold";
import { Frame } from "../../kit/Frame";
import css from "../../kit/Kit.module.css";
import { byId, useList, useWhole } from "../../kit/list";
import { arranged, everything, isSameState, useTable } from "../../kit/table";
import { TableBar } from "../../kit/TableBar";
import { kitWords } from "../../kit/words";
import { Name } from "../work/Name";
import { PersonPanel } from "./PersonPanel";
import { words } from "./words";

export function PeoplePage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const people = useList<Staff>("/api/staff?limit=200", byId);
  const roles = useList<Role>("/api/roles", byId);
  const branches = useBranches();
  const table = useTable("people");
  const { language } = useSpeech();
  const { search } = table.state;
  const chosen = props.rest[0];
  useWhole(people, !isSameState(table.state, everything) || chosen !== undefined);
  const roleNames = (person: Staff) => roles.items.filter(({ id }) => person.role_ids.includes(id)).map(({ name }) => name);
  const branchOf = (person: Staff) => branches.items.find(({ id }) => id === person.branch_id)?.name ?? kit.say("whole");
  const found = people.items.filter((person) => matches(search, person.name, person.login, person.email, ...roleNames(person)));
  const facts = {
    name: ({ name }: Staff) => name,
    login: ({ login }: Staff) => login,
    branch: branchOf,
    branch_id: ({ branch_id }: Staff) => branch_id ?? "",
    role: ({ role_ids }: Staff) => role_ids,
    active: ({ is_active }: Staff) => is_active,
  };
  const rows = arranged(found, table.state, facts, language);
  const columns: Column<Staff>[] = [
    { key: "name", title: kit.say("name"), cell: ({ name }) => <Name of={name} />, isSortable: true },
    { key: "login", title: say("login"), cell: ({ login }) => <bdi dir="ltr">{login}</bdi>, isSortable: true },
    {
      key: "roles",
      title: say("roles"),
      cell: (person) => (
        <span className={css.chips}>
          {roleNames(person).map((name) => <Badge key={name} variant="light" tt="none"><bdi>{name}</bdi></Badge>)}
          {!person.is_active && <Badge color="gray" variant="light" tt="none">{say("inactive")}</Badge>}
        </span>
      ),
    },
    { key: "branch", title: kit.say("branch"), cell: (person) => <bdi>{branchOf(person)}</bdi>, isExtra: true, isSortable: true },
  ];
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={{ label: say("add"), to: ["people", "new"] }}
      search={{ value: search, set: (next) => table.set({ search: next }) }}
      side={chosen && <PersonPanel key={chosen} id={chosen} people={people} roles={roles.items} branches={branches.items} />}
    >
      {!chosen && (
        <TableBar
          table={table}
          title={say("title")}
          columns={columns}
          filters={[
            { key: "role", label: say("roles"), kind: "choice", options: roles.items.map(({ id, name }) => ({ value: id, label: name })) },
            { key: "branch_id", label: kit.say("branch"), kind: "choice", options: branches.items.map(({ id, name }) => ({ value: id, label: name })) },
            { key: "active", label: say("is_active"), kind: "choice", options: [{ value: "true", label: kit.say("on") }, { value: "false", label: kit.say("off") }] },
          ]}
        />
      )}
      <DataTable
        label={say("title")}
        list={people}
        rows={rows}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["people", id]}
        isOff={({ is_active }) => !is_active}
        isSearched={!isSameState(table.state, everything)}
        table={table}
        columns={columns}
      />
    </Frame>
  );
}
