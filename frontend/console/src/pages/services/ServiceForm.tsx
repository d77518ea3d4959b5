import { Button, Text } from "@mantine/core";
import { useState } from "react";
import { call } from "../../http/api";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { BranchField } from "../../kit/BranchField";
import { useBranches } from "../../kit/branches";
import { plainOf, today } from "../../kit/calendar";
import { DateField } from "../../kit/DateField";
import { useEditor } from "../../kit/editor";
import { ChoiceField, NumberField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { byId, useList, type List } from "../../kit/list";
import { useCommand, useFeed } from "../../live/context";
import { PlaceField } from "../../map/Picker";
import { go } from "../../shell/route";
import { CustomerField } from "../tickets/CustomerField";
import { nameOf, type VisitKind } from "../visits/visit";
import { calendars, units, type ServicePlan } from "./service";
import { words } from "./words";

type Values = Omit<ServicePlan, "id" | "customer_name" | "kind_id" | "customer_id" | "every"> & { kind_id: string | null; customer_id: string | null; every: number | null };

const begun: Values = {
  subject: "", notes: "", kind_id: null, customer_id: null, branch_id: null, contract: "", place: { address: "", latitude: null, longitude: null, phone: "" }, territory: "",
  starts_on: plainOf(today()), ends_on: null, calendar: "gregory", every: 1, unit: "month", rule: "", tolerance_days: 3, horizon_days: 30, remind_days: 2,
  day_from: "08:00", day_to: "17:00", is_in_warranty: null, is_active: true, version: 0,
};

/** One periodic service, and the days on which it would be due. */
export function ServiceForm(props: { plan: ServicePlan | null; plans: List<ServicePlan>; reload: () => void }) {
  const { plan, plans } = props;
  const { say } = usePhrases(words);
  const { say: common, language } = useSpeech();
  const { me } = useFeed();
  const kinds = useList<VisitKind>("/api/visit-kinds", byId);
  const branches = useBranches();
  const initial: Values = plan ?? begun;
  const editor = useEditor<Values>(initial, async (values) => {
    const { version, ...said } = values;
    const saved = plan ? await call<ServicePlan>("PUT", `/api/service-plans/${plan.id}`, { ...only(said), version }) : await call<ServicePlan>("POST", "/api/service-plans", only(said));
    plans.put(saved);
    if (!plan) go("services", saved.id);
    return { version: saved.version };
  });
  const { values, set, fault } = editor;
  const { latitude, longitude } = values.place;
  const place = latitude !== null && longitude !== null ? { lat: latitude, lon: longitude } : null;
  const amount = (name: "tolerance_days" | "horizon_days" | "remind_days", label: string) => <NumberField label={label} value={values[name]} set={(next) => set({ [name]: next ?? 0 })} error={fault(name)} min={0} max={366} testid={`service-${name}`} />;
  return (
    <Form editor={editor} reload={props.reload} isFixed={!me.permissions.includes("visit.write")}>
      <TextField label={say("subject")} value={values.subject} set={(subject) => set({ subject })} error={fault("subject")} isRequired testid="service-subject" />
      <ChoiceField label={say("kind")} value={values.kind_id} set={(kind_id) => set({ kind_id })} options={kinds.items.filter(({ is_active, id }) => is_active || id === values.kind_id).map(({ id, names }) => ({ value: id, label: nameOf(names, language) }))} error={fault("kind_id")} isRequired testid="service-kind" />
      {plan ? <Text size="sm">{say("customer")}: <bdi>{plan.customer_name}</bdi></Text> : <CustomerField value={values.customer_id} set={(customer_id) => set({ customer_id })} error={fault("customer_id")} />}
      <TextField label={say("contract")} value={values.contract} set={(contract) => set({ contract })} error={fault("contract")} />
      {branches.items.length > 0 && <BranchField branches={branches.items} value={values.branch_id} set={(branch_id) => set({ branch_id })} error={fault("branch_id")} />}
      <TextField label={say("address")} value={values.place.address} set={(address) => set({ place: { ...values.place, address } })} rows={2} />
      <PlaceField label={say("on_map")} value={place} set={(next) => set({ place: { ...values.place, latitude: next?.lat ?? null, longitude: next?.lon ?? null } })} />
      <DateField label={say("starts")} value={values.starts_on} set={(next) => next && set({ starts_on: next })} error={fault("starts_on")} isRequired testid="service-starts" />
      <DateField label={say("ends")} value={values.ends_on} set={(ends_on) => set({ ends_on })} error={fault("ends_on")} />
      <ChoiceField label={say("calendar")} value={values.calendar} set={(next) => next && set({ calendar: next as Values["calendar"] })} options={calendars.map((value) => ({ value, label: common(`calendar.${value}`) }))} testid="service-calendar" />
      <NumberField label={say("every")} value={values.every} set={(every) => set({ every })} error={fault("every")} min={1} max={1000} testid="service-every" />
      <ChoiceField label={say("unit")} value={values.unit} set={(next) => next && set({ unit: next as Values["unit"] })} options={units.map((value) => ({ value, label: say(`unit.${value}`) }))} testid="service-unit" />
      <TextField label={say("rule")} value={values.rule} set={(rule) => set({ rule })} error={fault("rule")} isCode />
      <Preview values={values} />
      {amount("tolerance_days", say("tolerance"))}
      {amount("horizon_days", say("horizon"))}
      {amount("remind_days", say("remind"))}
      <TextField label={say("from")} value={values.day_from.slice(0, 5)} set={(day_from) => set({ day_from })} error={fault("day_from")} isCode />
      <TextField label={say("to")} value={values.day_to.slice(0, 5)} set={(day_to) => set({ day_to })} error={fault("day_to")} isCode />
      <SwitchField label={say("active")} value={values.is_active} set={(is_active) => set({ is_active })} />
    </Form>
  );
}

/** What the server takes: the rest of what it gave is its own. */
function only(values: object): object {
  const { id: _, customer_name: __, ...rest } = values as Partial<ServicePlan>;
  return rest;
}

/** The next days on which it would be due, in each of the calendars; nothing is saved. */
function Preview({ values }: { values: Values }) {
  const { say } = usePhrases(words);
  const { locale, say: common } = useSpeech();
  const { isBusy, run } = useCommand();
  const [days, setDays] = useState<string[]>([]);
  const { version: _, ...said } = values;
  const show = () => void run(async () => setDays((await call<{ items: string[] }>("POST", "/api/service-plans/preview", only(said))).items));
  const written = (day: string, calendar: string) => new Intl.DateTimeFormat(`${locale.split("-u-")[0]}-u-ca-${calendar}`, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
  return (
    <>
      <Button size="xs" variant="default" style={{ alignSelf: "flex-start" }} loading={isBusy} disabled={values.kind_id === null || values.customer_id === null || values.subject.trim() === ""} onClick={show} data-testid="preview">{say("preview")}</Button>
      {days.length > 0 && (
        <div style={{ overflowX: "auto" }}>
          <table data-testid="due-days" style={{ fontSize: "var(--mantine-font-size-sm)" }}>
            <thead><tr>{calendars.map((calendar) => <th key={calendar} scope="col" style={{ textAlign: "start", paddingInlineEnd: 16 }}>{common(`calendar.${calendar}`)}</th>)}</tr></thead>
            <tbody>{days.map((day) => <tr key={day}>{calendars.map((calendar) => <td key={calendar} style={{ paddingInlineEnd: 16, whiteSpace: "nowrap" }}>{written(day, calendar)}</td>)}</tr>)}</tbody>
          </table>
        </div>
      )}
    </>
  );
}
