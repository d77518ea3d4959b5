import { Button, Text } from "@mantine/core";
import { useEffect } from "react";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { byId, useList } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { useRuleName } from "../automation/ruleNames";
import { Name } from "../work/Name";
import { pageWords } from "./pageWords";
import { Section } from "./Section";
import type { Setup } from "./setup";
import { useShown, type Shown } from "./shown";
import { useSourceName } from "./sources";
import type { Past, Ticket } from "./ticket";
import css from "./Tickets.module.css";

/** Who changed what, newest first: what stood there before and what stands there now. */
export function History(props: { ticket: Ticket; setup: Setup }) {
  const { ticket, setup } = props;
  const { say } = usePhrases(pageWords);
  const kit = usePhrases(kitWords);
  const shown = useShown(setup);
  const { items, hasMore, isBusy, more, reload } = useList<Past>(`/api/tickets/${ticket.id}/history?limit=20`, byId);
  useEffect(() => void reload(), [reload, ticket.version]);
  return (
    <Section title={say("history")} testid="ticket-history">
      <ul className={css.lines}>
        {items.map((past) => <li key={past.id} className={css.past}><One past={past} shown={shown} source={ticket.source} /></li>)}
      </ul>
      {hasMore && <Button size="compact-sm" variant="default" loading={isBusy} onClick={() => void more()} style={{ justifySelf: "start" }}>{kit.say("more")}</Button>}
    </Section>
  );
}

function One(props: { past: Past; shown: Shown; source: string }) {
  const { past, shown } = props;
  const { say } = usePhrases(pageWords);
  const dates = useDates();
  const Before = past.undone_at === null ? "span" : "s";
  return (
    <div data-testid="past-change" data-cause={past.cause}>
      <Text size="xs" c="dimmed">{dates.full(past.at)}{past.undone_at !== null && <> · {say("was_undone")}</>}</Text>
      <Before><DidText past={past} source={props.source} /></Before>
      {Object.entries(past.changes).filter(([name, [before, after]]) => name !== "merged_into" && (!isEmpty(before) || !isEmpty(after))).map(([name, [before, after]]) => (
        <Text key={name} size="sm" c="dimmed">
          {shown.field(name)}: {say("due_from_to", { before: shown.value(name, before), after: shown.value(name, after) })}
        </Text>
      ))}
    </div>
  );
}

/** Into which one it was merged the links say. A merge that moved no conversation says nothing of conversations. */
const isEmpty = (value: unknown): boolean => value === null || (Array.isArray(value) && value.length === 0);

function DidText(props: { past: Past; source: string }) {
  const { cause } = props.past;
  const { say, sayAny } = usePhrases(pageWords);
  const ruleName = useRuleName();
  const sourceName = useSourceName();
  // Who filled in a form is the customer; who opened the ticket is nobody with a name.
  const isForm = cause === "opened" && props.source === "form";
  const by = cause === "rule" ? ruleName(props.past.by_name) : isForm ? sourceName("form") : props.past.by_name;
  const known = sayAny("did", cause, "");
  // What a newer part of the server did is at least somebody's change.
  if (known === "") return <Text span size="sm">{say("did.changed", { name: by })}</Text>;
  return <Text span size="sm">{!known.includes("{name}") ? known : <Said text={known} name={by} />}</Text>;
}

/** A sentence with a name in it. */
function Said(props: { text: string; name: string }) {
  const [before = "", after = ""] = props.text.split("{name}");
  return <>{before}<Name of={props.name} />{after}</>;
}
