import { useEffect, useState } from "react";
import { call } from "../http/api";

interface Found<T> {
  value: T | null;
  isFailed: boolean;
  reload: () => void;
}

/** What an address of the API answers; null asks nothing, and a late answer is dropped. */
export function useAnswer<T>(path: string | null): Found<T> {
  const [found, setFound] = useState<{ path: string | null; value: T | null; isFailed: boolean }>({ path, value: null, isFailed: false });
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (path === null) return undefined;
    let isLate = false;
    call<T>("GET", path).then(
      (value) => isLate || setFound({ path, value, isFailed: false }),
      () => isLate || setFound({ path, value: null, isFailed: true }),
    );
    return () => void (isLate = true);
  }, [path, round]);
  const isOld = found.path !== path;
  return { value: isOld ? null : found.value, isFailed: !isOld && found.isFailed, reload: () => setRound((old) => old + 1) };
}
