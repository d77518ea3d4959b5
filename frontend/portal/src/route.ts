import { useEffect, useState } from "preact/hooks";

/** The parts of the address behind the #; a secret of a link stands there, since it is sent to no server. */
export const partsOf = (hash: string): string[] => hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decodeURIComponent);

export const go = (...parts: string[]): void => {
  location.hash = `#/${parts.map(encodeURIComponent).join("/")}`;
};

export function useRoute(): string[] {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = () => setHash(location.hash);
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return partsOf(hash);
}
