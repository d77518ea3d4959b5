import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconClock } from "@tabler/icons-react";
import { useState } from "react";
import { directionOf } from "../../../../shared/direction";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useShortcut } from "../../kit/useShortcut";
import { Problem } from "../../http/api";
import { useCommand, useLive, useServerNow } from "../../live/context";
import type { Held } from "../../protocol";
import { deviceId } from "./draft";
import { namesOf, wishLetter } from "./letter";
import { MailBody } from "./MailBody";
import { mailWords } from "./mailWords";
import { Files } from "./MessageView";
import { MomentDialog } from "./MomentDialog";
import { besides } from "./pictures";
import css from "./Messages.module.css";

/** Said, and not gone yet: it can be taken back until it goes. */
export function HeldReply(props: { held: Held; isNewest: boolean }) {
  const { held } = props;
  const { say } = useSpeech();
  const mail = usePhrases(mailWords);
  const dates = useDates();
  return (
    <article className={css.message} data-direction="outbound" data-held={held.kind} data-mail={held.html === null ? undefined : "yes"} data-testid="held" data-client-id={held.client_id}>
      <div className={css.who}>
        <span>{say("talk.you")}</span>
        <time dateTime={held.created_at}>{dates.time(held.created_at)}</time>
      </div>
      <div className={css.bubble}>
        {held.recipients && <p className={css.letterLine}>{mail.say("to")}: <bdi>{namesOf([...held.recipients.to, ...held.recipients.cc, ...held.recipients.bcc])}</bdi></p>}
        {held.html === null ? <p className={css.text} dir={directionOf(held.text)} data-testid="message-text">{held.text}</p> : <MailBody html={held.html} from={held.author_name} files={held.attachments} />}
        <Files files={besides(held.html, held.attachments, null)} />
      </div>
      <div className={css.foot}>
        <IconClock size={14} aria-hidden />
        <When held={held} />
        <HeldButtons held={held} hasKey={props.isNewest} />
      </div>
    </article>
  );
}

function When(props: { held: Held }) {
  const { held } = props;
  const { locale } = useSpeech();
  const { say } = usePhrases(mailWords);
  const dates = useDates();
  const now = useServerNow();
  const seconds = Math.ceil((Date.parse(held.due_at) - now) / 1000);
  if (held.kind === "later") return <span data-testid="held-when">{say("going_at", { time: dates.full(held.due_at) })}</span>;
  if (seconds <= 0) return <span data-testid="held-when">{say("going_now")}</span>;
  const shown = new Intl.NumberFormat(locale, { style: "unit", unit: "second", unitDisplay: "long" }).format(seconds);
  return <span data-testid="held-when">{say("going", { seconds: shown })}</span>;
}

/** Taking back, and another moment. */
export function HeldButtons(props: { held: Held; changed?: () => void; hasKey?: boolean }) {
  const { held } = props;
  const live = useLive();
  const { say } = usePhrases(mailWords);
  const { isBusy, run } = useCommand();
  const [isPicking, setPicking] = useState(false);
  const undo = () =>
    run(async () => {
      try {
        const { held: back } = await live.ask("held.take_back", { held_id: held.id, device: deviceId });
        wishLetter(held.interaction_id, { kind: "back", held: back });
      } catch (error) {
        if (!(error instanceof Problem) || error.kind !== "conflict") throw error;
        notifications.show({ message: say("too_late") });
      }
      props.changed?.();
    });
  const postpone = (at: Date) =>
    run(async () => {
      await live.ask("held.postpone", { held_id: held.id, send_at: at.toISOString(), version: held.version });
      props.changed?.();
    });
  useShortcut({ id: "undo-send", keys: "u", word: say("undo"), scope: "conversation", run: () => void undo(), isOn: props.hasKey === true });
  return (
    <>
      <Button size="compact-xs" variant="light" loading={isBusy} onClick={() => void undo()} data-testid="held-undo">{say(held.kind === "undo" ? "undo" : "take_back")}</Button>
      {held.kind === "later" && <Button size="compact-xs" variant="subtle" onClick={() => setPicking(true)} data-testid="held-change">{say("change_moment")}</Button>}
      {isPicking && <MomentDialog title={say("send_later")} first={new Date(held.due_at)} close={() => setPicking(false)} choose={postpone} />}
    </>
  );
}
