import { ActionIcon, Button, Checkbox, Group, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useState, type FormEvent } from "react";
import { call } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { useCommand } from "../../live/context";
import { Name } from "../work/Name";
import { pageWords } from "./pageWords";
import { Section } from "./Section";
import type { Ticket } from "./ticket";
import type { PartProps } from "./TicketPage";
import css from "./Tickets.module.css";

/** What is to be done, ticked off one by one. */
export function Checks(props: PartProps) {
  const { ticket, take, mayWrite } = props;
  const { say } = usePhrases(pageWords);
  const { isBusy, run } = useCommand();
  const [text, setText] = useState("");
  const path = `/api/tickets/${ticket.id}/checks`;
  const ask = (method: string, at: string, body?: object) => run(async () => take(await call<Ticket>(method, `${path}${at}`, body)));
  const add = async (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== "" && (await ask("POST", "", { text: text.trim() }))) setText("");
  };
  const done = ticket.checks.filter(({ done_at }) => done_at !== null).length;
  const note = ticket.checks.length > 0 ? say("checks_done", { done, all: ticket.checks.length }) : undefined;
  return (
    <Section title={say("checks")} note={note} testid="ticket-checks">
      <ul className={css.lines}>
        {ticket.checks.map((check) => (
          <li key={check.id}>
            <Group gap="xs" wrap="nowrap" justify="space-between">
              <Checkbox label={<Name of={check.text} />} checked={check.done_at !== null} disabled={!mayWrite || isBusy} onChange={(event) => void ask("PATCH", `/${check.id}`, { is_done: event.currentTarget.checked })} data-testid="check" />
              {mayWrite && (
                <ActionIcon variant="subtle" color="gray" size="sm" aria-label={say("remove", { name: check.text })} disabled={isBusy} onClick={() => void ask("DELETE", `/${check.id}`)}><IconTrash size={14} /></ActionIcon>
              )}
            </Group>
          </li>
        ))}
      </ul>
      {mayWrite && (
        <form onSubmit={(event) => void add(event)}>
          <Group gap="xs" wrap="nowrap">
            <TextInput size="xs" flex={1} aria-label={say("check_add")} placeholder={say("check_add")} value={text} maxLength={500} dir={text === "" ? undefined : "auto"} onChange={(event) => setText(event.currentTarget.value)} autoComplete="off" data-testid="check-text" />
            <Button size="xs" type="submit" variant="default" loading={isBusy} disabled={text.trim() === ""} data-testid="check-add">{say("add")}</Button>
          </Group>
        </form>
      )}
    </Section>
  );
}
