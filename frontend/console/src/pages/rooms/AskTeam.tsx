import { Button, Group, Modal, Select, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { usePhrases } from "../../i18n/phrases";
import { useFeed, useLive } from "../../live/context";
import type { DocumentRef } from "../../protocolTeam";
import { go } from "../../shell/route";
import { nameOf, roomsInOrder } from "./naming";
import { words } from "./words";

/** Takes a document into a room: a message that points at it, which each reader sees as far as they may. */
export function AskTeam(props: { document: DocumentRef; title: string; isOpen: boolean; close: () => void }) {
  const { say } = usePhrases(words);
  return (
    <Modal opened={props.isOpen} onClose={props.close} title={say("discuss")} centered closeButtonProps={{ "aria-label": say("cancel") }}>
      <AskForm {...props} />
    </Modal>
  );
}

function AskForm(props: { document: DocumentRef; title: string; close: () => void }) {
  const live = useLive();
  const { rooms, me } = useFeed();
  const { say } = usePhrases(words);
  const [chosen, setChosen] = useState<string | null>(null);
  const [text, setText] = useState("");
  const open = roomsInOrder(rooms).filter(({ room, isManager }) => room.posting === "members" || isManager);
  const send = () => {
    if (chosen === null) return;
    live.write("room", chosen, text.trim(), [], { aside: { mentions: [], reply_seq: null, document: props.document } });
    props.close();
    go("rooms", chosen);
  };
  return (
    <form onSubmit={(event) => { event.preventDefault(); send(); }}>
      <Stack gap="sm">
        {props.title && <Text size="sm" c="dimmed">{say("about", { name: props.title })}</Text>}
        <Select label={say("discuss_choose")} data={open.map(({ room }) => ({ value: room.id, label: nameOf(room, me.id) }))} value={chosen} onChange={setChosen}
          searchable openOnFocus={false} data-autofocus data-testid="ask-room" />
        <Textarea label={say("ask_about")} value={text} onChange={(event) => setText(event.currentTarget.value)} dir={text === "" ? undefined : "auto"} maxLength={8000} autosize minRows={2} data-testid="ask-text" />
        <Group justify="flex-end"><Button type="submit" disabled={chosen === null} data-testid="ask-send">{say("send")}</Button></Group>
      </Stack>
    </form>
  );
}
