import { Alert, Button } from "@mantine/core";
import { IconAlertTriangle, IconHandGrab } from "@tabler/icons-react";
import { useState } from "react";
import { call } from "../../http/api";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { ChoiceField } from "../../kit/fields";
import { isStale } from "../../kit/problems";
import { useCommand, useFeed } from "../../live/context";
import { pageWords } from "./pageWords";
import { fitting, nameIn, priorities, type Ticket } from "./ticket";
import type { PartProps } from "./TicketPage";
import css from "./Tickets.module.css";
import { words } from "./words";

/** Stage, priority, owner and team: each is saved as soon as it is chosen. */
export function Quick(props: PartProps & { read: () => Promise<void> }) {
  const { ticket, setup, mayWrite, take, read } = props;
  const { say } = usePhrases(words);
  const page = usePhrases(pageWords);
  const { language } = useSpeech();
  const { me, queues, agents } = useFeed();
  const { isBusy, run } = useCommand();
  const [isLate, setLate] = useState(false);
  const change = (part: object) =>
    void run(async () => {
      setLate(false);
      try {
        take(await call<Ticket>("PATCH", `/api/tickets/${ticket.id}`, { version: ticket.version, ...part }));
      } catch (error) {
        if (!isStale(error)) throw error;
        // What is there now is shown; whether it still should change is for a person to say.
        await read();
        setLate(true);
      }
    });
  const stages = setup.statuses.filter((each) => each.id === ticket.status_id || fitting([each], ticket.kind).length > 0);
  const named = (all: { id: string; name: string }[]) => all.map(({ id, name }) => ({ value: id, label: name }));
  const people = owners(agents, me.permissions.includes("ticket.assign"), ticket, me.id, say("take_over"));
  const isFixed = !mayWrite || isBusy;
  return (
    <>
      {isLate && (
        <Alert color="yellow" icon={<IconAlertTriangle />} role="alert" withCloseButton onClose={() => setLate(false)} data-testid="overtaken">{page.say("overtaken")}</Alert>
      )}
      <div className={css.quick}>
        <ChoiceField label={say("stage")} value={ticket.status_id} set={(status_id) => status_id && status_id !== ticket.status_id && change({ status_id })} options={stages.map(({ id, names }) => ({ value: id, label: nameIn(names, language) }))} isDisabled={isFixed} testid="set-stage" />
        <ChoiceField label={say("priority")} value={ticket.priority} set={(priority) => priority && priority !== ticket.priority && change({ priority })} options={priorities.map((value) => ({ value, label: say(`priority.${value}`) }))} isDisabled={isFixed} testid="set-priority" />
        <ChoiceField label={say("owner")} placeholder={say("nobody")} value={ticket.owner_id} set={(owner_id) => owner_id !== ticket.owner_id && change({ owner_id })} options={people} isClearable={me.permissions.includes("ticket.assign")} isDisabled={isFixed} testid="set-owner" />
        <ChoiceField label={say("team")} placeholder={say("nobody")} value={ticket.queue_id} set={(queue_id) => queue_id !== ticket.queue_id && change({ queue_id })} options={named(queues)} isClearable isDisabled={isFixed} testid="set-team" />
        {mayWrite && ticket.owner_id !== me.id && agents.some(({ id }) => id === me.id) && (
          <Button variant="light" leftSection={<IconHandGrab size={16} aria-hidden />} onClick={() => change({ owner_id: me.id })} loading={isBusy} style={{ alignSelf: "end" }} data-testid="take-ticket">{page.say("take")}</Button>
        )}
      </div>
    </>
  );
}

/** Without the permission to assign only oneself; whoever has it now is shown in any case. */
function owners(agents: { id: string; name: string }[], mayAssign: boolean, ticket: Ticket, me: string, self: string): { value: string; label: string }[] {
  const shown = agents.filter(({ id }) => mayAssign || id === me || id === ticket.owner_id).map(({ id, name }) => ({ value: id, label: id === me ? self : name }));
  const isThere = ticket.owner_id === null || shown.some(({ value }) => value === ticket.owner_id);
  return isThere ? shown : [...shown, { value: ticket.owner_id!, label: ticket.owner_name ?? "" }];
}
