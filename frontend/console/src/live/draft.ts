import type { Entry } from "../../../shared/outbox";
import type { Attachment, Id, ReplyMore } from "../protocol";
import type { Aside } from "../protocolTeam";

/** Written here and not yet committed. */
export interface Draft extends Entry {
  kind: "reply" | "note" | "room";
  /** Of a message in a room: the room's. */
  interaction_id: Id;
  text: string;
  attachments: Attachment[];
  aside?: Aside;
  /** A formatted answer; the text is what it says. */
  html?: string | null;
  isWhisper?: boolean;
  /** To whom a mail goes, and what stands below it. */
  more?: ReplyMore;
  /** It waits: for so many seconds, or for a moment. */
  wait?: { undo_seconds: number } | { send_at: string };
}

/** What the server is asked with a reply. */
export const wordsOf = ({ interaction_id, client_id, text, html, attachments, more }: Draft) => ({
  interaction_id,
  client_id,
  text,
  html: html ?? null,
  attachments: attachments.map((file) => file.id),
  ...more,
});
