import { Badge, Group } from "@mantine/core";
import { useState } from "react";
import { usePhrases } from "../../i18n/phrases";
import { useBranches } from "../../kit/branches";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { matches } from "../../kit/fold";
import { Frame } from "../../kit/Frame";
import { byId } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { Name } from "../work/Name";
import { useCalendars } from "./calendar";
import { CalendarForm } from "./CalendarForm";
import { words } from "./words";

/** Business time by name: whose hours they are, and by which promises count. */
export function CalendarsPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const calendars = useCalendars();
  const branches = useBranches();
  const [search, setSearch] = useState("");
  const chosen = props.rest[0];
  const branchName = (id: string) => branches.items.find((each) => each.id === id)?.name;
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={{ label: say("add"), to: ["calendars", "new"] }}
      search={{ value: search, set: setSearch }}
      isWide
      side={
        chosen && (
          <Detail key={chosen} id={chosen} list={calendars} idOf={byId} back={["calendars"]} newTitle={say("add")} titleOf={({ name }) => <Name of={name} />}>
            {(calendar, { key, reload }) => <CalendarForm key={key} calendar={calendar} calendars={calendars} branches={branches.items} reload={reload} />}
          </Detail>
        )
      }
    >
      <DataTable
        label={say("title")}
        list={calendars}
        rows={calendars.items.filter(({ name }) => matches(search, name))}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["calendars", id]}
        isSearched={search !== ""}
        columns={[
          {
            key: "name",
            title: kit.say("name"),
            cell: ({ name, is_default }) => (
              <Group gap={6} component="span"><Name of={name} />{is_default && <Badge component="span" variant="light" tt="none">{say("default")}</Badge>}</Group>
            ),
          },
          { key: "zone", title: say("zone"), cell: ({ hours }) => <bdi>{hours.zone}</bdi>, isExtra: true },
          { key: "branches", title: say("branches"), cell: (calendar) => <bdi>{calendar.branches.map(branchName).filter(Boolean).join("، ") || "–"}</bdi>, isExtra: true },
        ]}
      />
    </Frame>
  );
}
