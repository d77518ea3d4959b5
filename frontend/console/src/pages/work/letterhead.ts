import { useEffect, useState } from "react";
import { call } from "../../http/api";
import type { Language } from "../../i18n/words";
import type { Id } from "../../protocol";

/** What a mail of the reader's would get: the values of placeholders, and the signature with them. */
export interface Letterhead {
  locale: Language;
  values: Partial<Record<string, string>>;
  signature: string;
}

/** Null while it is not there; the server adds it all the same. */
export function useLetterhead(interactionId: Id, locale: Language, isWanted: boolean): Letterhead | null {
  const [head, setHead] = useState<Letterhead | null>(null);
  useEffect(() => {
    if (!isWanted) return;
    let isGone = false;
    call<Letterhead>("GET", `/api/interactions/${interactionId}/letterhead?locale=${locale}`).then(
      (found) => !isGone && setHead(found),
      () => undefined,
    );
    return () => void (isGone = true);
  }, [interactionId, locale, isWanted]);
  return head;
}
