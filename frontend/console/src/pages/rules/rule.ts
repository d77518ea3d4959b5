/** A rule as the API has it. */
export interface WorkRule {
  id: string;
  name: string;
  queue_id: string | null;
  branch_id: string | null;
  conditions: Record<string, string[]>;
  skills: Record<string, number>;
  permission: string | null;
  trust: number | null;
  priority: number | null;
  is_active: boolean;
  version: number;
}

/** One condition as it is entered; of an answer in a chat form the key is entered too. */
export interface Condition {
  attribute: string;
  values: string[];
}

export const attributes = ["channel", "language", "tier", "customer", "status", "organization", "form."] as const;
export type Attribute = (typeof attributes)[number];

/** What kind of attribute a name is: `form.topic` is an answer in a form. */
export function kindOf(attribute: string): Attribute {
  return attributes.find((each) => each === attribute) ?? "form.";
}

export function conditionsOf(kept: Record<string, string[]>): Condition[] {
  return Object.entries(kept).map(([attribute, values]) => ({ attribute, values }));
}

/** As it is sent: a condition without values says nothing; two about the same are one. */
export function sentConditions(entered: Condition[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const { attribute, values } of entered) {
    if (values.length > 0) found[attribute] = [...new Set([...(found[attribute] ?? []), ...values])];
  }
  return found;
}
