import { ActionIcon, Badge, Button, Center, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconArrowLeft, IconArrowRight, IconSearch, IconUsers, IconX } from "@tabler/icons-react";
import { Fragment, useEffect, useLayoutEffect, useRef, useState, type DragEvent } from "react";
import type { RoomState } from "../../feedTeam";
import { useDates, useRegion } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { languages } from "../../i18n/words";
import { useCommand, useFeed, useLive, useView } from "../../live/context";
import type { RoomMessage } from "../../protocolTeam";
import { pathTo } from "../../shell/route";
import { Name } from "../work/Name";
import { Pending } from "../work/Pending";
import { nameOf } from "./naming";
import { RoomComposer } from "./RoomComposer";
import { RoomMessageView } from "./RoomMessageView";
import css from "./Rooms.module.css";
import { useRoomUploads } from "./uploads";
import { words } from "./words";

const nearEndPixels = 80;
const membersEveryMs = 20_000;
const typingMs = 300;

/** One room: what was said, and the field to say more. Files can be dropped anywhere on it. */
export function RoomTalk(props: { room: RoomState; showMembers: () => void }) {
  const { room } = props;
  const { me } = useFeed();
  const { say, count } = usePhrases(words);
  const uploads = useRoomUploads();
  const [isOver, setOver] = useState(false);
  const [answered, setAnswered] = useState<RoomMessage | null>(null);
  const [isSearching, setSearching] = useState(false);
  const name = nameOf(room.room, me.id);
  const mayWrite = room.room.posting === "members" || room.isManager;
  useLoaded(room);
  useReadMark(room);

  const over = (event: DragEvent) => {
    if (!mayWrite || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    setOver(true);
  };
  const dropped = (event: DragEvent) => {
    setOver(false);
    if (!mayWrite || event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    uploads.add([...event.dataTransfer.files]);
  };

  return (
    <section className={css.talk} aria-label={name} data-testid="room" data-room={room.room.id} onDragOver={over} onDragLeave={() => setOver(false)} onDrop={dropped}>
      <header className={css.talkHead}>
        <BackLink />
        <div className={css.talkName}>
          <Text fw={700} className={css.oneLine}><Name of={name} /></Text>
          <Text size="sm" c="dimmed" className={css.oneLine}>
            {room.room.topic ? <Name of={room.room.topic} /> : count("members", room.room.members)}
          </Text>
        </div>
        <ActionIcon variant="default" size="lg" onClick={() => setSearching(!isSearching)} aria-label={say("search")} aria-pressed={isSearching} data-testid="room-search-open">
          <IconSearch size={18} />
        </ActionIcon>
        <ActionIcon variant="default" size="lg" onClick={props.showMembers} aria-label={say("show_members")} data-testid="room-members-open">
          <IconUsers size={18} />
        </ActionIcon>
      </header>
      {room.room.guests > 0 && <p className={css.outside} style={{ marginBlock: 0 }} data-testid="room-outside">{say("has_guests")}</p>}
      {isSearching ? <Found room={room} close={() => setSearching(false)} /> : <Messages room={room} answer={setAnswered} />}
      {mayWrite ? (
        <RoomComposer room={room} name={name} uploads={uploads} answered={answered} clearAnswered={() => setAnswered(null)} />
      ) : (
        <Text className={css.composer} c="dimmed" ta="center" size="sm">{say("only_managers")}</Text>
      )}
      {isOver && <div className={css.drop}>{say("drop")}</div>}
    </section>
  );
}

function Messages(props: { room: RoomState; answer: (message: RoomMessage) => void }) {
  const { room } = props;
  const { messages } = room;
  const { outbox, roomTyping } = useView();
  const { say, count } = usePhrases(words);
  const dates = useDates();
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const pending = outbox.filter((draft) => draft.kind === "room" && draft.interaction_id === room.room.id);
  const typing = Object.values(roomTyping[room.room.id] ?? {});

  const follow = () => {
    if (isAtEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  };
  useLayoutEffect(follow, [messages, pending.length, typing.length]);
  useEffect(() => {
    const content = box.current?.firstElementChild;
    if (!content) return;
    const observer = new ResizeObserver(follow);
    observer.observe(content);
    return () => observer.disconnect();
  }, []);
  const scrolled = () => {
    const { scrollTop, clientHeight, scrollHeight } = box.current!;
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < nearEndPixels;
  };
  return (
    <div ref={box} className={css.box} onScroll={scrolled} tabIndex={0} role="log" aria-label={say("messages")} data-testid="room-messages">
      <div className={css.column}>
        <Earlier room={room} />
        {messages.length === 0 && pending.length === 0 && <Text c="dimmed" size="sm" ta="center">{say("nothing_said")}</Text>}
        {messages.map((message, index) => {
          const before = messages[index - 1];
          const isNewDay = !before || dates.dayKey(before.at) !== dates.dayKey(message.at);
          return (
            <Fragment key={message.seq}>
              {isNewDay && <p className={css.day}><span>{dates.day(message.at)}</span></p>}
              <RoomMessageView message={message} room={room} answer={() => props.answer(message)} />
            </Fragment>
          );
        })}
        {pending.map((draft) => <Pending key={draft.client_id} draft={draft} />)}
        <SeenBy room={room} />
        {typing.length > 0 && (
          <Text size="sm" c="dimmed" fs="italic" data-testid="room-typing">
            {typing.length === 1 ? say("typing", { name: typing[0]!.name }) : count("several_typing", typing.length)}
          </Text>
        )}
      </div>
    </div>
  );
}

/** Who has read our last word. */
function SeenBy(props: { room: RoomState }) {
  const { room } = props;
  const { me } = useFeed();
  const { say } = usePhrases(words);
  const last = room.messages.at(-1);
  if (!last || last.author.id !== me.id) return null;
  const readers = (room.members ?? []).filter(({ person, read_seq }) => person.id !== me.id && read_seq >= last.seq);
  if (readers.length === 0) return null;
  const names = readers.slice(0, 5).map(({ person }) => person.name).join(", ");
  return <p className={css.seen} style={{ marginBlock: 0 }} data-testid="room-seen">{say("seen_by", { names: readers.length > 5 ? `${names} …` : names })}</p>;
}

function Earlier(props: { room: RoomState }) {
  const { room, messages, fromSeq } = props.room;
  const live = useLive();
  const { say } = usePhrases(words);
  const { isBusy, run } = useCommand();
  const first = messages[0]?.seq ?? 0;
  if (first <= fromSeq + 1) return null;
  return (
    <Center>
      <Button variant="subtle" size="xs" onClick={() => void run(() => live.readRoom(room.id))} loading={isBusy}>{say("earlier")}</Button>
    </Center>
  );
}

/** What the words of a search are found in, over spelling variants. */
function Found(props: { room: RoomState; close: () => void }) {
  const { room } = props;
  const live = useLive();
  const { say } = usePhrases(words);
  const [search, setSearch] = useState("");
  const [asked] = useDebouncedValue(search.trim(), typingMs);
  const [found, setFound] = useState<RoomMessage[] | null>(null);
  useEffect(() => {
    let isCurrent = true;
    if (asked === "") return setFound(null);
    live.ask("room.search", { room_id: room.room.id, words: asked }).then(
      ({ messages }) => isCurrent && setFound(messages),
      () => isCurrent && setFound([]),
    );
    return () => {
      isCurrent = false;
    };
  }, [live, asked, room.room.id]);
  return (
    <div className={css.box} data-testid="room-found">
      <div className={css.column}>
        <TextInput
          type="search"
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          aria-label={say("search")}
          placeholder={say("search")}
          dir={search === "" ? undefined : "auto"}
          leftSection={<IconSearch size={16} aria-hidden />}
          rightSection={<ActionIcon variant="subtle" color="gray" onClick={props.close} aria-label={say("cancel")}><IconX size={16} /></ActionIcon>}
          autoFocus
          data-testid="room-search"
        />
        {found?.length === 0 && <Text c="dimmed" size="sm" ta="center">{say("no_match")}</Text>}
        {found?.map((message) => <RoomMessageView key={message.id} message={message} room={room} answer={null} />)}
      </div>
    </div>
  );
}

function BackLink() {
  const { language } = useRegion();
  const { say } = usePhrases(words);
  const Arrow = languages[language].dir === "rtl" ? IconArrowRight : IconArrowLeft;
  return (
    <ActionIcon component="a" href={pathTo("rooms")} variant="subtle" size="lg" className={css.backLink!} aria-label={say("back")}>
      <Arrow size={20} />
    </ActionIcon>
  );
}

/** Reads the newest messages and who is here, anew after each snapshot; who is there changes without an event. */
function useLoaded({ room }: RoomState): void {
  const live = useLive();
  const { round } = useView();
  useEffect(() => {
    live.readRoom(room.id, true).catch(() => undefined);
    const read = () => void live.readMembers(room.id).catch(() => undefined);
    read();
    const timer = window.setInterval(read, membersEveryMs);
    return () => window.clearInterval(timer);
  }, [live, room.id, round]);
}

/** What is on the screen of a person who is looking has been read. */
function useReadMark(room: RoomState): void {
  const live = useLive();
  const { id, last_seq } = room.room;
  const isUnread = last_seq > room.readSeq;
  useEffect(() => {
    if (!isUnread) return;
    const mark = () => {
      if (document.visibilityState !== "visible") return;
      live.ask("room.read", { room_id: id, seq: last_seq }).catch(() => undefined);
    };
    mark();
    document.addEventListener("visibilitychange", mark);
    return () => document.removeEventListener("visibilitychange", mark);
  }, [live, id, isUnread, last_seq]);
}

/** Marks somebody from outside wherever a name stands. */
export function OutsideMark(props: { organisation: string }) {
  const { say } = usePhrases(words);
  return (
    <Badge size="xs" color="orange" variant="light" tt="none" title={props.organisation} data-testid="outside-mark">
      {props.organisation ? <bdi>{props.organisation}</bdi> : say("outside")}
    </Badge>
  );
}
