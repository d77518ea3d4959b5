import { Button, Group, Loader, SegmentedControl, Select, Text, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconUser } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { momentsOf } from "../../kit/calendar";
import { DateRange, type Range } from "../../kit/DateField";
import { Frame } from "../../kit/Frame";
import { Marked } from "../../kit/Marked";
import { hitKinds, useHits, type Hit, type HitGroup, type HitKind } from "../../kit/search";
import { kitWords } from "../../kit/words";
import { useFeed } from "../../live/context";
import type { Channel } from "../../protocol";
import { open, placeOf } from "../../shell/commands";
import { pathTo } from "../../shell/route";
import { ChannelIcon } from "../work/ChannelIcon";
import { Name } from "../work/Name";
import css from "./Search.module.css";
import { words } from "./words";

const channels: Channel[] = ["webchat", "email", "sms", "voice", "telegram", "portal"];
const typingMs = 250;

/** `#/search/<words>` */
export function SearchPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const speech = useSpeech();
  const given = props.rest[0] ?? "";
  const [typed, setTyped] = useState(given);
  useEffect(() => {
    if (given !== "") setTyped(given);
  }, [given]);
  const [kind, setKind] = useState<HitKind | "all">("all");
  const [channel, setChannel] = useState<string | null>(null);
  const [period, setPeriod] = useState<Range>({ from: null, to: null });
  const [asked] = useDebouncedValue(typed.trim().slice(0, 200), typingMs);
  const isAsked = asked.length > 1;
  const found = useHits(isAsked ? { q: asked, ...(kind === "all" ? {} : { kinds: kind }), ...(channel ? { channel } : {}), ...momentsOf(period) } : null);
  const groups = found.groups.filter(({ items }) => items.length > 0);
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      search={{ value: typed, set: setTyped }}
      tools={
        <>
          <SegmentedControl
            aria-label={say("what")}
            value={kind}
            onChange={(value) => setKind(value as HitKind | "all")}
            data={[{ value: "all", label: say("all") }, ...hitKinds.map((value) => ({ value, label: say(`kind.${value}`) }))]}
            data-testid="search-kind"
          />
          {kind !== "customer" && <DateRange value={period} set={setPeriod} testid="search" />}
          {kind !== "customer" && (
            <Select
              label={say("channel")}
              placeholder={say("any_channel")}
              value={channel}
              onChange={setChannel}
              data={channels.map((value) => ({ value, label: speech.say(`channel.${value}`) }))}
              clearable
              w={150}
              data-testid="search-channel"
            />
          )}
        </>
      }
    >
      <div aria-live="polite" aria-busy={found.isBusy}>
        {!isAsked && <Text c="dimmed" py="xl" ta="center">{say("begin")}</Text>}
        {isAsked && found.isFailed && <Text c="red" role="alert">{say("failed")}</Text>}
        {isAsked && found.isBusy && groups.length === 0 && <Loader size="sm" />}
        {isAsked && !found.isBusy && !found.isFailed && groups.length === 0 && <Text c="dimmed" py="xl" ta="center">{kit.say("no_match")}</Text>}
        {isAsked && groups.map((group) => <Hits key={group.kind} group={group} more={() => found.more(group.kind)} />)}
      </div>
    </Frame>
  );
}

function Hits(props: { group: HitGroup; more: () => Promise<void> }) {
  const { group } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  return (
    <section className={css.group} aria-label={say(`kind.${group.kind}`)} data-testid={`hits-${group.kind}`}>
      <Title order={3} fz="md" mb="xs">{say(`kind.${group.kind}`)}</Title>
      <ul className={css.hits}>
        {group.items.map((hit) => <li key={hit.id}><HitLink hit={hit} /></li>)}
      </ul>
      {group.next_cursor !== null && <Button mt="xs" size="xs" variant="default" onClick={() => void props.more()}>{kit.say("more")}</Button>}
    </section>
  );
}

function HitLink(props: { hit: Hit }) {
  const { hit } = props;
  const { say } = usePhrases(words);
  const { work } = useFeed();
  const dates = useDates();
  const speech = useSpeech();
  const isOwn = (id: string) => id in work;
  const follow = (event: React.MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    open(hit, isOwn);
  };
  return (
    <a className={css.hit} href={pathTo(...placeOf(hit, isOwn))} onClick={follow} data-testid="hit" data-kind={hit.kind}>
      <Group gap={8} wrap="nowrap">
        {hit.kind === "ticket" ? <ChannelIcon channel="ticket" size={16} /> : hit.channel === null ? <IconUser size={16} aria-hidden /> : <ChannelIcon channel={hit.channel} size={16} />}
        <Text size="sm" fw={600} truncate><Name of={hit.customer_name} />{hit.number !== null && <> <bdi dir="ltr">#{speech.number(hit.number)}</bdi></>}</Text>
        {hit.direction === "note" && <Text size="xs" c="dimmed">{say("note")}</Text>}
        <Text size="xs" c="dimmed" ms="auto" flex="none">{dates.brief(hit.at)}</Text>
      </Group>
      <Text size="sm" c="dimmed" lineClamp={2} component="div"><Marked snippet={hit.snippet} /></Text>
    </a>
  );
}
