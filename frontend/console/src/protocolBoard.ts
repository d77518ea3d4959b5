import type { Channel, Id, Iso, PresenceState } from "./protocol";

export interface Figures {
  contacts_queued: number;
  contacts_answered: number;
  contacts_abandoned: number;
  contacts_transferred_out: number;
  contacts_overflowed: number;
  contacts_removed: number;
  contacts_handled: number;
  abandonment_rate: number | null;
  average_queue_answer_seconds: number | null;
  average_handle_seconds: number | null;
  average_after_contact_work_seconds: number | null;
  service_level: number | null;
  service_level_late: number | null;
  service_level_removed: number | null;
}

/** A queue over all its channels (`channel` empty), or one of them. */
export interface QueueFigures {
  queue_id: Id;
  queue_name: string;
  channel: Channel | "";
  target_seconds: number;
  goal_percent: number;
  contacts_in_queue: number;
  oldest_contact_at: Iso | null;
  contacts_waiting_at_start: number;
  estimated_wait_seconds: number | null;
  slots_active: number;
  slots_available: number;
  agents_online: number;
  agents_available: number;
  agents_on_contact: number;
  agents_after_contact_work: number;
  agents_non_productive: number;
  /** What waits and needs somebody to look at it. */
  alerts: { work_id: Id; kind: string; reason: string; at: Iso }[];
  today: Figures;
  recent: Figures;
}

export interface CurrentContact {
  work_id: Id;
  kind: string;
  queue_id: Id;
  channel: Channel;
  phase: "waiting" | "handling" | "wrap_up" | "over";
  since: Iso;
}

export type Activity = "available" | "on_contact" | "after_contact_work" | "at_capacity" | "non_productive" | "offline";

export interface AgentFigures {
  id: Id;
  name: string;
  branch_id: Id | null;
  state: PresenceState;
  reason: string | null;
  since: Iso;
  activity: Activity;
  used_units: number;
  capacity_units: number;
  contacts: CurrentContact[];
  contacts_handled: number;
  average_handle_seconds: number | null;
  occupancy: number | null;
}

export type Metric = "oldest_contact_age" | "contacts_in_queue" | "service_level" | "agents_available" | "abandonment_rate";

export interface Alarm {
  id: Id;
  rule_id: Id | null;
  queue_id: Id;
  queue_name: string;
  metric: Metric;
  threshold: number;
  value: number;
  raised_at: Iso;
  cleared_at: Iso | null;
}

export interface AlarmRule {
  id: Id;
  queue_id: Id;
  metric: Metric;
  threshold: number;
  for_seconds: number;
  is_active: boolean;
  version: number;
}

export interface BoardParts {
  epoch: string;
  version: number;
  day_start: Iso;
  queues: QueueFigures[];
  agents: AgentFigures[];
  alarms: Alarm[];
}

export type BoardSnapshot = BoardParts & { after: string | null };
export type BoardChange = BoardParts & { gone: string[] };

export interface BoardCommands {
  "board.open": [{ epoch: string | null; version: number }, { snapshot: BoardSnapshot | null; changes: BoardChange[] | null }];
  "board.agents": [{ epoch: string; after: string }, { agents: AgentFigures[]; after: string | null }];
  "board.close": [object, object];
}
