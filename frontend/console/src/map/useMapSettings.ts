import { useEffect, useState } from "react";
import { call } from "../http/api";
import type { MapSettings } from "../protocolGeo";

const bare: MapSettings = { tile_url: "", attribution: "", file: null };

/** What the map is drawn with; without an answer the outline alone. */
export function useMapSettings(): MapSettings | null {
  const [settings, setSettings] = useState<MapSettings | null>(null);
  useEffect(() => {
    let isGone = false;
    call<MapSettings>("GET", "/api/map").then(
      (found) => isGone || setSettings(found),
      () => isGone || setSettings(bare),
    );
    return () => {
      isGone = true;
    };
  }, []);
  return settings;
}
