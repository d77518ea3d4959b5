export interface Part {
  text: string;
  /** Set where the text is an address of the web. */
  href: string | null;
}

const address = /https?:\/\/[^\s<>"'«»]+/gi;
/** Marks that end a sentence and not an address, Arabic ones among them. */
const tail = /[.,;:!?)\]}،؛؟…]+$/;
/** Characters that turn the reading direction: in an address they could make it look like another one. */
const overrides = /[\u202a-\u202e\u2066-\u2069]/;

/** The text cut into plain parts and addresses. */
export function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let done = 0;
  for (const match of text.matchAll(address)) {
    const found = match[0].replace(tail, "");
    if (overrides.test(found)) continue;
    if (match.index > done) parts.push({ text: text.slice(done, match.index), href: null });
    parts.push({ text: found, href: found });
    done = match.index + found.length;
  }
  if (done < text.length) parts.push({ text: text.slice(done), href: null });
  return parts;
}
