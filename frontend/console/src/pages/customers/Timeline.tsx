import { Button, Group, SegmentedControl, Select, Stack, Text, Title } from "@mantine/core";
import { IconGitMerge, IconNote, IconPencil, IconStar } from "@tabler/icons-react";
import { useCallback, useEffect, useState, type ReactNode } from "react";
import { readTimeline, type TimelinePage } from "../../http/api";
import type { TimelineItem } from "../../http/views";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import type { Id, Interaction } from "../../protocol";
import { kitWords } from "../../kit/words";
import { Past } from "../work/History";
import { Name } from "../work/Name";
import workCss from "../work/CustomerPanel.module.css";
import { factWords } from "./factWords";

const kinds = { all: "", talk: "conversation,call,rating", note: "note", record: "change,merge,merge_undone" } as const;
const channels = ["webchat", "email", "sms", "voice", "telegram", "portal"] as const;

/** Everything in the order of time, over all channels and all records that are this customer's. */
export function Timeline(props: { customerId: Id; moment: unknown }) {
  const { say } = usePhrases(factWords);
  const kit = usePhrases(kitWords);
  const speech = useSpeech();
  const [kind, setKind] = useState<keyof typeof kinds>("all");
  const [channel, setChannel] = useState<string | null>(null);
  const { items, next, isBusy, isFailed, read } = usePages(props.customerId, kinds[kind], channel, props.moment);
  return (
    <section data-testid="timeline">
      <Title order={3} fz="sm" mb={6}>{say("timeline")}</Title>
      <Group gap={6} mb="xs">
        <SegmentedControl
          size="xs"
          aria-label={say("filter")}
          value={kind}
          onChange={(value) => setKind(value as keyof typeof kinds)}
          data={(Object.keys(kinds) as (keyof typeof kinds)[]).map((value) => ({ value, label: <span data-testid={`timeline-${value}`}>{say(`kinds.${value}`)}</span> }))}
        />
        <Select
          size="xs"
          w={150}
          aria-label={say("every_channel")}
          placeholder={say("every_channel")}
          data={channels.map((value) => ({ value, label: speech.sayAny("channel", value, value) }))}
          value={channel}
          onChange={setChannel}
          clearable
          openOnFocus={false}
          data-testid="timeline-channel"
        />
      </Group>
      {isFailed && <Text size="sm" c="red" role="alert">{say("failed")}</Text>}
      {!isBusy && !isFailed && items.length === 0 && <Text size="sm" c="dimmed">{say("nothing")}</Text>}
      <Stack gap={8}>
        {items.map((item) => <Item key={item.id} item={item} />)}
      </Stack>
      {(next !== null || isFailed) && (
        <Button mt="sm" size="xs" variant="default" loading={isBusy} onClick={() => void read(next)} data-testid="timeline-more">
          {kit.say(isFailed ? "retry" : "more")}
        </Button>
      )}
    </section>
  );
}

function usePages(customerId: Id, wanted: string, channel: string | null, moment: unknown) {
  const [reading, setReading] = useState<{ pages: TimelinePage[]; isBusy: boolean; isFailed: boolean }>({ pages: [], isBusy: true, isFailed: false });
  const read = useCallback(
    async (cursor: string | null) => {
      setReading((old) => ({ ...old, isBusy: true, isFailed: false }));
      try {
        const page = await readTimeline(customerId, { cursor, kinds: wanted, channel, limit: "30" });
        setReading((old) => ({ pages: cursor === null ? [page] : [...old.pages, page], isBusy: false, isFailed: false }));
      } catch {
        setReading((old) => ({ ...old, isBusy: false, isFailed: true }));
      }
    },
    [customerId, wanted, channel],
  );
  useEffect(() => void read(null), [read, moment]);
  const items = reading.pages.flatMap((page) => page.items);
  return { items, next: reading.pages.at(-1)?.next_cursor ?? null, isBusy: reading.isBusy, isFailed: reading.isFailed, read };
}

function Item(props: { item: TimelineItem }) {
  const { item } = props;
  const { say, sayAny } = usePhrases(factWords);
  const { number } = useSpeech();
  if (item.kind === "conversation" || item.kind === "call") {
    const messages = item.details.messages as { inbound: number; outbound: number };
    const counted = item.kind === "call" ? undefined : say("counted", { in: number(messages.inbound), out: number(messages.outbound) });
    return <Past interaction={item.details.interaction as Interaction} counted={counted} />;
  }
  if (item.kind === "note") {
    return <Line item={item} icon={<IconNote size={16} aria-hidden />} title={say("kind.note")} by={item.details.author_name as string} text={item.details.text as string} />;
  }
  if (item.kind === "rating") {
    const title = `${say("kind.rating")}: ${say("of", { average: number(item.details.score as number), best: number(item.details.best as number) })}`;
    return <Line item={item} icon={<IconStar size={16} aria-hidden />} title={title} by="" text={item.details.comment as string} />;
  }
  const changed = (item.details.changed as string[] | undefined) ?? [];
  const isNew = changed.includes("created");
  const fields = isNew ? "" : changed.map((field) => sayAny("field", field, field)).join("، ");
  const Icon = item.kind.startsWith("merge") ? IconGitMerge : IconPencil;
  return (
    <Line
      item={item}
      icon={<Icon size={16} aria-hidden />}
      title={isNew ? say("kind.created") : sayAny("kind", item.kind, item.kind)}
      by={(item.details.by as string | null | undefined) ?? ""}
      text={fields}
    />
  );
}

function Line(props: { item: TimelineItem; icon: ReactNode; title: string; by: string; text: string }) {
  const { say } = usePhrases(factWords);
  const dates = useDates();
  return (
    <div className={workCss.past} data-testid="timeline-item" data-kind={props.item.kind}>
      <Group gap={6} wrap="nowrap">
        {props.icon}
        <Text size="xs" c="dimmed">{dates.full(props.item.at)}</Text>
        {props.by !== "" && <Text size="xs" c="dimmed" ms="auto">{say("by", { name: props.by })}</Text>}
      </Group>
      <Text size="sm">{props.title}</Text>
      {props.text !== "" && <Text size="sm" c="dimmed" lineClamp={4}><Name of={props.text} /></Text>}
    </div>
  );
}
