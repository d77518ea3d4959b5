import { Text, Tooltip } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCheck,
  IconChecks,
  IconClock,
  IconEar,
  IconLock,
  IconPaperclip,
  IconQuestionMark,
} from "@tabler/icons-react";
import { hasLetters } from "../../../../shared/direction";
import { useDates, useSpeech } from "../../i18n/context";
import type { Speech } from "../../i18n/words";
import { usePhrases } from "../../i18n/phrases";
import { useFeed } from "../../live/context";
import type { Attachment, Channel, Customer, Delivery, Message } from "../../protocol";
import { partyWords } from "../../phone/partyWords";
import { MailMarks } from "./around/MailMarks";
import { words as aroundWords } from "./around/words";
import { LetterLine, LetterTools } from "./LetterTools";
import { MailText } from "./MailText";
import { mailWords } from "./mailWords";
import { Name } from "./Name";
import { besides } from "./pictures";
import { words } from "./words";
import css from "./Messages.module.css";

export function MessageView(props: { message: Message; customer: Customer; channel: Channel; isMarked?: boolean }) {
  const { message } = props;
  if (message.direction === "system") return <SystemLine message={message} />;
  return (
    <article
      className={css.message}
      data-direction={message.direction}
      data-mail={message.html === null ? undefined : "yes"}
      data-testid="message"
      data-seq={message.seq}
      data-client-id={message.client_id ?? undefined}
      tabIndex={-1}
      aria-current={props.isMarked || undefined}
    >
      <Who message={message} customer={props.customer} />
      <MailMarks message={message} />
      <div className={css.bubble}>
        {message.direction === "note" && <NoteMark to={message.details["whisper"]} />}
        <LetterLine message={message} />
        {typeof message.details["voicemail"] === "number" && <Voicemail files={message.attachments} />}
        <MailText message={message} />
        <Files files={besides(message.html, message.attachments, message.details["inline"])} />
        {typeof message.details["signature"] === "string" && (
          <p className={css.signed} data-testid="message-signature">{message.details["signature"]}</p>
        )}
      </div>
      <div className={css.footLine}>
        {message.direction === "outbound" && <DeliveryMark delivery={message.delivery} error={message.error} fault={message.details["fault"]} />}
        {props.channel === "email" && message.direction !== "note" && <LetterTools message={message} />}
      </div>
    </article>
  );
}

/** What a caller said to the machine, to be heard here. */
function Voicemail(props: { files: Attachment[] }) {
  const calls = usePhrases(partyWords);
  return (
    <>
      <Text size="sm" fw={600}>{calls.say("voicemail")}</Text>
      {props.files.map((file) => <audio key={file.id} controls preload="none" src={file.url} aria-label={calls.say("hear")} data-testid="voicemail" />)}
    </>
  );
}

/** `to`: a supervisor whispers to this agent. */
export function NoteMark(props: { to?: unknown }) {
  const { say } = useSpeech();
  const desk = usePhrases(words);
  const isWhisper = typeof props.to === "string";
  return (
    <div className={css.noteMark} data-testid={isWhisper ? "whisper" : undefined}>
      {isWhisper ? <IconEar size={13} aria-hidden /> : <IconLock size={13} aria-hidden />}
      {typeof props.to === "string" ? desk.say("whisper", { name: props.to }) : say("talk.note")}
    </div>
  );
}

function Who(props: { message: Message; customer: Customer }) {
  const { author, at } = props.message;
  const { me } = useFeed();
  const { say } = useSpeech();
  const dates = useDates();
  const desk = usePhrases(words);
  // A text message knows a number; whose it is, the customer's record says.
  const known = author.kind === "customer" && !hasLetters(author.name) ? props.customer.name : author.name;
  const name = author.kind === "system" ? desk.say("automatic") : known;
  return (
    <div className={css.who}>
      <Name of={author.kind === "agent" && author.id === me.id ? say("talk.you") : name} />
      <time dateTime={at} title={dates.full(at)}>{dates.time(at)}</time>
    </div>
  );
}

