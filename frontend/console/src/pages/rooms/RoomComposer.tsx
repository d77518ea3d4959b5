import { ActionIcon, Button, FileButton, Group, Text } from "@mantine/core";
import { IconPaperclip, IconSend2, IconX } from "@tabler/icons-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { keep, kept } from "../../../../shared/kept";
import type { RoomState } from "../../feedTeam";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { MentionField, mentionsIn, type Mentionable } from "../../kit/MentionField";
import { useFeed, useLive } from "../../live/context";
import type { Id } from "../../protocol";
import type { RoomMessage } from "../../protocolTeam";
import css from "./Rooms.module.css";
import type { useRoomUploads } from "./uploads";
import { words } from "./words";

const typingEveryMs = 3_000;

interface ComposerProps {
  room: RoomState;
  name: string;
  uploads: ReturnType<typeof useRoomUploads>;
  answered: RoomMessage | null;
  clearAnswered: () => void;
}

/** What is written goes through the outbox: without a connection it waits, and is sent once. */
export function RoomComposer(props: ComposerProps) {
  const { room, uploads, answered } = props;
  const { id } = room.room;
  const live = useLive();
  const { me } = useFeed();
  const { say } = usePhrases(words);
  const speech = useSpeech();
  const [text, setText] = useTextDraft(id);
  const [picked, setPicked] = useState<Mentionable[]>([]);
  const noticeTyping = useTypingMark(id);
  const [takesFocus] = useState(() => window.matchMedia("(min-width: 48em)").matches);
  const isSendable = (text.trim() !== "" || uploads.files.length > 0) && uploads.running.length === 0;
  const people = (room.members ?? []).map(({ person }) => person).filter((person) => person.id !== me.id);

  const send = () => {
    if (!isSendable) return;
    const aside = { mentions: mentionsIn(text, picked), reply_seq: answered?.seq ?? null, document: null };
    live.write("room", id, text.trim(), uploads.files, { aside });
    setText("");
    setPicked([]);
    uploads.clear();
    props.clearAnswered();
    noticeTyping(false);
  };
  return (
    <form className={css.composer} onSubmit={(event) => { event.preventDefault(); send(); }}>
      {answered && (
        <Group gap={6} wrap="nowrap">
          <Text size="xs" c="dimmed" className={css.oneLine} flex={1}>{say("reply_to", { name: answered.author.name })}: <bdi>{answered.text}</bdi></Text>
          <ActionIcon variant="subtle" color="gray" size={24} onClick={props.clearAnswered} aria-label={say("no_reply")}><IconX size={16} /></ActionIcon>
        </Group>
      )}
      {(uploads.files.length > 0 || uploads.running.length > 0) && (
        <Group gap={6} role="status">
          {uploads.files.map((file) => (
            <Button key={file.id} size="compact-sm" variant="default" rightSection={<IconX size={14} />} onClick={() => uploads.remove(file.id)} aria-label={speech.say("compose.remove_file", { name: file.name })}>
              <bdi>{file.name}</bdi>
            </Button>
          ))}
          {uploads.running.map((name) => <Text key={name} size="sm" c="dimmed">{speech.say("compose.uploading", { name })}</Text>)}
        </Group>
      )}
      <MentionField
        value={text}
        change={(value) => { setText(value); noticeTyping(value !== ""); }}
        people={people}
        picked={(person) => setPicked((known) => [...known, person])}
        label={say("write_label")}
        placeholder={say("write", { name: props.name })}
        listLabel={say("mention_list")}
        submit={send}
        takesFocus={takesFocus}
        left={() => noticeTyping(false)}
        testId="room-composer"
      />
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <FileButton multiple onChange={uploads.add} inputProps={{ "data-testid": "room-file" } as object}>
          {(button) => <ActionIcon {...button} variant="subtle" size="lg" aria-label={speech.say("compose.attach")}><IconPaperclip size={20} /></ActionIcon>}
        </FileButton>
        <Button type="submit" disabled={!isSendable} leftSection={<IconSend2 size={18} className={css.arrow} />} data-testid="room-send">{say("send")}</Button>
      </Group>
    </form>
  );
}

/** What is being written, kept on this device while somebody looks at other rooms. */
function useTextDraft(roomId: Id): [string, (text: string) => void] {
  const key = `markaz.draft.room.${roomId}`;
  const [text, setText] = useState(() => kept(key, "session") ?? "");
  const change = (next: string) => {
    setText(next);
    keep(key, next === "" ? null : next, "session");
  };
  return [text, change];
}

/** Tells the others that somebody is writing, at most every few seconds. */
function useTypingMark(roomId: Id): (isTyping: boolean) => void {
  const live = useLive();
  const toldAt = useRef(0);
  const tell = useCallback(
    (is_typing: boolean) => {
      const isDue = is_typing ? Date.now() - toldAt.current > typingEveryMs : toldAt.current > 0;
      if (!isDue) return;
      toldAt.current = is_typing ? Date.now() : 0;
      live.ask("room.typing", { room_id: roomId, is_typing }).catch(() => undefined);
    },
    [live, roomId],
  );
  useEffect(() => () => tell(false), [tell]);
  return tell;
}
