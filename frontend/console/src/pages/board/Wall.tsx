import { ActionIcon, Group, Title } from "@mantine/core";
import { IconMaximize, IconX } from "@tabler/icons-react";
import { useRef } from "react";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useFeed, useServerNow } from "../../live/context";
import type { QueueFigures } from "../../protocolBoard";
import { pathTo } from "../../shell/route";
import css from "./Board.module.css";
import { Age, useFigures } from "./shown";
import { queuesOf, standing, type Board } from "./state";
import { words } from "./words";

/** Big figures for a screen on the wall: nothing to press but the way out. */
export function Wall(props: { board: Board }) {
  const { say } = usePhrases(words);
  const { language } = useSpeech();
  const { organisation } = useFeed();
  const dates = useDates();
  const now = useServerNow();
  const place = useRef<HTMLDivElement>(null);
  const alarmed = new Set(Object.values(props.board.alarms).map(({ queue_id }) => queue_id));
  return (
    <div className={css.wall} ref={place} data-testid="wall">
      <Group justify="space-between" wrap="nowrap">
        <Title order={2} fz={28}><bdi>{organisation.name || say("title")}</bdi></Title>
        <Group gap="xs" wrap="nowrap">
          <span className={css.clock}>{dates.time(now)}</span>
          <ActionIcon variant="subtle" size="lg" color="gray" aria-label={say("full")} onClick={() => void place.current?.requestFullscreen?.().catch(() => undefined)}>
            <IconMaximize size={22} />
          </ActionIcon>
          <ActionIcon component="a" href={pathTo("board")} variant="subtle" size="lg" color="gray" aria-label={say("leave")} data-testid="wall-leave">
            <IconX size={22} />
          </ActionIcon>
        </Group>
      </Group>
      <div className={css.cards}>
        {queuesOf(props.board, language).map((queue) => <Card key={queue.queue_id} queue={queue} isAlarmed={alarmed.has(queue.queue_id)} />)}
      </div>
    </div>
  );
}

function Card(props: { queue: QueueFigures; isAlarmed: boolean }) {
  const { queue } = props;
  const { say } = usePhrases(words);
  const { number, percent } = useFigures();
  return (
    <section className={css.card} data-alarm={props.isAlarmed || undefined} aria-label={queue.queue_name} data-testid="wall-queue">
      <h3><bdi>{queue.queue_name}</bdi></h3>
      <div className={css.big}>
        <strong>{number(queue.contacts_in_queue)}</strong>
        <span>{say("waiting")}</span>
      </div>
      <dl>
        <dt>{say("oldest")}</dt>
        <dd><Age since={queue.oldest_contact_at} target={queue.target_seconds} /></dd>
        <dt>{say("level")}</dt>
        <dd data-standing={standing(queue.today.service_level, queue.goal_percent)}>{percent(queue.today.service_level)}</dd>
        <dt>{say("free")}</dt>
        <dd>{say("free_of", { free: queue.agents_available, online: queue.agents_online })}</dd>
        <dt>{say("handled")}</dt>
        <dd>{number(queue.today.contacts_handled)}</dd>
        <dt>{say("abandoned")}</dt>
        <dd>{number(queue.today.contacts_abandoned)}</dd>
      </dl>
    </section>
  );
}
