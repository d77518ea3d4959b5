import { Button, Group, Text, Title as Heading } from "@mantine/core";
import { IconLink, IconTargetArrow, IconTicket } from "@tabler/icons-react";
import { useEffect } from "react";
import { call } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { byId, useList } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { useCommand, useFeed } from "../../live/context";
import type { Id } from "../../protocol";
import { go, pathTo } from "../../shell/route";
import { Due, Stage, Title } from "./marks";
import { useSetup } from "./setup";
import type { Kind, Ticket, TicketRow } from "./ticket";
import css from "./Tickets.module.css";
import { words } from "./words";

interface CustomerTicketsProps {
  customerId: Id;
  /** Beside a conversation: a new ticket is opened from it, and it can be put to one that is there. */
  interactionId?: Id;
  /** Read again when this changes. */
  moment?: unknown;
}

/** A customer's tickets, the last changed first, and the way to a new one. */
export default function CustomerTickets(props: CustomerTicketsProps) {
  const { customerId, interactionId } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { me } = useFeed();
  const setup = useSetup();
  const { isBusy, run } = useCommand();
  const list = useList<TicketRow>(`/api/tickets?limit=10&customer_id=${encodeURIComponent(customerId)}`, byId);
  const { reload } = list;
  useEffect(() => void reload(), [reload, props.moment]);
  const mayWrite = me.permissions.includes("ticket.write");
  const open = (kind: Kind) => (interactionId ? go("tickets", "new", "conversation", interactionId, kind) : go("tickets", "new", "customer", customerId, kind));
  const put = (row: TicketRow) =>
    void run(async () => {
      const { id } = await call<Ticket>("PUT", `/api/tickets/${row.id}/interactions/${interactionId}`);
      go("tickets", id);
    });
  return (
    <section className={css.section} aria-label={say("of_customer")} data-testid="customer-tickets">
      <Group justify="space-between" gap="xs">
        <Heading order={3} fz="sm">{say("of_customer")}</Heading>
        {mayWrite && (
          <Group gap={4}>
            <Button size="compact-sm" variant="default" leftSection={<IconTicket size={14} aria-hidden />} onClick={() => open("support_request")} data-testid="new-ticket">{say("add")}</Button>
            <Button size="compact-sm" variant="default" leftSection={<IconTargetArrow size={14} aria-hidden />} onClick={() => open("lead")} data-testid="new-lead">{say("add_lead")}</Button>
          </Group>
        )}
      </Group>
      {!list.isBusy && list.items.length === 0 && <Text size="sm" c="dimmed">{say("of_customer_none")}</Text>}
      <ul className={css.lines}>
        {list.items.map((row) => (
          <li key={row.id} className={css.line} data-testid="customer-ticket">
            <a className={css.grow} href={pathTo("tickets", row.id)}><Title ticket={row} /></a>
            <Stage ticket={row} setup={setup} />
            <Due ticket={row} />
            {interactionId && mayWrite && (
              <Button size="compact-xs" variant="subtle" leftSection={<IconLink size={14} aria-hidden />} disabled={isBusy} onClick={() => put(row)} data-testid="put-there">{say("belongs_there")}</Button>
            )}
          </li>
        ))}
      </ul>
      {list.hasMore && <Button size="compact-sm" variant="default" loading={list.isBusy} onClick={() => void list.more()} style={{ justifySelf: "start" }}>{kit.say("more")}</Button>}
    </section>
  );
}
