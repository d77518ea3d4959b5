import { Badge } from "@mantine/core";
import { useState } from "react";
import type { Role, Staff } from "../../http/views";
import { usePhrases } from "../../i18n/phrases";
import { useBranches } from "../../kit/branches";
import { DataTable } from "../../kit/DataTable";
import { matches } from "../../kit/fold";
import { Frame } from "../../kit/Frame";
import css from "../../kit/Kit.module.css";
import { byId, useList, useWhole } from "../../kit/list";
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
  const [search, setSearch] = useState("");
  const chosen = props.rest[0];
  useWhole(people, search !== "" || chosen !== undefined);
  const roleNames = (person: Staff) => roles.items.filter(({ id }) => person.role_ids.includes(id)).map(({ name }) => name);
  const branchOf = (person: Staff) => branches.items.find(({ id }) => id === person.branch_id)?.name ?? kit.say("whole");
  const rows = people.items.filter((person) => matches(search, person.name, person.login, person.email, ...roleNames(person)));
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={{ label: say("add"), to: ["people", "new"] }}
      search={{ value: search, set: setSearch }}
      side={chosen && <PersonPanel key={chosen} id={chosen} people={people} roles={roles.items} branches={branches.items} />}
    >
      <DataTable
        label={say("title")}
        list={people}
        rows={rows}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["people", id]}
        isOff={({ is_active }) => !is_active}
        isSearched={search !== ""}
        columns={[
          { key: "name", title: kit.say("name"), cell: ({ name }) => <Name of={name} /> },
          { key: "login", title: say("login"), cell: ({ login }) => <bdi dir="ltr">{login}</bdi> },
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
          { key: "branch", title: kit.say("branch"), cell: (person) => <bdi>{branchOf(person)}</bdi>, isExtra: true },
        ]}
      />
    </Frame>
  );
}
