import { useEffect, useState } from "preact/hooks";
import { call, Problem } from "./api";
import { usePortal } from "./speech";

/** What to say of a failure; whoever is out is sent to sign in again. */
export function useFailure(): { trouble: string; fields: string[]; run: (doing: () => Promise<void>) => Promise<boolean>; isBusy: boolean } {
  const { speech, setGuest } = usePortal();
  const [trouble, setTrouble] = useState("");
  const [fields, setFields] = useState<string[]>([]);
  const [isBusy, setBusy] = useState(false);
  const run = async (doing: () => Promise<void>) => {
    setBusy(true);
    setTrouble("");
    setFields([]);
    try {
      await doing();
      return true;
    } catch (error) {
      const found = error instanceof Problem ? error : new Problem(500);
      if (found.status === 401) setGuest(null);
      setFields(found.fields);
      setTrouble(speech.say(wordOf(found.status)));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { trouble, fields, run, isBusy };
}

export function wordOf(status: number): "error.offline" | "error.gone" | "error.many" | "error.out" | "error.other" {
  if (status === 0) return "error.offline";
  if (status === 404) return "error.gone";
  if (status === 429) return "error.many";
  return status === 401 ? "error.out" : "error.other";
}

/** Something of the server's; null while it is on its way. */
export function useLoaded<Found>(path: string): { found: Found | null; status: number | null; put: (found: Found) => void; reload: () => void } {
  const { setGuest } = usePortal();
  const [found, setFound] = useState<Found | null>(null);
  const [status, setStatus] = useState<number | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let isLate = false;
    call<Found>("GET", path).then(
      (answer) => { if (!isLate) { setFound(answer); setStatus(200); } },
      (error: unknown) => {
        if (isLate) return;
        const problem = error instanceof Problem ? error : new Problem(500);
        if (problem.status === 401) setGuest(null);
        setStatus(problem.status);
      },
    );
    return () => { isLate = true; };
  }, [path, turn]);
  return { found, status, put: setFound, reload: () => setTurn((before) => before + 1) };
}
