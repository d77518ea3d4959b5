import { Button, Group, Stack, Text } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";
import { call } from "../../http/api";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useCommand, useFeed } from "../../live/context";
import css from "./Campaigns.module.css";
import { actionsOf, type Campaign, type Live } from "./campaign";
import { words } from "./words";

const freshMs = 2_000;

/** What supervisors look at while a campaign runs, and its switch. */
export function LivePanel(props: { campaign: Campaign; put: (campaign: Campaign) => void }) {
  const { campaign, put } = props;
  const { say, sayAny } = usePhrases(words);
  const { number } = useSpeech();
  const dates = useDates();
  const { me } = useFeed();
  const { isBusy, run } = useCommand();
  const [live, setLive] = useState<Live | null>(null);
  const path = `/api/campaigns/${campaign.id}`;
  const read = useCallback(async () => {
    const found = await call<Live>("GET", `${path}/live`).catch(() => null);
    if (found) setLive(found);
  }, [path]);
  useEffect(() => {
    void read();
    const timer = setInterval(() => !document.hidden && void read(), freshMs);
    return () => clearInterval(timer);
  }, [read]);
  const state = live?.state ?? campaign.state;
  const turn = (action: string) => void run(async () => {
    put(await call<Campaign>("POST", `${path}/switch`, { action }));
    await read();
  });
  const percent = (value: number) => `${number(value)} %`;
  const figures: [string, string][] = live
    ? [
        [say("in_flight"), number(live.in_flight + live.waiting)],
        [say("talking"), number(live.connected)],
        [say("agents"), `${number(live.agents_idle)} / ${number(live.agents_at_work)}`],
        [say("answer_rate"), percent(live.answer_percent)],
        [say("abandonment"), percent(live.abandoned_percent)],
        [say("attempts"), number(live.attempts)],
        [say("per_hour"), number(live.attempts_hour)],
        [say("per_agent"), number(live.per_agent_hour)],
        [say("left"), number(live.progress.ready + live.progress.live)],
        [say("promised"), number(live.progress.callbacks)],
        [say("done"), number(live.progress.done)],
      ]
    : [];
  return (
    <Stack data-testid="campaign-live" data-state={state}>
      {me.permissions.includes("campaign.run") && (
        <Group gap="sm">
          {actionsOf(state).map((action) => (
            <Button key={action} variant={action === "start" || action === "resume" ? "filled" : "default"} loading={isBusy} onClick={() => turn(action)} data-testid={`campaign-${action}`}>{say(`do.${action}`)}</Button>
          ))}
        </Group>
      )}
      <Text size="sm" data-testid="campaign-why">
        {say(`state.${state}`)}{(state === "running" || state === "paused") && live?.why ? ` · ${sayAny("why", live.why, live.why)}` : ""}
        {state === "running" && live?.why === "hours" && live.next_at ? ` · ${say("again_at", { time: dates.brief(live.next_at) })}` : ""}
      </Text>
      <dl className={css.figures}>
        {figures.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
      </dl>
      {live && Object.keys(live.outcomes).length > 0 && (
        <>
          <Text fw={600} size="sm">{say("outcomes")}</Text>
          <dl className={css.figures}>
            {Object.entries(live.outcomes).map(([outcome, count]) => <div key={outcome}><dt>{sayAny("outcome", outcome, outcome)}</dt><dd>{number(count)}</dd></div>)}
          </dl>
        </>
      )}
    </Stack>
  );
}
