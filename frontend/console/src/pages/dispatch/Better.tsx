import { ActionIcon, Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconBulb, IconX } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { call } from "../../http/api";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useCommand } from "../../live/context";
import type { Id } from "../../protocol";
import type { Run } from "./day";
import css from "./Dispatch.module.css";
import { words } from "./words";

const settledMs = 1500;

interface BetterProps {
  date: string;
  branchId: Id | null;
  /** Counts what was given by hand: after each, the day is thought over. */
  given: number;
  show: (run: Run) => void;
  reload: () => void;
}

/** What a rethink of the day would save, in a line, with what accepts it. */
export function Better(props: BetterProps) {
  const { date, branchId, given, show, reload } = props;
  const { say, count } = usePhrases(words);
  const dates = useDates();
  const { isBusy, run } = useCommand();
  const [found, setFound] = useState<Run | null>(null);
  useEffect(() => {
    setFound(null);
    if (given === 0) return;
    let isGone = false;
    const timer = window.setTimeout(() => {
      // Nobody asked for it, so that nobody is told when it cannot be said.
      ask(date, branchId).then((next) => isGone || setFound(next), () => undefined);
    }, settledMs);
    return () => {
      isGone = true;
      window.clearTimeout(timer);
    };
  }, [date, branchId, given]);
  const askNow = () =>
    void run(async () => {
      const next = await ask(date, branchId);
      setFound(next);
      if (next === null) notifications.show({ color: "teal", message: say("better_none") });
    });
  const accept = (proposal: Run) =>
    void run(async () => {
      setFound(null);
      try {
        show(await call<Run>("POST", `/api/plans/${proposal.id}/accept`));
        notifications.show({ color: "teal", message: say("accepted") });
      } finally {
        reload();
      }
    });
  const refuse = (proposal: Run) => {
    setFound(null);
    call("POST", `/api/plans/${proposal.id}/refuse`).catch(() => undefined);
  };
  if (found === null) {
    return <Button className={css.better!} size="compact-sm" variant="subtle" leftSection={<IconBulb size={16} aria-hidden />} loading={isBusy} onClick={askNow} data-testid="ask-better">{say("better")}</Button>;
  }
  const saved = found.cost.before_seconds - found.cost.after_seconds;
  return (
    <Group className={css.better!} gap="xs" role="status" data-testid="better">
      <Text size="sm" fw={600}>{say("better_line", { time: dates.span(saved / 60), visits: count("moved", found.plan.changes.length) })}</Text>
      <Button size="compact-sm" disabled={isBusy} onClick={() => accept(found)} data-testid="accept-better">{say("accept")}</Button>
      <Button size="compact-sm" variant="default" onClick={() => (setFound(null), show(found))} data-testid="show-better">{say("show")}</Button>
      <ActionIcon variant="subtle" color="gray" onClick={() => refuse(found)} aria-label={say("refuse")} data-testid="refuse-better"><IconX size={18} /></ActionIcon>
    </Group>
  );
}

const ask = async (day: string, branchId: Id | null) => (await call<{ run: Run | null }>("POST", "/api/plans/better", { day, branch_id: branchId })).run;
