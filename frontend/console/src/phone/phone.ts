import type { Call, Id } from "../protocol";

export type PhoneState = "unavailable" | "registering" | "ready" | "ringing" | "connected" | "failed";
export type Trouble = "microphone" | "no_device" | "network" | "refused" | "unsupported" | "other";
export type Tone = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "*" | "#";
export type Side = "input" | "output";

export interface Sound {
  id: string;
  label: string;
}

/** What a component sees. A new object after every change. */
export interface PhoneView {
  kind: "none" | "simulated" | "twilio";
  state: PhoneState;
  trouble: Trouble | null;
  isMuted: boolean;
  /** Whether another tab of this browser has the telephone. */
  isElsewhere: boolean;
  /** Whether tones can be sent and devices chosen: the double without sound has neither. */
  hasSound: boolean;
  devices: Record<Side, { all: Sound[]; chosen: string | null }>;
}

/** The call of the agent's own conversation, as the feed tells it; null when there is none. */
export type Followed = { id: Id; call: Call } | null;

/** What a phone needs of the console. */
export interface Line {
  token(): Promise<string>;
  mute(id: Id, isMuted: boolean): Promise<unknown>;
  hangUp(id: Id): Promise<unknown>;
}

/** An agent's own telephone in the console. */
export interface Phone {
  subscribe(listener: () => void): () => void;
  read(): PhoneView;
  follow(followed: Followed): void;
  register(): Promise<void>;
  answer(): void;
  mute(isMuted: boolean): Promise<void>;
  hangUp(): Promise<void>;
  digits(tones: Tone): void;
  chooseDevice(side: Side, id: string): Promise<void>;
  close(): void;
  /** Brings it into this tab, where another one may have it. */
  takeOver?(): void;
}

export const noPhone: PhoneView = {
  kind: "none",
  state: "unavailable",
  trouble: null,
  isMuted: false,
  isElsewhere: false,
  hasSound: false,
  devices: { input: { all: [], chosen: null }, output: { all: [], chosen: null } },
};

/** Keeps the view and tells of its changes. */
export class Shown {
  private readonly listeners = new Set<() => void>();

  constructor(private current: PhoneView) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  read = (): PhoneView => this.current;

  show(change: Partial<PhoneView>): void {
    const isNew = Object.entries(change).some(([name, value]) => this.current[name as keyof PhoneView] !== value);
    if (!isNew) return;
    this.current = { ...this.current, ...change };
    this.listeners.forEach((listener) => listener());
  }
}
