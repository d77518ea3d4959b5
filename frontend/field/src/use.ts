import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { keep, kept } from "../../shared/kept";
import type { Speech } from "../../shared/speech";
import type { Phone, Snapshot } from "./phone";
import type { Whereabouts } from "./whereabouts";
import type { Words } from "./words";

export interface Field {
  phone: Phone;
  where: Whereabouts;
  speech: Speech<Words>;
  snapshot: Snapshot;
}

export const FieldContext = createContext<Field | null>(null);

export function useField(): Field {
  const found = useContext(FieldContext);
  if (!found) throw new Error("there is no phone around this");
  return found;
}

/** What the phone knows now. */
export function useSnapshot(phone: Phone): Snapshot {
  const [snapshot, setSnapshot] = useState(phone.snapshot);
  useEffect(() => phone.subscribe(() => setSnapshot(phone.snapshot)), [phone]);
  return snapshot;
}

/** The visit that the address names behind the #. */
export function useRoute(): string {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = () => setHash(location.hash);
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return hash.replace(/^#\/?/, "");
}

/** A choice of the reader's that this browser remembers. */
export function useChoice<Kept extends string>(name: string): [Kept | null, (value: Kept) => void] {
  const key = `markaz.field.${name}`;
  const [value, setValue] = useState(() => kept(key) as Kept | null);
  const choose = (next: Kept) => {
    setValue(next);
    keep(key, next);
  };
  return [value, choose];
}
