import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import { call as ask } from "../http/api";
import { useLive, useView } from "../live/context";
import { noPhone, type Line, type Phone, type PhoneView } from "./phone";
import { SharedPhone, type Seats, type Wire } from "./shared";
import { SimulatedPhone } from "./simulated";

interface Own {
  phone: Phone | null;
  /** Whether a line takes tones from us, whatever telephone is spoken by. */
  hasKeys: boolean;
}

const without: Own = { phone: null, hasKeys: false };
const PhoneContext = createContext<Own>(without);

/** The agent's phone for everything below, where there is one. */
export function PhoneProvider(props: { children: ReactNode }) {
  const live = useLive();
  const { state } = useView();
  const [found, setFound] = useState<Own>(without);
  const { phone } = found;
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
    void phoneFor(line, mayHave).then((own) => {
      if (isGone) return own.phone?.close();
      made = own.phone;
      setFound(own);
      void own.phone?.register();
    }, () => undefined);
    return () => {
      isGone = true;
      made?.close();
      setFound(without);
    };
  }, [live, mayHave]);
  const own = Object.values(state?.work ?? {}).find(({ interaction }) => interaction.call && interaction.state === "assigned")?.interaction;
  useEffect(() => phone?.follow(own?.call ? { id: own.id, call: own.call } : null), [phone, own]);
  return <PhoneContext.Provider value={found}>{props.children}</PhoneContext.Provider>;
}

/** The SDK is fetched by those alone whose account gives them a token. */
async function phoneFor(line: Line, staffId: string): Promise<Own> {
  const { kind, has_keys: hasKeys } = await ask<{ kind: PhoneView["kind"]; has_keys: boolean }>("GET", "/api/softphone");
  return { phone: await phoneOf(kind, line, staffId), hasKeys };
}

async function phoneOf(kind: PhoneView["kind"], line: Line, staffId: string): Promise<Phone | null> {
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

export function usePhone(): Own & { view: PhoneView } {
  const { phone, hasKeys } = useContext(PhoneContext);
  return { phone, hasKeys, view: useSyncExternalStore(phone?.subscribe ?? nothing, phone?.read ?? none) };
}
