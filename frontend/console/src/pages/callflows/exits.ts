import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { keys } from "./flow";
import { words } from "./words";

/** What a way out is called: the key that is pressed, the tier of the customer, or what happened. */
export function useExitLabel(choices: { tiers: { id: string; name: string }[] }): (exit: string) => string {
  const { say, sayAny } = usePhrases(words);
  const speech = useSpeech();
  return (exit) => {
    if (keys.includes(exit)) return say("key", { key: speech.keys(exit) });
    if (exit.startsWith("tier:")) return choices.tiers.find(({ id }) => `tier:${id}` === exit)?.name ?? exit;
    return sayAny("exit", exit, exit);
  };
}
