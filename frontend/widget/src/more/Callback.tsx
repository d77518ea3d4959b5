import { useState } from "preact/hooks";
import { newId } from "../../../shared/outbox";
import type { Live, View } from "../live";
import type { Speech } from "../words";

/** Instead of waiting here: a call when the turn comes. */
export function Callback(props: { live: Live; view: View; speech: Speech }) {
  const { live } = props;
  const { say } = props.speech;
  const promised = props.view.chat?.callback;
  const [isOpen, setOpen] = useState(false);
  const [phone, setPhone] = useState(live.answers.form["phone"] ?? "");
  const [isAgreed, setAgreed] = useState(false);
  const [fault, setFault] = useState("");
  const [isOff, setOff] = useState(false);
  // The same through all tries: a lost answer must not become a second call.
  const [id] = useState(newId);
  const ask = (name: string, argument: object, then: () => void) =>
    void live.ask(name, argument).then(then, (error: { status?: number }) => setFault(say(error.status === 422 || error.status === 400 ? "callWrong" : error.status ? "callLate" : "offline")));
  const send = (event: Event) => {
    event.preventDefault();
    setFault("");
    ask("chat.callback", { client_id: id, phone, consent: true }, () => undefined);
  };
  const alert = fault && <p class="refused" role="alert" data-testid="callback-fault">{fault}</p>;
  if (promised) {
    return (
      <div class="ask card" role="status" data-testid="widget-callback-kept">
        <p>{isOff ? say("callOff") : say("callKept", promised.number)}</p>
        {alert}
        {!isOff && <button type="button" onClick={() => ask("chat.callback_cancel", { callback_id: promised.id }, () => setOff(true))} data-testid="callback-cancel">{say("callCancel")}</button>}
      </div>
    );
  }
  if (!isOpen) return <button type="button" class="main" onClick={() => setOpen(true)} data-testid="callback-open">{say("callMe")}</button>;
  return (
    <form class="ask card" onSubmit={send} data-testid="widget-callback">
      <b>{say("callMe")}</b>
      <p>{say("callText")}</p>
      <label>
        <span>{say("callNumber")}</span>
        <input inputMode="tel" dir="ltr" maxLength={40} autocomplete="tel" value={phone} onInput={(event) => setPhone(event.currentTarget.value)} data-testid="callback-phone" />
      </label>
      <label class="check">
        <input type="checkbox" checked={isAgreed} onChange={(event) => setAgreed(event.currentTarget.checked)} data-testid="callback-consent" />
        <span>{say("callConsent")}</span>
      </label>
      {alert}
      <div class="row2">
        <button type="submit" class="main" disabled={!phone.trim() || !isAgreed} data-testid="callback-send">{say("callSend")}</button>
        <button type="button" onClick={() => setOpen(false)}>{say("cancel")}</button>
      </div>
    </form>
  );
}
