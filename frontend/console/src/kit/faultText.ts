import { useRegion } from "../i18n/context";
import { usePhrases } from "../i18n/phrases";
import type { Faults } from "./problems";
import { kitWords } from "./words";

/** Says in the reader's words what is wrong with a field. */
export function useFaultText(): (fault: Faults[string]) => string {
  const { language, refusals } = useRegion();
  const { say, sayAny } = usePhrases(kitWords);
  return ({ type, text }) => {
    const told = language === "en" ? text : (refusals?.sentence(text) ?? "");
    const isOwn = type === "value_error" || type === "other";
    return isOwn && told !== "" ? told : sayAny("error", type, told || say("error.other"));
  };
}

/** Says in the reader's words what the server refused in a sentence of its own; a sentence without any stands as it is, apart from what is around it. */
export function useRefusal(): (sentence: string) => string {
  const { language, refusals } = useRegion();
  return (sentence) => (language === "en" ? sentence : (refusals?.sentence(sentence) ?? `\u2068${sentence}\u2069`));
}
