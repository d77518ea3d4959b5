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

export interface CallCommands {
  "call.hang_up": [{ interaction_id: Id }, object];
  "call.mute": [{ interaction_id: Id; is_muted: boolean }, object];
  "call.hold": [{ interaction_id: Id; is_held: boolean }, object];
  "call.ask": [{ interaction_id: Id; agent_id?: Id | null; queue_id?: Id | null; number?: string; is_blind: boolean }, object];
  "call.together": [{ interaction_id: Id; is_private: boolean }, object];
  "call.dismiss": [{ interaction_id: Id }, object];
  "call.complete": [{ interaction_id: Id }, object];
  "call.listen": [{ interaction_id: Id; mode: string }, object];
  "call.stop_listening": [{ interaction_id: Id }, object];
  "call.press": [{ interaction_id: Id; keys: string }, object];
  "call.pause_recording": [{ interaction_id: Id; is_paused: boolean }, object];
}
