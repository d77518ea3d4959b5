import { Stack } from "@mantine/core";
import type { Queue } from "../../http/views";
import { useRegion } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { ChoiceField, SwitchField } from "../../kit/fields";
import type { Id } from "../../protocol";
import { useSetup } from "../tickets/setup";
import { kinds, nameIn, priorities, type Kind, type Priority } from "../tickets/ticket";
import { words } from "../tickets/words";
import { mailroomWords } from "./mailroomWords";

/** The ticket that a rule opens. */
export interface MailTicket {
  kind: Kind;
  type_id: Id | null;
  priority: Priority;
  queue_id: Id | null;
  joins: "thread" | "customer";
}

const usual: MailTicket = { kind: "support_request", type_id: null, priority: "normal", queue_id: null, joins: "thread" };

interface FieldsProps {
  value: MailTicket | null;
  set: (value: MailTicket | null) => void;
  queues: Queue[];
  fault: (path: string) => string | undefined;
}

/** Which ticket is opened for what comes in, or that none is. */
export function MailTicketFields(props: FieldsProps) {
  const { value, set, queues, fault } = props;
  const { say } = usePhrases(mailroomWords);
  const desk = usePhrases(words);
  const { language } = useRegion();
  const { types } = useSetup();
  const change = (part: Partial<MailTicket>) => set({ ...usual, ...value, ...part });
  return (
    <Stack gap="xs">
      <SwitchField label={say("ticket")} hint={say("ticket_hint")} value={value !== null} set={(isOn) => set(isOn ? usual : null)} testid="rule-ticket" />
      {value !== null && (
        <>
          <ChoiceField label={desk.say("kind")} value={value.kind} set={(kind) => kind && change({ kind: kind as Kind, type_id: null })} options={kinds.map((kind) => ({ value: kind, label: desk.say(`kind.${kind}`) }))} testid="rule-ticket-kind" />
          <ChoiceField
            label={desk.say("new.type")}
            placeholder={say("ticket_any_type")}
            value={value.type_id}
            set={(type_id) => change({ type_id })}
            options={types.filter((type) => type.is_active && type.kind === value.kind).map(({ id, names }) => ({ value: id, label: nameIn(names, language) }))}
            error={fault("actions.ticket.type_id")}
            testid="rule-ticket-type"
          />
          <ChoiceField label={desk.say("priority")} value={value.priority} set={(priority) => priority && change({ priority: priority as Priority })} options={priorities.map((each) => ({ value: each, label: desk.say(`priority.${each}`) }))} testid="rule-ticket-priority" />
          <ChoiceField
            label={desk.say("team")}
            placeholder={say("ticket_no_team")}
            value={value.queue_id}
            set={(queue_id) => change({ queue_id })}
            options={queues.map(({ id, name }) => ({ value: id, label: name }))}
            error={fault("actions.ticket.queue_id")}
            testid="rule-ticket-team"
          />
          <ChoiceField
            label={say("ticket_joins")}
            value={value.joins}
            set={(joins) => joins && change({ joins: joins as MailTicket["joins"] })}
            options={(["thread", "customer"] as const).map((each) => ({ value: each, label: say(`ticket_joins.${each}`) }))}
            testid="rule-ticket-joins"
          />
        </>
      )}
    </Stack>
  );
}
