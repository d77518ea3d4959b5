import type { Calendar } from "../../shared/calendar";
import type { Language } from "../../shared/speech";
import type { Entry, QueuedFile, Visit } from "./model";
import type { Answer, Verdict } from "./queue";

export interface Me {
  id: string;
  login: string;
  name: string;
  locale: Language;
  calendar: Calendar;
  permissions: string[];
}

/** What the server refused; `status` 0 is no answer at all. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly detail = "",
  ) {
    super(`${status}`);
  }
}

let csrfToken = "";
const timeoutMs = 20_000;
const fileTimeoutMs = 120_000;

export async function call<Answered>(method: string, path: string, body?: unknown): Promise<Answered> {
  const isForm = body instanceof FormData;
  const headers: Record<string, string> = method === "GET" ? {} : { "X-CSRF-Token": csrfToken };
  if (body !== undefined && !isForm) headers["Content-Type"] = "application/json";
  const content = body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) };
  let answer: Response;
  try {
    answer = await fetch(path, { method, headers, ...content, signal: AbortSignal.timeout(isForm ? fileTimeoutMs : timeoutMs) });
    if (answer.ok) return (answer.status === 204 ? null : await answer.json()) as Answered;
  } catch {
    // Also an answer that broke off: nobody knows whether it was taken, so it is asked again.
    throw new Problem(0);
  }
  const said = (await answer.json().catch(() => ({}))) as { detail?: string };
  throw new Problem(answer.status, said.detail ?? "");
}

interface SignedIn {
  me: Me;
  csrf_token: string;
}

const remember = (found: SignedIn): Me => {
  csrfToken = found.csrf_token;
  return found.me;
};

export const readSession = async (): Promise<Me> => remember(await call<SignedIn>("GET", "/api/session"));
export const signIn = async (login: string, password: string): Promise<Me> => remember(await call<SignedIn>("POST", "/api/session", { login, password }));

interface Taken {
  items: { client_id: string; outcome: "taken" | "known" | "refused"; detail: string; why: string | null }[];
  visit: Visit | null;
}

/** Sends a batch of the queue; `keep` is given the visit as it is afterwards, null when it is somebody else's by now. */
export async function sendBatch(batch: Entry[], keep: (visitId: string, visit: Visit | null) => Promise<void>): Promise<Answer> {
  const first = batch[0]!;
  try {
    if (first.kind === "file") {
      await keep(first.visit_id, await sendFile(first));
      return [{ kind: "committed" }];
    }
    const steps = batch.flatMap((entry) => (entry.kind === "step" ? [entry.step] : []));
    const answer = await call<Taken>("POST", `/api/visits/${first.visit_id}/steps`, { steps });
    await keep(first.visit_id, answer.visit);
    return steps.map(({ client_id }) => verdictOf(answer.items.find((item) => item.client_id === client_id)));
  } catch (error) {
    return failed(error, batch);
  }
}

function sendFile(entry: QueuedFile): Promise<Visit> {
  const form = new FormData();
  form.append("file", entry.blob, entry.name);
  const query = new URLSearchParams({ kind: entry.proof, client_id: entry.client_id });
  return call<Visit>("POST", `/api/visits/${entry.visit_id}/files?${query}`, form);
}

function verdictOf(item: Taken["items"][number] | undefined): Verdict {
  if (!item) return { kind: "refused", reason: "malformed" };
  return item.outcome === "refused" ? { kind: "refused", reason: item.why ?? item.detail } : { kind: "committed" };
}

/** What a refusal means for what was sent: only what will never be otherwise is refused for good. */
export function failed(error: unknown, batch: readonly Entry[]): Answer {
  if (!(error instanceof Problem)) throw error;
  const reasons: Record<number, string> = { 404: "given_away", 409: "state", 413: "large", 415: "picture" };
  const reason = reasons[error.status];
  if (reason !== undefined) return batch.map(() => ({ kind: "refused", reason }));
  if (error.status === 400 || error.status === 422) return batch[0]?.kind === "file" ? [{ kind: "refused", reason: "picture" }] : "split";
  return "later";
}
