import { Badge, Group } from "@mantine/core";
import { useState } from "react";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { matches } from "../../kit/fold";
import { Frame } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { kitWords } from "../../kit/words";
import type { Technician } from "../../protocolGeo";
import { Name } from "../work/Name";
import { TechnicianForm } from "./TechnicianForm";
import { words } from "./words";

/** Who goes to customers: shift, home, territory, phones. */
export function TechniciansPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const dates = useDates();
  const technicians = useList<Technician>("/api/technicians", byId);
  const [search, setSearch] = useState("");
  const chosen = props.rest[0];
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={{ label: say("add"), to: ["technicians", "new"] }}
      search={{ value: search, set: setSearch }}
      isWide
      side={
        chosen && (
          <Detail key={chosen} id={chosen} list={technicians} idOf={byId} back={["technicians"]} newTitle={say("add")} titleOf={({ name }) => <Name of={name} />}>
            {(technician, { key, reload }) => <TechnicianForm key={key} technician={technician} technicians={technicians} reload={reload} />}
          </Detail>
        )
      }
    >
      <DataTable
        label={say("title")}
        list={technicians}
        rows={technicians.items.filter(({ name }) => matches(search, name))}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["technicians", id]}
        isSearched={search !== ""}
        columns={[
          {
            key: "name",
            title: kit.say("name"),
            cell: ({ name, settings }) => (
              <Group gap={6} component="span"><Name of={name} />{!settings.is_active && <Badge component="span" variant="light" color="gray" tt="none">{say("not_active")}</Badge>}</Group>
            ),
          },
          { key: "vehicle", title: say("vehicle"), cell: ({ settings }) => <bdi>{settings.vehicle || "–"}</bdi>, isExtra: true },
          { key: "phones", title: say("phones"), cell: ({ seen_at }) => (seen_at ? dates.fromNow(seen_at) : "–"), isExtra: true },
        ]}
      />
    </Frame>
  );
}
