import { Avatar, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";
import { hasLetters } from "../../../../shared/direction";
import { readTimeline, type TimelinePage } from "../../http/api";
import { useDates, useSpeech } from "../../i18n/context";
import { useFeed } from "../../live/context";
import type { Identity, Interaction, Iso } from "../../protocol";
import { pathTo } from "../../shell/route";
import { ChannelIcon } from "./ChannelIcon";
import { Name } from "./Name";
import css from "./CustomerPanel.module.css";

export function CustomerPanel(props: { interaction: Interaction }) {
  const { customer } = props.interaction;
  const { say } = useSpeech();
  return (
    <Stack gap="lg" data-testid="customer-panel">
      <Group wrap="nowrap">
        <Portrait name={customer.name} />
        <div>
          <Text fw={700} fz="lg"><Name of={customer.name} /></Text>
          <Text size="sm" c="dimmed">{say(`customer.${customer.kind}`)}</Text>
        </div>
      </Group>
      {customer.identities.length > 0 && (
        <section>
          <Title order={3} fz="sm" mb={6}>{say("customer.identities")}</Title>
          <Stack gap={4}>
            {customer.identities.map((identity) => (
              <IdentityLine key={identity.kind + identity.value} identity={identity} />
            ))}
          </Stack>
        </section>
      )}
      <History interaction={props.interaction} />
    </Stack>
  );
}

/** Initials, or a sign for somebody who is known by a number alone. */
function Portrait(props: { name: string }) {
  const { name } = props;
  if (!hasLetters(name)) return <Avatar size="lg" radius="xl" alt="" />;
  return <Avatar name={name} color="initials" size="lg" radius="xl" alt="" />;
}

function IdentityLine(props: { identity: Identity }) {
  const { kind, value } = props.identity;
  const { say } = useSpeech();
  return (
    <div className={css.identity}>
      <Text size="xs" c="dimmed">{say(`identity.${kind}`)}</Text>
      {/* A visitor's id tells nobody anything. */}
      {kind !== "visitor" && <Text size="sm"><bdi dir="ltr">{value}</bdi></Text>}
    </div>
  );
}

type Reading = { pages: TimelinePage[]; isFailed: boolean; isBusy: boolean };

function History(props: { interaction: Interaction }) {
  const { id: interactionId, customer, state } = props.interaction;
  const { say } = useSpeech();
  const [reading, setReading] = useState<Reading>({ pages: [], isFailed: false, isBusy: true });

  const read = useCallback(
    async (cursor: string | null) => {
      setReading((old) => ({ ...old, isBusy: true, isFailed: false }));
      try {
        const page = await readTimeline(customer.id, cursor);
        setReading((old) => ({ pages: cursor === null ? [page] : [...old.pages, page], isFailed: false, isBusy: false }));
      } catch {
        setReading((old) => ({ ...old, isFailed: true, isBusy: false }));
      }
    },
    [customer.id],
  );
  // The history changes when this work changes its state.
  useEffect(() => void read(null), [read, state]);

  const items = reading.pages.flatMap((page) => page.items).filter(({ interaction }) => interaction.id !== interactionId);
  const next = reading.pages.at(-1)?.next_cursor ?? null;
  const isEmpty = !reading.isBusy && !reading.isFailed && items.length === 0;
  return (
    <section>
      <Title order={3} fz="sm" mb={6}>{say("customer.history")}</Title>
      {reading.isFailed && <Text size="sm" c="red">{say("customer.history_failed")}</Text>}
      {isEmpty && <Text size="sm" c="dimmed">{say("customer.no_history")}</Text>}
      <Stack gap={8}>
        {items.map(({ interaction }) => (
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

function Past(props: { interaction: Interaction }) {
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
    </>
  );
  // What is ours can be opened.
  if (!work[interaction.id]) return <div className={css.past} data-testid="past">{content}</div>;
  return <a className={css.past} data-testid="past" href={pathTo("work", interaction.id)}>{content}</a>;
}

function secondsBetween(begin: Iso, end: Iso): number {
  return (Date.parse(end) - Date.parse(begin)) / 1_000;
}
