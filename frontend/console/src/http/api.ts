import type { Calendar, Id, Me } from "../protocol";
import type { TimelineItem } from "./views";

export interface ProblemExtra {
  errors?: { loc: string; msg: string; type?: string }[];
  /** The one field that it is about. */
  field?: string;
  constraint?: string;
  customer_id?: Id;
}

/** An RFC 9457 problem document, or what we make of a missing answer. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    readonly detail: string,
    readonly retryAfterSeconds: number | null = null,
    /** What the document says besides: `errors` by field, `constraint`, the id of what is in the way. */
    readonly extra: ProblemExtra = {},
  ) {
    super(detail);
  }

  /** One of the words that the console has for problems; the type may be finer. */
  get kind(): "offline" | "forbidden" | "not_found" | "conflict" | "rate_limited" | "invalid" | "unavailable" {
    if (this.status === 0) return "offline";
    if (this.status === 401 || this.status === 403) return "forbidden";
    if (this.status === 404) return "not_found";
    if (this.status === 409) return "conflict";
    if (this.status === 429) return "rate_limited";
    return this.status < 500 ? "invalid" : "unavailable";
  }

  /** Whether the same request may work later. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export interface Session {
  me: Me;
  csrf_token: string;
}

const timeoutMs = 20_000;
const formTimeoutMs = 300_000;
let csrfToken = "";

export async function signIn(login: string, password: string): Promise<Session> {
  return remember(await call<Session>("POST", "/api/session", { login, password }));
}

export async function readSession(): Promise<Session> {
  return remember(await call<Session>("GET", "/api/session"));
}

export async function signOut(): Promise<void> {
  await call("DELETE", "/api/session");
}

export async function savePreferences(locale: string, calendar: Calendar): Promise<Me> {
  return (await call<{ me: Me }>("PATCH", "/api/session/preferences", { locale, calendar })).me;
}

export interface TimelinePage {
  items: TimelineItem[];
  next_cursor: string | null;
}

export async function readTimeline(customerId: Id, query: Record<string, string | null>): Promise<TimelinePage> {
  const said = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== null && pair[1] !== "");
  return call<TimelinePage>("GET", `/api/customers/${encodeURIComponent(customerId)}/timeline?${new URLSearchParams(said)}`);
}

function remember(session: Session): Session {
  csrfToken = session.csrf_token;
  return session;
}

/** Ask the API; whatever goes wrong is a Problem. */
export async function call<T>(method: string, path: string, body?: object): Promise<T> {
  const isForm = body instanceof FormData;
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET" && csrfToken) headers["X-CSRF-Token"] = csrfToken;
  if (body && !isForm) headers["Content-Type"] = "application/json";
  const content = body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) };
  const signal = AbortSignal.timeout(isForm ? formTimeoutMs : timeoutMs);
  let answer: Response;
  try {
    answer = await fetch(path, { method, headers, credentials: "same-origin", signal, ...content });
  } catch {
    throw new Problem(0, "urn:markaz:problem:offline", "no answer");
  }
  if (!answer.ok) throw await problemOf(answer);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

/** For a request that is not made by `call`. */
export const csrf = (): string => csrfToken ?? "";

/** The problem that such a request ended with; status 0: there was no answer. */
export function problemOfText(status: number, text: string): Problem {
  let document: { type?: string; detail?: string; title?: string } = {};
  try {
    document = JSON.parse(text) as typeof document;
  } catch {
    // Not from us: the status says enough.
  }
  const kind = status === 0 ? "offline" : status >= 500 ? "unavailable" : "invalid";
  return new Problem(status, document.type ?? `urn:markaz:problem:${kind}`, document.detail ?? document.title ?? "");
}

async function problemOf(answer: Response): Promise<Problem> {
  const retryAfter = Number(answer.headers.get("Retry-After"));
  const document = (await answer.json().catch(() => ({}))) as ProblemExtra & { type?: string; title?: string; detail?: string };
  return new Problem(
    answer.status,
    document.type ?? `urn:markaz:problem:${answer.status >= 500 ? "unavailable" : "invalid"}`,
    document.detail ?? document.title ?? answer.statusText,
    Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null,
    document,
  );
}
