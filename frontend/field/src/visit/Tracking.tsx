import { useEffect, useState } from "preact/hooks";
import { Speech, usualCalendar, type Language } from "../../../shared/speech";
import { metresBetween } from "../sphere";
import { pauseMs, sketch, type Tracked } from "./tracked";
import { visitWords, type VisitWords } from "./words";

type Seen = Tracked | "none" | null;
const retryMs = 20_000;
const width = 560;
const height = 300;

/** The customer's link: how far the visit is; the way while there is one; afterwards nothing. */
export function Tracking({ token }: { token: string }) {
  const { seen, isOffline } = useTracked(token);
  const language = seen !== null && seen !== "none" ? seen.locale : ((["ar", "fa"] as const).find((each) => navigator.language.startsWith(each)) ?? "en") satisfies Language;
  const calendar = seen !== null && seen !== "none" ? seen.calendar : usualCalendar[language];
  const speech = new Speech(visitWords[language], language, calendar, "language", seen !== null && seen !== "none" ? seen.time_zone : undefined);
  useEffect(() => {
    document.documentElement.lang = speech.language;
    document.documentElement.dir = speech.side;
    document.title = seen !== null && seen !== "none" && seen.organisation ? `${speech.say("title")} · ${seen.organisation}` : speech.say("title");
  });
  return (
    <>
      {seen !== null && seen !== "none" && seen.organisation && <header><bdi class="brand">{seen.organisation}</bdi></header>}
      <main>
        {isOffline && <p class="card error" role="alert">{speech.say("offline")}</p>}
        {seen === "none" && <h1 class="card">{speech.say("none")}</h1>}
        {seen !== null && seen !== "none" && <Stage seen={seen} speech={speech} />}
      </main>
    </>
  );
}

function Stage({ seen, speech }: { seen: Tracked; speech: Speech<VisitWords> }) {
  const { stage } = seen;
  const isComing = stage === "planned" || stage === "on_the_way";
  return (
    <section class="card" data-testid="tracking" data-stage={stage}>
      <div role="status"><h1>{speech.say(`stage.${stage}`)}</h1></div>
      {(stage === "not_done" || stage === "over") && <p>{speech.say(`more.${stage}`)}</p>}
      {stage === "on_the_way" && <Way seen={seen} speech={speech} />}
      {stage !== "over" && (
        <dl class="figures">
          {isComing && seen.from_at !== null && <><dt>{speech.say("day")}</dt><dd data-testid="day">{speech.dayOf(seen.from_at)}</dd></>}
          {isComing && seen.from_at !== null && seen.to_at !== null && <><dt>{speech.say("between")}</dt><dd>{speech.say("from.to", { from: speech.clock(seen.from_at), to: speech.clock(seen.to_at) })}</dd></>}
          {seen.technician_name !== null && <><dt>{speech.say("technician")}</dt><dd><bdi>{seen.technician_name}</bdi></dd></>}
          <dt>{speech.say("about")}</dt><dd dir="auto">{seen.subject}</dd>
          <dt>{speech.say("number")}</dt><dd><bdi dir="ltr">{seen.number}</bdi></dd>
        </dl>
      )}
    </section>
  );
}

/** Both on a sheet of our own: no street map is fetched, so nobody else learns where a customer lives. */
function Way({ seen, speech }: { seen: Tracked; speech: Speech<VisitWords> }) {
  const { place, position, arrival } = seen;
  if (position === null) return <p class="soft">{speech.say("no.position")}</p>;
  const home = place && ([place.latitude, place.longitude] as const);
  const there = [position.latitude, position.longitude] as const;
  const far = arrival?.metres ?? (home ? metresBetween(home, there) : null);
  const said = far === null ? "" : far < 950 ? speech.say("m", { n: Math.max(50, Math.round(far / 50) * 50) }) : speech.say("km", { n: Math.round(far / (far < 9500 ? 500 : 1000)) * (far < 9500 ? 0.5 : 1) });
  return (
    <div data-testid="way">
      {home && <Sheet home={home} there={there} speech={speech} label={speech.say("map", { distance: said })} />}
      <dl class="figures">
        {arrival && <><dt>{speech.say("arrival")}</dt><dd data-testid="arrival">{speech.say("from.to", { from: speech.clock(arrival.earliest_at), to: speech.clock(arrival.latest_at) })}</dd></>}
        {said && <><dt>{speech.say("distance")}</dt><dd data-testid="distance">{said}</dd></>}
      </dl>
      <p class="soft">{speech.say("seen", { time: speech.clock(position.at) })}</p>
    </div>
  );
}

function Sheet(props: { home: readonly [number, number]; there: readonly [number, number]; speech: Speech<VisitWords>; label: string }) {
  const { speech } = props;
  const { home, there, rings, scale } = sketch(props.home, props.there, width, height);
  const length = scale.metres < 1000 ? speech.say("m", { n: scale.metres }) : speech.say("km", { n: scale.metres / 1000 });
  return (
    <svg class="map" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={props.label} data-testid="map">
      {rings.map((radius) => <circle key={radius} class="ring" cx={home[0]} cy={home[1]} r={radius} />)}
      <line class="way" x1={home[0]} y1={home[1]} x2={there[0]} y2={there[1]} />
      <path class="home" d={`M${home[0] - 13} ${home[1] + 2}l13 -13 13 13v14h-26z`} />
      <text x={home[0]} y={home[1] + 38} text-anchor="middle">{speech.say("you")}</text>
      <circle class="there" cx={there[0]} cy={there[1]} r={11} />
      <line class="scale" x1={16} y1={height - 14} x2={16 + scale.length} y2={height - 14} />
      <text x={16 + scale.length / 2} y={height - 20} text-anchor="middle">{length}</text>
    </svg>
  );
}

/** Asks now, when somebody looks again, and by itself only while something moves. */
function useTracked(token: string): { seen: Seen; isOffline: boolean } {
  const [seen, setSeen] = useState<Seen>(null);
  const [isOffline, setOffline] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isGone = false;
    const look = async () => {
      clearTimeout(timer);
      if (document.visibilityState === "hidden") return;
      const found = await ask(token);
      if (isGone) return;
      setOffline(found === "offline");
      if (found !== "offline") setSeen(found);
      const pause = found === "offline" ? retryMs : found === "none" ? null : pauseMs(found, Date.now());
      clearTimeout(timer);
      if (pause !== null) timer = setTimeout(() => void look(), pause);
    };
    const again = () => void look();
    again();
    document.addEventListener("visibilitychange", again);
    addEventListener("online", again);
    return () => {
      isGone = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", again);
      removeEventListener("online", again);
    };
  }, [token]);
  return { seen, isOffline };
}

async function ask(token: string): Promise<Tracked | "none" | "offline"> {
  try {
    const answer = await fetch(`/api/tracking/${encodeURIComponent(token)}`, { credentials: "omit", signal: AbortSignal.timeout(15_000) });
    if (answer.status === 404) return "none";
    return answer.ok ? ((await answer.json()) as Tracked) : "offline";
  } catch {
    return "offline";
  }
}
