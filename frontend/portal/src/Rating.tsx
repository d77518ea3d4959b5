import { useState } from "preact/hooks";
import { Box } from "../../widget/src/desk/fields";
import { call, type Ticket } from "./api";
import { usePortal } from "./speech";
import { useFailure } from "./use";

const best = 5;

/** Said once it is over; it can be said otherwise until then. */
export function Rating(props: { ticket: Ticket; put: (ticket: Ticket) => void }) {
  const { speech } = usePortal();
  const { ticket } = props;
  const [score, setScore] = useState(ticket.rating?.score ?? 0);
  const [comment, setComment] = useState(ticket.rating?.comment ?? "");
  const { trouble, run, isBusy } = useFailure();
  const isSaid = ticket.rating !== null && ticket.rating.score === score && ticket.rating.comment === comment;
  const send = () => run(async () => props.put(await call<Ticket>("PUT", `/api/portal/tickets/${ticket.id}/rating`, { score, comment })));
  return (
    <form class="card" onSubmit={(event) => { event.preventDefault(); void send(); }} data-testid="rating">
      <fieldset class="scores" disabled={!ticket.may_rate}>
        <legend>{speech.say("rate.title")}</legend>
        {Array.from({ length: best }, (_, index) => index + 1).map((each) => (
          <label key={each} class={each === score ? "score chosen" : "score"}>
            <input type="radio" name="score" checked={each === score} onChange={() => setScore(each)} aria-label={speech.say("rate.score", { n: each })} data-testid={`score-${each}`} />
            <span aria-hidden="true">{speech.number(each)}</span>
          </label>
        ))}
      </fieldset>
      {ticket.may_rate && (
        <Box label={speech.say("rate.comment")} error={trouble || undefined} hint={speech.say("optional")}>
          {(attributes) => <textarea {...attributes} rows={2} dir="auto" maxLength={2_000} value={comment} onInput={(event) => setComment(event.currentTarget.value)} />}
        </Box>
      )}
      {ticket.rating && <p role="status" data-testid="rated">{speech.say("rate.done")} {ticket.may_rate && speech.say("rate.until", { date: speech.at(ticket.rating.until) })}</p>}
      {ticket.may_rate && <button type="submit" disabled={isBusy || score === 0 || isSaid} data-testid="rate">{speech.say("rate.send")}</button>}
    </form>
  );
}
