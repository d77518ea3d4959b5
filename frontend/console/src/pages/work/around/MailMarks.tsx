import { Badge, Group } from "@mantine/core";
import { usePhrases } from "../../../i18n/phrases";
import type { Message } from "../../../protocol";
import { Name } from "../Name";
import { words } from "./words";

/** What has to be known of who wrote a mail, and why it is here. */
export function MailMarks(props: { message: Message }) {
  const { direction, details } = props.message;
  const { say, sayAny } = usePhrases(words);
  if (direction !== "inbound") return null;
  const thread = typeof details["thread"] === "string" ? sayAny("thread", details["thread"].replace(":", "_"), "") : "";
  const subject = details["subject_changed"];
  const isStranger = details["participant"] !== undefined;
  const isUnreadable = typeof details["unreadable"] === "string";
  const notes = Array.isArray(details["notes"]) ? [...new Set(details["notes"].map((note) => sayAny("note", String(note), "")))].filter(Boolean) : [];
  if (!isStranger && details["verdict"] === undefined && !subject && !details["repeated_id"] && thread === "" && !isUnreadable && notes.length === 0) return null;
  return (
    <Group gap={4} mb={4} data-testid="mail-marks">
      {isStranger && <Badge size="sm" color="yellow" variant="light" tt="none" c="var(--mantine-color-text)" data-mark="stranger">{say("mark.stranger")}</Badge>}
      {details["verdict"] === "unverified" && <Badge size="sm" color="red" variant="light" tt="none" c="var(--mantine-color-text)" title={typeof details["doubt"] === "string" ? details["doubt"] : undefined} data-mark="unverified">{say("mark.unverified")}</Badge>}
      {details["repeated_id"] === true && <Badge size="sm" color="yellow" variant="light" tt="none" c="var(--mantine-color-text)" data-mark="repeated">{say("mark.repeated")}</Badge>}
      {typeof subject === "string" && <Badge size="sm" color="gray" variant="light" tt="none" data-mark="subject">{say("mark.subject")} <Name of={subject} /></Badge>}
      {isUnreadable && <Badge size="sm" color="red" variant="light" tt="none" c="var(--mantine-color-text)" title={String(details["unreadable"])} data-mark="unreadable">{say("mark.unreadable")}</Badge>}
      {notes.map((note) => <Badge key={note} size="sm" color="gray" variant="light" tt="none" data-mark="note">{note}</Badge>)}
      {thread !== "" && <Badge size="sm" color="gray" variant="light" tt="none" data-mark="thread">{thread}</Badge>}
    </Group>
  );
}
