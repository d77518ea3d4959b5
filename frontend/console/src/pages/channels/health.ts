import type { Account } from "../../http/views";

/** Whether the last that was heard of an account is trouble. */
export function isBroken({ last_error_at, last_seen_at }: Pick<Account, "last_error_at" | "last_seen_at">): boolean {
  if (last_error_at === null) return false;
  return last_seen_at === null || Date.parse(last_error_at) > Date.parse(last_seen_at);
}
