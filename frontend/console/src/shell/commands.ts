import { useMantineColorScheme } from "@mantine/core";
import type { ComponentType } from "react";
import { savePreferences } from "../http/api";
import { useRegion } from "../i18n/context";
import type { Phrasebook } from "../i18n/phrases";
import { languages, offeredLanguages, Speech, type Language, type PlainWord } from "../i18n/words";
import { placeOfConversation, placeOfCustomer } from "../kit/links";
import type { Hit } from "../kit/search";
import { useCommand, useFeed, useLive } from "../live/context";
import type { PageEntry } from "../pages/page";
import type { Calendar, PresenceState } from "../protocol";
import { recents, remember } from "./recent";
import { go } from "./route";
import { shellWords } from "./words";

export interface Command {
  id: string;
  group: "pages" | "presence" | "settings" | "recent" | "work" | Hit["kind"];
  label: string;
  /** What else finds it: its name in the other languages. */
  also: string[];
  icon?: ComponentType<{ size?: number }>;
  snippet?: Hit["snippet"];
  run: () => void;
}

const tongues = Object.keys(languages) as Language[];
const speeches = tongues.map((language) => new Speech(language, "latn"));
const inAll = (word: PlainWord): string[] => speeches.map((speech) => speech.say(word));
const inBook = (word: string): string[] =>
  tongues.map((language) => (shellWords as unknown as Phrasebook<Record<string, string>>)[language][word] ?? "");
const calendars: Calendar[] = ["gregory", "persian", "islamic-umalqura"];
const states: PresenceState[] = ["available", "not_ready", "offline"];

/** Everything that can be done from anywhere, in the reader's words. */
export function useCommands(pages: PageEntry[]): Command[] {
  const live = useLive();
  const { work, organisation } = useFeed();
  const { speech, language, calendar, change } = useRegion();
  const { run } = useCommand();
  const { setColorScheme } = useMantineColorScheme();
  const keep = (next: { language?: Language; calendar?: Calendar }) => {
    change(next);
    void run(() => savePreferences(next.language ?? language, next.calendar ?? calendar));
  };
  const setting = (id: string, word: PlainWord, act: () => void, of: PlainWord): Command => ({
    id: `set-${id}`, group: "settings", label: `${speech.say(of)}: ${speech.say(word)}`, also: [...inAll(word), ...inAll(of)], run: act,
  });
  return [
    ...Object.values(work).map(({ interaction }): Command => ({
      id: `work-${interaction.id}`, group: "work", label: interaction.customer.name, also: [interaction.subject ?? "", `#${interaction.number}`, String(interaction.number)], run: () => go("work", interaction.id),
    })),
    ...recents().map(({ kind, title, to }): Command => ({
      id: `recent-${to.join("-")}`, group: "recent", label: title, also: inBook(`group.${kind}`), run: () => go(...to),
    })),
    ...pages.map((page): Command => ({
      id: `page-${page.path}`, group: "pages", label: page.word[language], also: Object.values(page.word), icon: page.icon, run: () => go(page.path),
    })),
    ...states.map((state): Command => ({
      id: `presence-${state}`, group: "presence", label: speech.say(`presence.${state}`), also: inAll(`presence.${state}`),
      run: () => void run(() => live.ask("presence.set", { state, reason: null })),
    })),
    ...(["auto", "light", "dark"] as const).map((theme) => setting(theme, `theme.${theme}`, () => setColorScheme(theme), "menu.theme")),
    ...offeredLanguages(organisation.languages, language).map(({ value: each }): Command => ({
      id: `set-${each}`, group: "settings", label: languages[each].name, also: [each, ...inAll("menu.language")], run: () => keep({ language: each }),
    })),
    ...calendars.map((each) => setting(each, `calendar.${each}`, () => keep({ calendar: each }), "menu.calendar")),
  ];
}

/** What was found, as commands that open it. */
export function commandsOf(hits: Hit[], isOwn: (id: string) => boolean): Command[] {
  return hits.map((hit) => ({
    id: `hit-${hit.kind}-${hit.id}`, group: hit.kind, label: titleOf(hit), also: [], snippet: hit.snippet, run: () => open(hit, isOwn),
  }));
}

export function titleOf(hit: Hit): string {
  // The isolates keep the number's sign on its side of a name in the other direction.
  if (hit.tag !== null) return `${hit.tag} ${hit.subject ?? ""}`;
  return hit.number === null ? hit.customer_name : `\u2068${hit.customer_name}\u2069 \u2066#${hit.number}\u2069`;
}

export function placeOf(hit: Hit, isOwn: (id: string) => boolean): string[] {
  if (hit.kind === "ticket") return ["tickets", hit.id];
  if (hit.interaction_id === null) return placeOfCustomer(hit.customer_id ?? hit.id);
  return placeOfConversation(hit.interaction_id, isOwn(hit.interaction_id), hit.seq);
}

export function open(hit: Hit, isOwn: (id: string) => boolean): void {
  const to = placeOf(hit, isOwn);
  remember({ kind: hit.kind === "message" ? "conversation" : hit.kind, title: titleOf(hit), to });
  go(...to);
}
