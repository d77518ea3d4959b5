import { useDates, useSpeech } from "../i18n/context";
import { useView } from "../live/context";
import css from "./Shell.module.css";

/** Says since when there is no connection, and what waits for it. */
export function LinkBanner() {
  const { link, outbox, state } = useView();
  const speech = useSpeech();
  const dates = useDates();
  if (link.isUp || link.downSince === null) return null;
  const waiting = outbox.filter((draft) => draft.refused === null).length;
  return (
    <div className={css.banner} role="status" data-testid="link-banner">
      <span>
        {state ? speech.say("link.offline_since", { time: dates.time(link.downSince) }) : speech.say("link.connecting")}
      </span>
      {waiting > 0 && <strong>{speech.count("link.waiting", waiting)}</strong>}
      {link.lastSync !== null && <span>{speech.say("link.last_sync", { time: dates.time(link.lastSync) })}</span>}
    </div>
  );
}
