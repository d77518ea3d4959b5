import type { Id, Iso } from "../../protocol";

/** A sound of the library; `used_in` are the flows that name it. */
export interface Sound {
  id: Id;
  name: string;
  branch_id: Id | null;
  content_type: string;
  seconds: number;
  size: number;
  uploaded_at: Iso;
  uploaded_by: string;
  used_in: string[];
  version: number;
}

const prefix = "sound:";
export const soundRef = (id: Id): string => `${prefix}${id}`;

/** Which sound of the library is named; null for an address. */
export const soundId = (said: string): Id | null => (said.startsWith(prefix) ? (said.split(":")[1] ?? null) : null);
export const contentPath = ({ id, version }: Sound): string => `/api/call-sounds/${id}/content#${version}`;
