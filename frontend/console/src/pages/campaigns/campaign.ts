import type { Hours } from "../../hours/model";
import type { Id, Iso } from "../../protocol";
import type { Frequency } from "../compliance/preset";
import type { Disposition } from "../work/dial/dial";
import type { Filter } from "./Filters";

export const kinds = ["telesales", "payment_reminder", "appointment_reminder", "satisfaction", "research", "announcement", "renewal"] as const;
export const modes = ["preview", "progressive", "power", "predictive", "recording", "sms"] as const;
export const recycled = ["busy", "no_answer", "machine", "hung_up", "abandoned", "failed", "skipped"] as const;

export interface Recycle {
  outcome: (typeof recycled)[number];
  minutes: number;
  most: number;
}

export interface CampaignSettings {
  ratio: number;
  abandon_percent: number | null;
  lines_most: number;
  calls_per_second: number;
  ring_seconds: number;
  caller_id: string;
  is_machine_asked: boolean;
  message: string;
  play_url: string;
  language: string;
  stop_key: string;
  text: string;
  script: string;
  dispositions: Disposition[];
  recycling: Recycle[];
  attempts_most: number;
  hours: Hours | null;
  starts_on: string | null;
  ends_on: string | null;
  filters: Filter[];
  frequency: Frequency[];
  is_caller_local: boolean;
  presets: string[];
  inbound_queue_id: Id | null;
  spare: number | null;
  preview_seconds: number;
}

export interface Progress {
  ready: number;
  live: number;
  done: number;
  callbacks: number;
}

export interface Campaign {
  id: Id;
  name: string;
  kind: (typeof kinds)[number];
  mode: (typeof modes)[number];
  state: "draft" | "running" | "paused" | "stopped" | "done";
  branch_id: Id | null;
  queue_id: Id;
  account_id: Id;
  settings: CampaignSettings;
  idle_why: string;
  started_at: Iso | null;
  version: number;
  progress: Progress;
}

/** A campaign at this moment. */
export interface Live {
  state: Campaign["state"];
  why: string;
  agents_idle: number;
  agents_at_work: number;
  in_flight: number;
  waiting: number;
  connected: number;
  attempts: number;
  answered: number;
  abandoned: number;
  abandoned_percent: number;
  answer_percent: number;
  attempts_hour: number;
  per_agent_hour: number;
  outcomes: Record<string, number>;
  progress: Progress;
  next_at: Iso | null;
}

export interface Account {
  id: Id;
  kind: string;
  name: string;
}

/** What can be done with it now. */
export const actionsOf = (state: Campaign["state"]): ("start" | "pause" | "resume" | "stop")[] =>
  state === "running" ? ["pause", "stop"] : state === "paused" ? ["resume", "stop"] : ["start"];

export const stateColors: Record<Campaign["state"], string> = { draft: "gray", running: "teal", paused: "yellow", stopped: "gray", done: "indigo" };
