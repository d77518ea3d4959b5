import type { Id } from "../protocol";

/** Where a conversation is: own work in the work page, others in the page of conversations; at one of its messages. */
export function placeOfConversation(id: Id, isOwn: boolean, seq: number | null = null): string[] {
  if (isOwn) return ["work", id];
  return seq === null ? ["conversations", id] : ["conversations", id, String(seq)];
}

export const placeOfCustomer = (id: Id): string[] => ["customers", id];
