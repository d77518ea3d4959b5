import type { RefObject } from "react";
import { usePhrases } from "../../i18n/phrases";
import { useShortcut } from "../../kit/useShortcut";
import { shellWords } from "../../shell/words";

interface ComposerKeys {
  field: RefObject<HTMLTextAreaElement | null>;
  mayReply: boolean;
  isNote: boolean;
  isOn: boolean;
  choose: (isNote: boolean) => void;
  send: () => void;
}

/** Into the field and out of it again, and between reply and note, without the mouse. */
export function useComposerKeys(of: ComposerKeys): void {
  const { say } = usePhrases(shellWords);
  const begin = (isNote: boolean) => {
    of.choose(isNote);
    of.field.current?.focus();
  };
  const isIn = () => document.activeElement === of.field.current;
  const both = of.isOn && of.mayReply;
  useShortcut({ id: "reply", keys: "r", word: say("do.reply"), scope: "conversation", run: () => begin(false), isOn: both });
  useShortcut({ id: "note", keys: "n", word: say("do.note"), scope: "conversation", run: () => begin(true), isOn: of.isOn });
  useShortcut({ id: "switch", keys: "Mod+/", word: say("do.switch"), scope: "composer", run: () => begin(!of.isNote), isOn: both });
  useShortcut({ id: "send", keys: "Mod+Enter", word: say("do.send"), scope: "composer", run: () => isIn() && of.send(), isOn: of.isOn });
}
