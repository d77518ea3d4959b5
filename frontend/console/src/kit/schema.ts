/** A JSON schema of the API, as far as forms are made from it. */
export interface Schema {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  format?: string;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  writeOnly?: boolean;
  anyOf?: Schema[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  $ref?: string;
  $defs?: Record<string, Schema>;
  properties?: Record<string, Schema>;
  required?: string[];
}

export type SchemaField = { name: string; title: string; hint: string; isRequired: boolean } & (
  | { kind: "text" | "secret" | "switch" | "list" | "other" }
  | { kind: "pairs"; isOfPeople: boolean }
  | { kind: "choice"; options: string[] }
  | { kind: "number"; min: number | undefined; max: number | undefined; decimals: number }
);

/** The fields of a form, in the schema's order. What has parts of its own (`other`) is kept as it is, and not shown. */
export function fieldsOf(schema: Schema): SchemaField[] {
  return Object.entries(schema.properties ?? {}).map(([name, own]) => {
    const part = { ...resolved(own, schema), ...own.anyOf?.find(({ type }) => type !== "null"), ...own };
    const base = { name, title: part.title ?? name, hint: own.description ?? "", isRequired: schema.required?.includes(name) ?? false };
    if (part.writeOnly || part.format === "password") return { ...base, kind: "secret" };
    if (part.enum) return { ...base, kind: "choice", options: part.enum };
    if (part.type === "boolean") return { ...base, kind: "switch" };
    if (part.type === "integer" || part.type === "number") return { ...base, kind: "number", min: part.minimum, max: part.maximum, decimals: part.type === "integer" ? 0 : 2 };
    if (part.type === "array") return { ...base, kind: "list" };
    const each = typeof part.additionalProperties === "object" ? part.additionalProperties : undefined;
    if (part.type === "object" && each?.type === "string") return { ...base, kind: "pairs", isOfPeople: each.format === "uuid" };
    if (part.type === "object") return { ...base, kind: "other" };
    return { ...base, kind: "text" };
  });
}

/** What a form begins with: the present settings, otherwise the schema's defaults. Secrets begin empty. */
export function initialOf(schema: Schema, present: Record<string, unknown> = {}): Record<string, unknown> {
  const begin = (field: SchemaField): unknown => {
    if (field.kind === "secret") return "";
    const standard = schema.properties?.[field.name]?.default;
    return present[field.name] ?? standard ?? { text: "", choice: null, switch: false, number: null, list: [], pairs: {}, other: null }[field.kind];
  };
  return Object.fromEntries(fieldsOf(schema).map((field) => [field.name, begin(field)]));
}

/** What is sent: secrets that stay as they are and numbers that are empty are left out. */
export function sentOf(schema: Schema, values: Record<string, unknown>): Record<string, unknown> {
  const isSaid = ({ kind, name }: SchemaField) => !(kind === "secret" && values[name] === "") && values[name] !== null;
  return Object.fromEntries(fieldsOf(schema).filter(isSaid).map(({ name }) => [name, values[name]]));
}

function resolved(part: Schema, schema: Schema): Schema {
  const name = part.$ref?.split("/").at(-1);
  const found = name === undefined ? undefined : schema.$defs?.[name];
  if (!found) return {};
  // The description of a definition tells what the type is, not what this field is for.
  const { description: _, title: __, ...rest } = found;
  return rest;
}
