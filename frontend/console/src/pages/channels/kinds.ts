/** Kinds of accounts whose calls agents take here; in queues, rules and lists all of them are calls ("voice"). */
export const isTelephone = ({ kind }: { kind: string }): boolean => kind === "voice" || kind === "ari";

/** What conversations over an account of this kind are called. */
export const channelOf = (kind: string): string => (isTelephone({ kind }) ? "voice" : kind);

/** Whether texts go by this account. */
export const isTexting = ({ kind }: { kind: string }): boolean => kind === "sms" || kind === "smpp";
