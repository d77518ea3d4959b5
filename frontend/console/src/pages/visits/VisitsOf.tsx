import { Button, Group, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { usePhrases } from "../../i18n/phrases";
import { byId, useList } from "../../kit/list";
import { useFeed } from "../../live/context";
import type { Id } from "../../protocol";
import { go } from "../../shell/route";
import type { Visit } from "../dispatch/day";
import { Lines } from "./Lines";
import { words } from "./words";

/** The visits of a ticket or a customer, and the way to a new one, to which the ticket gives what it knows. */
export default function VisitsOf(props: { kind: "ticket" | "customer"; id: Id; mayAdd: boolean }) {
  const { kind, id } = props;
  const { say } = usePhrases(words);
  const { me } = useFeed();
  const list = useList<Visit>(`/api/visits?limit=10&${kind}_id=${encodeURIComponent(id)}`, byId);
  const mayAdd = props.mayAdd && me.permissions.includes("visit.write");
  return (
    <section aria-label={say("of_ticket")} data-testid="visits-of">
      <Group justify="space-between">
        <Title order={4} fz="sm">{say("of_ticket")}</Title>
        {mayAdd && <Button size="compact-xs" variant="subtle" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => go("visits", "new", kind, id)} data-testid="new-visit">{say("add")}</Button>}
      </Group>
      <Lines visits={list.items} />
    </section>
  );
}
