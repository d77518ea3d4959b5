import { useMemo } from "react";
import { useRegion } from "../i18n/context";
import { usePhrases } from "../i18n/phrases";
import type { Shortcut } from "../kit/shortcuts";
import { useKeyboard, useShortcut, useShortcuts } from "../kit/useShortcut";
import { useCommand, useLive } from "../live/context";
import type { PageEntry } from "../pages/page";
import type { PresenceState } from "../protocol";
import { keysOf } from "./pageKeys";
import { go } from "./route";
import { shellWords } from "./words";

const presenceKeys: Record<PresenceState, string> = { available: "s a", not_ready: "s n", offline: "s o" };

/** The shortcuts that are there on every page. */
export function useShellKeys(pages: PageEntry[], open: { palette: () => void; help: () => void; search: (() => void) | null }): void {
  const live = useLive();
  const { language, speech } = useRegion();
  const { say } = usePhrases(shellWords);
  const { run } = useCommand();
  useKeyboard();
  useShortcut({ id: "palette", keys: "Mod+K", word: say("do.palette"), scope: "everywhere", run: open.palette });
  useShortcut({ id: "help", keys: "?", word: say("do.help"), scope: "everywhere", run: open.help });
  useShortcut({ id: "search", keys: "/", word: say("do.search"), scope: "everywhere", run: () => open.search?.(), isOn: open.search !== null });
  const many = useMemo((): Shortcut[] => {
    const keys = keysOf(pages.map(({ path }) => path));
    const toPages = pages.flatMap((page): Shortcut[] => {
      const own = keys.get(page.path);
      return own === undefined ? [] : [{ id: `page-${page.path}`, keys: [own], word: page.word[language], scope: "pages", run: () => go(page.path) }];
    });
    const states = (Object.keys(presenceKeys) as PresenceState[]).map((state): Shortcut => ({
      id: `presence-${state}`, keys: [presenceKeys[state]], word: speech.say(`presence.${state}`), scope: "presence",
      run: () => void run(() => live.ask("presence.set", { state, reason: null })),
    }));
    return [...toPages, ...states];
  }, [pages, language, speech, run, live]);
  useShortcuts(many);
}
