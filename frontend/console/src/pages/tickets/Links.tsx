import { ActionIcon, Button, Checkbox, Group, Stack, Text } from "@mantine/core";
import { IconLinkOff } from "@tabler/icons-react";
import { useState } from "react";
import { call, Problem } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { useEditor } from "../../kit/editor";
import { ChoiceField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { useCommand } from "../../live/context";
import { go, pathTo } from "../../shell/route";
import { linkWords } from "./linkWords";
import { Stage, Title } from "./marks";
import { pageWords } from "./pageWords";
import { Section } from "./Section";
import { TalkName } from "./Talks";
import type { Link, Ticket } from "./ticket";
import type { PartProps } from "./TicketPage";
import css from "./Tickets.module.css";

const given = ["related", "parent", "duplicate"] as const;
type Given = (typeof given)[number];

/** The other tickets that have to do with it, and how. */
export function Links(props: PartProps) {
  const { ticket, setup, take, mayWrite } = props;
  const { say } = usePhrases(linkWords);
  const page = usePhrases(pageWords);
  const { isBusy, run } = useCommand();
  const [form, setForm] = useState<"link" | "split" | null>(null);
  const unlink = (link: Link) => void run(async () => take(await call<Ticket>("DELETE", `/api/tickets/${ticket.id}/links/${link.kind}/${link.ticket.id}`)));
  const tools = (
    <Group gap={4}>
      <Button size="compact-xs" variant="subtle" onClick={() => setForm(form === "link" ? null : "link")} data-testid="link-open">{say("link_add")}</Button>
      <Button size="compact-xs" variant="subtle" onClick={() => setForm(form === "split" ? null : "split")} data-testid="split-open">{say("split")}</Button>
    </Group>
  );
  return (
    <Section title={say("links")} tools={mayWrite && tools} testid="ticket-links">
      {ticket.links.length === 0 && form === null && <Text size="sm" c="dimmed">{say("links_none")}</Text>}
      <ul className={css.lines}>
        {ticket.links.map((link) => (
          <li key={`${link.kind} ${link.ticket.id} ${link.is_outgoing}`} className={css.line} data-testid="link" data-kind={link.kind}>
            <Text size="xs" c="dimmed">{say(`${link.is_outgoing ? "out" : "in"}.${link.kind}`)}</Text>
            <a className={css.grow} href={pathTo("tickets", link.ticket.id)}><Title ticket={link.ticket} /></a>
            <Stage ticket={link.ticket} setup={setup} />
            {mayWrite && <ActionIcon variant="subtle" color="gray" size="sm" aria-label={say("link_remove", { number: link.ticket.number })} disabled={isBusy} onClick={() => unlink(link)} data-testid="unlink"><IconLinkOff size={14} /></ActionIcon>}
          </li>
        ))}
      </ul>
      {form === "link" && <LinkForm {...props} close={() => setForm(null)} />}
      {form === "split" && <SplitForm {...props} close={() => setForm(null)} cancel={page.say("cancel")} />}
    </Section>
  );
}

/** The ticket of a number that somebody typed; refused at the field `number` when there is none. */
export async function byNumber(number: string): Promise<Ticket> {
  try {
    return await call<Ticket>("GET", `/api/tickets/by-number?number=${encodeURIComponent(number.trim())}`);
  } catch (error) {
    if (!(error instanceof Problem) || (error.status !== 404 && error.status !== 422)) throw error;
    throw new Problem(422, error.type, error.detail, null, { errors: [{ loc: "number", msg: "", type: "not_there" }] });
  }
}

function LinkForm(props: PartProps & { close: () => void }) {
  const { ticket, take, close } = props;
  const { say } = usePhrases(linkWords);
  const editor = useEditor({ kind: "related" as Given, number: "" }, async (values) => {
    const other = await byNumber(values.number);
    take(await call<Ticket>("POST", `/api/tickets/${ticket.id}/links`, { kind: values.kind, to_id: other.id }));
    close();
  });
  const { values, set, fault } = editor;
  return (
    <Form editor={editor} reload={close} submit={say("link_add")}>
      <div className={css.pair}>
        <ChoiceField label={say("link_kind")} value={values.kind} set={(kind) => kind && set({ kind: kind as Given })} options={given.map((value) => ({ value, label: say(`out.${value}`) }))} testid="link-kind" />
        <TextField label={say("link_number")} hint={say("link_number_hint")} value={values.number} set={(number) => set({ number })} error={fault("number")} isCode isRequired testid="link-number" />
      </div>
    </Form>
  );
}

/** A part becomes a ticket of its own; that one is shown then. */
function SplitForm(props: PartProps & { close: () => void; cancel: string }) {
  const { ticket, close } = props;
  const { say } = usePhrases(linkWords);
  const editor = useEditor({ subject: "", interaction_ids: [] as string[] }, async (values) => {
    const made = await call<Ticket>("POST", `/api/tickets/${ticket.id}/split`, values);
    close();
    go("tickets", made.id);
  });
  const { values, set, fault } = editor;
  const toggle = (id: string) => set({ interaction_ids: values.interaction_ids.includes(id) ? values.interaction_ids.filter((each) => each !== id) : [...values.interaction_ids, id] });
  return (
    <Form editor={editor} reload={close} submit={say("split_submit")}>
      <Text size="sm" c="dimmed">{say("split_about")}</Text>
      <TextField label={say("split_subject")} value={values.subject} set={(subject) => set({ subject })} error={fault("subject")} isRequired testid="split-subject" />
      {ticket.interactions.length > 0 && (
        <Stack gap={6} role="group" aria-label={say("split_talks")}>
          <Text size="sm" fw={600}>{say("split_talks")}</Text>
          {ticket.interactions.map((id) => <Checkbox key={id} label={<TalkName id={id} />} checked={values.interaction_ids.includes(id)} onChange={() => toggle(id)} data-testid="split-talk" />)}
        </Stack>
      )}
      <Button size="compact-sm" variant="subtle" onClick={close} style={{ alignSelf: "flex-start" }}>{props.cancel}</Button>
    </Form>
  );
}
