import type { Id } from "./protocol";

/** Who was called into a call besides agent and customer. */
export interface Party {
  kind: "agent" | "queue" | "number";
  name: string;
  status: "calling" | "talking";
  is_private: boolean;
  is_handed_over: boolean;
}

/** A supervisor in a call. */
export interface Listener {
  staff_id: Id;
  name: string;
  mode: "monitor" | "whisper" | "barge";
  status: "calling" | "in";
}
