import type { MapChange, Place, Ranked, Technician } from "../../protocolGeo";

export type Technicians = ReadonlyMap<string, Technician>;

export function known(technicians: Technician[]): Technicians {
  return new Map(technicians.map((each) => [each.id, each]));
}

/** Each of a change replaces what was known; who is new comes last, who is no technician any more goes. */
export function replaced(old: Technicians, change: MapChange): Technicians {
  const next = new Map(old);
  for (const each of change.technicians) {
    if (each.settings.is_active) next.set(each.id, each);
    else next.delete(each.id);
  }
  return next;
}

/** Who needs somebody's eye first, then who works, then the others; by name among themselves. */
export function inOrder(technicians: Technician[], language: string): Technician[] {
  const rank = ({ is_on_shift, signals }: Technician) => (signals.length > 0 ? 0 : is_on_shift ? 1 : 2);
  return [...technicians].sort((one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name, language));
}

/** Where the map begins: at everybody who is somewhere. */
export function placesOf(technicians: Technician[]): Place[] {
  return technicians.flatMap(({ position, settings }) => (position ? [position.place] : settings.home ? [settings.home] : []));
}

/** Kilometres with one decimal, metres below one. */
export function lengthOf(metres: number): { unit: "kilometres" | "metres"; n: number } {
  return metres < 1000 ? { unit: "metres", n: Math.round(metres) } : { unit: "kilometres", n: Math.round(metres / 100) / 10 };
}

/** The reasons that are worth a word, most weighty first; the way itself is told as a range. */
export function told(ranked: Ranked): Ranked["reasons"] {
  return [...ranked.reasons].sort((one, other) => Math.abs(other.seconds) - Math.abs(one.seconds));
}
