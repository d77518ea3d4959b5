const earthMetres = 6_371_009;

export type At = readonly [latitude: number, longitude: number];

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Metres between two points, as the crow flies (haversine). Pure. */
export function metresBetween(one: At, other: At): number {
  const [a, b] = [radians(one[0]), radians(other[0])];
  const lat = Math.sin((b - a) / 2) ** 2;
  const lon = Math.sin(radians(other[1] - one[1]) / 2) ** 2;
  return 2 * earthMetres * Math.asin(Math.min(1, Math.sqrt(lat + Math.cos(a) * Math.cos(b) * lon)));
}
