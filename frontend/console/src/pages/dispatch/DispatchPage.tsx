import { Alert, Button, Loader, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconSend } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { call } from "../../http/api";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { BranchField } from "../../kit/BranchField";
import { useBranches } from "../../kit/branches";
import { plainOf, today } from "../../kit/calendar";
import { DateField } from "../../kit/DateField";
import { useCommand, useFeed } from "../../live/context";
import { MapView, type Mark } from "../../map/MapView";
import { useMapSettings } from "../../map/useMapSettings";
import type { Id, Iso } from "../../protocol";
import type { Technician } from "../../protocolGeo";
import { go } from "../../shell/route";
import { useTechnicians } from "../map/useTechnicians";
import { Better } from "./Better";
import { Chosen } from "./Chosen";
import type { DayBoard, Hand, Over, Run, Visit } from "./day";
import css from "./Dispatch.module.css";
import { Planning } from "./Proposal";
import { Timeline } from "./Timeline";
import { Unplanned } from "./Unplanned";
import { useDay } from "./useDay";
import { words } from "./words";

/** A day of visits: who goes where, what nobody has yet, what it costs to give it to somebody, and what the planner proposes. */
export function DispatchPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const { number } = useSpeech();
  const { me } = useFeed();
  const branches = useBranches();
  // The day is in the address, so that it can be sent to somebody.
  const date = /^\d{4}-\d{2}-\d{2}$/.test(props.rest[0] ?? "") ? props.rest[0]! : plainOf(today());
  const [branch, setBranch] = useState<string | null>(null);
  // Who has one branch needs not name it.
  const branchId = branch ?? (branches.items.length === 1 ? branches.items[0]!.id : null);
  const { day, isFailed, reload, moment } = useDay(date, branchId);
  const [chosen, setChosen] = useState<Id | null>(null);
  const [held, setHeld] = useState<Visit | null>(null);
  const [over, setOver] = useState<Over | null>(null);
  // Counts what was given by hand, after which the day is thought over.
  const [given, setGiven] = useState(0);
  const here = `${date} ${branchId}`;
  const [shown, setShown] = useState<{ here: string; run: Run | null }>({ here, run: null });
  const { isBusy, run } = useCommand();
  const mayDispatch = me.permissions.includes("visit.dispatch");
  const give = (visit: Visit, technicianId: Id, at: Iso) =>
    void run(async () => {
      await call("POST", `/api/visits/${visit.id}/assign`, { version: visit.version, technician_id: technicianId, planned_at: at, is_locked: visit.is_locked });
      setGiven((old) => old + 1);
      reload();
    });
  const hand: Hand = { visit: held, over, take: setHeld, hold: setOver, drop: (visit, to) => give(visit, to.technicianId, to.at) };
  const propose = (next: Run | null) => setShown({ here, run: next });
  const ready = (day?.visits ?? []).filter(({ state, planned_at }) => state === "planned" && planned_at !== null);
  const sendAll = () =>
    void run(async () => {
      let failed = 0;
      for (const { id, version } of ready) await call("POST", `/api/visits/${id}/dispatch`, { version }).catch(() => (failed += 1));
      notifications.show({ color: failed > 0 ? "yellow" : "teal", message: say("sent_all", { n: number(ready.length - failed), m: number(failed) }) });
      reload();
    });
  const one = day?.visits.find(({ id }) => id === chosen) ?? null;
  return (
    <div className={css.page} data-testid="dispatch-page">
      <div className={css.head}>
        <Title order={2} fz="xl" data-testid="page-title">{say("title")}</Title>
        <DateField label={say("day")} value={date} set={(next) => next && go("dispatch", next)} isRequired testid="dispatch-day" />
        {branches.items.length > 1 && <BranchField branches={branches.items} value={branchId} set={setBranch} whole={say("whole")} />}
        {mayDispatch && ready.length > 0 && <Button variant="default" leftSection={<IconSend size={16} aria-hidden />} loading={isBusy} onClick={sendAll} data-testid="send-all">{say("send_all", { n: number(ready.length) })}</Button>}
        {day === null && !isFailed && <Loader size="xs" />}
      </div>
      {isFailed && <Alert color="yellow" role="alert">{say("failed")}</Alert>}
      {day && (
        <div className={css.parts}>
          <Unplanned day={day} chosen={chosen} choose={setChosen} hand={hand} mayDispatch={mayDispatch} />
          <div className={css.middle}>
            {mayDispatch && <Better key={here} date={date} branchId={branchId} given={given} show={(next) => (setChosen(null), propose(next))} reload={reload} />}
            <Timeline day={day} chosen={chosen} choose={setChosen} hand={hand} mayDispatch={mayDispatch} />
            {me.permissions.includes("geo.view") ? <LiveDayMap day={day} chosen={chosen} choose={setChosen} /> : <DayMap day={day} chosen={chosen} choose={setChosen} technicians={nobody} />}
          </div>
          {(one || mayDispatch) && (
            <aside className={css.detail}>
              {one ? <Chosen key={one.id} visit={one} day={day} date={date} mayDispatch={mayDispatch} give={give} put={reload} close={() => setChosen(null)} /> : null}
              <div hidden={one !== null}><Planning key={here} day={day} date={date} branchId={branchId} moment={moment} reload={reload} proposal={shown.here === here ? shown.run : null} setProposal={propose} refresh={(found) => setShown((old) => (old.run?.id === found.id ? { ...old, run: found } : old))} /></div>
            </aside>
          )}
        </div>
      )}
    </div>
  );
}

interface DayMapProps {
  day: DayBoard;
  chosen: Id | null;
  choose: (id: Id) => void;
}

const nothing = () => undefined;
const nobody: Technician[] = [];

/** The same with the technicians where they are now, for who may see that. */
function LiveDayMap(props: DayMapProps) {
  const { technicians } = useTechnicians(nothing);
  return <DayMap {...props} technicians={technicians ?? nobody} />;
}

/** Where the visits of the day are. */
function DayMap(props: DayMapProps & { technicians: Technician[] }) {
  const { day, chosen, choose, technicians } = props;
  const { say } = usePhrases(words);
  const settings = useMapSettings();
  const marks = useMemo<Mark[]>(
    () =>
      day.visits.flatMap<Mark>((visit) => {
        const { latitude, longitude } = visit.place;
        if (latitude === null || longitude === null) return [];
        const kind = visit.id === chosen ? "chosen" : visit.planned_at === null ? "warning" : "stop";
        const title = [visit.number, visit.customer_name ?? visit.subject, visit.technician_name].filter(Boolean).join(", ");
        return [{ id: visit.id, place: { lat: latitude, lon: longitude }, title, kind, click: () => choose(visit.id) }];
      }),
    [day.visits, chosen, choose],
  );
  const all = useMemo<Mark[]>(
    () => [...marks, ...technicians.flatMap<Mark>(({ id, name, position }) => (position ? [{ id: `technician ${id}`, place: position.place, title: name, label: name, kind: "technician" }] : []))],
    [marks, technicians],
  );
  // The map goes to the visits of a day once, and stays where a person puts it.
  const [focus, setFocus] = useState({ day: "", places: [] as Mark["place"][] });
  if (focus.day !== day.begins_at && marks.length > 0) setFocus({ day: day.begins_at, places: marks.map(({ place }) => place) });
  return (
    <div className={css.map}>
      <MapView settings={settings} marks={all} focus={focus.places} label={say("map")} />
    </div>
  );
}
