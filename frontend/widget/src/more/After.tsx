import { useState } from "preact/hooks";
import type { Live, View } from "../live";
import type { Speech } from "../words";

/** When a chat is over: how it was. */
export function Rating(props: { live: Live; view: View; speech: Speech }) {
  const { live } = props;
  const { say } = props.speech;
  const given = props.view.chat!.rating;
  const [score, setScore] = useState(given?.score ?? 0);
  const [comment, setComment] = useState(given?.comment ?? "");
  const [isSent, setSent] = useState(given !== null);
  const send = (event: Event) => {
    event.preventDefault();
    void live.ask("chat.rate", { score, comment }).then(() => setSent(true), () => undefined);
  };
  return (
    <form class="ask card" onSubmit={send} data-testid="widget-rating">
      <fieldset class="stars">
        <legend>{isSent ? say("rated") : say("rate")}</legend>
        {[1, 2, 3, 4, 5].map((n) => (
          <label key={n} class={n <= score ? "on" : ""}>
            <input type="radio" name="score" class="hidden" value={n} checked={n === score} aria-label={say("stars", n)}
              onChange={() => { setScore(n); setSent(false); }} data-testid={`rate-${n}`} />
            <span aria-hidden="true">★</span>
          </label>
        ))}
      </fieldset>
      {score > 0 && !isSent && (
        <>
          <textarea rows={2} maxLength={2000} dir="auto" value={comment} placeholder={say("comment")} aria-label={say("comment")}
            onInput={(event) => setComment(event.currentTarget.value)} data-testid="rate-comment" />
          <button type="submit" class="main" data-testid="rate-submit">{say("rateSend")}</button>
        </>
      )}
    </form>
  );
}

/** What was said, by mail, to the address that was given in this chat. */
export function Transcript(props: { live: Live; speech: Speech; close: () => void }) {
  const { live } = props;
  const { say } = props.speech;
  const [email, setEmail] = useState("");
  const [again, setAgain] = useState("");
  const [told, setTold] = useState("");
  const send = async (event: Event) => {
    event.preventDefault();
    if (email.trim().toLowerCase() !== again.trim().toLowerCase()) return setTold(say("notSame"));
    try {
      await live.ask("chat.transcript", { email: email.trim(), email_again: again.trim() });
      setTold(say("transcriptSent", email.trim()));
    } catch (error) {
      const { status } = error as { status?: number };
      setTold(say(status === 429 ? "transcriptLater" : status ? "transcriptRefused" : "offline"));
    }
  };
  const input = (value: string, set: (value: string) => void, label: string, id: string) => (
    <label>
      <span>{label}</span>
      <input inputMode="email" dir="ltr" maxLength={254} autocomplete="email" value={value} onInput={(event) => set(event.currentTarget.value)} data-testid={id} />
    </label>
  );
  return (
    <form class="ask card" onSubmit={(event) => void send(event)} data-testid="widget-transcript">
      <b>{say("transcript")}</b>
      {input(email, setEmail, say("email"), "transcript-email")}
      {input(again, setAgain, say("emailAgain"), "transcript-again")}
      {told && <p role="status" data-testid="transcript-told">{told}</p>}
      <div class="row2">
        <button type="submit" class="main" disabled={!email || !again} data-testid="transcript-send">{say("transcriptSend")}</button>
        <button type="button" onClick={props.close}>{say("cancel")}</button>
      </div>
    </form>
  );
}
