import { Badge, Group, Text, Title } from "@mantine/core";
import { IconInbox } from "@tabler/icons-react";
import { lastMoment, workInGroups, type Work } from "../../feed";
import { directionOf } from "../../../../shared/direction";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import type { Speech } from "../../i18n/words";
import { useShortcut } from "../../kit/useShortcut";
import { useFeed, useServerNow, useView } from "../../live/context";
import { pathTo } from "../../shell/route";
import { shellWords } from "../../shell/words";
import { step } from "./actions";
import { ChannelIcon } from "./ChannelIcon";
import { words } from "./words";
import css from "./Work.module.css";

export function WorkList(props: { chosen: string | undefined }) {
  const state = useFeed();
  const speech = useSpeech();
  const desk = usePhrases(words);
  const groups = workInGroups(state);
  const count = Object.keys(state.work).length;
  const { say } = usePhrases(shellWords);
  const keys = { scope: "work", isOn: count > 0 } as const;
  useShortcut({ ...keys, id: "next", keys: ["j", "Alt+ArrowDown"], word: say("do.next"), run: () => step(state, props.chosen, 1) });
  useShortcut({ ...keys, id: "previous", keys: ["k", "Alt+ArrowUp"], word: say("do.previous"), run: () => step(state, props.chosen, -1) });
  return (
    <nav className={css.list} aria-label={speech.say("work.title")}>
      <Group justify="space-between" px="md" pt="md" pb={4}>
        <Title order={2} fz="md">{speech.say("work.title")}</Title>
        {count > 0 && <Badge variant="light" circle={count < 10}>{speech.number(count)}</Badge>}
      </Group>
      {count === 0 ? (
        <EmptyList isAvailable={state.presence.state === "available"} />
      ) : (
        <div className={css.groups} data-testid="work-list">
          {groups.map(({ group, works }) => (
            <section key={group} aria-label={desk.say(`group.${group}`)} data-testid={`group-${group}`}>
              <h3 className={css.group}>{desk.say(`group.${group}`)} · {speech.number(works.length)}</h3>
              <ul className={css.items}>
                {works.map((one) => (
                  <li key={one.interaction.id}>
                    <Item work={one} isChosen={one.interaction.id === props.chosen} />
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </div>
      )}
    </nav>
  );
}

function Item(props: { work: Work; isChosen: boolean }) {
  const { interaction } = props.work;
  const { typing } = useView();
  const speech = useSpeech();
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
      <When work={props.work} />
      <Text component="span" size="sm" c={isUnread ? "bright" : "dimmed"} fw={isUnread ? 600 : 400} className={css.oneLine} dir={directionOf(line)}>
        {line}
      </Text>
      <Marks work={props.work} />
    </a>
  );
}

/** How long the customer has waited for an answer; else when something was said last. */
function When(props: { work: Work }) {
  const { customer_at, answered_at, state, snoozed_until } = props.work.interaction;
  const { say } = usePhrases(words);
  const dates = useDates();
  const now = useServerNow(10_000);
  const isWaiting = customer_at !== null && state === "assigned" && snoozed_until === null && (answered_at === null || customer_at > answered_at);
  if (!isWaiting) return <Text component="span" size="xs" c="dimmed" ta="end">{dates.brief(snoozed_until ?? lastMoment(props.work))}</Text>;
  const waited = dates.duration((now - Date.parse(customer_at)) / 1_000);
  return <Text component="span" size="xs" className={css.waits!} fw={600} ta="end" title={say("since", { time: waited })} data-testid="waits">{waited}</Text>;
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
