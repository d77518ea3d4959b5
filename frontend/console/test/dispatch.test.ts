import { describe, expect, it } from "vitest";
import { laid, momentAt, shownHours, triedNumber, unplanned, until, withVisit, writtenHours, type DayBoard, type Visit } from "../src/pages/dispatch/day";

const visit = (more: Partial<Visit>): Visit => ({
  id: "v", number: "VT-1", kind_id: "k", subject: "Boiler", state: "planned", ticket_id: null, customer_id: null, customer_name: null, branch_id: null,
  place: { address: "", latitude: null, longitude: null, phone: "" }, minutes: 60, skills: {}, windows: [], promised: null, priority: 1, territory: "",
  technician_id: null, technician_name: null, planned_at: null, is_locked: false, charge: null, due_on: null, service_plan_id: null,
  changed_at: "2026-05-01T00:00:00Z", version: 1, ...more,
});

const day = (visits: Visit[]): DayBoard => ({
  begins_at: "2026-05-01T20:30:00Z", ends_at: "2026-05-02T20:30:00Z", zone: "Asia/Tehran", risks: [], source: "crow", visits,
  technicians: [{ id: "t", name: "T", branch_id: null, spans: [{ begins_at: "2026-05-02T03:30:00Z", ends_at: "2026-05-02T13:30:00Z" }] }],
});

describe("the timeline", () => {
  it("shows the shifts, and what is planned outside of them", () => {
    expect(shownHours(day([]))).toEqual({ from: 7, to: 17 });
    expect(shownHours(day([visit({ planned_at: "2026-05-02T15:45:00Z" })]))).toEqual({ from: 7, to: 21 });
  });

  it("lays a visit where dropping it there would plan it again", () => {
    const board = day([]);
    const hours = shownHours(board);
    const at = "2026-05-02T06:15:00.000Z";
    const { start, length } = laid(board, hours, at, 60);
    expect(length).toBeCloseTo(10);
    expect(momentAt(board, hours, start / 100)).toBe(at);
    expect(momentAt(board, hours, 7)).toBe("2026-05-02T13:30:00.000Z");
  });

  it("writes as many hours as there is room for, the first always", () => {
    expect(writtenHours({ from: 8, to: 17 })).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 16, 17]);
    expect(writtenHours({ from: 1, to: 24 })).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23]);
  });

  it("cuts what reaches beyond it", () => {
    expect(laid(day([]), { from: 7, to: 17 }, "2026-05-02T13:00:00Z", 120)).toEqual({ start: 95, length: 5 });
  });
});

describe("what nobody has", () => {
  it("may be made until its last window ends", () => {
    const windows = [{ begins_at: "2026-05-01T05:00:00Z", ends_at: "2026-05-01T13:00:00Z" }, { begins_at: "2026-05-04T05:00:00Z", ends_at: "2026-05-04T13:00:00Z" }];
    expect(until(visit({ windows }))).toBe("2026-05-04T13:00:00Z");
    expect(until(visit({}))).toBeNull();
  });

  it("knows what was only tried", () => {
    expect(triedNumber("00000000-0000-0000-0000-00000000000b")).toBe(11);
    expect(triedNumber("01a21fac-76e1-72e0-b966-e0e256f630a6")).toBeNull();
  });

  const filter = { search: "", kind: null, isUrgent: false };

  it("has the urgent first, then what is due sooner", () => {
    const late = visit({ id: "a", number: "VT-1", due_on: "2026-05-09" });
    const soon = visit({ id: "b", number: "VT-2", due_on: "2026-05-03" });
    const urgent = visit({ id: "c", number: "VT-3", priority: 3 });
    const given = visit({ id: "d", planned_at: "2026-05-02T06:15:00Z" });
    expect(unplanned(day([late, soon, urgent, given]), filter).map(({ id }) => id)).toEqual(["c", "b", "a"]);
    expect(unplanned(day([late, soon, urgent]), { ...filter, isUrgent: true }).map(({ id }) => id)).toEqual(["c"]);
  });

  it("is searched by what is written on it", () => {
    const one = visit({ customer_name: "مريم", place: { address: "شارع ٥", latitude: null, longitude: null, phone: "" } });
    expect(unplanned(day([one]), { ...filter, search: "مریم" })).toHaveLength(1);
    expect(unplanned(day([one]), { ...filter, search: "Berlin" })).toHaveLength(0);
  });
});

describe("a visit that changed", () => {
  it("comes, stays, and goes with its day, and an older one changes nothing", () => {
    const one = visit({ version: 3, planned_at: "2026-05-02T06:15:00Z" });
    expect(withVisit(day([]), one).visits).toEqual([one]);
    expect(withVisit(day([one]), { ...one, version: 4, planned_at: "2026-05-03T06:15:00Z" }).visits).toEqual([]);
    expect(withVisit(day([one]), { ...one, version: 4, state: "cancelled" }).visits).toEqual([]);
    const board = day([one]);
    expect(withVisit(board, visit({ version: 2 }))).toBe(board);
  });
});
