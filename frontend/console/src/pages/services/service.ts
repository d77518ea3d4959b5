import type { Calendar, Id } from "../../protocol";

export const units = ["day", "week", "month", "year"] as const;
export const calendars: Calendar[] = ["gregory", "persian", "islamic-umalqura"];

export interface ServicePlan {
  id: Id;
  subject: string;
  notes: string;
  kind_id: Id;
  customer_id: Id;
  customer_name: string;
  branch_id: Id | null;
  contract: string;
  place: { address: string; latitude: number | null; longitude: number | null; phone: string };
  territory: string;
  starts_on: string;
  ends_on: string | null;
  calendar: Calendar;
  every: number;
  unit: (typeof units)[number];
  rule: string;
  tolerance_days: number;
  horizon_days: number;
  remind_days: number;
  day_from: string;
  day_to: string;
  is_in_warranty: boolean | null;
  is_active: boolean;
  version: number;
}
