import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable, type Column } from "../../kit/DataTable";
import type { QueueFigures } from "../../protocolBoard";
import { Name } from "../work/Name";
import { Age, Level, still, useFigures } from "./shown";
import { queuesOf, type Board } from "./state";
import { words } from "./words";

export type Period = "today" | "recent";

/** Each queue over all its channels. */
export function QueueTable(props: { board: Board; period: Period; chosen: string | undefined }) {
  const { period } = props;
  const { say } = usePhrases(words);
  const { language } = useSpeech();
  const { number, percent, time } = useFigures();
  const columns: Column<QueueFigures>[] = [
    { key: "queue", title: say("queue"), cell: ({ queue_name }) => <Name of={queue_name} /> },
    { key: "waiting", title: say("waiting"), cell: ({ contacts_in_queue }) => <b data-testid="waiting">{number(contacts_in_queue)}</b> },
    { key: "oldest", title: say("oldest"), cell: (queue) => <Age since={queue.oldest_contact_at} target={queue.target_seconds} /> },
    { key: "level", title: say("level"), cell: (queue) => <Level level={queue[period].service_level} of={queue} /> },
    { key: "free", title: say("free"), cell: (queue) => <span data-testid="free">{say("free_of", { free: queue.agents_available, online: queue.agents_online })}</span> },
    { key: "busy", title: say("busy"), cell: ({ agents_on_contact }) => number(agents_on_contact), isExtra: true },
    { key: "queued", title: say("queued"), cell: (queue) => number(queue[period].contacts_queued), isExtra: true },
    { key: "handled", title: say("handled"), cell: (queue) => <span data-testid="handled">{number(queue[period].contacts_handled)}</span>, isExtra: true },
    { key: "rate", title: say("abandoned"), cell: (queue) => percent(queue[period].abandonment_rate), isExtra: true },
    { key: "answer_time", title: say("answer_time"), cell: (queue) => time(queue[period].average_queue_answer_seconds), isExtra: true },
    { key: "handle_time", title: say("handle_time"), cell: (queue) => time(queue[period].average_handle_seconds), isExtra: true },
  ];
  return (
    <DataTable
      label={say("queues")}
      list={still}
      rows={queuesOf(props.board, language)}
      idOf={({ queue_id }) => queue_id}
      to={({ queue_id }) => ["board", queue_id]}
      chosen={props.chosen}
      columns={columns}
    />
  );
}
