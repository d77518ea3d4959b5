import type { Hours } from "./hours/model";
import type { Id, Iso } from "./protocol";

export interface Place {
  lat: number;
  lon: number;
}

export type SignalKind = "no_device" | "mock" | "permission_denied" | "permission_foreground" | "power_save" | "silent" | "low_battery";

export interface Signal {
  kind: SignalKind;
  since: Iso | null;
}

export interface TechnicianSettings {
  shift: Hours;
  home: Place | null;
  territory_id: Id | null;
  vehicle: string;
  text_number: string;
  interval_seconds: number;
  ping_seconds: number;
  is_active: boolean;
}

export interface Technician {
  id: Id;
  name: string;
  branch_id: Id | null;
  settings: TechnicianSettings;
  skills: Record<Id, number>;
  devices: number;
  is_on_shift: boolean;
  position: { at: Iso; place: Place; accuracy: number | null; speed: number | null; heading: number | null } | null;
  seen_at: Iso | null;
  battery: number | null;
  signals: Signal[];
  version: number;
}

export type PhoneClient = "traccar" | "owntracks" | "overland" | "page";

export interface Phone {
  id: Id;
  name: string;
  client: PhoneClient;
  is_encrypted: boolean;
  created_at: Iso;
}

export interface TechnicianDetail extends Technician {
  phones: Phone[];
}

/** What a phone is told; the server shows it once. */
export interface PhoneMade extends Phone {
  url: string;
  token: string;
  secret: string | null;
  link: string;
  picture: string;
}

export interface Leg {
  kind: "trip" | "stop";
  began_at: Iso;
  ended_at: Iso;
  begin: Place;
  end: Place;
  metres: number;
  fastest: number;
}

export interface FenceVisit {
  fence_id: Id;
  fence_name: string;
  entered_at: Iso;
  left_at: Iso | null;
  dwelt_at: Iso | null;
}

export interface DayTrack {
  technician_id: Id;
  day: string;
  metres: number;
  moving_seconds: number;
  standing_seconds: number;
  first_at: Iso | null;
  last_at: Iso | null;
  points: number;
  flagged: number;
  is_thinned: boolean;
  track: { at: Iso; lat: number; lon: number }[];
  legs: Leg[];
  visits: FenceVisit[];
}

export type Shape =
  | { kind: "circle"; centre: Place; radius_metres: number }
  | { kind: "polygon"; points: Place[] }
  | { kind: "polyline"; points: Place[]; width_metres: number };

export interface Fence {
  id: Id;
  name: string;
  branch_id: Id | null;
  shape: Shape;
  dwell_seconds: number | null;
  is_territory: boolean;
  is_active: boolean;
  version: number;
}

export interface CustomerPlace {
  customer_id: Id;
  name: string;
  label: string;
  lines: string;
  place: Place;
}

export interface Estimate {
  seconds: number;
  least_seconds: number;
  most_seconds: number;
  metres: number;
  source: "crow" | "calibrated" | "osrm" | "valhalla";
}

export interface Ranked {
  technician_id: Id;
  name: string;
  place: Place | null;
  position_at: Iso | null;
  estimate: Estimate | null;
  score_seconds: number | null;
  is_fit: boolean;
  reasons: { kind: string; seconds: number; value: number | null }[];
}

export interface MapSettings {
  tile_url: string;
  attribution: string;
  file: string | null;
}

/** Who moved, or changed otherwise: each replaces what was known of the same person. */
export interface MapChange {
  technicians: Technician[];
}

export interface FenceCrossed {
  fence_id: Id;
  fence_name: string;
  technician_id: Id;
  what: "enter" | "exit" | "dwell";
  at: Iso;
}

export interface GeoCommands {
  "map.open": [Record<string, never>, { technicians: Technician[] }];
  "map.close": [Record<string, never>, unknown];
  "dispatch.watch": [Record<string, never>, unknown];
  "dispatch.leave": [Record<string, never>, unknown];
}
