import { Badge } from "@mantine/core";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { Frame } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { Name } from "../work/Name";
import type { CallFlow } from "./flow";
import { FlowForm } from "./FlowForm";
import { words } from "./words";

/** What a machine says and asks before callers reach people. */
export function CallFlowsPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const flows = useList<CallFlow>("/api/call-flows", byId);
  const chosen = props.rest[0];
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={{ label: say("add"), to: ["callflows", "new"] }}
      isWide
      side={
        chosen && (
          <Detail key={chosen} id={chosen} list={flows} idOf={byId} back={["callflows"]} newTitle={say("add")} titleOf={({ name }) => <Name of={name} />}>
            {(flow, { key, reload }) => <FlowForm key={key} flow={flow} list={flows} reload={reload} />}
          </Detail>
        )
      }
    >
      <DataTable
        label={say("title")}
        list={flows}
        rows={flows.items}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["callflows", id]}
        columns={[
          { key: "name", title: kit.say("name"), cell: ({ name }) => <Name of={name} /> },
          { key: "published", title: say("published"), cell: ({ published }) => (published === null ? say("never") : say("version", { number: published })) },
          { key: "state", title: say("draft"), cell: ({ problems }) => <Badge variant="light" tt="none" color={problems.length > 0 ? "yellow" : "teal"}>{problems.length > 0 ? say("faults", { count: problems.length }) : say("sound")}</Badge>, isExtra: true },
        ]}
      />
    </Frame>
  );
}
