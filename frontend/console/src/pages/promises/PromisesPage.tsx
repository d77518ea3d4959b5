import { Badge, Group } from "@mantine/core";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { hoursAndMinutes } from "../../kit/durations";
import { Frame } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { inOrder } from "../../kit/order";
import { OrderArrows } from "../../kit/OrderArrows";
import { kitWords } from "../../kit/words";
import { Name } from "../work/Name";
import { priorities, type Policy } from "./policy";
import { PolicyForm } from "./PolicyForm";
import { words } from "./words";

/** What is promised to whom: the first policy that fits counts. */
export function PromisesPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { locale } = useSpeech();
  const policies = useList<Policy>("/api/sla-policies", byId);
  const chosen = props.rest[0];
  const rows = inOrder(policies.items);
  const shortest = ({ targets }: Policy) =>
    priorities.flatMap((priority) => {
      const minutes = targets[priority]?.first_response ?? targets[priority]?.resolution;
      return minutes ? [`${say(`priority.${priority}`)} ${hoursAndMinutes(minutes, locale)}`] : [];
    });
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={{ label: say("add"), to: ["promises", "new"] }}
      isWide
      side={
        chosen && (
          <Detail key={chosen} id={chosen} list={policies} idOf={byId} back={["promises"]} newTitle={say("add")} titleOf={({ name }) => <Name of={name} />}>
            {(policy, { key, reload }) => <PolicyForm key={key} policy={policy} policies={policies} reload={reload} />}
          </Detail>
        )
      }
    >
      <DataTable
        label={say("title")}
        list={policies}
        rows={rows}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["promises", id]}
        isOff={({ is_active }) => !is_active}
        columns={[
          { key: "name", title: kit.say("name"), cell: ({ name }) => <Name of={name} /> },
          // Beside a form they would change what is being edited there.
          ...(chosen ? [] : [{ key: "order", title: say("order"), cell: (policy: Policy) => <OrderArrows item={policy} list={policies} path="/api/sla-policies" name={policy.name} /> }]),
          { key: "targets", title: say("targets"), cell: (policy) => <Group gap={4}>{shortest(policy).map((text) => <Badge key={text} variant="light" tt="none"><bdi>{text}</bdi></Badge>)}</Group>, isExtra: true },
          { key: "state", title: say("is_active"), cell: ({ is_active }) => kit.say(is_active ? "on" : "off"), isExtra: true },
        ]}
      />
    </Frame>
  );
}
