import { Badge, Text } from "@mantine/core";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useServerNow } from "../../live/context";
import type { Metric, QueueFigures } from "../../protocolBoard";
import type { Iso } from "../../protocol";
import { standing } from "./state";
import { words } from "./words";

const colors = { good: "teal.9", near: "orange.9", bad: "red.8", none: "gray" } as const;

/** How long something has lasted, counting on. */
export function Age(props: { since: Iso | null; target?: number }) {
  const now = useServerNow();
  const dates = useDates();
  const { say } = usePhrases(words);
  if (props.since === null) return <Text span size="sm" c="dimmed">{say("none")}</Text>;
  const seconds = Math.max(0, (now - Date.parse(props.since)) / 1_000);
  const isLate = props.target !== undefined && seconds > props.target;
  return <Text span inherit {...(isLate ? { fw: 700, c: "var(--mantine-color-error)" } : {})}>{dates.duration(seconds)}</Text>;
}

/** Says figures in the reader's digits; what there is none of is a dash. */
export function useFigures() {
  const speech = useSpeech();
  const dates = useDates();
  const { say } = usePhrases(words);
  const none = say("none");
  return {
    percent: (value: number | null) => (value === null ? none : say("percent", { n: Math.round(value) })),
    time: (seconds: number | null) => (seconds === null ? none : dates.duration(seconds)),
    number: (value: number) => speech.number(value),
  };
}

export function useMetric(): (metric: Metric, value: number) => string {
  const { percent, time, number } = useFigures();
  return (metric, value) => {
    if (metric === "oldest_contact_age") return time(value);
    return metric === "service_level" || metric === "abandonment_rate" ? percent(value) : number(value);
  };
}

/** A service level against the queue's goal. */
export function Level(props: { level: number | null; of: QueueFigures }) {
  const { percent, time } = useFigures();
  const { say } = usePhrases(words);
  const how = standing(props.level, props.of.goal_percent);
  if (how === "none") return <Text span size="sm" c="dimmed">{percent(null)}</Text>;
  const goal = say("goal", { goal: props.of.goal_percent, target: time(props.of.target_seconds) });
  return <Badge color={colors[how]} variant="filled" tt="none" title={goal}>{percent(props.level)}</Badge>;
}

export const still = { isBusy: false, isFailed: false, hasMore: false, more: async () => undefined, reload: async () => undefined };
