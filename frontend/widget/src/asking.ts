import type { Field, WidgetSettings } from "./protocol";

const isPerson = ({ kind }: Field) => kind === "name" || kind === "email" || kind === "phone";

/** Whether something has to be asked before a chat, beyond a name and an address that nobody need give. */
export function mustAsk({ fields, consent, departments }: WidgetSettings): boolean {
  return consent !== null || departments.length > 0 || fields.some((field) => field.is_required || !isPerson(field));
}
