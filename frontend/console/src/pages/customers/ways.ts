import type { CustomerRecord, OutboundAccount, Preferred } from "../../http/views";

export interface Way {
  key: string;
  account: OutboundAccount;
  address: string;
}

const reaches: Record<string, string[]> = { email: ["email"], phone: ["sms"], telegram: ["telegram"], visitor: [] };

/** From which account to which address a customer can be written to; the preferred way first. */
export function waysTo(customer: Pick<CustomerRecord, "identities" | "preferred">, accounts: OutboundAccount[]): Way[] {
  const ways = customer.identities.flatMap(({ kind, value }) =>
    accounts
      .filter((account) => reaches[kind]?.includes(account.kind))
      .map((account) => ({ key: `${account.id} ${value}`, account, address: value })),
  );
  const { preferred } = customer;
  if (preferred === null) return ways;
  const rank = ({ account, address }: Way) => Number(account.kind !== preferred.channel) * 2 + Number(address !== preferred.address);
  return ways.toSorted((one, other) => rank(one) - rank(other));
}

/** What can be preferred: a call too, although it is not written. */
export function preferences(customer: Pick<CustomerRecord, "identities">): Preferred[] {
  const channels: Record<string, string[]> = { ...reaches, phone: ["sms", "voice"] };
  return customer.identities.flatMap(({ kind, value }) => (channels[kind] ?? []).map((channel) => ({ channel, address: value })));
}
