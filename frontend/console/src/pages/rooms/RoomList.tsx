import { ActionIcon, Badge, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconHash, IconPlus, IconUser } from "@tabler/icons-react";
import { unreadOf, type RoomState } from "../../feedTeam";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useFeed } from "../../live/context";
import { pathTo } from "../../shell/route";
import { Name } from "../work/Name";
import { nameOf, roomsInOrder } from "./naming";
import css from "./Rooms.module.css";
import { StartDialog } from "./StartDialog";
import { words } from "./words";

export function RoomList(props: { chosen: string | undefined }) {
  const { rooms, me } = useFeed();
  const { say } = usePhrases(words);
  const [isStarting, starting] = useDisclosure(false);
  const found = roomsInOrder(rooms);
  return (
    <section className={css.list} aria-label={say("list")}>
      <header className={css.listHead}>
        <Title order={2} fz="md" flex={1} data-testid="page-title">{say("title")}</Title>
        {!me.is_guest && (
          <ActionIcon variant="light" size="lg" onClick={starting.open} aria-label={say("start")} data-testid="room-start">
            <IconPlus size={20} />
          </ActionIcon>
        )}
      </header>
      {found.length === 0 && <Text c="dimmed" size="sm" p="md" ta="center">{say(me.is_guest ? "empty_guest" : "empty")}</Text>}
      <ul className={css.items}>
        {found.map((room) => (
          <li key={room.room.id}><RoomItem room={room} isChosen={room.room.id === props.chosen} /></li>
        ))}
      </ul>
      <StartDialog isOpen={isStarting} close={starting.close} />
    </section>
  );
}

function RoomItem(props: { room: RoomState; isChosen: boolean }) {
  const { room, last } = props.room;
  const { me } = useFeed();
  const { say, count } = usePhrases(words);
  const { number } = useSpeech();
  const dates = useDates();
  const unread = unreadOf(props.room);
  const isOutside = room.guests > 0;
  const Sign = room.kind === "direct" ? IconUser : IconHash;
  const said = last === null ? room.topic : last.deleted_at ? say("deleted") : last.text || last.attachments.map(({ name }) => name).join(", ");
  return (
    <a className={css.item} href={pathTo("rooms", room.id)} aria-current={props.isChosen ? "true" : undefined} data-testid="room-item" data-unread={unread > 0 || undefined}>
      <Sign size={18} aria-hidden className={css.sign} />
      <span className={css.itemBody}>
        <span className={css.itemHead}>
          <Text component="span" fw={unread > 0 ? 700 : 600} size="sm" className={css.oneLine}><Name of={nameOf(room, me.id)} /></Text>
          {isOutside && <Badge size="xs" color="orange" variant="light" tt="none" flex="none">{say("outside")}</Badge>}
          {last && <Text component="time" size="xs" c="dimmed" ms="auto" flex="none" dateTime={last.at}>{dates.brief(last.at)}</Text>}
        </span>
        <span className={css.itemHead}>
          <Text component="span" size="xs" c="dimmed" className={css.oneLine}>
            {last && room.kind === "team" && <><bdi>{last.author.id === me.id ? say("you") : last.author.name}</bdi>: </>}
            <Name of={said} />
          </Text>
          {unread > 0 && <Badge size="sm" circle={unread < 10} ms="auto" flex="none" aria-label={count("unread", unread)} data-testid="room-unread">{number(unread)}</Badge>}
        </span>
      </span>
    </a>
  );
}
