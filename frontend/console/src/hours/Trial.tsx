import { Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { call } from "../http/api";
import { useRegion } from "../i18n/context";
import { Dates } from "../i18n/dates";
import { usePhrases } from "../i18n/phrases";
import { DateTimeField } from "../kit/DateField";
import { DurationField } from "../kit/DurationField";
import { useCommand } from "../live/context";
import type { Iso } from "../protocol";
import css from "./Hours.module.css";
import type { Hours } from "./model";
import { hoursWords } from "./words";

interface Result {
  is_open: boolean;
  due_at: Iso | null;
}

const usualMinutes = 480;

/** What the server makes of hours that are not saved yet: open or not, and when so much business time will have passed. */
export function Trial(props: { hours: Hours }) {
  const { hours } = props;
  const { say } = usePhrases(hoursWords);
  const { speech, calendar } = useRegion();
  const { isBusy, run } = useCommand();
  const [start, setStart] = useState<Iso | null>(() => new Date().toISOString());
  const [minutes, setMinutes] = useState<number | null>(usualMinutes);
  const [tried, setTried] = useState<{ result: Result; of: Hours } | null>(null);
  const ask = () => run(async () => setTried({ result: await call<Result>("POST", "/api/calendars/trial", { hours, start: start ?? new Date().toISOString(), minutes: minutes ?? usualMinutes }), of: hours }));
  const dates = new Dates(speech, calendar, hours.zone);
  // Of other hours than those that stand here now it says nothing.
  const result = tried?.of === hours ? tried.result : null;
  return (
    <Stack gap="xs" data-testid="trial">
      <Group gap="xs" align="flex-end">
        <DateTimeField label={say("trial_from")} value={start} set={setStart} testid="trial-start" />
        <div className={css.amount}><DurationField label={say("trial_amount")} value={minutes} set={setMinutes} testid="trial-minutes" /></div>
        <Button variant="default" loading={isBusy} onClick={() => void ask()} data-testid="try-hours">{say("try")}</Button>
      </Group>
      {result && (
        <Text size="sm" role="status" data-testid="trial-result">
          {say(result.is_open ? "trial_open" : "trial_closed")}{" "}
          <strong>{result.due_at === null ? say("due_never") : say("due_at", { at: dates.full(result.due_at) })}</strong>
          {result.due_at !== null && <> <bdi>({hours.zone})</bdi></>}
        </Text>
      )}
    </Stack>
  );
}
