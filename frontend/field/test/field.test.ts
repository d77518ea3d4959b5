import { describe, expect, it } from "vitest";
import { daysOf, owedBy, shownOf, type Entry, type Move, type Visit } from "../src/model";
import { numeral } from "../src/numeral";
import { sizeOf } from "../src/photo";
import { mapLink } from "../src/Place";
import { metresBetween } from "../src/sphere";
import { pauseMs, sketch } from "../src/visit/tracked";
import { visitWords } from "../src/visit/words";
import { isNew } from "../src/whereabouts";
import { words } from "../src/words";

const visit: Visit = {
  id: "v1", number: "VT-1", kind_id: "k", subject: "Boiler", state: "dispatched", customer_name: null, minutes: 60, promised: null, priority: 1,
  place: { address: "", latitude: null, longitude: null, phone: "" }, planned_at: "2027-03-01T08:00:00Z", charge: null, version: 1, notes: "", parts: [],
  checklist: [], needs_signature: true, needs_photo: true, reason: "", outcome: "", minutes_worked: null, signed_by: "", files: [],
};

let orders = 0;
const did = (state: Move, refused: string | null = null): Entry => ({
  kind: "step", order: ++orders, client_id: `${orders}`, person_id: "me", visit_id: "v1", title: "", refused,
  step: { client_id: `${orders}`, state, at: "2027-03-01T08:00:00Z", ...(state === "done" ? { outcome: "Valve changed" } : {}) },
});

const proof = (kind: "photo" | "signature"): Entry => ({ kind: "file", order: ++orders, client_id: `${orders}`, person_id: "me", visit_id: "v1", title: "", refused: null, proof: kind, name: "", blob: new Blob(), at: "" });

describe("a visit on the phone", () => {
  it("is as far as the technician is, sent or not", () => {
    expect(shownOf(visit, [did("on_the_way"), did("done")])).toMatchObject({ state: "done", outcome: "Valve changed" });
  });

  it("goes back to what the server knows when a step was refused", () => {
    expect(shownOf(visit, [did("on_the_way"), did("done", "signature")]).state).toBe("on_the_way");
  });

  it("is never turned back by a step that the server has already", () => {
    expect(shownOf({ ...visit, state: "working" }, [did("arrived")]).state).toBe("working");
  });

  it("owes what the server would ask for, and a proof in the queue counts", () => {
    expect(owedBy(visit, [], "")).toEqual(["signature", "photo"]);
    expect(owedBy(visit, [proof("signature"), proof("photo")], " ")).toEqual(["signature"]);
    expect(owedBy(visit, [proof("signature"), proof("photo")], "Maryam")).toEqual([]);
  });

  it("stays in today's list while it is not over", () => {
    const today = new Date(2027, 2, 2).getTime();
    const old = { ...visit, planned_at: new Date(2027, 2, 1, 9).toISOString() };
    const next = { ...visit, id: "v2", planned_at: new Date(2027, 2, 3, 9).toISOString() };
    expect(daysOf([next, old, { ...old, id: "v3", state: "done" as const }], today).map(({ day, rows }) => [new Date(day).getDate(), rows.map(({ id }) => id)])).toEqual([[2, ["v1"]], [3, ["v2"]]]);
  });
});

describe("small things", () => {
  it("reads numbers in the digits of three languages", () => {
    expect(["12", "۱۲", "١٢٫٥", " 1.5 ", "", "x", "-3", "1.2.3"].map(numeral)).toEqual([12, 12, 12.5, 1.5, null, null, null, null]);
  });

  it("shrinks photos and never blows them up", () => {
    expect(sizeOf(4000, 3000)).toEqual({ width: 1600, height: 1200 });
    expect(sizeOf(10, 4000)).toEqual({ width: 4, height: 1600 });
    expect(sizeOf(640, 480)).toEqual({ width: 640, height: 480 });
  });

  it("opens the map of the phone and nobody's web site", () => {
    expect(mapLink([35.7, 51.4], "Android")).toBe("geo:35.700000,51.400000?q=35.700000,51.400000");
    expect(mapLink([35.7, 51.4], "iPhone")).toMatch(/^maps:/);
  });

  it("tells of a position when time or way has passed", () => {
    const at = (seconds: number, lat = 35.7) => ({ at: new Date(seconds * 1000).toISOString(), lat, lon: 51.4, accuracy: null, speed: null, heading: null });
    expect(isNew(null, at(0))).toBe(true);
    expect(isNew(at(0), at(10))).toBe(false);
    expect(isNew(at(0), at(10, 35.701))).toBe(true);
    expect(isNew(at(0), at(30))).toBe(true);
  });

  it("measures as the crow flies", () => {
    expect(metresBetween([35.7, 51.4], [35.7, 51.4])).toBe(0);
    // A degree of a meridian is the circumference over 360.
    expect(metresBetween([0, 10], [1, 10])).toBeCloseTo((2 * Math.PI * 6_371_009) / 360, 3);
  });
});

describe("the customer's link", () => {
  const from = "2027-03-01T08:00:00Z";
  const pause = (stage: Parameters<typeof pauseMs>[0]["stage"], hours: number) => pauseMs({ stage, from_at: from, to_at: from }, Date.parse(from) + hours * 3_600_000);

  it("asks by itself on the way and close to the promised time, and never again afterwards", () => {
    expect(pause("on_the_way", -48)).toBe(15_000);
    expect(pause("planned", -48)).toBeNull();
    expect(pause("planned", -1)).toBe(60_000);
    for (const stage of ["done", "not_done", "cancelled", "over"] as const) expect(pause(stage, 0)).toBeNull();
  });

  it("draws both on the sheet, north up and east to the right, at any distance", () => {
    for (const [lat, lon] of [[35.71, 51.41], [35.6, 51.9], [35.7, 51.4], [36.9, 51.4001]] as const) {
      const { home, there, scale } = sketch([35.7, 51.4], [lat, lon], 560, 300);
      for (const [x, y] of [home, there]) {
        expect(x >= 0 && x <= 560 && y >= 0 && y <= 300).toBe(true);
      }
      expect(there[0] >= home[0]).toBe(lon >= 51.4);
      expect(there[1] <= home[1]).toBe(lat >= 35.7);
      expect(scale.length).toBeGreaterThan(20);
    }
  });
});

describe("words", () => {
  it("have the same gaps in every language", () => {
    for (const all of [words, visitWords]) {
      for (const key of Object.keys(all.en)) {
        const gaps = (["en", "ar", "fa"] as const).map((language) => [...((all[language] as Record<string, string>)[key] ?? "").matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort().join());
        expect(new Set(gaps).size, key).toBe(1);
      }
    }
  });
});
