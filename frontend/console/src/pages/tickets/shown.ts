import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { dayOfPlain } from "../../kit/calendar";
import { useWritten } from "../../kit/DateField";
import { useFeed } from "../../live/context";
import { pageWords } from "./pageWords";
import type { Setup } from "./setup";
import { nameIn } from "./ticket";
import { unitWords } from "./unitWords";
import { words } from "./words";

const custom = "fields.";

export interface Shown {
  field: (name: string) => string;
  value: (name: string, value: unknown) => string;
}

/** Fields and values of tickets in the reader's words: ids as names, options as they are called. */
export function useShown(setup: Setup): Shown {
  const { say, sayAny } = usePhrases(pageWords);
  const book = usePhrases(words);
  const unit = usePhrases(unitWords);
  const { language, number } = useSpeech();
  const write = useWritten();
  const { queues, agents } = useFeed();
  const fieldOf = (name: string) => (name.startsWith(custom) ? setup.fields.find(({ key }) => key === name.slice(custom.length)) : undefined);
  const nameOf = (all: { id: string; name: string }[], id: unknown, unknown: string) => all.find((each) => each.id === id)?.name ?? unknown;
  const named = (all: { id: string; names: Parameters<typeof nameIn>[0] }[], id: unknown) => {
    const found = all.find((each) => each.id === id);
    return found ? nameIn(found.names, language) : say("another");
  };
  const ofField = (name: string, value: unknown): string => {
    const field = fieldOf(name);
    const option = (key: unknown) => {
      const found = field?.options.find((each) => each.key === key);
      return found ? nameIn(found.names, language) : String(key);
    };
    if (Array.isArray(value)) return value.map(option).join("، ");
    if (field?.type === "date" && typeof value === "string") return write(dayOfPlain(value));
    return option(value);
  };
  const value = (name: string, given: unknown): string => {
    if (given === null || given === undefined || given === "") return say("empty");
    if (typeof given === "boolean") return book.say(given ? "yes" : "no");
    if (typeof given === "number") return number(given);
    switch (name) {
      case "priority": return book.sayAny("priority", String(given), String(given));
      case "status_id": return named(setup.statuses, given);
      case "type_id": return named(setup.types, given);
      case "queue_id": return nameOf(queues, given, say("another"));
      case "owner_id": return nameOf(agents, given, say("somebody"));
      case "customer_id": case "branch_id": case "merged_into": return say("another");
      case "unit.place": case "unit.warranty": return unit.sayAny(name.slice("unit.".length), String(given), String(given));
      case "unit.received_on": case "unit.warranty_until": return write(dayOfPlain(String(given)));
      case "interactions": return number((given as unknown[]).length);
      default: return name.startsWith(custom) ? ofField(name, given) : String(given);
    }
  };
  const field = (name: string): string => {
    const found = fieldOf(name);
    return found ? nameIn(found.names, language) : sayAny("field", name, name.replace(custom, ""));
  };
  return { field, value };
}
