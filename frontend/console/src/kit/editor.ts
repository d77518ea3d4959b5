import { notifications } from "@mantine/notifications";
import { useState, type FormEvent } from "react";
import { Problem } from "../http/api";
import { usePhrases } from "../i18n/phrases";
import { useProblemText } from "../live/context";
import { useFaultText } from "./faultText";
import { faultsOf, isStale, type Faults } from "./problems";
import { kitWords } from "./words";

export interface Editor<V extends object> {
  values: V;
  set: (part: Partial<V>) => void;
  /** What is wrong with a field, in the reader's words; undefined when nothing is. */
  fault: (name: string) => string | undefined;
  trouble: string | null;
  isStale: boolean;
  isBusy: boolean;
  isChanged: boolean;
  submit: (event?: FormEvent) => Promise<void>;
}

/**
 * What is entered in a form and not saved yet.
 *
 * `save` sends it and returns what is different afterwards, such as the version; a refusal is shown at the fields it is about. The form begins anew when its component does: give it a `key`.
 */
export function useEditor<V extends object>(initial: V, save: (values: V) => Promise<Partial<V> | void>, more: string[] = []): Editor<V> {
  const { say } = usePhrases(kitWords);
  const faultText = useFaultText();
  const textOf = useProblemText();
  const [values, setValues] = useState(initial);
  const [isChanged, setChanged] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const [faults, setFaults] = useState<Faults>({});
  // Stays when the last of the fields is mended: what was wrong with them is nothing wrong as a whole.
  const [isAtFields, setAtFields] = useState(false);

  const set = (part: Partial<V>) => {
    setValues((old) => ({ ...old, ...part }));
    setChanged(true);
    setFaults((old) => Object.fromEntries(Object.entries(old).filter(([name]) => !touches(name, part))));
  };
  const submit = async (event?: FormEvent) => {
    event?.preventDefault();
    setBusy(true);
    setProblem(null);
    setFaults({});
    try {
      const saved = await save(values);
      if (saved) setValues((old) => ({ ...old, ...saved }));
      setChanged(false);
      notifications.show({ color: "teal", withCloseButton: false, message: say("saved") });
    } catch (error) {
      setProblem(error);
      const found = error instanceof Problem ? faultsOf(error, [...Object.keys(initial), ...more]) : {};
      setFaults(found);
      setAtFields(Object.keys(found).length > 0);
    } finally {
      setBusy(false);
    }
  };
  const fault = (name: string) => {
    const found = faults[name];
    if (!found) return undefined;
    if (found.type === "string_too_short" && Reflect.get(values, name) === "") return say("required");
    return faultText(found);
  };
  const stale = isStale(problem);
  const trouble = problem === null || stale || isAtFields ? null : textOf(problem);
  return { values, set, fault, trouble, isStale: stale, isBusy, isChanged, submit };
}

function touches(name: string, part: object): boolean {
  return Object.keys(part).some((each) => name === each || name.startsWith(`${each}.`));
}
