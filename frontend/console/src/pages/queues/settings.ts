import type { Overflow, Queue } from "../../http/views";

export type Draft = Omit<Queue, "id">;
export type Step = Queue["steps"][number];

export const channels = ["webchat", "voice", "email", "sms", "telegram", "portal"] as const;

/** What the server takes for a queue of which nothing was said. */
export const usual: Draft = {
  name: "",
  branch_id: null,
  skills: {},
  permission: "work.take",
  trust: 0,
  target_seconds: 60,
  offer_timeout_seconds: 30,
  wrap_up_seconds: 0,
  steps: [],
  channels: null,
  offer_mode: "offer",
  wrap_up_mode: "timed",
  idle_clock: "all",
  goal_percent: 80,
  hours: null,
  overflow: [],
  order_by: "reserve",
  score: "closest",
  after_close: "reopen_within",
  reopen_days: 14,
  is_active: true,
  version: 0,
};

// What the server asks for between two steps, besides the time of an offer.
const marginSeconds = 5;
const usualStepSeconds = 60;

/** The next step of a queue: late enough, and asking of each skill a little less than the one before. */
export function nextStep(draft: Pick<Draft, "skills" | "steps" | "offer_timeout_seconds">): Step {
  const last = draft.steps.at(-1);
  const least = draft.offer_timeout_seconds + marginSeconds;
  const skills = Object.entries(last?.skills ?? draft.skills).map(([id, level]) => [id, Math.max(1, level - 2)]);
  return { after_seconds: (last?.after_seconds ?? 0) + Math.max(least, usualStepSeconds), skills: Object.fromEntries(skills) as Step["skills"] };
}

export const freshOverflow: Overflow = { when: "waited", after_seconds: 300, action: "queue", queue_id: null, text: {} };
