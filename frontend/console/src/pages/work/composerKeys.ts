import type { KeyboardEvent, RefObject } from "react";
import { usePhrases } from "../../i18n/phrases";
import { useShortcut } from "../../kit/useShortcut";
import { shellWords } from "../../shell/words";
import type { Kind } from "./Composer";
import type { Box } from "./PlainBox";

interface ComposerKeys {
  box: RefObject<Box | null>;
  form: RefObject<HTMLFormElement | null>;
  kind: Kind;
  kinds: Kind[];
  choose: (kind: Kind) => void;
  send: () => void;
}

/** Into the field, and between reply and note, without the mouse; returns the form's own keys: out of the field again. */
export function useComposerKeys(of: ComposerKeys): (event: KeyboardEvent<HTMLFormElement>) => void {
  const { say } = usePhrases(shellWords);
  const { kind, kinds } = of;
  const begin = (wanted: Kind) => {
    of.choose(wanted);
    // The field of another kind is there after the next drawing; pages that are out of sight have composers too.
    window.setTimeout(() => of.form.current?.querySelector<HTMLElement>('[data-testid="composer"]')?.focus());
  };
  const leave = (event: KeyboardEvent<HTMLFormElement>) => {
    const isField = event.target instanceof HTMLElement && event.target.closest('[data-testid="composer"]') !== null;
    // Escape that puts the answers away, or ends a composition, was for them. The formatted field keeps its own Escape.
    if (event.key !== "Escape" || event.defaultPrevented || event.nativeEvent.isComposing || !isField) return;
    (event.target as HTMLElement).blur();
  };
  const isIn = () => of.form.current?.contains(document.activeElement) ?? false;
  const next = kinds[(kinds.indexOf(kind) + 1) % kinds.length]!;
  useShortcut({ id: "reply", keys: "r", word: say("do.reply"), scope: "conversation", run: () => begin("reply"), isOn: kinds.includes("reply") });
  useShortcut({ id: "note", keys: "n", word: say("do.note"), scope: "conversation", run: () => begin("note"), isOn: kinds.includes("note") });
  useShortcut({ id: "switch", keys: "Mod+/", word: say("do.switch"), scope: "composer", run: () => begin(next), isOn: kinds.length > 1 });
  useShortcut({ id: "send", keys: "Mod+Enter", word: say("do.send"), scope: "composer", run: () => isIn() && of.send() });
  return leave;
}
