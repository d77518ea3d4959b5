export const weekdays = ["saturday", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday"] as const;

/** A key for a new reason that no other has: what is kept with a presence never changes with its name. */
export function newKey(taken: string[]): string {
  let number = taken.length + 1;
  while (taken.includes(`reason_${number}`)) number += 1;
  return `reason_${number}`;
}
