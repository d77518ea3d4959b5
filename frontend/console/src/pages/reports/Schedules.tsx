import { Alert, Button, Text } from "@mantine/core";
import { call } from "../../http/api";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { languages, type Language } from "../../i18n/words";
import { useClock, ClockField } from "../../hours/ClockField";
import { branchChoices, useBranches } from "../../kit/branches";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { useEditor } from "../../kit/editor";
import { ChoiceField, ManyField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import kitCss from "../../kit/Kit.module.css";
import { byId, useList, type List } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { useCommand, useFeed } from "../../live/context";
import type { Calendar, Id } from "../../protocol";
import { go } from "../../shell/route";
import { kinds } from "../tickets/ticket";
import { words as ticketWords } from "../tickets/words";
import { Name } from "../work/Name";
import { calendars, groupings, movingPeriods, rhythms, type By, type MovingPeriod, type Schedule } from "./report";
import { words } from "./words";

export const useSchedules = (isAllowed: boolean): List<Schedule> => useList<Schedule>(isAllowed ? "/api/reports/schedules" : null, byId);

const clockOf = (minutes: number) => [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");
const minutesOf = (clock: string) => clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);

/** What is sent by itself. */
export function ScheduleTable(props: { schedules: List<Schedule>; chosen: string | undefined }) {
  const { schedules } = props;
  const { say, count } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const dates = useDates();
  const clock = useClock();
  return (
    <DataTable
      label={say("tab.sent")}
      list={schedules}
      rows={schedules.items}
      idOf={byId}
      chosen={props.chosen}
      to={({ id }) => ["reports", "sent", id]}
      isOff={({ is_active }) => !is_active}
      columns={[
        { key: "name", title: kit.say("name"), cell: ({ name }) => <Name of={name} /> },
        { key: "what", title: say("what"), cell: ({ report }) => `${say(`by.${report.by}`)} · ${say(`moving.${report.period}`, { n: 30 })}` },
        { key: "rhythm", title: say("rhythm"), cell: ({ rhythm, at_minute }) => `${say(`rhythm.${rhythm}`)} · ${clock(clockOf(at_minute))}`, isExtra: true },
        { key: "to", title: say("to"), cell: ({ staff_ids }) => count("people", staff_ids.length), isExtra: true },
        { key: "next", title: say("next"), cell: ({ next_at, is_active }) => (is_active ? dates.full(next_at) : kit.say("off")) },
      ]}
    />
  );
}

export function ScheduleDetail(props: { id: string; schedules: List<Schedule> }) {
  const { id, schedules } = props;
  const { say } = usePhrases(words);
  return (
    <Detail key={id} id={id} list={schedules} idOf={byId} back={["reports", "sent"]} newTitle={say("add_schedule")} titleOf={({ name }) => <Name of={name} />}>
      {(schedule, { key, reload }) => <ScheduleForm key={key} schedule={schedule} schedules={schedules} reload={reload} />}
    </Detail>
  );
}

function ScheduleForm(props: { schedule: Schedule | null; schedules: List<Schedule>; reload: () => void }) {
  const { schedule, schedules } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const speech = useSpeech();
  const { me } = useFeed();
  const { isBusy, run } = useCommand();
  const readers = useList<{ id: Id; name: string }>("/api/reports/readers", byId);
  const present = {
    name: schedule?.name ?? "",
    report: schedule?.report ?? { period: "last_week" as MovingPeriod, by: "agent" as By, kind: null as string | null, queue_id: null as Id | null, branch_id: null as Id | null },
    rhythm: schedule?.rhythm ?? ("weekly" as Schedule["rhythm"]),
    at_minute: schedule?.at_minute ?? 480,
    calendar: schedule?.calendar ?? me.calendar,
    format: schedule?.format ?? ("xlsx" as Schedule["format"]),
    locale: schedule?.locale ?? speech.language,
    staff_ids: schedule?.staff_ids ?? [],
    is_active: schedule?.is_active ?? true,
    version: schedule?.version ?? 0,
  };
  const editor = useEditor(present, async ({ version, ...values }) => {
    const saved = schedule ? await call<Schedule>("PUT", `/api/reports/schedules/${schedule.id}`, { ...values, version }) : await call<Schedule>("POST", "/api/reports/schedules", values);
    schedules.put(saved);
    if (!schedule) go("reports", "sent", saved.id);
    return { version: saved.version };
  });
  const { values, set, fault } = editor;
  const isTheirs = schedule !== null && schedule.owner_id !== me.id;
  const remove = async () => {
    if (!(await run(() => call("DELETE", `/api/reports/schedules/${schedule!.id}`)))) return;
    await schedules.reload();
    go("reports", "sent");
  };
  const shared = { isDisabled: isTheirs };
  return (
    <>
      <Form editor={editor} reload={props.reload} isFixed={isTheirs}>
        {isTheirs ? <Alert color="blue">{say("theirs")}</Alert> : <Text size="sm" c="dimmed">{say("own_rights")}</Text>}
        <TextField label={kit.say("name")} value={values.name} set={(name) => set({ name })} error={fault("name")} isRequired {...shared} testid="field-name" />
        <ReportFields value={values.report} set={(report) => set({ report })} isFixed={isTheirs} />
        <div className={kitCss.pair}>
          <ChoiceField label={say("rhythm")} value={values.rhythm} set={(rhythm) => rhythm && set({ rhythm: rhythm as Schedule["rhythm"] })} options={rhythms.map((value) => ({ value, label: say(`rhythm.${value}`) }))} {...shared} testid="field-rhythm" />
          <div>
            <Text size="sm" fw={500} mb={4} aria-hidden>{say("at")}</Text>
            <ClockField label={say("at")} value={clockOf(values.at_minute)} set={(clock) => set({ at_minute: minutesOf(clock) })} testid="field-at" />
          </div>
        </div>
        <ChoiceField label={say("calendar")} hint={say("calendar_hint")} value={values.calendar} set={(calendar) => calendar && set({ calendar: calendar as Calendar })} options={calendars.map((value) => ({ value, label: speech.say(`calendar.${value}`) }))} {...shared} testid="field-calendar" />
        <div className={kitCss.pair}>
          <ChoiceField label={say("format")} value={values.format} set={(format) => format && set({ format: format as Schedule["format"] })} options={(["xlsx", "csv"] as const).map((value) => ({ value, label: value.toUpperCase() }))} {...shared} testid="field-format" />
          <ChoiceField label={say("language")} value={values.locale} set={(locale) => locale && set({ locale: locale as Language })} options={Object.entries(languages).map(([value, { name }]) => ({ value, label: name }))} {...shared} testid="field-language" />
        </div>
        <ManyField label={say("to")} hint={say("to_hint")} value={values.staff_ids} set={(staff_ids) => set({ staff_ids })} options={readers.items.map(({ id, name }) => ({ value: id, label: name }))} error={fault("staff_ids")} {...shared} testid="field-to" />
        <SwitchField label={say("is_active")} value={values.is_active} set={(is_active) => set({ is_active })} {...shared} testid="field-active" />
      </Form>
      {schedule && !isTheirs && <Button variant="subtle" color="red" size="xs" mt="md" loading={isBusy} onClick={() => void remove()} data-testid="remove-schedule">{say("stop")}</Button>}
    </>
  );
}

function ReportFields(props: { value: Schedule["report"]; set: (value: Schedule["report"]) => void; isFixed: boolean }) {
  const { value } = props;
  const { say } = usePhrases(words);
  const ticket = usePhrases(ticketWords);
  const { language } = useSpeech();
  const { queues } = useFeed();
  const branches = useBranches();
  const put = (part: Partial<Schedule["report"]>) => props.set({ ...value, ...part });
  const any = { placeholder: say("any"), isClearable: true, isDisabled: props.isFixed };
  return (
    <>
      <div className={kitCss.pair}>
        <ChoiceField label={say("by")} value={value.by} set={(by) => by && put({ by: by as By })} options={groupings.map((each) => ({ value: each, label: say(`by.${each}`) }))} isDisabled={props.isFixed} testid="field-by" />
        <ChoiceField label={say("period")} value={value.period} set={(period) => period && put({ period: period as MovingPeriod })} options={movingPeriods.map((each) => ({ value: each, label: say(`moving.${each}`, { n: 30 }) }))} isDisabled={props.isFixed} testid="field-period" />
      </div>
      <div className={kitCss.pair}>
        <ChoiceField label={say("by.kind")} value={value.kind} set={(kind) => put({ kind })} options={kinds.map((each) => ({ value: each, label: ticket.say(`kind.${each}`) }))} {...any} />
        <ChoiceField label={say("by.team")} value={value.queue_id} set={(queue_id) => put({ queue_id })} options={queues.map(({ id, name }) => ({ value: id, label: name }))} {...any} />
      </div>
      {branches.items.length > 0 && <ChoiceField label={say("by.branch")} value={value.branch_id} set={(branch_id) => put({ branch_id })} options={branchChoices(branches.items, "", language).slice(1)} {...any} />}
    </>
  );
}
