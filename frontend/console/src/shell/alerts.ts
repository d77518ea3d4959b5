import { useEffect, useRef } from "react";
import { useSpeech } from "../i18n/context";
import type { Speech } from "../i18n/words";
import type { Offer } from "../protocol";
import { go } from "./route";
import { usualTitle } from "./title";

const flashMs = 900;
const ringMs = 2_500;

/** Title, sound and desktop notification for as long as there are offers. */
export function useAlerts(offers: Offer[]): void {
  const speech = useSpeech();
  const first = offers[0];
  useEffect(() => (first ? flashTitle(speech, nameOf(first)) : undefined), [first && nameOf(first), speech]);
  useEffect(() => (first ? whileAlone(ring) : undefined), [first !== undefined]);
  useDesktopNotification(offers, speech);
}

/** What a colleague asked for has no customer, and a number and subject. */
const nameOf = ({ customer, subject }: Offer): string => customer.name ?? subject ?? "";

function flashTitle(speech: Speech, name: string): () => void {
  const usual = () => usualTitle() || speech.say("app.name");
  const flash = speech.say("offer.flash", { name });
  document.title = flash;
  const timer = window.setInterval(() => {
    document.title = document.title === flash ? usual() : flash;
  }, flashMs);
  return () => {
    window.clearInterval(timer);
    document.title = usual();
  };
}

/** Of several tabs one makes the sound. Without the browser's locks (plain http) each does. */
function whileAlone(start: () => () => void): () => void {
  if (!("locks" in navigator)) return start();
  const over = new AbortController();
  let release = (): void => undefined;
  navigator.locks
    .request("markaz.sound", { signal: over.signal }, () => {
      const stop = start();
      return new Promise<void>((resolve) => {
        release = () => {
          stop();
          resolve();
        };
        if (over.signal.aborted) release();
      });
    })
    .catch(() => undefined);
  return () => {
    over.abort();
    release();
  };
}

function ring(): () => void {
  const audio = new AudioContext();
  const beep = () => {
    // A browser keeps the sound off until the first click on the page.
    if (audio.state === "suspended") void audio.resume().catch(() => undefined);
    tone(audio, 880, 0);
    tone(audio, 1_175, 0.18);
  };
  beep();
  const timer = window.setInterval(beep, ringMs);
  return () => {
    window.clearInterval(timer);
    void audio.close().catch(() => undefined);
  };
}

export function tone(audio: AudioContext, frequency: number, inSeconds: number): void {
  const start = audio.currentTime + inSeconds;
  const oscillator = audio.createOscillator();
  const volume = audio.createGain();
  oscillator.frequency.value = frequency;
  volume.gain.setValueAtTime(0.0001, start);
  volume.gain.exponentialRampToValueAtTime(0.25, start + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.16);
  oscillator.connect(volume).connect(audio.destination);
  oscillator.start(start);
  oscillator.stop(start + 0.17);
}

function useDesktopNotification(offers: Offer[], speech: Speech): void {
  const shown = useRef(new Map<string, Notification>());
  useEffect(() => {
    const open = shown.current;
    for (const [id, notification] of open) {
      if (offers.some((offer) => offer.id === id)) continue;
      notification.close();
      open.delete(id);
    }
    if (!("Notification" in window) || Notification.permission !== "granted" || document.hasFocus()) return;
    for (const offer of offers) if (!open.has(offer.id)) open.set(offer.id, notify(offer, speech));
  }, [offers, speech]);
}

function notify(offer: Offer, speech: Speech): Notification {
  const title = `${speech.say(`channel.${offer.channel}`)}: ${nameOf(offer)}`;
  // The tag makes several tabs show one notification.
  const notification = new Notification(title, { body: offer.subject ?? offer.preview, tag: offer.id, dir: "auto" });
  notification.onclick = () => {
    window.focus();
    go("work");
    notification.close();
  };
  return notification;
}
