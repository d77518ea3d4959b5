/** Where things lie in a chart. Pure. */

export interface Series {
  key: string;
  name: string;
  /** A colour of the theme, as CSS. */
  color: string;
  values: number[];
}

/** Round values from 0 to at least the greatest, in as few as four steps. */
export function ticksTo(greatest: number): number[] {
  if (greatest <= 0) return [0, 1];
  const rough = greatest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? 10 * power;
  // What is counted has no halves below one.
  const whole = greatest >= 1 && step < 1 ? 1 : step;
  const count = Math.ceil(greatest / whole - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * whole).toPrecision(12)));
}

/** Which labels are shown when there is room for so many: evenly, the first among them. */
export function labelsShown(count: number, room: number): Set<number> {
  const every = Math.max(1, Math.ceil(count / Math.max(1, room)));
  return new Set(Array.from({ length: Math.ceil(count / every) }, (_, index) => index * every));
}

/** A place counted from where reading begins, as SVG counts it. */
export const placed = (at: number, width: number, isRtl: boolean): number => (isRtl ? width - at : at);
