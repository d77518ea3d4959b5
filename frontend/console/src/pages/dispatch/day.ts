import { matches } from "../../kit/fold";
import type { Id, Iso } from "../../protocol";

export type VisitState = "planned" | "dispatched" | "on_the_way" | "arrived" | "working" | "done" | "not_done" | "cancelled";

interface Span {
  begins_at: Iso;
  ends_at: Iso;
}

export interface Visit {
  id: Id;
  number: string;
  kind_id: Id;
  subject: string;
  state: VisitState;
  ticket_id: Id | null;
  customer_id: Id | null;
  customer_name: string | null;
  branch_id: Id | null;
  place: { address: string; latitude: number | null; longitude: number | null; phone: string };
  minutes: number;
  skills: Record<Id, number>;
  windows: Span[];
  promised: Span | null;
  priority: number;
  territory: string;
  technician_id: Id | null;
  technician_name: string | null;
  planned_at: Iso | null;
  is_locked: boolean;
  charge: "free" | "charged" | null;
  due_on: string | null;
  service_plan_id: Id | null;
  changed_at: Iso;
  version: number;
}

export interface Risk {
  visit_id: Id;
  earliest_at: Iso;
  latest_at: Iso;
  limit_at: Iso;
  is_certain: boolean;
}

export interface DayTechnician {
  id: Id;
  name: string;
  branch_id: Id | null;
  spans: Span[];
}

export interface DayBoard extends Span {
  zone: string;
  technicians: DayTechnician[];
  visits: Visit[];
  risks: Risk[];
  source: string;
}

export interface Offer {
  technician_id: Id;
  name: string;
  starts_at: Iso | null;
  earliest_at: Iso | null;
  latest_at: Iso | null;
  extra_seconds: number | null;
  extra_metres: number | null;
  rule: string | null;
  by: number | null;
}

export interface RunChange {
  visit_id: Id;
  number: string;
  subject: string;
  before_id: Id | null;
  before_at: Iso | null;
  after_id: Id | null;
  after_at: Iso | null;
}

export interface RunNote {
  visit_id: Id | null;
  technician_id: Id | null;
  number: string;
  subject: string;
  rule: string;
  why: string;
}

/** What days cost, as they stand or as a plan would have them. */
export interface DayFigures {
  travel_seconds: number;
  travel_metres: number;
  late: number;
  unassigned: number;
  overtime_seconds: number;
}

export interface RunStop {
  visit_id: Id;
  technician_id: Id;
  starts_at: Iso;
}

export interface Run {
  id: Id;
  kind: "day" | "absence" | "what_if" | "better";
  state: "proposed" | "accepted" | "stale" | "refused" | "undone";
  branch_id: Id | null;
  begins_at: Iso;
  ends_at: Iso;
  plan: { changes: RunChange[]; stops: RunStop[]; engine: string; source: string; messages: string[] };
  cost: { before_seconds: number; after_seconds: number; before_metres: number; after_metres: number; stands: DayFigures | null; planned: DayFigures | null };
  notes: RunNote[];
  made_by_name: string | null;
  made_at: Iso;
  accepted_by_name: string | null;
}

const minuteMs = 60_000;
const snapMinutes = 15;
const hoursMost = 12;

/** Hours that the timeline shows: the shifts and the visits, at least eight to five, by whole hours. */
export function shownHours(day: DayBoard): { from: number; to: number } {
  const start = Date.parse(day.begins_at);
  const hour = (at: Iso) => (Date.parse(at) - start) / (60 * minuteMs);
  const given = day.visits.filter(({ planned_at }) => planned_at !== null);
  const begins = [8, ...day.technicians.flatMap(({ spans }) => spans.map((span) => hour(span.begins_at))), ...given.map((each) => hour(each.planned_at!))];
  const ends = [17, ...day.technicians.flatMap(({ spans }) => spans.map((span) => hour(span.ends_at))), ...given.map((each) => hour(each.planned_at!) + each.minutes / 60)];
  const length = (Date.parse(day.ends_at) - start) / (60 * minuteMs);
  return { from: Math.max(0, Math.floor(Math.min(...begins))), to: Math.min(length, Math.ceil(Math.max(...ends))) };
}

