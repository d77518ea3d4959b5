import type { Attachment } from "../../protocol";

/** Pictures that a text can show; others are files beside it. */
const shown = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);
export const isPicture = (type: string): boolean => shown.has(type);

/** What the server keeps names pictures as parts of the mail; the editor shows files. */
export const editable = (html: string): string => html.replace(/(<img\b[^<>]*\ssrc=")cid:([0-9a-f-]{36})(?=")/g, "$1/api/files/$2");

const plain = (text: string): string => text.replaceAll("&amp;", "&").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"');

/**
 * Puts the files of the message into its HTML, by the names under which it shows them: in a mail of ours the file's id, in
 * one that came what the mail says (`inline`: name to place). A name without a file shows nothing.
 */
export function pictured(html: string, files: Attachment[], inline: unknown): string {
  const places = (typeof inline === "object" && inline !== null ? inline : {}) as Record<string, unknown>;
  return html.replace(/(<img\b[^<>]*\s)src="cid:([^"<>]*)"/gi, (_whole, before: string, coded: string) => {
    const file = fileOf(plain(coded), files, places);
    return file && isPicture(file.content_type) ? `${before}src="${file.url}"` : before;
  });
}

function fileOf(name: string, files: Attachment[], places: Record<string, unknown>): Attachment | undefined {
  const place = Object.hasOwn(places, name) ? places[name] : undefined;
  return typeof place === "number" ? files[place] : files.find(({ id }) => id === name);
}

/** Files that the text does not show itself. */
export function besides(html: string | null, files: Attachment[], inline: unknown): Attachment[] {
  if (html === null) return files;
  const within = pictured(html, files, inline);
  return files.filter(({ url }) => !within.includes(`src="${url}"`));
}

/** Lets the pictures that lie elsewhere be fetched, by the server: `markup.py` has left their numbers in their places. */
export const asked = (html: string, messageId: string): string => html.replace(/(<img\b[^<>]*\ssrc=")cid:outside-(\d{1,2})@markaz\.invalid(?=")/g, `$1/api/messages/${messageId}/pictures/$2`);
