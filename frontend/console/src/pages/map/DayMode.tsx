import { Alert, Center, Loader, Stack, Text, Title } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import { call } from "../../http/api";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { plainOf, today } from "../../kit/calendar";
import { DateField } from "../../kit/DateField";
import { ChoiceField } from "../../kit/fields";
import { useProblemText } from "../../live/context";
import { MapView, type Mark } from "../../map/MapView";
import type { DayTrack, Leg, Place } from "../../protocolGeo";
import { go } from "../../shell/route";
import type { Shared } from "./LiveMode";
import css from "./MapPage.module.css";
import { lengthOf } from "./state";
import { words } from "./words";

/** A technician's day: the track, trips and stops, fences, what it adds up to. */
export function DayMode(props: Shared & { chosen: string | null; day: string | null }) {
  const { technicians, chosen } = props;
  const { say } = usePhrases(words);
  const day = props.day ?? plainOf(today());
  const { track, trouble, isBusy } = useDay(chosen, day);
  const [focus, setFocus] = useState<Place[]>([]);
  useEffect(() => setFocus(track ? [...track.track] : []), [track]);
  const line = useMemo(() => track?.track ?? [], [track]);
  const marks = useStops(track);
  return (
    <div className={css.parts}>
      <Stack gap="sm" className={css.side}>
        <ChoiceField label={say("technician")} value={chosen} set={(id) => id && go("map", "day", id, day)} options={technicians.map(({ id, name }) => ({ value: id, label: name }))} testid="day-technician" />
        <DateField label={say("date")} value={day} set={(next) => next && go("map", "day", ...(chosen ? [chosen, next] : []))} max={plainOf(today())} testid="day-date" />
        <Text size="xs" c="dimmed">{say("private")}</Text>
        {trouble !== null && <Alert color="red" role="alert">{trouble}</Alert>}
        {isBusy && <Center><Loader size="sm" /></Center>}
        {track && <Sums track={track} show={setFocus} />}
      </Stack>
      <div className={css.map}>
        <MapView settings={props.settings} marks={marks} track={line} focus={focus} label={say("map")} />
      </div>
    </div>
  );
}

function useDay(technicianId: string | null, day: string): { track: DayTrack | null; trouble: string | null; isBusy: boolean } {
  const textOf = useProblemText();
  const [state, setState] = useState<{ track: DayTrack | null; trouble: string | null; isBusy: boolean }>({ track: null, trouble: null, isBusy: false });
  useEffect(() => {
    if (technicianId === null) return;
    let isGone = false;
    setState({ track: null, trouble: null, isBusy: true });
    call<DayTrack>("GET", `/api/technicians/${technicianId}/days/${day}`).then(
      (track) => isGone || setState({ track, trouble: null, isBusy: false }),
      (error: unknown) => isGone || setState({ track: null, trouble: textOf(error), isBusy: false }),
    );
    return () => {
      isGone = true;
    };
  }, [technicianId, day, textOf]);
  return state;
}

function useStops(track: DayTrack | null): Mark[] {
  const { say } = usePhrases(words);
  const dates = useDates();
  return useMemo<Mark[]>(
    () =>
      (track?.legs ?? [])
        .filter(({ kind }) => kind === "stop")
        .map(({ began_at, ended_at, begin }) => ({ id: began_at, place: begin, kind: "stop", title: `${say("stop")} ${dates.time(began_at)}–${dates.time(ended_at)}` })),
    [track, say, dates],
  );
}

function Sums(props: { track: DayTrack; show: (places: Place[]) => void }) {
  const { track } = props;
  const { say } = usePhrases(words);
  const { number } = useSpeech();
  const dates = useDates();
  const length = useLength();
  if (track.points === 0) return <Text size="sm" c="dimmed" data-testid="no-day">{say("no_day")}</Text>;
  return (
    <Stack gap="sm" data-testid="day">
      <dl className={css.figures}>
        <div><dt>{say("distance")}</dt><dd data-testid="day-distance">{length(track.metres)}</dd></div>
        <div><dt>{say("moving")}</dt><dd>{dates.span(track.moving_seconds / 60)}</dd></div>
        <div><dt>{say("standing")}</dt><dd>{dates.span(track.standing_seconds / 60)}</dd></div>
      </dl>
      {track.is_thinned && <Text size="xs" c="dimmed">{say("thinned")}</Text>}
      {track.flagged > 0 && <Text size="xs" c="dimmed">{say("flagged", { n: number(track.flagged) })}</Text>}
      <ol className={css.list}>
        {track.legs.map((leg) => <LegEntry key={`${leg.kind} ${leg.began_at}`} leg={leg} show={() => props.show([leg.begin, leg.end])} />)}
      </ol>
      {track.visits.length > 0 && <Title order={3} fz="sm">{say("visits")}</Title>}
      <ul className={css.list}>
        {track.visits.map((visit) => (
          <li key={`${visit.fence_id} ${visit.entered_at}`} data-testid="visit">
            <Text size="sm"><bdi>{visit.fence_name}</bdi> <Text span size="xs" c="dimmed">{dates.time(visit.entered_at)}–{visit.left_at ? dates.time(visit.left_at) : ""}</Text></Text>
          </li>
        ))}
      </ul>
    </Stack>
  );
}

function LegEntry(props: { leg: Leg; show: () => void }) {
  const { leg } = props;
  const { say } = usePhrases(words);
  const dates = useDates();
  const length = useLength();
  const minutes = (Date.parse(leg.ended_at) - Date.parse(leg.began_at)) / 60_000;
  return (
    <li>
      <button type="button" className={css.entry} onClick={props.show} data-testid={`leg-${leg.kind}`}>
        <Text size="sm" fw={600}>{say(leg.kind)} {leg.kind === "trip" && length(leg.metres)}</Text>
        <Text size="xs" c="dimmed">{dates.time(leg.began_at)}–{dates.time(leg.ended_at)} · {dates.span(minutes)}</Text>
      </button>
    </li>
  );
}

/** A length in the reader's digits. */
export function useLength(): (metres: number) => string {
  const { say } = usePhrases(words);
  const { number } = useSpeech();
  return (metres) => {
    const { unit, n } = lengthOf(metres);
    return say(unit, { n: number(n) });
  };
}
