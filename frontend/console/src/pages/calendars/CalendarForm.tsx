import { Button } from "@mantine/core";
import { placesIn } from "../../hours/HoursField";
import { HoursEditor } from "../../hours/HoursEditor";
import { completed } from "../../hours/model";
import { call } from "../../http/api";
import type { Branch } from "../../http/views";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { branchChoices } from "../../kit/branches";
import { isWeekend } from "../../kit/calendar";
import { useEditor } from "../../kit/editor";
import { ManyField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import type { List } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { useCommand, useFeed } from "../../live/context";
import { go } from "../../shell/route";
import { freshCalendarHours, takenBranches, type WorkCalendar } from "./calendar";
import { words } from "./words";

interface CalendarFormProps {
  calendar: WorkCalendar | null;
  calendars: List<WorkCalendar>;
  branches: Branch[];
  reload: () => void;
}

// Day 4 after 1 January 1970 was a Monday, with which hours begin to count.
const monday = 4;

export function CalendarForm(props: CalendarFormProps) {
  const { calendar, calendars } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { language } = useSpeech();
  const { organisation } = useFeed();
  const { isBusy, run } = useCommand();
  const initial = {
    name: calendar?.name ?? "",
    hours: calendar ? completed(calendar.hours) : freshCalendarHours((day) => isWeekend(monday + day, organisation)),
    branches: calendar?.branches ?? [],
    is_default: calendar?.is_default ?? calendars.items.length === 0,
    version: calendar?.version ?? 0,
  };
  const save = async ({ version, ...values }: typeof initial) => {
    const saved = calendar
      ? await call<WorkCalendar>("PUT", `/api/calendars/${calendar.id}`, { ...values, version })
      : await call<WorkCalendar>("POST", "/api/calendars", values);
    // Another one may have lost a branch to it, or is no longer the default.
    await calendars.reload();
    if (!calendar) go("calendars", saved.id);
    return { version: saved.version };
  };
  const editor = useEditor(initial, save, placesIn("hours"));
  const { values, set, fault } = editor;
  const taken = takenBranches(calendars.items, calendar?.id ?? null);
  const choices = branchChoices(props.branches, "", language).slice(1);
  const remove = async () => {
    if (!(await run(() => call("DELETE", `/api/calendars/${calendar!.id}`)))) return;
    await calendars.reload();
    go("calendars");
  };
  return (
    <>
      <Form editor={editor} reload={props.reload}>
        <TextField label={kit.say("name")} value={values.name} set={(name) => set({ name })} error={fault("name")} isRequired testid="field-name" />
        <HoursEditor value={values.hours} set={(hours) => set({ hours })} fault={(part) => fault(`hours.${part}`)} opened={["rules", "preview"]} />
        <ManyField
          label={say("branches")}
          hint={say("branches_hint")}
          value={values.branches}
          set={(branches) => set({ branches })}
          options={choices.map(({ value, label }) => ({ value, label: taken.has(value) ? say("branch_of", { branch: label, calendar: taken.get(value)! }) : label }))}
          error={fault("branches")}
          testid="field-branches"
        />
        <SwitchField label={say("is_default")} hint={say("is_default_hint")} value={values.is_default} set={(is_default) => set({ is_default })} testid="field-default" />
      </Form>
      {calendar && <Button variant="subtle" color="red" size="xs" mt="md" loading={isBusy} onClick={() => void remove()} data-testid="remove-calendar">{say("remove")}</Button>}
    </>
  );
}
