import { useEffect, useState } from "preact/hooks";
import { State } from "./DayList";
import { isOver, movesFrom, owedBy, type Move, type Step, type Visit } from "./model";
import type { Draft } from "./phone";
import { Place } from "./Place";
import { Proofs } from "./Proofs";
import { Refused, What } from "./Refused";
import { Checklist, Parts, Report } from "./Report";
import { useField } from "./use";

export function VisitPage({ id }: { id: string }) {
  const { phone, speech } = useField();
  const visit = phone.shown(id);
  return (
    <>
      <p><a href="#/" data-testid="back">{speech.say("back")}</a></p>
      <Refused visitId={id} />
      {visit ? <Known key={visit.id} visit={visit} /> : <p class="card">{speech.say("gone")}</p>}
    </>
  );
}

function Known({ visit }: { visit: Visit }) {
  const { speech, snapshot } = useField();
  const [draft, change] = useDraft(visit);
  const kind = snapshot.kinds.find(({ id }) => id === visit.kind_id)?.names[speech.language] ?? "";
  const waiting = snapshot.entries.filter((entry) => entry.visit_id === visit.id && entry.refused === null);
  return (
    <article data-testid="visit-page" data-state={visit.state}>
      <section class="card">
        <p class="top"><bdi class="number" dir="ltr">{visit.number}</bdi><State visit={visit} /></p>
        <h1 dir="auto">{visit.subject || kind}</h1>
        <p class="soft">{[kind, visit.customer_name].filter(Boolean).map((each) => <bdi key={each}>{each}</bdi>)}</p>
        {visit.planned_at !== null && <p><strong>{speech.dayOf(visit.planned_at)} · {speech.clock(visit.planned_at)}</strong></p>}
        {visit.promised && <p>{speech.say("promised", { from: speech.clock(visit.promised.begins_at), to: speech.clock(visit.promised.ends_at) })}</p>}
        {visit.charge && <p>{speech.say(`charge.${visit.charge}`)}</p>}
        {visit.notes && <><h2>{speech.say("notes")}</h2><p class="said" dir="auto">{visit.notes}</p></>}
      </section>
      <Place place={visit.place} />
      {draft && (
        <>
          <Checklist draft={draft} change={change} isOver={isOver(visit.state)} />
          <Parts draft={draft} change={change} isOver={isOver(visit.state)} />
          <Proofs visit={visit} draft={draft} change={change} />
          <Report visit={visit} draft={draft} change={change} />
          <Moves visit={visit} draft={draft} />
        </>
      )}
      {waiting.length > 0 && (
        <section class="card waiting" aria-labelledby="waiting" data-testid="waiting">
          <h2 id="waiting">{speech.say("waiting")}</h2>
          <ul>{waiting.map((entry) => <li key={entry.client_id}><What entry={entry} /></li>)}</ul>
        </section>
      )}
    </article>
  );
}

/** What is noted here is on the phone with every stroke, and is sent with the next step. */
function useDraft(visit: Visit): [Draft | null, (change: Partial<Draft>) => void] {
  const { phone } = useField();
  const [draft, setDraft] = useState<Draft | null>(null);
  useEffect(() => {
    const { checklist, parts, outcome, minutes_worked, signed_by } = visit;
    const fresh = { checklist, parts, outcome, minutes: minutes_worked === null ? "" : `${minutes_worked}`, signedBy: signed_by };
    void phone.draft(visit.id).then((kept) => setDraft(kept ?? fresh));
  }, [phone, visit.id]);
  const change = (part: Partial<Draft>) => {
    setDraft((before) => {
      if (!before) return before;
      const next = { ...before, ...part };
      void phone.keepDraft(visit.id, next);
      return next;
    });
  };
  return [draft, change];
}

function Moves({ visit, draft }: { visit: Visit; draft: Draft }) {
  const { phone, where, speech, snapshot } = useField();
  const [isAsking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState<Move | null>(null);
  const [isFull, setFull] = useState(false);
  const moves = movesFrom(visit.state);
  if (moves.length === 0) return null;
  const missing = (state: Move): string[] => {
    if (state === "not_done") return reason.trim() ? [] : [speech.say("reason.needed")];
    return state === "done" ? owedBy(visit, snapshot.entries, draft.signedBy).map((each) => speech.say(`owed.${each}`)) : [];
  };
  const go = async (state: Move) => {
    setTried(state);
    setFull(false);
    if (missing(state).length > 0) return;
    try {
      await phone.tell(visit, stepOf(state, draft, reason, where.last));
      setAsking(false);
      setTried(null);
    } catch {
      setFull(true);
    }
  };
  // Goes by itself when what was missing is there.
  const trouble = isFull ? [speech.say("keep.failed")] : tried === null ? [] : missing(tried);
  const next = moves[0]!;
  return (
    <section class="card moves">
      {trouble.length > 0 && <div class="error" role="alert">{trouble.map((each) => <p key={each}>{each}</p>)}</div>}
      {isAsking ? (
        <form onSubmit={(event) => { event.preventDefault(); void go("not_done"); }}>
          <label>{speech.say("reason")}
            <textarea dir="auto" rows={3} maxLength={500} value={reason} onInput={(event) => setReason(event.currentTarget.value)} data-testid="reason" />
          </label>
          <div class="row">
            <button type="submit" class="bad" data-testid="send-reason">{speech.say("reason.send")}</button>
            <button type="button" class="quiet" onClick={() => { setAsking(false); setTried(null); }}>{speech.say("cancel")}</button>
          </div>
        </form>
      ) : (
        <div class="stack">
          {moves.map((move) => (
            <button key={move} type="button" class={move === next ? "" : move === "not_done" ? "quiet bad" : "quiet"} data-testid={`move-${move}`}
              onClick={() => (move === "not_done" ? setAsking(true) : void go(move))}>{speech.say(`move.${move}`)}</button>
          ))}
        </div>
      )}
    </section>
  );
}

function stepOf(state: Move, draft: Draft, reason: string, at: { lat: number; lon: number } | null): Omit<Step, "client_id" | "at"> {
  const place = at ? { latitude: at.lat, longitude: at.lon } : {};
  if (state === "on_the_way" || state === "arrived") return { state, ...place };
  const noted = { state, checklist: draft.checklist, parts: draft.parts, ...place };
  if (state === "working") return noted;
  const minutes = draft.minutes === "" ? {} : { minutes_worked: Number(draft.minutes) };
  return { ...noted, ...minutes, outcome: draft.outcome, signed_by: draft.signedBy.trim(), ...(state === "not_done" ? { reason: reason.trim() } : {}) };
}
