import { useCallback } from "react";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { branchChoices, useBranches } from "../../kit/branches";
import { useTiers } from "../../kit/tiers";
import { useFeed } from "../../live/context";
import { useSetup, type Setup } from "../tickets/setup";
import { sources, useSourceName } from "../tickets/sources";
import { kinds, nameIn, priorities, slaStates } from "../tickets/ticket";
import { words as ticketWords } from "../tickets/words";
import type { KnownFact, Shape, Value } from "./automation";
import { partWords } from "./partWords";
import { words } from "./words";

export interface Option {
  value: string;
  label: string;
}

export interface Choices {
  /** What can be chosen of a kind; null is typed. `field`: the key of the custom field that is meant. */
  of: (shape: Shape, field?: string) => Option[] | null;
  factName: (fact: Pick<KnownFact, "name" | "names">) => string;
  /** A value in words. */
  said: (shape: Shape, value: Value, field?: string) => string;
  setup: Setup;
}

export const fieldKey = (fact: string): string => fact.replace(/^fields\./, "");
const categories = ["new", "open", "pending", "on_hold", "solved", "closed"] as const;
const changes = ["subject", "description", "priority", "status_id", "type_id", "owner_id", "queue_id", "branch_id", "customer_id", "is_confidential", "fields"] as const;
const metrics = ["first_response", "next_response", "resolution"] as const;

/** What conditions and actions choose from, in the reader's words. */
export function useChoices(): Choices {
  const { say: sayRule } = usePhrases(words);
  const { say, sayAny } = usePhrases(partWords);
  const ticket = usePhrases(ticketWords);
  const speech = useSpeech();
  const { language } = speech;
  const { queues, agents } = useFeed();
  const setup = useSetup();
  const tiers = useTiers();
  const sourceName = useSourceName();
  const branches = useBranches();
  const named = (all: { id: string; name: string }[]): Option[] => all.map(({ id, name }) => ({ value: id, label: name }));
  const of = (shape: Shape, field?: string): Option[] | null => {
    switch (shape) {
      case "kind":
        return kinds.map((value) => ({ value, label: ticket.say(`kind.${value}`) }));
      case "priority":
        return priorities.map((value) => ({ value, label: ticket.say(`priority.${value}`) }));
      case "category":
        return categories.map((value) => ({ value, label: say(`category.${value}`) }));
      case "stage":
        return setup.statuses.map(({ id, names }) => ({ value: id, label: nameIn(names, language) }));
      case "type":
        return setup.types.map(({ id, kind, names }) => ({ value: id, label: `${ticket.say(`kind.${kind}`)} · ${nameIn(names, language)}` }));
      case "agent":
        return named(agents);
      case "team":
        return named(queues);
      case "branch":
        return branchChoices(branches.items, "", language).slice(1);
      case "tier":
        return named(tiers.items);
      case "requester":
        return (["external", "internal"] as const).map((value) => ({ value, label: say(`requester.${value}`) }));
      case "source":
        return sources.map((value) => ({ value, label: sourceName(value) }));
      case "promise":
        return (["none", ...slaStates] as const).map((value) => ({ value, label: say(`promise.${value}`) }));
      case "metric":
        return metrics.map((value) => ({ value, label: say(`metric.${value}`) }));
      case "change":
        return changes.map((value) => ({ value, label: sayAny("fact", value, value) }));
      case "choice":
        return setup.fields.find(({ key }) => key === field)?.options.map(({ key, names }) => ({ value: key, label: nameIn(names, language) })) ?? [];
      case "yes_no":
        return (["true", "false"] as const).map((value) => ({ value, label: ticket.say(value === "true" ? "yes" : "no") }));
      default:
        return null;
    }
  };
  const factName = useCallback(({ name, names }: Pick<KnownFact, "name" | "names">) => (names ? nameIn(names, language) : sayAny("fact", name, name)), [language, sayAny]);
  const said = (shape: Shape, value: Value, field?: string): string => {
    if (value === null || value === "") return sayRule("nothing");
    const options = of(shape, field);
    const one = (each: string) => options?.find((option) => option.value === each)?.label.trim() ?? each;
    if (typeof value === "number") return speech.number(value);
    return Array.isArray(value) ? value.map(one).join(language === "en" ? ", " : "، ") || sayRule("nothing") : one(String(value));
  };
  return { of, factName, said, setup };
}
