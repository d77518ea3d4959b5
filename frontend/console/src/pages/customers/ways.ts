import { isTexting } from "../channels/kinds";
import type { CustomerRecord, OutboundAccount, Preferred } from "../../http/views";

export interface Way {
  key: string;
  account: OutboundAccount;
  address: string;
}

const reaches: Record<string, string[]> = { email: ["email"], phone: ["sms", "smpp"], telegram: ["telegram"], visitor: [] };

/** From which account to which address a customer can be written to; the preferred way first. */
export function waysTo(customer: Pick<CustomerRecord, "identities" | "preferred">, accounts: OutboundAccount[]): Way[] {
  const ways = customer.identities.flatMap(({ kind, value }) =>
    accounts
      .filter((account) => reaches[kind]?.includes(account.kind))
      .map((account) => ({ key: `${account.id} ${value}`, account, address: value })),
  );
  const { preferred } = customer;
  if (preferred === null) return ways;
  // Whoever likes texts does not care how they come to us.
  const isLiked = (account: OutboundAccount) => account.kind === preferred.channel || (preferred.channel === "sms" && isTexting(account));
  const rank = ({ account, address }: Way) => Number(!isLiked(account)) * 2 + Number(address !== preferred.address);
  return ways.toSorted((one, other) => rank(one) - rank(other));
}

/** What can be preferred: a call too, although it is not written. */
export function preferences(customer: Pick<CustomerRecord, "identities">): Preferred[] {
  const channels: Record<string, string[]> = { ...reaches, phone: ["sms", "voice"] };
  return customer.identities.flatMap(({ kind, value }) => (channels[kind] ?? []).map((channel) => ({ channel, address: value })));
}
