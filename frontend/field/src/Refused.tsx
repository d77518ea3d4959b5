import type { Entry } from "./model";
import { useField } from "./use";

/** What the server would not have, with the reason; it stays until somebody has read it. */
export function Refused({ visitId }: { visitId: string | null }) {
  const { phone, speech, snapshot } = useField();
  const those = snapshot.entries.filter((entry) => entry.refused !== null && (visitId === null || entry.visit_id === visitId));
  if (those.length === 0) return null;
  return (
    <section class="card refused" aria-labelledby="refused">
      <h2 id="refused">{speech.say("trouble")}</h2>
      <ul class="list">
        {those.map((entry) => (
          <li key={entry.client_id} data-testid="refused">
            <p><bdi>{entry.title}</bdi></p>
            <p><What entry={entry} /></p>
            <p class="error">{speech.sayAny("why", entry.refused ?? "")}</p>
            <div class="row">
              <button type="button" class="quiet small" onClick={() => void phone.retry(entry.client_id)}>{speech.say("again")}</button>
              <button type="button" class="quiet small" onClick={() => void phone.dismiss(entry.client_id)} data-testid="dismiss">{speech.say("dismiss")}</button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** An entry as it is said: what was done, and when by this phone. */
export function What({ entry }: { entry: Entry }) {
  const { speech } = useField();
  const what = entry.kind === "step" ? speech.sayAny("state", entry.step.state) : speech.sayAny("file", entry.proof);
  return <>{speech.say("step.of", { what, time: speech.clock(entry.kind === "step" ? entry.step.at : entry.at) })}</>;
}