/** Where a stretch of time lies on the timeline, in percent from its beginning. */
export function laid(day: DayBoard, hours: { from: number; to: number }, at: Iso, minutes: number): { start: number; length: number } {
  const whole = (hours.to - hours.from) * 60;
  const begins = (Date.parse(at) - Date.parse(day.begins_at)) / minuteMs - hours.from * 60;
  const [from, to] = [Math.max(0, begins), Math.min(whole, begins + minutes)];
  return { start: (from / whole) * 100, length: (Math.max(0, to - from) / whole) * 100 };
}

/** The moment at a part (0 to 1) of the timeline, at a whole quarter of an hour. */
export function momentAt(day: DayBoard, hours: { from: number; to: number }, part: number): Iso {
  const minutes = (hours.from + (hours.to - hours.from) * Math.min(1, Math.max(0, part))) * 60;
  return new Date(Date.parse(day.begins_at) + Math.round(minutes / snapMinutes) * snapMinutes * minuteMs).toISOString();
}

/** Somebody's time that a visit hangs over while it is dragged. */
export interface Over {
  technicianId: Id;
  at: Iso;
}

/** A visit in the hand, by mouse or finger: what hangs where, and letting it go. */
export interface Hand {
  visit: Visit | null;
  over: Over | null;
  take: (visit: Visit | null) => void;
  hold: (over: Over | null) => void;
  drop: (visit: Visit, over: Over) => void;
}

/** Visits that nobody opened have small numbers instead of ids. */
export const triedNumber = (visitId: Id): number | null => (/^0{8}-0{4}-0{4}-0{4}-/.test(visitId) ? parseInt(visitId.slice(-12), 16) : null);

export interface Filter {
  search: string;
  kind: string | null;
  isUrgent: boolean;
}

/** Until when somebody has to be there; of several windows the last one's end. */
export const until = (visit: Visit): Iso | null => visit.promised?.ends_at ?? visit.windows.map(({ ends_at }) => ends_at).sort().at(-1) ?? null;

/** Whole hours that are written over the timeline: no more than there is room for. */
export function writtenHours({ from, to }: { from: number; to: number }): number[] {
  const step = Math.ceil((to - from) / hoursMost);
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}

/** What nobody has, the most urgent first; what is due or promised sooner before the rest. */
export function unplanned(day: DayBoard, filter: Filter): Visit[] {
  const last = (visit: Visit) => until(visit) ?? visit.due_on ?? "9";
  return day.visits
    .filter((visit) => visit.state === "planned" && visit.planned_at === null)
    .filter((visit) => (filter.kind === null || visit.kind_id === filter.kind) && (!filter.isUrgent || visit.priority >= 2))
    .filter((visit) => matches(filter.search, `${visit.number} ${visit.subject} ${visit.customer_name ?? ""} ${visit.place.address} ${visit.territory}`))
    .sort((one, other) => other.priority - one.priority || last(one).localeCompare(last(other)) || one.number.localeCompare(other.number));
}

/** A day after a visit became another: it goes, comes, or stands where it stands. */
export function withVisit(day: DayBoard, visit: Visit): DayBoard {
  const rest = day.visits.filter(({ id }) => id !== visit.id);
  const isOf = visit.planned_at === null ? visit.state === "planned" : visit.state !== "cancelled" && Date.parse(visit.planned_at) >= Date.parse(day.begins_at) && Date.parse(visit.planned_at) < Date.parse(day.ends_at);
  const known = day.visits.find(({ id }) => id === visit.id);
  if (known && known.version > visit.version) return day;
  return { ...day, visits: isOf ? [...rest, visit] : rest };
}

export const mayMove = ({ state }: Visit): boolean => state === "planned" || state === "dispatched";
