import { Button, Select, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { call } from "../../http/api";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useCommand, useFeed } from "../../live/context";
import type { Setup } from "./setup";
import { fitting, nameIn, priorities, type BulkDone, type TicketRow } from "./ticket";
import css from "./Tickets.module.css";
import { words } from "./words";

const undoMs = 20_000;

interface BulkProps {
  rows: TicketRow[];
  setup: Setup;
  clear: () => void;
  reload: () => Promise<void>;
}

/** What can be done to all that are ticked, at once; the notice takes it back. */
export function BulkBar(props: BulkProps) {
  const { rows, setup } = props;
  const { say, count } = usePhrases(words);
  const { language } = useSpeech();
  const { queues, agents, me } = useFeed();
  const { isBusy, run } = useCommand();
  const told = useTold(props.reload);
  const change = (part: object) =>
    void run(async () => {
      told(await call<BulkDone>("POST", "/api/tickets/bulk", { ids: rows.map(({ id }) => id), ...part }));
      props.clear();
      await props.reload();
    });
  const stages = fitting(setup.statuses, ...rows.map(({ kind }) => kind));
  const mayAssign = me.permissions.includes("ticket.assign");
  const people = mayAssign ? agents.map(({ id, name }) => ({ value: id, label: id === me.id ? say("take_over") : name })) : [{ value: me.id, label: say("take_over") }];
  const choices = [
    { key: "status_id", label: say("stage"), data: stages.map(({ id, names }) => ({ value: id, label: nameIn(names, language) })) },
    { key: "priority", label: say("priority"), data: priorities.map((value) => ({ value, label: say(`priority.${value}`) })) },
    { key: "owner_id", label: say("owner"), data: people },
    { key: "queue_id", label: say("team"), data: queues.map(({ id, name }) => ({ value: id, label: name })) },
  ];
  return (
    <div className={css.bulk} role="group" aria-label={say("bulk")} data-testid="bulk">
      <Text size="sm" fw={600} aria-live="polite">{count("selected", rows.length)}</Text>
      {choices.map(({ key, label, data }) => (
        <Select key={key} size="xs" w={140} aria-label={label} placeholder={label} data={data} value={null} onChange={(value) => value && change({ [key]: value })} disabled={isBusy} searchable={data.length > 6} openOnFocus={false} data-testid={`bulk-${key}`} />
      ))}
      <Button size="xs" variant="subtle" onClick={props.clear} data-testid="bulk-clear">{say("bulk_clear")}</Button>
    </div>
  );
}

/** Says what became of it, with the way back. */
function useTold(reload: () => Promise<void>): (done: BulkDone) => void {
  const { say, count } = usePhrases(words);
  const speech = useSpeech();
  const { run } = useCommand();
  return (done) => {
    const id = `bulk-${done.batch_id}`;
    // The server's sentences are English; the kind of refusal has a word in each language.
    const why = [...new Set(done.refused.map(({ kind, detail }) => (speech.language === "en" ? detail : speech.sayAny("problem", snake(kind), detail))))].join(" ");
    const undo = () =>
      void run(async () => {
        notifications.hide(id);
        const back = await call<BulkDone>("POST", `/api/tickets/bulk/${done.batch_id}/undo`);
        notifications.show({ color: "teal", message: count("undone", back.changed.length) });
        await reload();
      });
    notifications.show({
      id,
      color: done.refused.length > 0 ? "yellow" : "teal",
      autoClose: undoMs,
      message: (
        <>
          <span data-testid="bulk-done">{done.changed.length > 0 ? count("bulk_done", done.changed.length) : say("bulk_same")}</span>
          {done.refused.length > 0 && <Text size="sm">{count("bulk_refused", done.refused.length)}: {why}</Text>}
          {done.changed.length > 0 && <Button size="compact-sm" variant="light" ms="sm" onClick={undo} data-testid="undo">{say("undo")}</Button>}
        </>
      ),
    });
  };
}

const snake = (kind: string): string => kind.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase();
