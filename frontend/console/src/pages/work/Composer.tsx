import { ActionIcon, Button, FileButton, Group, Loader, Pill, Popover, Progress, SegmentedControl, Text } from "@mantine/core";
import { IconBolt, IconBook2, IconEar, IconLock, IconMoodSmile, IconPaperclip, IconSend2 } from "@tabler/icons-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import type { Work } from "../../feed";
import { useRegion, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useFeed, useLive } from "../../live/context";
import type { Attachment } from "../../protocol";
import { AnswerPicker, type Picker } from "./AnswerPicker";
import { languageFor } from "./answers";
import { useComposerKeys } from "./composerKeys";
import { useInsertion, useTypingMark } from "./composing";
import css from "./Composer.module.css";
import { DropZone } from "./DropZone";
import { useDraft } from "./draft";
import { mailWords } from "./mailWords";
import { isPicture } from "./pictures";
import { PlainBox, type Box } from "./PlainBox";
import { RecipientsRow } from "./RecipientsRow";
import { SegmentCount } from "./SegmentCount";
import { SendMenu } from "./SendMenu";
import { SignatureLine } from "./SignatureLine";
import { StoredFiles } from "./StoredFiles";
import { useUploads } from "./uploading";
import { words } from "./words";
import { useWrittenLetter } from "./writtenLetter";

const RichBox = lazy(() => import("./RichBox"));
const EmojiPicker = lazy(() => import("./EmojiPicker"));
const SuggestedArticles = lazy(() => import("../knowledge/SuggestedArticles").then((module) => ({ default: module.SuggestedArticles })));

/** Channels that carry formatted text. */
const isRich = (channel: string): boolean => channel === "email";

export type Kind = "reply" | "note" | "whisper";

/** What the reader may write here: as the owner, or as a supervisor beside the owner. The first is the usual one. */
function kindsFor({ interaction }: Work, me: { id: string; permissions: string[] }): Kind[] {
  const isOwn = interaction.agent_id === me.id;
  const isTalk = interaction.call === null && interaction.state === "assigned";
  if (isOwn) return isTalk ? ["reply", "note"] : ["note"];
  if (!me.permissions.includes("work.supervise") || interaction.state !== "assigned") return ["note"];
  return isTalk ? ["whisper", "note", "reply"] : ["whisper", "note"];
}

/** One composer for every channel. During a call and in wrap-up there are notes only. */
export function Composer(props: { work: Work; noticeWriting: (isWriting: boolean) => void; isPart?: boolean | undefined }) {
  const { work } = props;
  const { me } = useFeed();
  const { say } = useSpeech();
  const kinds = kindsFor(work, me);
  const [wanted, setWanted] = useState<Kind | null>(null);
  const kind = wanted !== null && kinds.includes(wanted) ? wanted : kinds[0]!;
  const { state } = work.interaction;
  if (state === "closed" || (state === "queued" && work.interaction.agent_id === me.id)) {
    return <Text className={css.composer} c="dimmed" ta="center" size="sm">{say("compose.closed")}</Text>;
  }
  // A draft for the customer and one for colleagues are two.
  return <Writing key={kind === "reply" ? "reply" : "note"} {...props} kind={kind} kinds={kinds} choose={setWanted} waits={Boolean(props.isPart) && wanted === null} />;
}

interface WritingProps {
  work: Work;
  kind: Kind;
  kinds: Kind[];
  choose: (kind: Kind) => void;
  noticeWriting: (isWriting: boolean) => void;
  /** Takes no focus until somebody chooses to write: a page would be scrolled to it. */
  waits: boolean;
}

