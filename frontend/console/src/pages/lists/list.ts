import { csrf, problemOfText } from "../../http/api";
import type { Id, Iso } from "../../protocol";

export interface ContactList {
  id: Id;
  name: string;
  campaign_id: Id | null;
  campaign_name: string | null;
  state: "importing" | "ready" | "failed";
  source: string;
  read_rows: number;
  taken_rows: number;
  refused_rows: number;
  problem: string | null;
  created_at: Iso;
  version: number;
  progress: { ready: number; live: number; done: number; callbacks: number };
}

/** Send a whole file as the rows of a list: it may be large, so that nothing of it is read here. */
export async function sendRows(listId: Id, file: File): Promise<ContactList> {
  const headers: Record<string, string> = { "X-CSRF-Token": csrf(), "Content-Type": file.type || "text/csv" };
  const answer = await fetch(`/api/lists/${listId}/rows`, { method: "POST", headers, credentials: "same-origin", body: file }).catch(() => null);
  if (!answer?.ok) throw problemOfText(answer?.status ?? 0, answer ? await answer.text() : "");
  return (await answer.json()) as ContactList;
}

/** The headings of a CSV file; none for what cannot be read here, such as XLSX: they are typed then. */
export async function headingsOf(file: File): Promise<string[]> {
  const head = await file.slice(0, 65_536).text();
  const line = head.replace(/^\uFEFF/, "").split(/\r?\n/, 1)[0] ?? "";
  if (head.startsWith("PK") || line.includes("\u0000")) return [];
  const mark = [",", ";", "\t", "|"].reduce((best, each) => (line.split(each).length > line.split(best).length ? each : best));
  return [...new Set(line.split(mark).map((each) => each.trim().replace(/^"|"$/g, "")))].filter((each) => each !== "");
}

/** By what a column is known in scripts. */
export const keyOf = (heading: string, place: number): string => {
  const key = heading.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^[^a-z]+|_+$/g, "");
  return key === "" ? `field_${place + 1}` : key.slice(0, 40);
};
