import { useCallback, useEffect, useState } from "react";
import { call } from "../../http/api";
import type { CustomerOverview } from "../../http/views";
import type { Id } from "../../protocol";

export interface Reading {
  overview: CustomerOverview | null;
  isFailed: boolean;
  read: () => Promise<void>;
}

/** A customer on one screen; read again when `moment` changes. */
export function useOverview(id: Id, moment?: unknown): Reading {
  const [overview, setOverview] = useState<CustomerOverview | null>(null);
  const [isFailed, setFailed] = useState(false);
  const read = useCallback(async () => {
    try {
      setOverview(await call<CustomerOverview>("GET", `/api/customers/${encodeURIComponent(id)}/overview`));
      setFailed(false);
    } catch {
      setFailed(true);
    }
  }, [id]);
  useEffect(() => void read(), [read, moment]);
  return { overview, isFailed, read };
}
