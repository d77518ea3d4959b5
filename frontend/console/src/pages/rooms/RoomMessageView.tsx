import { ActionIcon, Button, Group, Menu, Textarea } from "@mantine/core";
import {
  IconArrowBackUp,
  IconCircleCheck,
  IconConfetti,
  IconDots,
  IconEye,
  IconHeart,
  IconMoodSmile,
  IconPencil,
  IconThumbUp,
  IconTrash,
  type Icon,
} from "@tabler/icons-react";
import { useState } from "react";
import { directionOf } from "../../../../shared/direction";
import type { RoomState } from "../../feedTeam";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useCommand, useFeed, useLive } from "../../live/context";
import { signs, type RoomMessage, type Sign } from "../../protocolTeam";
import { Linked } from "../work/Linked";
import { Files } from "../work/MessageView";
import { Name } from "../work/Name";
import { DocumentChip } from "./DocumentChip";
import css from "./Rooms.module.css";
import { OutsideMark } from "./RoomTalk";
import { words } from "./words";

// Drawn and not written: not every system has a font for emoji.
const pictures: Record<Sign, Icon> = { like: IconThumbUp, love: IconHeart, laugh: IconMoodSmile, party: IconConfetti, done: IconCircleCheck, look: IconEye };

function Picture(props: { of: Sign }) {
  const Drawn = pictures[props.of];
  return <Drawn size={16} aria-hidden />;
}

/** One message. `answer` is null where nothing can be done with it, as among what a search found. */
export function RoomMessageView(props: { message: RoomMessage; room: RoomState; answer: (() => void) | null }) {
  const { message, room } = props;
  const { me } = useFeed();
  const { say } = usePhrases(words);
  const dates = useDates();
  const [isEditing, setEditing] = useState(false);
  const { author } = message;
  const isOwn = author.id === me.id;
  const isGone = message.deleted_at !== null;
  return (
    <article
      className={css.message}
      data-own={isOwn || undefined}
      data-mentioned={message.mentions.includes(me.id) || undefined}
      data-testid="room-message"
      data-seq={message.seq}
    >
      <div className={css.who}>
        <Name of={isOwn ? say("you") : author.name} />
        {author.is_guest && <OutsideMark organisation={author.organisation} />}
        <time dateTime={message.at} title={dates.full(message.at)}>{dates.time(message.at)}</time>
        {message.edited_at && !isGone && <span>{say("edited")}</span>}
        {props.answer && !isGone && <Actions message={message} room={room} answer={props.answer} edit={() => setEditing(true)} isOwn={isOwn} />}
      </div>
      <div className={css.bubble}>
        <Quote message={message} room={room} />
        {isGone && <em>{say("deleted")}</em>}
        {isEditing && !isGone ? (
          <Edit message={message} close={() => setEditing(false)} />
        ) : (
          message.text !== "" && <p className={css.text} dir={directionOf(message.text)} data-testid="room-text"><Linked text={message.text} /></p>
        )}
        {message.document && <DocumentChip document={message.document} />}
        <Files files={message.attachments} />
      </div>
      <Reactions message={message} isFixed={props.answer === null} />
    </article>
  );
}

function Quote(props: { message: RoomMessage; room: RoomState }) {
  const { reply_seq } = props.message;
  if (reply_seq === null) return null;
  const answered = props.room.messages.find(({ seq }) => seq === reply_seq);
  if (!answered) return null;
  // Pages that are out of sight have messages too: this room's are meant.
  const show = (event: React.MouseEvent) =>
    event.currentTarget.closest('[role="log"]')?.querySelector(`[data-testid="room-message"][data-seq="${reply_seq}"]`)?.scrollIntoView({ block: "center" });
  return (
    <button type="button" className={css.quote} onClick={show} dir={directionOf(answered.text)}>
      <strong><bdi>{answered.author.name}</bdi></strong>: {answered.text.slice(0, 140)}
    </button>
  );
}

function Actions(props: { message: RoomMessage; room: RoomState; answer: () => void; edit: () => void; isOwn: boolean }) {
  const { message, isOwn } = props;
  const live = useLive();
  const { say } = usePhrases(words);
  const { run } = useCommand();
  const { me } = useFeed();
  const react = (sign: Sign) => {
    const is_on = !(message.reactions[sign] ?? []).includes(me.id);
    void run(() => live.ask("room.react", { message_id: message.id, sign, is_on }));
  };
  return (
    <Menu position="bottom" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={24} aria-label={say("more")} data-testid="room-message-menu"><IconDots size={16} /></ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Group gap={2} px={4} py={2} wrap="nowrap">
          {signs.map((sign) => (
            <Menu.Item key={sign} w={36} p={6} ta="center" aria-label={say(sign)} onClick={() => react(sign)} data-testid={`react-${sign}`}><Picture of={sign} /></Menu.Item>
          ))}
        </Group>
        <Menu.Item leftSection={<IconArrowBackUp size={16} aria-hidden />} onClick={props.answer} data-testid="room-reply">{say("reply")}</Menu.Item>
        {isOwn && <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={props.edit} data-testid="room-edit">{say("edit")}</Menu.Item>}
        {(isOwn || props.room.isManager) && (
          <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => void run(() => live.ask("room.delete", { message_id: message.id }))} data-testid="room-delete">
            {say("delete")}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function Reactions(props: { message: RoomMessage; isFixed: boolean }) {
  const { message } = props;
  const live = useLive();
  const { me } = useFeed();
  const { say } = usePhrases(words);
  const { number } = useSpeech();
  const { run } = useCommand();
  const given = signs.filter((sign) => (message.reactions[sign] ?? []).length > 0);
  if (given.length === 0) return null;
  return (
    <div className={css.reactions}>
      {given.map((sign) => {
        const people = message.reactions[sign] ?? [];
        const isMine = people.includes(me.id);
        return (
          <Button
            key={sign}
            size="compact-xs"
            h={24}
            radius="xl"
            variant={isMine ? "light" : "default"}
            disabled={props.isFixed}
            aria-pressed={isMine}
            aria-label={`${say(sign)} ${number(people.length)}`}
            onClick={() => void run(() => live.ask("room.react", { message_id: message.id, sign, is_on: !isMine }))}
            data-testid={`reaction-${sign}`}
          >
            <Picture of={sign} />&nbsp;{number(people.length)}
          </Button>
        );
      })}
    </div>
  );
}

function Edit(props: { message: RoomMessage; close: () => void }) {
  const { message } = props;
  const live = useLive();
  const { say } = usePhrases(words);
  const { isBusy, run } = useCommand();
  const [text, setText] = useState(message.text);
  const save = async () => {
    const isDone = await run(() => live.ask("room.edit", { message_id: message.id, version: message.version, text: text.trim() }));
    if (isDone) props.close();
  };
  return (
    <form onSubmit={(event) => { event.preventDefault(); void save(); }}>
      <Textarea value={text} onChange={(event) => setText(event.currentTarget.value)} aria-label={say("edit")} dir="auto" autosize minRows={2} autoFocus data-testid="room-edit-text" />
      <Group justify="flex-end" gap="xs" mt={6}>
        <Button size="xs" variant="default" onClick={props.close}>{say("cancel")}</Button>
        <Button size="xs" type="submit" loading={isBusy} disabled={text.trim() === ""} data-testid="room-edit-save">{say("save")}</Button>
      </Group>
    </form>
  );
}
