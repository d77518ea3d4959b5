import type { Calendar } from "../../shared/calendar";
import type { Asked } from "../../widget/src/desk/fields";
import type { Language } from "../../widget/src/desk/words";

export type { Calendar };
export type Category = "new" | "open" | "pending" | "on_hold" | "solved" | "closed";

export interface Face {
  is_on: boolean;
  name: string;
  logo: string;
  locale: Language;
  calendar: Calendar | null;
  digits: "language" | "latin";
  time_zone: string;
  languages: Language[];
  ways: ("email" | "phone")[];
  registration: "known" | "anyone";
  kinds: string[];
  fields: Asked[];
  megabytes: number;
}

export interface Guest {
  name: string;
  address: string;
  locale: Language;
  sees_organisation: boolean;
}

export interface Row {
  id: string;
  kind: string;
  number: string;
  subject: string;
  category: Category;
  opened_at: string;
  due_at: string | null;
  is_own: boolean;
  /** It went into a request of somebody else: only its stage is followed. */
  is_joined: boolean;
  customer_name: string;
  has_news: boolean;
}

export interface File {
  id: string;
  name: string;
  size: number;
  url: string;
}

export interface Ticket extends Row {
  fields: Record<string, string | number | boolean | string[]>;
  promises: { metric: "first_response" | "next_response" | "resolution"; due_at: string }[];
  messages: { id: string; is_ours: boolean; name: string; text: string; at: string; attachments: File[] }[];
  may_answer: boolean;
  may_rate: boolean;
  rating: { score: number; comment: string; until: string } | null;
  complaint: { code: string; stage: string; may_ask_review: boolean } | null;
}

export interface Article {
  id: string;
  title: string;
  html: string;
}

/** What the server refused; `status` 0 is no answer at all. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly fields: string[] = [],
  ) {
    super(`${status}`);
  }
}

let csrfToken = "";
const timeoutMs = 20_000;

export async function call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const isForm = body instanceof FormData;
  const headers: Record<string, string> = method === "GET" ? {} : { "X-CSRF-Token": csrfToken };
  if (body !== undefined && !isForm) headers["Content-Type"] = "application/json";
  let answer: Response;
  try {
    const content = body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) };
    answer = await fetch(path, { method, headers, ...content, ...(isForm ? {} : { signal: AbortSignal.timeout(timeoutMs) }) });
  } catch {
    throw new Problem(0);
  }
  if (answer.ok) return (answer.status === 204 ? null : await answer.json()) as Answer;
  const said = (await answer.json().catch(() => ({}))) as { errors?: { loc: string }[]; field?: string };
  throw new Problem(answer.status, said.errors?.map(({ loc }) => loc) ?? (said.field ? [said.field] : []));
}

interface LetIn {
  guest: Guest;
  csrf_token: string;
}

const remember = (found: LetIn): Guest => {
  csrfToken = found.csrf_token;
  return found.guest;
};

export const readSession = async (): Promise<Guest> => remember(await call<LetIn>("GET", "/api/portal/session"));
export const enter = async (key: { id: string; code?: string; link?: string }): Promise<Guest> => remember(await call<LetIn>("POST", "/api/portal/session", key));

export async function upload(file: globalThis.File): Promise<File> {
  const form = new FormData();
  form.append("file", file);
  return await call<File>("POST", "/api/portal/files", form);
}

/** An id that is the request's, so that asking twice is asking once. */
export const newId = (): string => crypto.getRandomValues(new Uint32Array(4)).reduce((text, part) => text + part.toString(16).padStart(8, "0"), "");
