import { ActionIcon, Button, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { call } from "../../http/api";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { dayOfPlain, plainOf, today } from "../../kit/calendar";
import { DateField, useWritten } from "../../kit/DateField";
import { useEditor } from "../../kit/editor";
import { NumberField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { useCommand, useFeed } from "../../live/context";
import { Name } from "../work/Name";
import { pageWords } from "./pageWords";
import { Section } from "./Section";
import type { Ticket } from "./ticket";
import type { PartProps } from "./TicketPage";
import css from "./Tickets.module.css";

/** Time that people booked on it. */
export function Times(props: PartProps) {
  const { ticket, take, mayWrite } = props;
  const { say } = usePhrases(pageWords);
  const dates = useDates();
  const write = useWritten();
  const { me } = useFeed();
  const { isBusy, run } = useCommand();
  const [isOpen, form] = useDisclosure(false);
  const mayRemove = (staffId: string) => mayWrite && (staffId === me.id || me.permissions.includes("ticket.manage"));
  const remove = (id: string) => void run(async () => take(await call<Ticket>("DELETE", `/api/tickets/${ticket.id}/times/${id}`)));
  return (
    <Section
      title={say("times")}
      note={ticket.minutes_spent > 0 ? say("time_sum", { span: dates.span(ticket.minutes_spent) }) : undefined}
      tools={mayWrite && !isOpen && <Button size="compact-xs" variant="subtle" leftSection={<IconPlus size={14} aria-hidden />} onClick={form.open} data-testid="time-add">{say("time_add")}</Button>}
      testid="ticket-times"
    >
      <ul className={css.lines}>
        {ticket.times.map((each) => (
          <li key={each.id} className={css.line} data-testid="time">
            <b>{dates.span(each.minutes)}</b>
            <span className={css.grow}><Name of={each.staff_name} /> · {write(dayOfPlain(each.worked_on))}{each.note !== "" && <> · <Name of={each.note} /></>}</span>
            {mayRemove(each.staff_id) && <ActionIcon variant="subtle" color="gray" size="sm" aria-label={say("remove", { name: dates.span(each.minutes) })} disabled={isBusy} onClick={() => remove(each.id)}><IconTrash size={14} /></ActionIcon>}
          </li>
        ))}
      </ul>
      {ticket.times.length === 0 && !isOpen && <Text size="sm" c="dimmed">{say("none")}</Text>}
      {isOpen && <TimeForm {...props} close={form.close} />}
    </Section>
  );
}

function TimeForm(props: PartProps & { close: () => void }) {
  const { ticket, take, close } = props;
  const { say } = usePhrases(pageWords);
  const day = plainOf(today());
  const editor = useEditor({ minutes: null as number | null, worked_on: day as string | null, note: "" }, async (values) => {
    take(await call<Ticket>("POST", `/api/tickets/${ticket.id}/times`, values));
    close();
  });
  const { values, set, fault } = editor;
  return (
    <Form editor={editor} reload={close} submit={say("time_add")}>
      <div className={css.pair}>
        <NumberField label={say("time_minutes")} value={values.minutes} set={(minutes) => set({ minutes })} min={1} max={1440} error={fault("minutes")} isRequired testid="time-minutes" />
        <DateField label={say("time_day")} value={values.worked_on} set={(worked_on) => set({ worked_on })} max={day} error={fault("worked_on")} testid="time-day" />
      </div>
      <TextField label={say("time_note")} value={values.note} set={(note) => set({ note })} error={fault("note")} testid="time-note" />
    </Form>
  );
}
