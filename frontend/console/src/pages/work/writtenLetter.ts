import { useState, type RefObject } from "react";
import type { Work } from "../../feed";
import { useRegion } from "../../i18n/context";
import { useFeed } from "../../live/context";
import type { ReplyMore } from "../../protocol";
import { languageFor, languageOf } from "./answers";
import type { useDraft, Written } from "./draft";
import { givenBack, useLetterWishes } from "./letter";
import { useLetterhead } from "./letterhead";

interface LetterProps {
  work: Work;
  isMail: boolean;
  draft: ReturnType<typeof useDraft>;
  newest: RefObject<Written>;
}

/** What the mail that is being written has beside its words; other channels have none of it. */
export function useWrittenLetter({ work, isMail, draft, newest }: LetterProps) {
  const { language: own } = useRegion();
  const { desk } = useFeed();
  const [isSigned, setSigned] = useState(true);
  const { text, recipients, subject, forwards } = draft.written;
  // The language of what is written, else the customer's.
  const locale = languageOf(text) ?? languageFor(work, own);
  const head = useLetterhead(work.interaction.id, locale, isMail);
  useLetterWishes(work.interaction.id, (wish) => {
    const now = newest.current;
    if (wish.kind === "back") return draft.replace(givenBack(wish.held, now));
    if (!isMail || wish.kind !== "forward") return;
    draft.replace({
      ...now,
      text: now.text === "" ? `\n\n${wish.text}` : `${now.text}\n\n${wish.text}`,
      html: null,
      forwards: wish.message.id,
      subject: wish.subject,
      recipients: null,
    });
  });
  const more: ReplyMore = { recipients, subject, forwards, locale, is_signed: isSigned };
  return {
    more,
    isSigned,
    setSigned,
    signature: head?.signature ?? "",
    wait: isMail && desk.undo_seconds > 0 ? { undo_seconds: desk.undo_seconds } : null,
    /** Whether somebody gets it. */
    isWhole: !isMail || forwards === null || recipients !== null,
  };
}
