import { useState } from "preact/hooks";
import { daysOf, shownOf, type Visit } from "./model";
import { Refused } from "./Refused";
import { useField } from "./use";

export function DayList() {
  const { speech, snapshot } = useField();
  const { visits, entries, readAt, kinds } = snapshot;
  const midnight = new Date().setHours(0, 0, 0, 0);
  const days = daysOf(visits.map((visit) => shownOf(visit, entries)), midnight);
  const kindOf = (visit: Visit) => kinds.find(({ id }) => id === visit.kind_id)?.names[speech.language] ?? "";
  return (
    <>
      <Refused visitId={null} />
      {days.length === 0 && <p class="card">{speech.say(readAt === null ? "none.never" : "none")}</p>}
      {days.map(({ day, rows }) => (
        <section key={day} aria-labelledby={`day-${day}`}>
          <h2 id={`day-${day}`}>{day === midnight && `${speech.say("today")} · `}{speech.dayOf(day)}</h2>
          <ol class="list">
            {rows.map((visit) => (
              <li key={visit.id}>
                <a class={`card row-card ${visit.state}`} href={`#/${visit.id}`} data-testid="visit" data-state={visit.state}>
                  <span class="top">
                    <strong>{visit.planned_at !== null && speech.clock(visit.planned_at)}</strong>
                    <State visit={visit} />
                  </span>
                  <span class="subject" dir="auto">{visit.subject || kindOf(visit)}</span>
                  <span class="soft">{[kindOf(visit), visit.customer_name].filter(Boolean).map((each) => <bdi key={each}>{each}</bdi>)}</span>
                  {visit.place.address && <span class="soft" dir="auto">{visit.place.address}</span>}
                  {entries.some((entry) => entry.visit_id === visit.id && entry.refused === null) && <span class="mark">{speech.say("waiting")}</span>}
                </a>
              </li>
            ))}
          </ol>
        </section>
      ))}
      <Where />
      <Leave />
    </>
  );
}

export function State({ visit }: { visit: Visit }) {
  const { speech } = useField();
  return (
    <span class="marks">
      {visit.priority >= 2 && <span class="state urgent">{speech.say("urgent")}</span>}
      <span class={`state ${visit.state}`} data-testid="state" data-state={visit.state}>{speech.sayAny("state", visit.state)}</span>
    </span>
  );
}

function Where() {
  const { speech, where, snapshot } = useField();
  const person = snapshot.me!.id;
  const { standing } = where;
  return (
    <section class="card" aria-labelledby="where">
      <h2 id="where">{speech.say("where")}</h2>
      <label class="tick">
        <input type="checkbox" checked={standing === "on"} aria-describedby="where-about" data-testid="share"
          onChange={(event) => void (event.currentTarget.checked ? where.start(person) : where.stop(person))} />
        <span>{speech.say("where.share")}</span>
      </label>
      <p class="soft" id="where-about">{speech.say("where.about")}</p>
      {standing !== "on" && standing !== "off" && <p class="error" role="alert">{speech.say(`where.${standing}`)}</p>}
    </section>
  );
}

function Leave() {
  const { phone, where, speech, snapshot } = useField();
  const [isAsking, setAsking] = useState(false);
  const waiting = snapshot.entries.length;
  const leave = async () => {
    await where.flush(snapshot.me!.id);
    await where.stop(snapshot.me!.id);
    await phone.leave();
  };
  return (
    <div class="leave">
      <span class="soft"><bdi>{snapshot.me!.name}</bdi></span>
      {isAsking && <p role="alert">{speech.say("leave.unsent", { n: waiting })}</p>}
      <button type="button" class="quiet" onClick={() => void (waiting > 0 && !isAsking ? setAsking(true) : leave())} data-testid="leave">{speech.say(isAsking ? "leave.sure" : "leave")}</button>
    </div>
  );
}
