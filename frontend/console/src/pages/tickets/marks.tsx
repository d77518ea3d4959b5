import { Badge } from "@mantine/core";
import { IconDoorEnter, IconForms, IconLock } from "@tabler/icons-react";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useServerNow } from "../../live/context";
import { Name } from "../work/Name";
import type { Setup } from "./setup";
import { dueOf, nameIn, type Category, type Priority, type TicketRow, type Tone } from "./ticket";
import css from "./Tickets.module.css";
import { words } from "./words";

const tickMs = 30_000;
const tones: Record<Tone, string> = { kept: "teal", near: "orange", late: "red", stopped: "gray", was_kept: "teal", was_late: "red" };
const colors: Record<Category, string> = { new: "blue", open: "indigo", pending: "gray", on_hold: "gray", solved: "teal", closed: "gray" };

/** How the promise stands, in a word and a colour, and how long there is. */
export function Due(props: { ticket: Pick<TicketRow, "category" | "due_at" | "sla"> }) {
  const { say } = usePhrases(words);
  const dates = useDates();
  const now = useServerNow(tickMs);
  const due = dueOf(props.ticket, now);
  if (due === null) return null;
  return (
    <span className={css.due} data-testid="due" data-tone={due.tone}>
      <Badge size="sm" flex="none" miw="max-content" variant="light" tt="none" color={tones[due.tone]}>{say(`due.${due.tone}`)}</Badge>
      {due.at !== null && <time dateTime={due.at} title={dates.full(due.at)}>{dates.fromNow(due.at, now)}</time>}
    </span>
  );
}

export function Stage(props: { ticket: Pick<TicketRow, "status_id" | "category">; setup: Setup }) {
  const { language } = useSpeech();
  const status = props.setup.statuses.find(({ id }) => id === props.ticket.status_id);
  return (
    <Badge size="sm" miw="max-content" variant="light" tt="none" color={colors[props.ticket.category]} data-testid="stage" data-category={props.ticket.category}>
      {status ? nameIn(status.names, language) : ""}
    </Badge>
  );
}

/** Only what is out of the ordinary gets a colour. */
export function Urgency(props: { priority: Priority }) {
  const { say } = usePhrases(words);
  const word = say(`priority.${props.priority}`);
  const color = { low: null, normal: null, high: "orange", urgent: "red" }[props.priority];
  return color === null ? <>{word}</> : <Badge size="sm" miw="max-content" variant="light" tt="none" color={color}>{word}</Badge>;
}

const outside = { portal: IconDoorEnter, form: IconForms };

/** Its number, and what it is about; a lock where only a few may know of it, a sign where its customer opened it. */
export function Title(props: { ticket: Pick<TicketRow, "number" | "subject" | "is_confidential" | "source"> }) {
  const { ticket } = props;
  const { say } = usePhrases(words);
  const from = ticket.source === "portal" || ticket.source === "form" ? ticket.source : null;
  const From = from && outside[from];
  return (
    <span>
      {From && <From size={14} role="img" aria-label={say(`source.${from}`)} data-testid="source" />} {ticket.is_confidential && <IconLock size={14} role="img" aria-label={say("confidential")} />} <bdi dir="ltr">{ticket.number}</bdi> <Name of={ticket.subject} />
    </span>
  );
}

/** Whose it is: a customer, or a colleague. */
export function Requester(props: { ticket: TicketRow }) {
  const { ticket } = props;
  const { say } = usePhrases(words);
  if (ticket.requester_kind === "external") return <Name of={ticket.customer_name ?? ""} />;
  return <span><Name of={ticket.requester_name ?? ""} /> ({say("internal")})</span>;
}
