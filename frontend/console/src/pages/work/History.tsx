import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";
import { readTimeline, type TimelinePage } from "../../http/api";
import { useDates, useSpeech } from "../../i18n/context";
import { useFeed } from "../../live/context";
import type { Id, Interaction, Iso } from "../../protocol";
import { pathTo } from "../../shell/route";
import { ChannelIcon } from "./ChannelIcon";
import css from "./CustomerPanel.module.css";
import { Name } from "./Name";

type Reading = { pages: TimelinePage[]; isFailed: boolean; isBusy: boolean };

interface HistoryProps {
  customerId: Id;
  /** The conversation beside which it is shown. */
  except?: Id;
  /** Read again when this changes. */
  moment?: string | number;
}

/** What there was with a customer, over all channels. */
export function History(props: HistoryProps) {
  const { customerId, except, moment } = props;
  const { say } = useSpeech();
  const [reading, setReading] = useState<Reading>({ pages: [], isFailed: false, isBusy: true });

  const read = useCallback(
    async (cursor: string | null) => {
      setReading((old) => ({ ...old, isBusy: true, isFailed: false }));
      try {
        const page = await readTimeline(customerId, { cursor, kinds: "conversation,call" });
        setReading((old) => ({ pages: cursor === null ? [page] : [...old.pages, page], isFailed: false, isBusy: false }));
      } catch {
        setReading((old) => ({ ...old, isFailed: true, isBusy: false }));
      }
    },
    [customerId],
  );
  useEffect(() => void read(null), [read, moment]);

  const conversations = reading.pages.flatMap((page) => page.items).map(({ details }) => details.interaction as Interaction);
  const items = conversations.filter(({ id }) => id !== except);
  const next = reading.pages.at(-1)?.next_cursor ?? null;
  const isEmpty = !reading.isBusy && !reading.isFailed && items.length === 0;
  return (
    <section>
      <Title order={3} fz="sm" mb={6}>{say("customer.history")}</Title>
      {reading.isFailed && <Text size="sm" c="red">{say("customer.history_failed")}</Text>}
      {isEmpty && <Text size="sm" c="dimmed">{say("customer.no_history")}</Text>}
      <Stack gap={8}>
        {items.map((interaction) => (
          <Past key={interaction.id} interaction={interaction} />
        ))}
      </Stack>
      {(next !== null || reading.isFailed) && (
        <Button mt="sm" size="xs" variant="default" loading={reading.isBusy} onClick={() => void read(next)}>
          {say(reading.isFailed ? "common.retry" : "customer.more")}
        </Button>
      )}
    </section>
  );
}

export function Past(props: { interaction: Interaction; counted?: string | undefined }) {
  const { interaction } = props;
  const { call, disposition } = interaction;
  const { work } = useFeed();
  const { say, sayAny } = useSpeech();
  const dates = useDates();
  const result = disposition === null ? null : sayAny("disposition", disposition, disposition);
  const content = (
    <>
      <Group gap={6} wrap="nowrap">
        <ChannelIcon channel={interaction.channel} size={16} />
        <Text size="xs" c="dimmed">{dates.brief(interaction.opened_at)}</Text>
        <Text size="xs" c="dimmed" ms="auto">{result ?? say(`state.${interaction.state}`)}</Text>
      </Group>
      {call !== null && (
        <Text size="sm">
          {say(`call.${call.status}`)}
          {call.answered_at !== null && call.ended_at !== null && ` · ${dates.duration(secondsBetween(call.answered_at, call.ended_at))}`}
        </Text>
      )}
      <Text size="sm" lineClamp={2}><Name of={interaction.subject ?? interaction.preview} /></Text>
      {props.counted && <Text size="xs" c="dimmed">{props.counted}</Text>}
    </>
  );
  const page = work[interaction.id] ? "work" : "conversations";
  return <a className={css.past} data-testid="past" href={pathTo(page, interaction.id)}>{content}</a>;
}

function secondsBetween(begin: Iso, end: Iso): number {
  return (Date.parse(end) - Date.parse(begin)) / 1_000;
}
