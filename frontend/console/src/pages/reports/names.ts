import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import type { Calendar } from "../../protocol";
import { useSourceName } from "../tickets/sources";
import { priorities } from "../tickets/ticket";
import { words as ticketWords } from "../tickets/words";
import type { By } from "./report";
import { words } from "./words";

/** What a group is called: time by a calendar, people and teams by the names that came along. */
export function useGroupName(): (by: By, key: string | null, names: Record<string, string>, calendar: Calendar) => string {
  const { say } = usePhrases(words);
  const ticket = usePhrases(ticketWords);
  const sourceName = useSourceName();
  const speech = useSpeech();
  return (by, key, names, calendar) => {
    if (key === null) return say(by === "type" || by === "branch" ? "none" : "nobody");
    if (by === "day" || by === "week" || by === "month") {
      const parts: Intl.DateTimeFormatOptions = by === "month" ? { month: "long", year: "numeric" } : { day: "numeric", month: "short", ...(by === "week" ? { year: "numeric" } : {}) };
      return new Intl.DateTimeFormat(speech.locale, { ...parts, calendar, timeZone: "UTC" }).format(new Date(`${key}T12:00:00Z`));
    }
    if (by === "kind") return ticket.sayAny("kind", key, key);
    if (by === "priority") return ticket.sayAny("priority", priorities[Number(key)] ?? key, key);
    if (by === "source") return sourceName(key);
    return names[key] ?? key;
  };
}
