import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { bordersOf } from "../src/map/outline";
import { cornersOf, drawn, isWhole, metresBetween } from "../src/map/shapes";
import { inOrder, known, lengthOf, replaced } from "../src/pages/map/state";
import type { Place, Technician } from "../src/protocolGeo";

const at = (lat: number, lon: number): Place => ({ lat, lon });

function technician(id: string, part: Partial<Technician> = {}): Technician {
  const shift = { zone: "UTC", weekly: [], holidays: [], rules: [], seasons: [], special: [] };
  const settings = { shift, home: null, territory_id: null, vehicle: "", text_number: "", interval_seconds: 60, ping_seconds: 300, is_active: true };
  return { id, name: id, branch_id: null, settings, skills: {}, devices: 1, is_on_shift: true, position: null, seen_at: null, battery: null, signals: [], version: 1, ...part };
}

test("the outline is lines on the globe, read from arcs of differences", () => {
  const topology = JSON.parse(readFileSync(createRequire(import.meta.url).resolve("world-atlas/countries-50m.json"), "utf8"));
  const lines = bordersOf(topology);
  expect(lines.length).toBeGreaterThan(500);
  expect(lines.flat().every(([lat, lon]) => Math.abs(lat) <= 90.001 && Math.abs(lon) <= 180.001)).toBe(true);
  expect(bordersOf({ transform: { scale: [0.5, 0.25], translate: [10, 20] }, arcs: [[[0, 0], [2, 4], [2, -4]]] })).toEqual([[[20, 10], [21, 11], [20, 12]]]);
});

test("a circle is drawn by its middle and its edge, an area corner by corner", () => {
  const begun = drawn(null, "circle", at(35.7, 51.4));
  const circle = drawn(begun, "circle", at(35.71, 51.4));
  expect(circle).toMatchObject({ kind: "circle", centre: at(35.7, 51.4), radius_metres: 1112 });
  const corners = [at(0, 0), at(0, 1), at(1, 1)].reduce<ReturnType<typeof drawn> | null>((shape, place) => drawn(shape, "polygon", place), null);
  expect([isWhole(drawn(null, "polygon", at(0, 0))), isWhole(corners), isWhole(null)]).toEqual([false, true, false]);
  expect(drawn(circle, "polyline", at(1, 2))).toEqual({ kind: "polyline", points: [at(1, 2)], width_metres: 50 });
});

test("a circle's corners hold all of it", () => {
  const [south, north] = cornersOf({ kind: "circle", centre: at(60, 10), radius_metres: 1000 });
  expect(metresBetween(at(60, 10), at(60, south!.lon))).toBeGreaterThanOrEqual(999);
  expect(metresBetween(at(60, 10), at(north!.lat, 10))).toBeGreaterThanOrEqual(999);
});

test("what is told replaces who it is about, and who is no technician any more goes", () => {
  const old = known([technician("a"), technician("b")]);
  const moved = technician("a", { position: { at: "2026-11-28T10:00:00Z", place: at(1, 2), accuracy: 5, speed: 0, heading: null } });
  const gone = technician("b");
  const next = replaced(old, { technicians: [moved, { ...gone, settings: { ...gone.settings, is_active: false } }, technician("c")] });
  expect([...next.keys()]).toEqual(["a", "c"]);
  expect(next.get("a")).toBe(moved);
  expect(old.get("a")!.position).toBeNull();
});

test("who needs somebody's eye comes first, who is off last", () => {
  const all = [technician("off", { is_on_shift: false }), technician("fine"), technician("silent", { signals: [{ kind: "silent", since: null }] })];
  expect(inOrder(all, "en").map(({ id }) => id)).toEqual(["silent", "fine", "off"]);
});

test("lengths are metres below a kilometre", () => {
  expect([lengthOf(999.4), lengthOf(12_345)]).toEqual([{ unit: "metres", n: 999 }, { unit: "kilometres", n: 12.3 }]);
});
