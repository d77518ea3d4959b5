import { freshHours, type Hours } from "../../hours/model";
import { byId, useList, type List } from "../../kit/list";
import type { Id } from "../../protocol";

/** Hours by name, for branches and for policies. */
export interface WorkCalendar {
  id: Id;
  name: string;
  hours: Hours;
  is_default: boolean;
  branches: Id[];
  version: number;
}

export const useCalendars = (): List<WorkCalendar> => useList<WorkCalendar>("/api/calendars", byId);

const workdays = 5;

/** A new calendar begins with the days on which the organisation works: `weekend` and `start` as it says them. */
export function freshCalendarHours(isFree: (day: number) => boolean): Hours {
  const working = Array.from({ length: 7 }, (_, day) => day).filter((day) => !isFree(day));
  const days = working.length > 0 ? working : Array.from({ length: workdays }, (_, day) => day);
  return { ...freshHours(), weekly: days.map((day) => ({ day, start: "09:00", end: "17:00" })) };
}

/** Which calendar each branch has now, apart from one. */
export function takenBranches(calendars: WorkCalendar[], own: Id | null): Map<Id, string> {
  return new Map(calendars.filter(({ id }) => id !== own).flatMap(({ name, branches }) => branches.map((branch) => [branch, name] as const)));
}
