import { Badge, Group, Text, Title } from "@mantine/core";
import { IconInbox } from "@tabler/icons-react";
import { lastMoment, workInOrder, type Work } from "../../feed";
import { directionOf } from "../../../../shared/direction";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import type { Speech } from "../../i18n/words";
import { useFeed, useView } from "../../live/context";
import { useShortcut } from "../../kit/useShortcut";
import { go, pathTo } from "../../shell/route";
import { shellWords } from "../../shell/words";
import { ChannelIcon } from "./ChannelIcon";
import css from "./Work.module.css";

export function WorkList(props: { chosen: string | undefined }) {
  const state = useFeed();
  const speech = useSpeech();
  const work = workInOrder(state);
  const { say } = usePhrases(shellWords);
  const step = (by: number) => {
    const at = work.findIndex(({ interaction }) => interaction.id === props.chosen);
    const next = work[at < 0 ? 0 : (at + by + work.length) % work.length];
    if (next) go("work", next.interaction.id);
  };
  useShortcut({ id: "next", keys: ["j", "Alt+ArrowDown"], word: say("do.next"), scope: "work", run: () => step(1), isOn: work.length > 0 });
  useShortcut({ id: "previous", keys: ["k", "Alt+ArrowUp"], word: say("do.previous"), scope: "work", run: () => step(-1), isOn: work.length > 0 });
  return (
    <nav className={css.list} aria-label={speech.say("work.title")}>
      <Group justify="space-between" px="md" pt="md" pb={4}>
        <Title order={2} fz="md">{speech.say("work.title")}</Title>
        {work.length > 0 && <Badge variant="light" circle={work.length < 10}>{speech.number(work.length)}</Badge>}
      </Group>
      {work.length === 0 ? (
        <EmptyList isAvailable={state.presence.state === "available"} />
      ) : (
        <ul className={css.items} data-testid="work-list">
          {work.map((one) => (
            <li key={one.interaction.id}>
              <Item work={one} isChosen={one.interaction.id === props.chosen} />
            </li>
          ))}
        </ul>
      )}
    </nav>
  );
}

function Item(props: { work: Work; isChosen: boolean }) {
  const { interaction } = props.work;
  const { typing } = useView();
  const speech = useSpeech();
  const dates = useDates();
  const isTyping = typing[interaction.id] !== undefined;
  const isUnread = interaction.unread > 0;
  const line = isTyping ? speech.say("talk.typing", { name: interaction.customer.name }) : previewOf(props.work, speech);
  return (
    <a
      href={pathTo("work", interaction.id)}
      className={css.item}
      aria-current={props.isChosen}
      data-testid="work-item"
      data-interaction={interaction.id}
      data-channel={interaction.channel}
    >
      <span className={css.itemIcon}><ChannelIcon channel={interaction.channel} /></span>
      <Text component="span" fw={isUnread ? 700 : 600} className={css.oneLine} dir={directionOf(interaction.customer.name)}>{interaction.customer.name}</Text>
      <Text component="span" size="xs" c="dimmed" ta="end">{dates.brief(lastMoment(props.work))}</Text>
      <Text component="span" size="sm" c={isUnread ? "bright" : "dimmed"} fw={isUnread ? 600 : 400} className={css.oneLine} dir={directionOf(line)}>
        {line}
      </Text>
      <Marks work={props.work} />
    </a>
  );
}

function previewOf({ interaction }: Work, speech: Speech): string {
  if (interaction.call) return speech.say(`call.${interaction.call.status}`);
  return interaction.preview || interaction.subject || interaction.address;
}

function Marks(props: { work: Work }) {
  const { interaction } = props.work;
  const speech = useSpeech();
  if (interaction.state === "wrap_up") return <Badge size="xs" color="orange" variant="light" tt="none">{speech.say("state.wrap_up")}</Badge>;
  if (interaction.unread === 0) return <span />;
  return (
    <Badge size="sm" circle={interaction.unread < 10} aria-label={speech.count("work.unread", interaction.unread)} ml="auto">
      {speech.number(interaction.unread)}
    </Badge>
  );
}

function EmptyList(props: { isAvailable: boolean }) {
  const { say } = useSpeech();
  return (
    <div className={css.emptyList}>
      <IconInbox size={36} stroke={1.3} aria-hidden />
      <Text fw={600}>{say("work.empty")}</Text>
      <Text size="sm">{say(props.isAvailable ? "work.empty_available" : "work.empty_away")}</Text>
    </div>
  );
}
