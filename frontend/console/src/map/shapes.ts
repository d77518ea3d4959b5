import type { Place, Shape } from "../protocolGeo";

/** Latitude and longitude, as the map takes them. */
export const pair = ({ lat, lon }: Place): [number, number] => [lat, lon];

const earth = 6_371_008.8;

/** Great-circle distance, as the server has it (`geo/sphere.py`). */
export function metresBetween(one: Place, other: Place): number {
  const rad = Math.PI / 180;
  const part = Math.sin(((other.lat - one.lat) * rad) / 2) ** 2 + Math.cos(one.lat * rad) * Math.cos(other.lat * rad) * Math.sin(((other.lon - one.lon) * rad) / 2) ** 2;
  return 2 * earth * Math.asin(Math.min(1, Math.sqrt(part)));
}

/** What a drawing has become by a click: a circle's middle and then its edge, one more corner of the others. */
export function drawn(shape: Shape | null, kind: Shape["kind"], at: Place): Shape {
  if (kind === "circle") {
    if (shape?.kind !== "circle") return { kind, centre: at, radius_metres: 200 };
    return { ...shape, radius_metres: Math.min(500_000, Math.max(10, Math.round(metresBetween(shape.centre, at)))) };
  }
  const points = shape?.kind === kind ? [...shape.points, at] : [at];
  if (kind === "polygon") return { kind, points };
  return { kind, points, width_metres: shape?.kind === "polyline" ? shape.width_metres : 50 };
}

/** Whether there is enough of it to be a fence. */
export function isWhole(shape: Shape | null): shape is Shape {
  if (shape === null) return false;
  return shape.kind === "circle" || shape.points.length >= (shape.kind === "polygon" ? 3 : 2);
}

/** Points between which everything lies. */
export function cornersOf(shape: Shape): Place[] {
  if (shape.kind !== "circle") return shape.points;
  const up = shape.radius_metres / 111_195;
  const aside = up / Math.max(0.1, Math.cos((shape.centre.lat * Math.PI) / 180));
  const { lat, lon } = shape.centre;
  return [{ lat: lat - up, lon: lon - aside }, { lat: lat + up, lon: lon + aside }];
}


