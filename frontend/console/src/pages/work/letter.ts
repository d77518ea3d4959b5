import { useEffect } from "react";
import type { Held, Id, Interaction, Message, Recipient, Recipients } from "../../protocol";
import type { Written } from "./draft";

/** What is one word and one address: the server looks at it again. */
const address = /^[^\s@<>()[\]\\,;:"]{1,64}@[^\s@<>()[\]\\,;:"]{1,253}$/;

export function isAddress(text: string): boolean {
  const host = text.split("@")[1] ?? "";
  const labels = host.split(".");
  return address.test(text) && !text.includes("..") && !text.startsWith(".") && labels.length > 1 && labels.every((label) => label !== "");
}

/** `Lena <lena@shop.example>` or the address alone; null for what is none. */
export function recipientIn(text: string): Recipient | null {
  const found = /^\s*"?([^"<>]*?)"?\s*<([^<>]+)>\s*$/.exec(text);
  const where = (found ? found[2]! : text).trim().toLowerCase();
  return isAddress(where) ? { address: where, name: found ? found[1]!.trim() : "" } : null;
}

/** What was pasted or typed, taken apart; `left` is what is no address. */
export function recipientsIn(text: string): { found: Recipient[]; left: string[] } {
  const found: Recipient[] = [];
  const left: string[] = [];
  // A comma within quotes is part of a name.
  const pieces = text.match(/(?:"[^"]*"|[^,;\n\t،؛"]|"(?![^"]*"))+/g) ?? [];
  for (const piece of pieces.map((part) => part.trim()).filter((part) => part !== "")) {
    const one = recipientIn(piece);
    // Several addresses with nothing but spaces between them.
    const many = one ? [one] : piece.includes("<") ? [null] : piece.split(/\s+/).map(recipientIn);
    if (many.every((each) => each !== null)) found.push(...(many as Recipient[]));
    else left.push(piece);
  }
  return { found, left };
}

export const customerOf = (interaction: Interaction): Recipient => ({ address: interaction.address, name: interaction.customer.name });

/** To the customer alone is nothing to be said: the server knows whom. */
export function saidRecipients(recipients: Recipients, interaction: Interaction): Recipients | null {
  const { to, cc, bcc } = recipients;
  const isUsual = to.length === 1 && to[0]!.address === interaction.address && cc.length === 0 && bcc.length === 0;
  return isUsual || to.length === 0 ? null : recipients;
}

/** Whom a mail of the conversation goes to besides the customer, for the line above it. */
export function namesOf(people: Recipient[]): string {
  return people.map(({ address: where, name }) => name || where).join(", ");
}

/** Words that were taken back stand before what is being written now. */
export function givenBack(held: Held, now: Written): Written {
  const both = [held.text, now.text].filter((text) => text !== "");
  const isFormatted = held.html !== null || now.html !== null;
  const parts = [{ text: held.text, html: held.html }, { text: now.text, html: now.html }];
  const html = parts.filter(({ text }) => text !== "").map((part) => part.html ?? paragraphs(part.text)).join("");
  return {
    text: both.join("\n"),
    html: isFormatted ? html : null,
    attachments: [...held.attachments, ...now.attachments],
    recipients: held.recipients,
    subject: held.subject,
    forwards: held.forwards,
  };
}

const escape = (text: string): string => text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]!);
export const paragraphs = (text: string): string => text.split("\n").map((line) => `<p>${escape(line)}</p>`).join("");

export type LetterWish = { kind: "forward"; message: Message; text: string; subject: string } | { kind: "back"; held: Held };

const wished = "markaz.letter";

/** Tells the composer of a conversation that is on the screen what its next mail is. */
export function wishLetter(id: Id, wish: LetterWish): void {
  window.dispatchEvent(new CustomEvent(wished, { detail: { id, wish } }));
}

export function useLetterWishes(interactionId: Id, take: (wish: LetterWish) => void): void {
  useEffect(() => {
    const heard = (event: Event) => {
      const { id, wish } = (event as CustomEvent<{ id: Id; wish: LetterWish }>).detail;
      if (id === interactionId) take(wish);
    };
    window.addEventListener(wished, heard);
    return () => window.removeEventListener(wished, heard);
  });
}