function Writing(props: WritingProps) {
  const { kind, kinds } = props;
  const { interaction } = props.work;
  const { me } = useFeed();
  const live = useLive();
  const { say } = useSpeech();
  const desk = usePhrases(words);
  const isReply = kind === "reply";
  const draft = useDraft(interaction.id, isReply ? "reply" : "note");
  const { text, html, attachments } = draft.written;
  const { newest } = draft;
  const uploads = useUploads(attachments, (file) => draft.write({ ...newest.current, attachments: [...newest.current.attachments, file] }));
  const noticeTyping = useTypingMark(interaction.id, isReply && interaction.channel === "webchat" && interaction.agent_id === me.id);
  const box = useRef<Box>(null);
  const picker = useRef<Picker>(null);
  const form = useRef<HTMLFormElement>(null);
  const [query, setQuery] = useState<string | null>(null);
  // What Escape put away stays away until another word begins.
  const [isPutAway, setPutAway] = useState(false);
  // On a phone the focus would open the keyboard over the conversation.
  const [takesFocus] = useState(() => !props.waits && window.matchMedia("(min-width: 48em)").matches);
  const files = isReply ? attachments : [];
  const isMail = isReply && isRich(interaction.channel);
  const letter = useWrittenLetter({ work: props.work, isMail, draft, newest });
  const isSendable = (text.trim() !== "" || files.length > 0 || draft.written.forwards !== null) && uploads.running.length === 0 && letter.isWhole;
  const isPicking = query !== null && !isPutAway;
  useInsertion(interaction.id, (said) => box.current?.insert(newest.current.text === "" ? said : `\n${said}`));
  useEffect(() => {
    if (query === null) setPutAway(false);
  }, [query]);

  const send = (wait: { undo_seconds: number } | { send_at: string } | null = letter.wait) => {
    if (!isSendable) return;
    const more = isMail ? { more: letter.more } : {};
    const said = { html: isReply ? html : null, isWhisper: kind === "whisper", ...more, ...(isReply && wait ? { wait } : {}) };
    live.write(isReply ? "reply" : "note", interaction.id, text.trim(), files, said);
    draft.clear();
    setQuery(null);
    noticeTyping(false);
    props.noticeWriting(false);
  };
  const written = (nextText: string, nextHtml: string | null) => {
    draft.write({ ...newest.current, text: nextText, html: nextHtml });
    noticeTyping(nextText !== "");
    props.noticeWriting(nextText !== "");
  };
  const pressed = useComposerKeys({ box, form, kind, kinds, choose: props.choose, send: () => send() });
  const left = () => {
    noticeTyping(false);
    props.noticeWriting(false);
    void draft.save();
  };
  const owner = interaction.agent_name ?? "";
  const placeholder = {
    reply: interaction.agent_id === me.id ? say("compose.reply", { name: interaction.customer.name }) : desk.say("join_hint"),
    note: say("compose.note"),
    whisper: desk.say("whisper_hint", { name: owner }),
  }[kind];
  const boxProps = {
    box,
    text,
    html,
    edition: draft.edition,
    written,
    command: setQuery,
    pressed: (event: Parameters<Picker["pressed"]>[0]) => isPicking && (picker.current?.pressed(event) ?? false),
    left,
    send: () => send(),
    label: say("compose.label"),
    placeholder,
    hint: isReply && isRich(interaction.channel) ? desk.say("send_rich_hint") : say("compose.hint"),
    takesFocus,
  };
  const remove = (id: string) => {
    draft.write({ ...newest.current, attachments: attachments.filter((file) => file.id !== id) });
    // Its picture in the text goes with it.
    window.setTimeout(() => box.current?.removePicture?.(id));
  };

  return (
    <form ref={form} className={css.composer} data-note={!isReply || undefined} onKeyDown={pressed} onSubmit={(event) => { event.preventDefault(); send(); }}>
      <DropZone inside={form} isOpen={isReply} take={(chosen) => uploads.add(chosen, (file) => isPicture(file.content_type) && box.current?.insertPicture?.(file))} />
      {isPicking && (
        <AnswerPicker
          picker={picker}
          work={props.work}
          query={query}
          choose={(put) => { box.current?.replaceCommand(put); setQuery(null); }}
          close={() => setPutAway(true)}
        />
      )}
      {isMail && (
        <RecipientsRow key={draft.edition} interaction={interaction} value={draft.written.recipients} isForward={draft.written.forwards !== null} set={(recipients) => draft.write({ ...newest.current, recipients })} />
      )}
      {isMail && draft.written.forwards !== null && <ForwardMark stop={() => draft.replace({ ...newest.current, forwards: null, subject: null, recipients: null })} />}
      {isReply && <UploadList files={files} remove={remove} running={uploads.running} />}
      {isReply && isRich(interaction.channel) ? (
        <Suspense fallback={<Loader size="sm" aria-label={desk.say("loading")} m="md" />}>
          <RichBox {...boxProps} />
        </Suspense>
      ) : (
        <PlainBox {...boxProps} />
      )}
      {isReply && (interaction.channel === "sms" || interaction.channel === "smpp") && <SegmentCount text={text} />}
      {isMail && <SignatureLine signature={letter.signature} isOn={letter.isSigned} set={letter.setSigned} />}
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Group gap={4} wrap="nowrap">
          {kinds.length > 1 && <Kinds {...props} isOwn={interaction.agent_id === me.id} />}
          {isReply && (
            <FileButton multiple onChange={(chosen) => uploads.add(chosen)} inputProps={{ "data-testid": "composer-file" } as object}>
              {(button) => (
                <ActionIcon {...button} variant="subtle" size="lg" aria-label={say("compose.attach")} title={say("compose.attach")}>
                  <IconPaperclip size={20} />
                </ActionIcon>
              )}
            </FileButton>
          )}
          {isMail && (
            <StoredFiles
              customerId={interaction.customer.id}
              room={uploads.room}
              add={(copies) => draft.write({ ...newest.current, attachments: [...newest.current.attachments, ...copies] })}
            />
          )}
          <Emoji choose={(sign) => box.current?.insert(sign)} />
          {isReply && (
            <ActionIcon variant="subtle" size="lg" visibleFrom="xs" aria-label={desk.say("answers_open")} title={desk.say("answers_open")}
              onClick={() => box.current?.insert(/(^|\s)$/.test(text) ? "/" : " /")} data-testid="answers-open">
              <IconBolt size={20} />
            </ActionIcon>
          )}
          {isReply && <Articles work={props.work} text={text} insert={(said) => box.current?.insert(text === "" ? said : `\n${said}`)} />}
        </Group>
        <Group gap={2} wrap="nowrap">
        {isReply && interaction.channel !== "webchat" && (
          <SendMenu isOff={!isSendable} hasUndo={letter.wait !== null} sendNow={() => send(null)} sendAt={(at) => send({ send_at: at.toISOString() })} />
        )}
        <Button
          type="submit"
          disabled={!isSendable}
          px="sm"
          {...(isReply ? {} : { color: "yellow.9" })}
          leftSection={isReply ? <IconSend2 size={18} className={css.arrow} /> : kind === "whisper" ? <IconEar size={18} /> : <IconLock size={18} />}
          data-testid="composer-send"
        >
          {kind === "whisper" ? desk.say("kind_whisper") : say(isReply ? "compose.send" : "compose.add_note")}
        </Button>
        </Group>
      </Group>
    </form>
  );
}

