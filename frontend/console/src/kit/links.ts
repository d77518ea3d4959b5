import type { Id } from "../protocol";

/** Where a conversation is: own work in the work page, others in the page of conversations; at one of its messages. */
export function placeOfConversation(id: Id, isOwn: boolean, seq: number | null = null): string[] {
  return [isOwn ? "work" : "conversations", id, ...(seq === null ? [] : [String(seq)])];
}

export const placeOfCustomer = (id: Id): string[] => ["customers", id];
