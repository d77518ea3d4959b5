import type { ExtensionView, Id } from "../protocol";

/** Beside what a frame is shown. */
export interface Subject {
  customerId: Id;
  interaction?: { id: Id; number: number; channel: string };
}

export interface Context {
  token: string;
  expires_at: string;
}

/** What a frame may say to us. Anything else is nothing. */
export type Asked = { type: "ready" } | { type: "open"; customer?: Id; interaction?: Id } | { type: "insert"; text: string };

const mostCharacters = 5_000;
const isId = (value: unknown): value is Id => typeof value === "string" && /^[0-9a-f-]{36}$/.test(value);

/** Reads a message of a frame; null for what is not of the protocol. */
export function askedOf(message: unknown): Asked | null {
  if (typeof message !== "object" || message === null) return null;
  const { type, customer, interaction, text } = message as Record<string, unknown>;
  if (type === "markaz:ready") return { type: "ready" };
  if (type === "markaz:open" && isId(customer)) return { type: "open", customer };
  if (type === "markaz:open" && isId(interaction)) return { type: "open", interaction };
  if (type === "markaz:insert" && typeof text === "string" && text.trim() !== "") {
    return { type: "insert", text: text.slice(0, mostCharacters) };
  }
  return null;
}

/** Whether a message is from the frame itself, and still on the origin that it was opened with. */
export function isFrom(event: Pick<MessageEvent, "source" | "origin">, frame: Window | null, origin: string): boolean {
  return frame !== null && event.source === frame && event.origin === origin;
}

/** The address with what it names; never a token. */
export function addressOf(extension: ExtensionView, subject: Subject, locale: string): string {
  const values: Record<string, string> = {
    customer_id: subject.customerId,
    interaction_id: subject.interaction?.id ?? "",
    interaction_number: String(subject.interaction?.number ?? ""),
    channel: subject.interaction?.channel ?? "",
    locale,
  };
  return extension.url.replace(/\{([a-z_]+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ""));
}

/** Our own pages would break out of a sandbox that shares our origin; they are never framed. */
export function isForeign(extension: ExtensionView, own: string): boolean {
  return extension.origin !== own && new URL(extension.url.replace(/\{[a-z_]+\}/g, "x")).origin === extension.origin;
}

/** How long a context is used before another one is asked for. */
export function renewalMs(expiresAt: string, now: number): number {
  return Math.max(5_000, Date.parse(expiresAt) - now - 45_000);
}
