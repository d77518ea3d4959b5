import { Button } from "@mantine/core";
import { IconAlertTriangle, IconClock } from "@tabler/icons-react";
import { directionOf } from "../../../../shared/direction";
import { useDates, useSpeech } from "../../i18n/context";
import { useLive, useView } from "../../live/context";
import type { Draft } from "../../live/draft";
import { Files, NoteMark } from "./MessageView";
import css from "./Messages.module.css";

/** Written here, not yet committed by the server. */
export function Pending(props: { draft: Draft }) {
  const { draft } = props;
  const live = useLive();
  const { link } = useView();
  const speech = useSpeech();
  const { say } = speech;
  const dates = useDates();
  return (
    <article
      className={css.message}
      data-direction={draft.kind === "note" ? "note" : "outbound"}
      data-testid="message"
      data-pending="yes"
      data-client-id={draft.client_id}
    >
      <div className={css.who}>
        <span>{say("talk.you")}</span>
        <time>{dates.time(draft.written_at)}</time>
      </div>
      <div className={css.bubble}>
        {draft.kind === "note" && <NoteMark />}
        <p className={css.text} dir={directionOf(draft.text)} data-testid="message-text">{draft.text}</p>
        <Files files={draft.attachments} />
      </div>
      {draft.refused === null ? (
        <div className={css.foot} data-testid="delivery" data-delivery="waiting">
          <IconClock size={14} aria-hidden />
          {say(link.isUp ? "delivery.sending" : "delivery.waiting")}
        </div>
      ) : (
        <div className={css.foot} data-trouble="yes" role="alert">
          <IconAlertTriangle size={14} aria-hidden />
          {say("delivery.failed")}: {speech.sayAny("problem", draft.refused, draft.refused)}
          <Button size="compact-xs" variant="subtle" onClick={() => live.retry(draft)}>{say("delivery.retry")}</Button>
          <Button size="compact-xs" variant="subtle" color="red" onClick={() => live.discard(draft)}>{say("delivery.discard")}</Button>
        </div>
      )}
    </article>
  );
}
