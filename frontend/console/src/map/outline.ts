import outlineUrl from "world-atlas/countries-50m.json?url";

/** What a TopoJSON file is: borders as arcs that neighbours share, in whole numbers that add up. */
interface Topology {
  transform: { scale: [number, number]; translate: [number, number] };
  arcs: [number, number][][];
}

export type Line = [number, number][];

/** Returns the borders of all countries, each once, as latitude and longitude. */
export function bordersOf({ transform, arcs }: Topology): Line[] {
  const { scale, translate } = transform;
  return arcs.map((arc) => {
    let x = 0;
    let y = 0;
    return arc.map(([dx, dy]) => {
      x += dx;
      y += dy;
      return [y * scale[1] + translate[1], x * scale[0] + translate[0]];
    });
  });
}

let asked: Promise<Line[]> | null = null;

/** The outline comes from our own server, once; without it the map is empty and works. */
export function outline(): Promise<Line[]> {
  asked ??= fetch(outlineUrl)
    .then((response) => response.json() as Promise<Topology>)
    .then(bordersOf)
    .catch(() => {
      asked = null;
      return [];
    });
  return asked;
}
