import { noPhone, Shown, type Followed, type Line, type Phone } from "./phone";

/**
 * The phone of the simulated carrier. It carries no sound: the carrier answers for the agent, as its rules say, and
 * this shows the agent's leg as the server tells it. Muting is done to the leg; tones and devices there are none.
 */
export class SimulatedPhone extends Shown implements Phone {
  private followed: Followed = null;

  constructor(private readonly line: Omit<Line, "token">) {
    super({ ...noPhone, kind: "simulated" });
  }

  async register(): Promise<void> {
    this.follow(this.followed);
  }

  follow(followed: Followed): void {
    this.followed = followed;
    const status = followed?.call.status;
    const state = status === "joined" ? "connected" : status === "waiting" || status === "ringing" ? "ringing" : "ready";
    this.show({ state, isMuted: followed?.call.is_muted ?? false });
  }

  /** The carrier's rules answer: a click could only pretend. */
  answer(): void {}

  async mute(isMuted: boolean): Promise<void> {
    if (this.followed) await this.line.mute(this.followed.id, isMuted);
  }

  async hangUp(): Promise<void> {
    if (this.followed) await this.line.hangUp(this.followed.id);
  }

  digits(): void {}

  async chooseDevice(): Promise<void> {}

  close(): void {
    this.show({ state: "unavailable" });
  }
}
