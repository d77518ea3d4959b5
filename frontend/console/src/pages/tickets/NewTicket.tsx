import { Center, Loader, SegmentedControl, Stack, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { newId } from "../../../../shared/outbox";
import { call } from "../../http/api";
import type { CustomerRecord } from "../../http/views";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { BranchField } from "../../kit/BranchField";
import { useBranches } from "../../kit/branches";
import { useEditor } from "../../kit/editor";
import { ChoiceField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { kitWords } from "../../kit/words";
import { useFeed } from "../../live/context";
import type { Id, Interaction } from "../../protocol";
import { go } from "../../shell/route";
import { Name } from "../work/Name";
import { CustomerField } from "./CustomerField";
import { CustomFields } from "./CustomFields";
import { missing, mustHave } from "./editing";
import type { Setup } from "./setup";
import { fitting, kinds, nameIn, priorities, type FieldValue, type Kind, type Priority, type Ticket, type TicketRow } from "./ticket";
import { words } from "./words";

/** From where it is opened, and what is known from there. */
interface Source {
  from: "nothing" | "customer" | "conversation" | "ticket";
  id: Id | null;
  name: string;
  subject: string;
  description: string;
}

const nowhere: Source = { from: "nothing", id: null, name: "", subject: "", description: "" };

interface NewProps {
  setup: Setup;
  put: (ticket: TicketRow) => void;
}

/** A new ticket for a customer or oneself, out of a conversation, or out of another ticket. */
export function NewTicket(props: NewProps & { rest: string[] }) {
  const [from, id, kind] = props.rest;
  const kit = usePhrases(kitWords);
  const [source, setSource] = useState<Source | null | "gone">(from && id ? null : nowhere);
  useEffect(() => {
    if (!from || !id) return;
    read(from, id).then(setSource, () => setSource("gone"));
  }, [from, id]);
  if (source === "gone") return <Text c="dimmed">{kit.say("gone")}</Text>;
  if (source === null || !props.setup.isRead) return <Center mih={120}><Loader size="sm" /></Center>;
  return <NewForm {...props} source={source} kind={kinds.find((each) => each === kind) ?? "support_request"} />;
}

async function read(from: string, id: string): Promise<Source> {
  const path = encodeURIComponent(id);
  if (from === "conversation") {
    const { subject, preview, customer } = await call<Interaction>("GET", `/api/interactions/${path}`);
    return { from, id, name: customer.name, subject: subject ?? preview, description: "" };
  }
  if (from === "ticket") {
    const { number, subject, description } = await call<Ticket>("GET", `/api/tickets/${path}`);
    return { from, id, name: number, subject, description };
  }
  const { name } = await call<CustomerRecord>("GET", `/api/customers/${path}`);
  return { ...nowhere, from: "customer", id, name };
}

interface Entered {
  kind: Kind;
  subject: string;
  description: string;
  priority: Priority;
  type_id: Id | null;
  customer_id: Id | null;
  branch_id: Id | null;
  queue_id: Id | null;
  owner_id: Id | null;
  is_confidential: boolean;
  fields: Record<string, FieldValue>;
}

function NewForm(props: NewProps & { source: Source; kind: Kind }) {
  const { source, setup, put } = props;
  const { say } = usePhrases(words);
  const { language } = useSpeech();
  const { me, queues, agents } = useFeed();
  const branches = useBranches();
  // The same through all tries: a lost answer must not become a second ticket.
  const [clientId] = useState(newId);
  const [isInternal, setInternal] = useState(false);
  // Whoever opens it has it, unless they give it to a team or to somebody.
  const mine = agents.some(({ id }) => id === me.id) ? me.id : null;
  const [isOwnerChosen, setOwnerChosen] = useState(false);
  const isFree = source.from === "nothing";
  const begun: Entered = {
    kind: props.kind, subject: source.subject.slice(0, 300), description: source.description, priority: "normal", type_id: null,
    customer_id: source.from === "customer" ? source.id : null, branch_id: null, queue_id: null, owner_id: mine, is_confidential: false, fields: {},
  };
  const editor = useEditor(
    begun,
    async (values) => {
      const isNobodys = isFree && !isInternal && values.customer_id === null;
      mustHave([...missing(fitting(setup.fields, values.kind), values.fields), ...(isNobodys ? ["customer_id"] : [])]);
      const fields = Object.fromEntries(Object.entries(values.fields).filter(([, value]) => value !== null).map(([name, value]) => [name.slice("fields.".length), value]));
      const made = await call<Ticket>("POST", "/api/tickets", {
        ...values,
        fields,
        client_id: clientId,
        ...(source.from === "conversation" ? { interaction_id: source.id } : source.from === "ticket" ? { from_ticket_id: source.id } : {}),
        ...(isFree && isInternal ? { customer_id: null, requester_id: me.id } : {}),
      });
      put(made);
      go("tickets", made.id);
    },
    setup.fields.map(({ key }) => `fields.${key}`),
  );
  const { values, set, fault } = editor;
  const types = setup.types.filter(({ kind, is_active }) => is_active && kind === values.kind).map(({ id, names }) => ({ value: id, label: nameIn(names, language) }));
  const named = (all: { id: string; name: string }[]) => all.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Form editor={editor} reload={() => undefined} submit={say("new.submit")}>
      {source.from === "conversation" && <Text size="sm" c="dimmed">{say("new.from_conversation", { name: source.name })}</Text>}
      {source.from === "ticket" && <Text size="sm" c="dimmed">{say("new.from_ticket", { number: source.name })}</Text>}
      {source.from === "customer" && <Text size="sm">{say("new.customer")}: <b><Name of={source.name} /></b></Text>}
      {isFree && (
        <Stack gap={6}>
          <SegmentedControl
            aria-label={say("new.for")}
            value={isInternal ? "self" : "customer"}
            onChange={(value) => setInternal(value === "self")}
            data={(["customer", "self"] as const).map((value) => ({ value, label: say(`new.for_${value}`) }))}
            data-testid="ticket-for"
          />
          {!isInternal && <CustomerField value={values.customer_id} set={(customer_id) => set({ customer_id })} error={fault("customer_id")} />}
        </Stack>
      )}
      <ChoiceField label={say("new.kind")} value={values.kind} set={(kind) => kind && set({ kind: kind as Kind, type_id: null, fields: {} })} options={kinds.map((value) => ({ value, label: say(`kind.${value}`) }))} testid="ticket-kind" />
      <TextField label={say("subject")} value={values.subject} set={(subject) => set({ subject })} error={fault("subject")} isRequired testid="ticket-subject" />
      <TextField label={say("new.description")} value={values.description} set={(description) => set({ description })} error={fault("description")} rows={4} testid="ticket-description" />
      <CustomFields fields={fitting(setup.fields, values.kind)} values={values.fields} set={(name, value) => set({ fields: { ...values.fields, [name]: value } })} fault={fault} isFixed={false} />
      {types.length > 0 && <ChoiceField label={say("new.type")} value={values.type_id} set={(type_id) => set({ type_id })} options={types} error={fault("type_id")} isClearable testid="ticket-type" />}
      <ChoiceField label={say("priority")} value={values.priority} set={(priority) => priority && set({ priority: priority as Priority })} options={priorities.map((value) => ({ value, label: say(`priority.${value}`) }))} testid="ticket-priority" />
      <ChoiceField label={say("team")} hint={say("new.team_hint")} value={values.queue_id} set={(queue_id) => set({ queue_id, ...(isOwnerChosen ? {} : { owner_id: queue_id === null ? mine : null }) })} options={named(queues)} error={fault("queue_id")} isClearable testid="ticket-team" />
      <ChoiceField label={say("owner")} value={values.owner_id} set={(owner_id) => { setOwnerChosen(true); set({ owner_id }); }} options={agents.map(({ id, name }) => ({ value: id, label: id === me.id ? say("take_over") : name }))} error={fault("owner_id")} isClearable testid="ticket-owner" />
      {branches.items.length > 1 && source.from !== "conversation" && <BranchField branches={branches.items} value={values.branch_id} set={(branch_id) => set({ branch_id })} error={fault("branch_id")} />}
      <SwitchField label={say("new.confidential")} hint={say("new.confidential_hint")} value={values.is_confidential} set={(is_confidential) => set({ is_confidential })} testid="ticket-confidential" />
    </Form>
  );
}