/** Whose words go along. */
function ForwardMark(props: { stop: () => void }) {
  const { say } = usePhrases(mailWords);
  return (
    <Group gap={4}>
      <Pill withRemoveButton onRemove={props.stop} removeButtonProps={{ "aria-label": say("forward_stop"), tabIndex: 0, "aria-hidden": false }} data-testid="forwarding">{say("forwarding")}</Pill>
    </Group>
  );
}

function Kinds(props: WritingProps & { isOwn: boolean }) {
  const { say } = useSpeech();
  const desk = usePhrases(words);
  const text = {
    reply: props.isOwn ? say("compose.kind_reply") : desk.say("kind_join"),
    note: say("compose.kind_note"),
    whisper: desk.say("kind_whisper"),
  };
  return (
    <SegmentedControl
      size="xs"
      aria-label={say("compose.kind")}
      value={props.kind}
      onChange={(value) => props.choose(value as Kind)}
      data={props.kinds.map((value) => ({ value, label: <span data-testid={`composer-${value}`}>{text[value]}</span> }))}
    />
  );
}

/** Articles for what is being written; before that, for what the customer wrote last. */
function Articles(props: { work: Work; text: string; insert: (said: string) => void }) {
  const { say } = usePhrases(words);
  const { language } = useRegion();
  const [isOpen, setOpen] = useState(false);
  const asked = props.work.messages.findLast(({ direction }) => direction === "inbound")?.text ?? "";
  return (
    <Popover opened={isOpen} onChange={setOpen} position="top-start" width={360} trapFocus withinPortal>
      <Popover.Target>
        <ActionIcon variant="subtle" size="lg" aria-label={say("articles_open")} title={say("articles_open")} onClick={() => setOpen(!isOpen)} data-testid="articles-open">
          <IconBook2 size={20} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p="sm">
        {isOpen && (
          <Suspense fallback={<Loader size="sm" />}>
            <SuggestedArticles text={props.text.trim() || asked} language={languageFor(props.work, language)} onInsert={(said) => { setOpen(false); props.insert(said); }} />
          </Suspense>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function Emoji(props: { choose: (sign: string) => void }) {
  const { say } = usePhrases(words);
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover opened={isOpen} onChange={setOpen} position="top-start" width={300} trapFocus withinPortal>
      <Popover.Target>
        <ActionIcon variant="subtle" size="lg" aria-label={say("emoji")} title={say("emoji")} onClick={() => setOpen(!isOpen)} data-testid="emoji-open">
          <IconMoodSmile size={20} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p="xs">
        {isOpen && (
          <Suspense fallback={<Loader size="sm" />}>
            <EmojiPicker choose={(sign) => { setOpen(false); props.choose(sign); }} />
          </Suspense>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

interface UploadListProps {
  files: Attachment[];
  remove: (id: string) => void;
  running: ReturnType<typeof useUploads>["running"];
}

function UploadList(props: UploadListProps) {
  const { files, running, remove } = props;
  const { say, number } = useSpeech();
  const desk = usePhrases(words);
  if (files.length === 0 && running.length === 0) return null;
  return (
    <Group gap={6} role="status" className={css.files}>
      {files.map((file) => (
        <Pill
          key={file.id}
          withRemoveButton
          onRemove={() => remove(file.id)}
          removeButtonProps={{ "aria-label": say("compose.remove_file", { name: file.name }), tabIndex: 0, "aria-hidden": false }}
          data-testid="composer-attached"
        >
          <bdi>{file.name}</bdi>
        </Pill>
      ))}
      {running.map((one) => (
        <div key={one.key} className={css.running}>
          <Pill withRemoveButton onRemove={one.stop} removeButtonProps={{ "aria-label": say("compose.remove_file", { name: one.name }), tabIndex: 0, "aria-hidden": false }}>
            {desk.say("progress", { name: one.name, percent: number(one.percent) })}
          </Pill>
          <Progress value={one.percent} size={3} aria-label={say("compose.uploading", { name: one.name })} />
        </div>
      ))}
    </Group>
  );
}
