import { useField } from "./use";

/** Always in sight: whether there is a line, and what is only on this phone. */
export function Status() {
  const { phone, speech, snapshot } = useField();
  const { isOnline, isOut, isSyncing, entries, readAt } = snapshot;
  const waiting = entries.filter(({ refused }) => refused === null).length;
  const refused = entries.length - waiting;
  const kind = !isOnline ? "offline" : waiting > 0 ? "waiting" : "sent";
  return (
    <div class={`status ${kind}`} data-testid="status" data-kind={kind} data-waiting={waiting} data-refused={refused}>
      <div role="status">
        {!isOnline && <p>{speech.say("offline")}</p>}
        {waiting > 0 && <p><strong>{speech.say("unsent", { n: waiting })}</strong></p>}
        {refused > 0 && <p class="error">{speech.say("refused", { n: refused })}</p>}
        {isOnline && waiting === 0 && <p>{isSyncing && readAt === null ? speech.say("sending") : speech.say("sent")}{readAt !== null && <span class="soft"> · {speech.say("online.read", { time: speech.clock(readAt) })}</span>}</p>}
      </div>
      <button type="button" class="quiet small" disabled={isSyncing || isOut} onClick={() => void phone.sync()} data-testid="sync">{speech.say(waiting > 0 ? "sync" : "sync.again")}</button>
    </div>
  );
}
