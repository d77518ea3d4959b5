import { useEffect, useRef, useSyncExternalStore } from "react";
import { browserStorage } from "../../../shared/kept";
import { isTypingIn, Shortcuts, type Scope, type Shortcut } from "./shortcuts";

export const shortcuts = new Shortcuts(browserStorage(), import.meta.env.DEV);
export const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

interface Wanted {
  /** Stays the same over languages: under it the shortcut is switched off. */
  id: string;
  keys: string | string[];
  word: string;
  scope: Scope;
  run: () => void;
  /** False while there is nothing to run it on. */
  isOn?: boolean;
}

/** Lets keys run something for as long as the component is shown. */
export function useShortcut(wanted: Wanted): void {
  const { id, word, scope, isOn = true } = wanted;
  const keys = [wanted.keys].flat().join("\n");
  const run = useRef(wanted.run);
  useEffect(() => {
    run.current = wanted.run;
  });
  useEffect(() => {
    if (!isOn) return undefined;
    return shortcuts.add({ id, keys: keys.split("\n"), word, scope, run: () => run.current() });
  }, [id, keys, word, scope, isOn]);
}

/** Several at once, such as one for each page. */
export function useShortcuts(wanted: Shortcut[]): void {
  useEffect(() => {
    const removes = wanted.map((each) => shortcuts.add(each));
    return () => removes.forEach((remove) => remove());
  }, [wanted]);
}

export function useShortcutList(): Shortcut[] {
  return useSyncExternalStore(shortcuts.subscribe, shortcuts.all);
}

/** Listens for keys; once, in the shell. */
export function useKeyboard(): void {
  useEffect(() => {
    const down = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.repeat || isModifier(event.key)) return;
      // Over a dialog or an open menu its own keys count.
      const isAway = document.querySelector('[aria-modal="true"], [role="menu"]:not([hidden])') !== null;
      const isTyping = isTypingIn(event.target);
      const found = isAway ? null : shortcuts.find(event, isTyping);
      if (!found) return;
      event.preventDefault();
      found.run();
    };
    window.addEventListener("keydown", down);
    return () => window.removeEventListener("keydown", down);
  }, []);
}

function isModifier(key: string): boolean {
  return key === "Shift" || key === "Control" || key === "Alt" || key === "Meta" || key === "AltGraph";
}
