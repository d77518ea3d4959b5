import { useEffect, useState } from "react";
import { call } from "../http/api";
import { useRegion } from "../i18n/context";
import type { Organisation } from "../protocol";

/** What anybody may know of the organisation before signing in. */
type Face = Pick<Organisation, "name" | "logo" | "digits" | "languages"> & { locale: Organisation["locale"] | null; calendar: Organisation["calendar"] | null };

/** Reads it once; without it the page speaks as the browser does. */
export function useFace(): Face | null {
  const { setUsual } = useRegion();
  const [face, setFace] = useState<Face | null>(null);
  useEffect(() => {
    let isGone = false;
    call<Face>("GET", "/api/organisation/face").then(
      (found) => {
        if (isGone) return;
        setFace(found);
        setUsual(found);
      },
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, [setUsual]);
  return face;
}
