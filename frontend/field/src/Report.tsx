import { useState } from "preact/hooks";
import { isOver as over, type Visit } from "./model";
import type { Draft } from "./phone";
import { numeral } from "./numeral";
import { useField } from "./use";

interface Noting {
  draft: Draft;
  change: (change: Partial<Draft>) => void;
}

export function Checklist({ draft, change, isOver }: Noting & { isOver: boolean }) {
  const { speech } = useField();
  if (draft.checklist.length === 0) return null;
  const tick = (index: number, isDone: boolean) => change({ checklist: draft.checklist.map((each, at) => (at === index ? { ...each, is_done: isDone } : each)) });
  return (
    <section class="card" aria-labelledby="checklist">
      <h2 id="checklist">{speech.say("checklist")}</h2>
      {draft.checklist.map((each, index) => (
        <label key={index} class="tick">
          <input type="checkbox" checked={each.is_done} disabled={isOver} onChange={(event) => tick(index, event.currentTarget.checked)} />
          <span dir="auto">{each.text}</span>
        </label>
      ))}
    </section>
  );
}

export function Parts({ draft, change, isOver }: Noting & { isOver: boolean }) {
  const { speech } = useField();
  const [name, setName] = useState("");
  const [quantity, setQuantity] = useState("");
  if (isOver && draft.parts.length === 0) return null;
  const add = () => {
    const number = quantity === "" ? 1 : numeral(quantity);
    if (!name.trim() || number === null || number <= 0) return;
    change({ parts: [...draft.parts, { name: name.trim(), quantity: number }] });
    setName("");
    setQuantity("");
  };
  return (
    <section class="card" aria-labelledby="parts">
      <h2 id="parts">{speech.say("parts")}</h2>
      <ul class="list">
        {draft.parts.map((part, index) => (
          <li key={index} class="line">
            <span><bdi>{part.name}</bdi> × {speech.number(part.quantity)}</span>
            {!isOver && <button type="button" class="quiet small" aria-label={speech.say("parts.remove", { name: part.name })} onClick={() => change({ parts: draft.parts.filter((_, at) => at !== index) })}>×</button>}
          </li>
        ))}
      </ul>
      {!isOver && (
        <form class="row part" onSubmit={(event) => { event.preventDefault(); add(); }}>
          <label class="wide">{speech.say("parts.name")}
            <input dir="auto" maxLength={200} value={name} onInput={(event) => setName(event.currentTarget.value)} data-testid="part-name" />
          </label>
          <label class="short">{speech.say("parts.quantity")}
            <input dir="ltr" inputMode="decimal" maxLength={9} value={quantity} onInput={(event) => setQuantity(event.currentTarget.value)} data-testid="part-quantity" />
          </label>
          <button type="submit" class="quiet" data-testid="part-add">{speech.say("parts.add")}</button>
        </form>
      )}
    </section>
  );
}

/** What was done and how long it took; shown as it was told once the visit is over. */
export function Report({ visit, draft, change }: Noting & { visit: Visit }) {
  const { speech } = useField();
  if (over(visit.state)) {
    return (
      <section class="card" aria-labelledby="report">
        <h2 id="report">{speech.say("report")}</h2>
        {visit.reason && <p class="said" dir="auto">{visit.reason}</p>}
        {visit.outcome && <p class="said" dir="auto">{visit.outcome}</p>}
        {visit.minutes_worked !== null && <p>{speech.say("minutes")}: {speech.number(visit.minutes_worked)}</p>}
      </section>
    );
  }
  const setMinutes = (text: string) => {
    const number = numeral(text);
    change({ minutes: number === null ? "" : `${Math.min(1440, Math.max(0, Math.round(number)))}` });
  };
  return (
    <section class="card" aria-labelledby="report">
      <h2 id="report">{speech.say("report")}</h2>
      <label>{speech.say("outcome")}
        <textarea dir="auto" rows={4} maxLength={10_000} value={draft.outcome} onInput={(event) => change({ outcome: event.currentTarget.value })} data-testid="outcome" />
      </label>
      <label class="short">{speech.say("minutes")}
        <input dir="ltr" inputMode="numeric" maxLength={4} value={draft.minutes} onChange={(event) => setMinutes(event.currentTarget.value)} data-testid="minutes" />
      </label>
    </section>
  );
}
