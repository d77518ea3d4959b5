import { useEffect } from "react";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useList } from "../../kit/list";
import type { Setup } from "./setup";
import { nameIn, type Counted } from "./ticket";
import css from "./Tickets.module.css";
import { words } from "./words";

interface CountsProps {
  setup: Setup;
  kind: string | undefined;
  queueId: string | undefined;
  chosen: string | undefined;
  choose: (statusId: string | null) => void;
  /** Counted again when this changes. */
  moment: unknown;
}

const keyOf = ({ kind, status_id, sla }: Counted) => `${kind} ${status_id} ${sla}`;

/** How many open tickets each stage has, of the kind and the team that are looked at, and how many are late. */
export function Counts(props: CountsProps) {
  const { chosen, kind } = props;
  const { say } = usePhrases(words);
  const { number, language } = useSpeech();
  const { items, reload } = useList<Counted>(`/api/tickets/counts${props.queueId ? `?queue_id=${props.queueId}` : ""}`, keyOf);
  useEffect(() => void reload(), [reload, props.moment]);
  const sum = (id: string, isLate: boolean) =>
    items.filter((each) => each.status_id === id && (!kind || each.kind === kind) && (!isLate || each.sla === "breached")).reduce((total, each) => total + each.number, 0);
  const shown = props.setup.statuses.filter(({ id, category, is_active }) => sum(id, false) > 0 || (is_active && category !== "solved" && category !== "closed"));
  return (
    <div className={css.counts} role="group" aria-label={say("counts")} data-testid="counts">
      {shown.map(({ id, names }) => {
        const late = sum(id, true);
        return (
          <button key={id} type="button" className={css.count} aria-pressed={chosen === id} onClick={() => props.choose(chosen === id ? null : id)} data-testid="count" data-status={id}>
            {nameIn(names, language)} <strong>{number(sum(id, false))}</strong>
            {late > 0 && <span className={css.late}>{say("late_of", { n: late })}</span>}
          </button>
        );
      })}
    </div>
  );
}
