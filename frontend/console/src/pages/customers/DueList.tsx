import { Badge, Checkbox, Group } from "@mantine/core";
import { useState } from "react";
import type { ContactDue } from "../../http/views";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { byId, useList } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { useFeed } from "../../live/context";
import { Name } from "../work/Name";
import { detailWords } from "./detailWords";

/** Whom to contact, the most urgent first; what is past its day is marked. */
export function DueList(props: { chosen: string | undefined }) {
  const { say } = usePhrases(detailWords);
  const kit = usePhrases(kitWords);
  const dates = useDates();
  const { me } = useFeed();
  const [isMine, setMine] = useState(false);
  const due = useList<ContactDue>(isMine ? `/api/contacts-due?responsible_id=${me.id}` : "/api/contacts-due", byId);
  return (
    <>
      <Checkbox label={say("list.mine")} checked={isMine} onChange={(event) => setMine(event.currentTarget.checked)} mb="sm" data-testid="due-mine" />
      <DataTable
        label={say("list.due")}
        list={due}
        rows={due.items}
        idOf={byId}
        chosen={props.chosen}
        to={({ id }) => ["customers", id]}
        columns={[
          { key: "name", title: kit.say("name"), cell: ({ name }) => <Name of={name} /> },
          {
            key: "due",
            title: say("due_at"),
            cell: ({ due_at, is_overdue }) => (
              <Group gap={6} component="span">
                {dates.day(due_at)}
                {is_overdue && <Badge size="sm" color="red" variant="light" tt="none">{say("overdue")}</Badge>}
              </Group>
            ),
          },
          { key: "last", title: say("last"), cell: ({ last_at }) => (last_at === null ? "" : dates.day(last_at)), isExtra: true },
          { key: "responsible", title: say("responsible"), cell: ({ responsible_name }) => responsible_name && <Name of={responsible_name} />, isExtra: true },
        ]}
      />
    </>
  );
}
