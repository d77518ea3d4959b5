import { ActionIcon, Button, FileButton, Group, Pill, SegmentedControl, Text, Textarea } from "@mantine/core";
import { IconLock, IconPaperclip, IconSend2 } from "@tabler/icons-react";
import { useRef, useState, type KeyboardEvent } from "react";
import type { Work } from "../../feed";
import { useSpeech } from "../../i18n/context";
import { useLive } from "../../live/context";
import { useComposerKeys } from "./composerKeys";
import { useTextDraft, useTypingMark, useUploads } from "./composing";
import css from "./Composer.module.css";

/** One composer for every channel. During a call and in wrap-up there are notes only. */
export function Composer(props: { work: Work }) {
  const { interaction } = props.work;
  const live = useLive();
  const { say } = useSpeech();
  const [text, setText] = useTextDraft(interaction.id);
  const [wantsNote, setWantsNote] = useState(false);
  const uploads = useUploads();
  const mayReply = interaction.channel !== "voice" && interaction.state === "assigned";
  const isNote = wantsNote || !mayReply;
  const noticeTyping = useTypingMark(interaction.id, !isNote && interaction.channel === "webchat");
  const files = isNote ? [] : uploads.files;
  // On a phone the focus would open the keyboard over the conversation.
  const [takesFocus] = useState(() => window.matchMedia("(min-width: 48em)").matches);
  const field = useRef<HTMLTextAreaElement>(null);
  const isSendable = (text.trim() !== "" || files.length > 0) && uploads.running.length === 0;

  const isClosed = interaction.state === "closed" || interaction.state === "queued";
  useComposerKeys({ field, mayReply, isNote, isOn: !isClosed, choose: setWantsNote, send: () => send() });

  if (isClosed) {
    return <Text className={css.composer} c="dimmed" ta="center" size="sm">{say("compose.closed")}</Text>;
  }

  const send = () => {
    if (!isSendable) return;
    live.write(isNote ? "note" : "reply", interaction.id, text.trim(), files);
    setText("");
    uploads.clear();
    noticeTyping(false);
  };
  const pressed = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // Out of the field with one key, so that single keys count again.
    if (event.key === "Escape" && !event.nativeEvent.isComposing) event.currentTarget.blur();
    // Enter that ends an input method's composition is not meant for us.
    if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  const written = (value: string) => {
    setText(value);
    noticeTyping(value !== "");
  };

  return (
    <form className={css.composer} data-note={isNote || undefined} onSubmit={(event) => { event.preventDefault(); send(); }}>
      {!isNote && <UploadList uploads={uploads} />}
      <Textarea
        ref={field}
        value={text}
        onChange={(event) => written(event.currentTarget.value)}
        onKeyDown={pressed}
        onBlur={() => noticeTyping(false)}
        placeholder={isNote ? say("compose.note") : say("compose.reply", { name: interaction.customer.name })}
        aria-label={say("compose.label")}
        dir={text === "" ? undefined : "auto"}
        autoFocus={takesFocus}
        autosize
        minRows={2}
        maxRows={8}
        variant="unstyled"
        data-testid="composer"
        title={say("compose.hint")}
      />
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Group gap="xs" wrap="nowrap">
          {mayReply && (
            <SegmentedControl
              size="xs"
              aria-label={say("compose.kind")}
              value={isNote ? "note" : "reply"}
              onChange={(value) => setWantsNote(value === "note")}
              data={[
                { value: "reply", label: say("compose.kind_reply") },
                { value: "note", label: <span data-testid="composer-note">{say("compose.kind_note")}</span> },
              ]}
            />
          )}
          {!isNote && (
            <FileButton multiple onChange={(chosen) => uploads.add(chosen)} inputProps={{ "data-testid": "composer-file" } as object}>
              {(button) => (
                <ActionIcon {...button} variant="subtle" size="lg" aria-label={say("compose.attach")}>
                  <IconPaperclip size={20} />
                </ActionIcon>
              )}
            </FileButton>
          )}
        </Group>
        <Button
          type="submit"
          disabled={!isSendable}
          {...(isNote ? { color: "yellow.9" } : {})}
          leftSection={isNote ? <IconLock size={18} /> : <IconSend2 size={18} className={css.arrow} />}
          data-testid="composer-send"
        >
          {say(isNote ? "compose.add_note" : "compose.send")}
        </Button>
      </Group>
    </form>
  );
}

function UploadList(props: { uploads: ReturnType<typeof useUploads> }) {
  const { files, running, remove } = props.uploads;
  const { say } = useSpeech();
  if (files.length === 0 && running.length === 0) return null;
  return (
    <Group gap={6} role="status">
      {files.map((file) => (
        <Pill
          key={file.id}
          withRemoveButton
          onRemove={() => remove(file.id)}
          removeButtonProps={{ "aria-label": say("compose.remove_file", { name: file.name }), tabIndex: 0, "aria-hidden": false }}
        >
          <bdi>{file.name}</bdi>
        </Pill>
      ))}
      {running.map((name) => (
        <Text key={name} size="sm" c="dimmed">{say("compose.uploading", { name })}</Text>
      ))}
    </Group>
  );
}
