import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import { call as ask } from "../http/api";
import { useLive, useView } from "../live/context";
import { noPhone, type Line, type Phone, type PhoneView } from "./phone";
import { SharedPhone, type Seats, type Wire } from "./shared";
import { SimulatedPhone } from "./simulated";

const PhoneContext = createContext<Phone | null>(null);

/** The agent's phone for everything below, where there is one. */
export function PhoneProvider(props: { children: ReactNode }) {
  const live = useLive();
  const { state } = useView();
  const [phone, setPhone] = useState<Phone | null>(null);
  const speaks = state !== null && !state.me.is_guest && state.me.permissions.includes("interaction.reply");
  const mayHave = speaks ? state.me.id : null;
  useEffect(() => {
    if (mayHave === null) return;
    let isGone = false;
    let made: Phone | null = null;
    const line: Line = {
      token: async () => (await ask<{ token: string }>("POST", "/api/softphone/token")).token,
      mute: (interaction_id, is_muted) => live.ask("call.mute", { interaction_id, is_muted }),
      hangUp: (interaction_id) => live.ask("call.hang_up", { interaction_id }),
    };
    // Who has no phone works on without one; the next load asks again.
    void phoneFor(line, mayHave).then((found) => {
      if (isGone) return found?.close();
      made = found;
      setPhone(found);
      void found?.register();
    }, () => undefined);
    return () => {
      isGone = true;
      made?.close();
      setPhone(null);
    };
  }, [live, mayHave]);
  const own = Object.values(state?.work ?? {}).find(({ interaction }) => interaction.call && interaction.state === "assigned")?.interaction;
  useEffect(() => phone?.follow(own?.call ? { id: own.id, call: own.call } : null), [phone, own]);
  return <PhoneContext.Provider value={phone}>{props.children}</PhoneContext.Provider>;
}

/** The SDK is fetched by those alone whose account gives them a token. */
async function phoneFor(line: Line, staffId: string): Promise<Phone | null> {
  const { kind } = await ask<{ kind: PhoneView["kind"] }>("GET", "/api/softphone");
  if (kind === "simulated") return new SimulatedPhone(line);
  if (kind === "none") return null;
  const { TwilioPhone } = await import("./twilio");
  const make = async () => new TwilioPhone(line, await line.token());
  // Without https there are no locks, and no microphone either: whoever tries has a telephone in each tab.
  if (!("locks" in navigator) || !("BroadcastChannel" in window)) return make();
  const name = `markaz-phone-${staffId}`;
  return new SharedPhone(make, line, name, navigator.locks as Seats, new BroadcastChannel(name) as unknown as Wire);
}

const nothing = () => () => undefined;
const none = () => noPhone;

export function usePhone(): { phone: Phone | null; view: PhoneView } {
  const phone = useContext(PhoneContext);
  return { phone, view: useSyncExternalStore(phone?.subscribe ?? nothing, phone?.read ?? none) };
}
