import { ActionIcon, Badge, Group } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import type { MouseEvent } from "react";
import { call } from "../../http/api";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { hoursAndMinutes } from "../../kit/durations";
import { Frame } from "../../kit/Frame";
import { byId, useList, type List } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { useCommand } from "../../live/context";
import { Name } from "../work/Name";
import { inOrder, moved, priorities, type Policy } from "./policy";
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
          ...(chosen ? [] : [{ key: "order", title: say("order"), cell: (policy: Policy) => <Arrows policy={policy} policies={policies} at={rows.indexOf(policy)} /> }]),
          { key: "targets", title: say("targets"), cell: (policy) => <Group gap={4}>{shortest(policy).map((text) => <Badge key={text} variant="light" tt="none"><bdi>{text}</bdi></Badge>)}</Group>, isExtra: true },
          { key: "state", title: say("is_active"), cell: ({ is_active }) => kit.say(is_active ? "on" : "off"), isExtra: true },
        ]}
      />
    </Frame>
  );
}

function Arrows(props: { policy: Policy; policies: List<Policy>; at: number }) {
  const { policy, policies, at } = props;
  const { say } = usePhrases(words);
  const { isBusy, run } = useCommand();
  const put = async (to: number) => {
    await run(async () => {
      for (const { policy: each, position } of moved(policies.items, policy.id, to)) {
        const { id, ...values } = each;
        await call("PUT", `/api/sla-policies/${id}`, { ...values, position });
      }
    });
    await policies.reload();
  };
  const move = (to: number) => (event: MouseEvent) => {
    // The row is a link of its own.
    event.stopPropagation();
    void put(to);
  };
  return (
    <Group gap={2} wrap="nowrap" component="span">
      <ActionIcon variant="subtle" color="gray" disabled={at === 0 || isBusy} onClick={move(at - 1)} aria-label={say("earlier", { name: policy.name })} data-testid="move-up"><IconArrowUp size={16} /></ActionIcon>
      <ActionIcon variant="subtle" color="gray" disabled={at === policies.items.length - 1 || isBusy} onClick={move(at + 1)} aria-label={say("later", { name: policy.name })} data-testid="move-down"><IconArrowDown size={16} /></ActionIcon>
    </Group>
  );
}
