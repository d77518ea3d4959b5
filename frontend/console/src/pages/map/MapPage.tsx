import { Alert, Loader, SegmentedControl, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useCallback, useMemo, useRef, useState } from "react";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import type { FenceCrossed, Place, Technician } from "../../protocolGeo";
import { go } from "../../shell/route";
import { useMapSettings } from "../../map/useMapSettings";
import { DayMode } from "./DayMode";
import { FenceMode } from "./FenceMode";
import { LiveMode } from "./LiveMode";
import css from "./MapPage.module.css";
import { NearMode } from "./NearMode";
import { useTechnicians } from "./useTechnicians";
import { words } from "./words";

const modes = ["live", "day", "near", "fences"] as const;

/** Technicians and customers on the map: now, on a day, near a place; and the fences. */
export function MapPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const { language } = useSpeech();
  const [first, ...rest] = props.rest;
  const mode = modes.find((each) => each === first) ?? "live";
  const names = useRef(new Map<string, string>());
  const crossed = useCallback(
    ({ what, technician_id, fence_name }: FenceCrossed) => {
      const name = names.current.get(technician_id);
      if (name) notifications.show({ message: say(`crossed.${what}`, { name, fence: fence_name }) });
    },
    [say],
  );
  const { technicians, isFailed } = useTechnicians(crossed);
  const settings = useMapSettings();
  const [near, setNear] = useState<Place | null>(null);
  names.current = useMemo(() => new Map((technicians ?? []).map(({ id, name }) => [id, name])), [technicians]);
  const shared = { settings, technicians: technicians ?? ([] as Technician[]), language };
  return (
    <div className={css.page} data-testid="map-page">
      <div className={css.head}>
        <Title order={2} fz="xl" data-testid="page-title">{say("title")}</Title>
        <SegmentedControl
          size="sm"
          value={mode}
          onChange={(next) => go("map", next)}
          data={modes.map((value) => ({ value, label: say(value) }))}
          data-testid="map-modes"
        />
        {technicians === null && !isFailed && <Loader size="xs" />}
      </div>
      {isFailed && <Alert color="yellow" role="alert">{say("failed")}</Alert>}
      {mode === "live" && <LiveMode {...shared} chosen={rest[0] ?? null} />}
      {mode === "day" && <DayMode {...shared} chosen={rest[0] ?? null} day={rest[1] ?? null} />}
      {mode === "near" && <NearMode {...shared} place={near} setPlace={setNear} />}
      {mode === "fences" && <FenceMode {...shared} chosen={rest[0] ?? null} />}
    </div>
  );
}