/** The server names what happened; the sentence is said here, in the reader's language. */
function SystemLine(props: { message: Message }) {
  const { message } = props;
  const speech = useSpeech();
  const dates = useDates();
  const desk = usePhrases(words);
  const mail = usePhrases(mailWords);
  const around = usePhrases(aroundWords);
  const calls = usePhrases(partyWords);
  const said = (name: string) => mail.sayAny("event", name, around.sayAny("event", name, calls.sayAny("event", name, sayEvent(speech, name))));
  const event = message.event === null ? null : desk.sayAny("event", message.event, said(message.event));
  const until = typeof message.details["until"] === "string" ? desk.say("snooze_until", { time: dates.full(message.details["until"]) }) : null;
  // The text beside an event says more: to whom it was assigned, with which result it was closed.
  const who = message.author.kind === "agent" ? message.author.name : "";
  const text = message.event === "prioritised" ? desk.sayAny("urgency", message.text, message.text) : speech.sayAny("disposition", message.text, message.text);
  const shown = message.event === "call.flow" ? speech.keys(text) : text;
  const parts = [...new Set([until ?? event, shown, who])].filter(Boolean);
  return (
    <p className={css.system} data-testid="system-line" data-event={message.event ?? undefined}>
      {parts.map((part) => (
        <span key={part}><Name of={part ?? ""} /> · </span>
      ))}
      <time dateTime={message.at} title={dates.full(message.at)}>{dates.time(message.at)}</time>
    </p>
  );
}

function sayEvent(speech: Speech, event: string): string {
  const status = event.startsWith("call.") ? speech.sayAny("call", event.slice("call.".length), event) : event;
  return speech.sayAny("event", event, status);
}

const marks = {
  none: null,
  queued: IconClock,
  sending: IconClock,
  sent: IconCheck,
  delivered: IconChecks,
  read: IconChecks,
  failed: IconAlertTriangle,
  uncertain: IconQuestionMark,
} satisfies Record<Delivery, unknown>;

function DeliveryMark(props: { delivery: Delivery; error: string | null; fault: unknown }) {
  const { say, sayAny } = useSpeech();
  const { delivery } = props;
  const Mark = marks[delivery];
  if (!Mark || delivery === "none") return null;
  const isTrouble = delivery === "failed" || delivery === "uncertain";
  return (
    <Tooltip label={<span dir="auto">{props.error}</span>} disabled={!props.error} multiline maw={320}>
      <div className={css.foot} data-trouble={isTrouble || undefined} data-testid="delivery" data-delivery={delivery} tabIndex={props.error ? 0 : undefined}>
        <Mark size={14} aria-hidden color={delivery === "read" ? "var(--mantine-color-blue-6)" : undefined} />
        {delivery === "failed" && typeof props.fault === "string" ? sayAny("delivery", props.fault, say("delivery.failed")) : say(`delivery.${delivery}`)}
      </div>
    </Tooltip>
  );
}

const shownAsPicture = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

export function Files(props: { files: Attachment[] }) {
  if (props.files.length === 0) return null;
  return (
    <div className={css.files}>
      {props.files.map((file) => (
        <a key={file.id} href={file.url} className={css.file} target="_blank" rel="noopener noreferrer" data-testid="attachment">
          {shownAsPicture.has(file.content_type) ? (
            <img className={css.picture} src={file.url} alt={file.name} loading="lazy" />
          ) : (
            <>
              <IconPaperclip size={16} aria-hidden />
              <bdi>{file.name}</bdi>
              <FileSize bytes={file.size} />
            </>
          )}
        </a>
      ))}
    </div>
  );
}

export function FileSize(props: { bytes: number }) {
  const speech = useSpeech();
  const isLarge = props.bytes >= 1_000_000;
  const amount = new Intl.NumberFormat(speech.locale, {
    style: "unit",
    unit: isLarge ? "megabyte" : "kilobyte",
    // The short forms of Arabic and Persian are Latin letters.
    unitDisplay: speech.language === "en" ? "short" : "long",
    maximumFractionDigits: isLarge ? 1 : 0,
  }).format(Math.max(1, props.bytes / (isLarge ? 1_000_000 : 1_000)));
  return <Text component="span" size="xs" c="dimmed">{amount}</Text>;
}
