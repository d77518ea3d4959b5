import { noPhone, Shown, type Followed, type Line, type Phone, type PhoneView, type Side, type Tone } from "./phone";

/** What is used of `navigator.locks`: who holds a name is one tab of this browser, and a tab that is gone holds nothing. */
export interface Seats {
  request(name: string, options: { steal?: boolean; signal?: AbortSignal }, hold: () => Promise<void>): Promise<unknown>;
}

/** What is used of a `BroadcastChannel`. */
export interface Wire {
  postMessage(said: unknown): void;
  onmessage: ((event: { data: unknown }) => void) | null;
  close(): void;
}

type Order = { do: "answer" | "hangUp" | "register" } | { do: "digits"; tones: Tone } | { do: "device"; side: Side; id: string };
type Said = Order | { do: "tell" } | { do: "view"; view: PhoneView };

const retryMs = 10_000;

/**
 * One telephone for all tabs of a browser in which somebody is signed in: the tab that has the seat registers at the
 * carrier, so that one rings and one answers; the others show what it shows and hand their buttons on to it. When that
 * tab is closed, the next one has the seat.
 */
export class SharedPhone extends Shown implements Phone {
  private phone: Phone | null = null;
  private followed: Followed = null;
  private leave = () => {};
  private unsubscribe = () => {};
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isWaiting = false;
  private readonly end = new AbortController();

  constructor(
    private readonly make: () => Promise<Phone>,
    private readonly line: Omit<Line, "token">,
    private readonly name: string,
    private readonly seats: Seats,
    private readonly wire: Wire,
  ) {
    super({ ...noPhone, kind: "twilio", hasSound: true, isElsewhere: true });
    wire.onmessage = ({ data }) => this.hear(data as Said);
  }

  async register(): Promise<void> {
    if (this.isWaiting) return this.order({ do: "register" });
    this.isWaiting = true;
    this.wire.postMessage({ do: "tell" } satisfies Said);
    this.wait(false);
  }

  /** Brings the telephone into this tab; the other one lets go. A call would be cut off: it stays where it is. */
  takeOver(): void {
    if (this.phone === null && this.read().state !== "connected" && this.read().state !== "ringing") this.wait(true);
  }

  follow(followed: Followed): void {
    this.followed = followed;
    this.phone?.follow(followed);
  }

  answer(): void {
    this.order({ do: "answer" });
  }

  /** From another tab by the carrier: the feed tells the tab that has the microphone. */
  async mute(isMuted: boolean): Promise<void> {
    if (this.phone) return this.phone.mute(isMuted);
    if (this.followed) await this.line.mute(this.followed.id, isMuted);
  }

  async hangUp(): Promise<void> {
    if (this.phone) return this.phone.hangUp();
    this.order({ do: "hangUp" });
    if (this.followed) await this.line.hangUp(this.followed.id);
  }

  digits(tones: Tone): void {
    this.order({ do: "digits", tones });
  }

  async chooseDevice(side: Side, id: string): Promise<void> {
    if (this.phone) return this.phone.chooseDevice(side, id);
    this.order({ do: "device", side, id });
  }

  close(): void {
    this.end.abort();
    clearTimeout(this.timer);
    this.leave();
    this.wire.onmessage = null;
    this.wire.close();
    this.show({ state: "unavailable" });
  }

  /** Waits for the seat, and for as long as it is this tab's the telephone is here. */
  private wait(isTaken: boolean): void {
    const options = isTaken ? { steal: true } : { signal: this.end.signal };
    this.seats.request(this.name, options, () => this.sit()).catch((error: { name?: string }) => {
      this.stand();
      // Another tab took it, or this one is closing; whatever else it was is tried again.
      if (this.end.signal.aborted) return;
      if (error.name === "AbortError") this.wait(false);
      else this.timer = setTimeout(() => this.wait(false), retryMs);
    });
  }

  private async sit(): Promise<void> {
    if (this.end.signal.aborted) return;
    const phone = await this.make();
    if (this.end.signal.aborted) return phone.close();
    this.phone = phone;
    const tell = () => {
      this.show({ ...phone.read(), isElsewhere: false });
      this.wire.postMessage({ do: "view", view: phone.read() } satisfies Said);
    };
    this.unsubscribe = phone.subscribe(tell);
    tell();
    phone.follow(this.followed);
    const left = new Promise<void>((resolve) => (this.leave = resolve));
    void phone.register();
    await left;
    this.stand();
  }

  private stand(): void {
    const { phone } = this;
    this.phone = null;
    this.unsubscribe();
    this.leave();
    phone?.close();
    if (phone) this.show({ state: "registering", isElsewhere: true });
  }

  private order(order: Order): void {
    if (this.phone) obey(this.phone, order);
    else this.wire.postMessage(order);
  }

  private hear(said: Said): void {
    if (said.do === "view") {
      if (this.phone === null) this.show({ ...said.view, isElsewhere: true });
    } else if (this.phone === null) return;
    else if (said.do === "tell") this.wire.postMessage({ do: "view", view: this.phone.read() } satisfies Said);
    else obey(this.phone, said);
  }
}

function obey(phone: Phone, order: Order): void {
  switch (order.do) {
    case "answer":
      return phone.answer();
    case "register":
      return void phone.register();
    case "hangUp":
      // The tab that asked sees in the view what became of it.
      return void phone.hangUp().catch(() => undefined);
    case "digits":
      return phone.digits(order.tones);
    case "device":
      return void phone.chooseDevice(order.side, order.id).catch(() => undefined);
  }
}
