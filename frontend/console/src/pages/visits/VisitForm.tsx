import { Text } from "@mantine/core";
import { useState } from "react";
import { newId } from "../../../../shared/outbox";
import { call } from "../../http/api";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { BranchField } from "../../kit/BranchField";
import { useBranches } from "../../kit/branches";
import { DateTimeField } from "../../kit/DateField";
import { useEditor } from "../../kit/editor";
import { ChoiceField, NumberField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { Panel } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { PlaceField } from "../../map/Picker";
import type { Id, Iso } from "../../protocol";
import { go } from "../../shell/route";
import { words as dispatchWords } from "../dispatch/words";
import { CustomerField } from "../tickets/CustomerField";
import { nameOf, type VisitKind, type WholeVisit } from "./visit";
import { words } from "./words";

interface Values {
  kind_id: string | null;
  subject: string;
  notes: string;
  customer_id: string | null;
  branch_id: string | null;
  address: string;
  phone: string;
  latitude: number | null;
  longitude: number | null;
  minutes: number | null;
  priority: string;
  from: Iso | null;
  to: Iso | null;
  warranty: "yes" | "no" | "unknown";
}

const begun = (visit: WholeVisit | null, customerId: string | null): Values => ({
  kind_id: visit?.kind_id ?? null,
  subject: visit?.subject ?? "",
  notes: visit?.notes ?? "",
  customer_id: visit?.customer_id ?? customerId,
  branch_id: visit?.branch_id ?? null,
  address: visit?.place.address ?? "",
  phone: visit?.place.phone ?? "",
  latitude: visit?.place.latitude ?? null,
  longitude: visit?.place.longitude ?? null,
  minutes: visit?.minutes ?? null,
  priority: String(visit?.priority ?? 1),
  from: visit?.promised?.begins_at ?? null,
  to: visit?.promised?.ends_at ?? null,
  warranty: visit?.is_in_warranty == null ? "unknown" : visit.is_in_warranty ? "yes" : "no",
});

const sent = (values: Values) => ({
  subject: values.subject,
  notes: values.notes,
  place: { address: values.address, phone: values.phone, latitude: values.latitude, longitude: values.longitude },
  priority: Number(values.priority),
  promised: values.from !== null && values.to !== null ? { begins_at: values.from, ends_at: values.to } : null,
  is_in_warranty: values.warranty === "unknown" ? null : values.warranty === "yes",
  ...(values.minutes === null ? {} : { minutes: values.minutes }),
});

/** A new visit: by hand, for a customer, or from a ticket, which gives what it knows. */
export function NewVisit(props: { from: string | null; id: Id | null; opened: () => void }) {
  const { say } = usePhrases(words);
  const { language } = useSpeech();
  const ticketId = props.from === "ticket" ? props.id : null;
  const kinds = useList<VisitKind>("/api/visit-kinds", byId);
  const branches = useBranches();
  // Pressed twice it is opened once.
  const [clientId] = useState(newId);
  const editor = useEditor<Values>(begun(null, props.from === "customer" ? props.id : null), async (values) => {
    const { kind_id, customer_id, branch_id } = values;
    const opened = await call<WholeVisit>("POST", "/api/visits", { ...sent(values), kind_id, customer_id, branch_id, ticket_id: ticketId, client_id: clientId });
    props.opened();
    go("visits", opened.id);
  }, ["place"]);
  return (
    <Panel title={say("add")} back={ticketId ? ["tickets", ticketId] : ["visits"]}>
      <Form editor={editor} reload={() => undefined} submit={say("open")}>
        {ticketId && <Text size="sm" c="dimmed">{say("ticket_hint")}</Text>}
        <ChoiceField label={say("kind")} value={editor.values.kind_id} set={(kind_id) => editor.set({ kind_id })} options={kinds.items.filter(({ is_active }) => is_active).map(({ id, names }) => ({ value: id, label: nameOf(names, language) }))} error={editor.fault("kind_id")} isRequired testid="visit-kind" />
        {!ticketId && props.from !== "customer" && <CustomerField value={editor.values.customer_id} set={(customer_id) => editor.set({ customer_id })} error={editor.fault("customer_id")} />}
        {branches.items.length > 0 && <BranchField branches={branches.items} value={editor.values.branch_id} set={(branch_id) => editor.set({ branch_id })} error={editor.fault("branch_id")} />}
        <Fields editor={editor} />
      </Form>
    </Panel>
  );
}

/** What can be put right of a visit that is not over. */
export function EditVisit(props: { visit: WholeVisit; take: (visit: WholeVisit) => void; reload: () => void }) {
  const { visit, take } = props;
  const { say } = usePhrases(words);
  const editor = useEditor<Values>(begun(visit, null), async (values) => take(await call<WholeVisit>("PATCH", `/api/visits/${visit.id}`, { ...sent(values), version: visit.version })), ["place"]);
  return (
    <Form editor={editor} reload={props.reload} submit={say("save")}>
      <Fields editor={editor} />
    </Form>
  );
}

function Fields({ editor }: { editor: ReturnType<typeof useEditor<Values>> }) {
  const { say } = usePhrases(words);
  const dispatch = usePhrases(dispatchWords);
  const { values, set, fault } = editor;
  const place = values.latitude !== null && values.longitude !== null ? { lat: values.latitude, lon: values.longitude } : null;
  return (
    <>
      <TextField label={say("subject")} value={values.subject} set={(subject) => set({ subject })} error={fault("subject")} testid="visit-subject" />
      <TextField label={say("notes")} value={values.notes} set={(notes) => set({ notes })} error={fault("notes")} rows={2} />
      <TextField label={say("address")} value={values.address} set={(address) => set({ address })} error={fault("place")} rows={2} testid="visit-address" />
      <PlaceField label={say("on_map")} value={place} set={(next) => set({ latitude: next?.lat ?? null, longitude: next?.lon ?? null })} />
      <TextField label={say("phone")} value={values.phone} set={(phone) => set({ phone })} isCode />
      <NumberField label={say("minutes")} value={values.minutes} set={(minutes) => set({ minutes })} error={fault("minutes")} min={1} max={1440} testid="visit-minutes" />
      <ChoiceField label={say("priority")} value={values.priority} set={(priority) => set({ priority: priority ?? "1" })} options={["0", "1", "2", "3"].map((value) => ({ value, label: dispatch.sayAny("priority", value, value) }))} testid="visit-priority" />
      <DateTimeField label={say("promised_from")} value={values.from} set={(from) => set({ from })} error={fault("promised")} testid="promised-from" />
      <DateTimeField label={say("promised_to")} value={values.to} set={(to) => set({ to })} testid="promised-to" />
      <ChoiceField label={say("warranty")} value={values.warranty} set={(next) => set({ warranty: (next ?? "unknown") as Values["warranty"] })} options={(["unknown", "yes", "no"] as const).map((value) => ({ value, label: say(`warranty.${value}`) }))} testid="visit-warranty" />
    </>
  );
}
