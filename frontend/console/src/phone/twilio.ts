import { Device } from "@twilio/voice-sdk";
import { noPhone, Shown, type Followed, type Line, type Phone, type Side, type Sound, type Tone, type Trouble } from "./phone";

type Listener = (...said: never[]) => void;

/** What is used of the SDK's call and device; doubles in tests are these too. */
export interface SdkCall {
  accept(): void;
  reject(): void;
  ignore(): void;
  disconnect(): void;
  mute(isMuted: boolean): void;
  sendDigits(digits: string): void;
  on(event: string, listener: Listener): unknown;
}

export interface SdkDevice {
  register(): Promise<void>;
  destroy(): void;
  updateToken(token: string): void;
  on(event: string, listener: Listener): unknown;
  audio: SdkAudio | null;
}

interface SdkAudio {
  availableInputDevices: Map<string, Pick<MediaDeviceInfo, "deviceId" | "label">>;
  availableOutputDevices: Map<string, Pick<MediaDeviceInfo, "deviceId" | "label">>;
  isOutputSelectionSupported: boolean;
  setInputDevice(id: string): Promise<void>;
  speakerDevices: { set(id: string): Promise<unknown> };
  on(event: string, listener: Listener): unknown;
}

export type MakeDevice = (token: string) => SdkDevice;

const renewBeforeMs = 120_000;
const retryMs = 10_000;
const goneToken = new Set([20101, 20104]);

const sdkDevice: MakeDevice = (token) =>
  new Device(token, { tokenRefreshMs: renewBeforeMs, closeProtection: true, logLevel: "silent", appName: "Markaz" }) as unknown as SdkDevice;

/** Says in one of our words what went wrong. The numbers are Twilio's documented errors of the Voice SDK. */
export function troubleOf(error: { code?: number; name?: string }): Trouble {
  const { code = 0, name = "" } = error;
  if (code === 31401 || code === 31208 || name === "NotAllowedError") return "microphone";
  if (code === 31402 || name === "NotFoundError") return "no_device";
  if ([31003, 31005, 31009, 31530, 53000, 53001, 53405].includes(code)) return "network";
  if ((code >= 20101 && code <= 20157) || (code >= 31201 && code <= 31207) || code === 51007) return "refused";
  return name === "NotSupportedError" ? "unsupported" : "other";
}

/** A telephone in the browser by Twilio's Voice SDK. */
export class TwilioPhone extends Shown implements Phone {
  private device: SdkDevice | null = null;
  private call: SdkCall | null = null;
  private followed: Followed = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isClosed = false;
  private isAnswered = false;

  /** The first token came with the answer that a phone is configured. */
  constructor(
    private readonly line: Line,
    private readonly firstToken: string,
    private readonly make: MakeDevice = sdkDevice,
  ) {
    super({ ...noPhone, kind: "twilio", hasSound: true });
  }

  async register(): Promise<void> {
    this.show({ state: "registering", trouble: null });
    try {
      if (!this.device) this.listen((this.device = this.make(this.firstToken)));
      await this.device.register();
    } catch (error) {
      this.failed(error as { code?: number });
    }
  }

  follow(followed: Followed): void {
    const before = this.followed?.call.is_muted ?? false;
    const isJoinedNow = followed?.call.status === "joined" && this.followed?.call.status !== "joined";
    this.followed = followed;
    // The carrier tells too, but may be late: whoever answers in another browser is rung here no longer.
    if (isJoinedNow && !this.isAnswered) this.leaveToOther();
    // Another tab may have muted: no sound leaves this one then. Only a change counts, since what was asked here a
    // moment ago is not in the feed yet, and must not be undone.
    if (followed && followed.call.is_muted !== before) this.silence(followed.call.is_muted);
  }

  answer(): void {
    this.isAnswered = this.call !== null;
    this.call?.accept();
  }

  /** The microphone is closed here at once, and the carrier is asked too: then every tab and the server know. */
  async mute(isMuted: boolean): Promise<void> {
    this.silence(isMuted);
    try {
      if (this.followed) await this.line.mute(this.followed.id, isMuted);
    } catch (error) {
      this.silence(!isMuted);
      throw error;
    }
  }

  /** Leaving the conference ends it for both, so that this works while our server does not answer. */
  async hangUp(): Promise<void> {
    if (this.read().state === "ringing") this.call?.reject();
    else this.call?.disconnect();
    if (this.followed) await this.line.hangUp(this.followed.id);
  }

  digits(tones: Tone): void {
    this.call?.sendDigits(tones);
  }

  async chooseDevice(side: Side, id: string): Promise<void> {
    const audio = this.device?.audio;
    if (!audio) return;
    try {
      await (side === "input" ? audio.setInputDevice(id) : audio.speakerDevices.set(id));
    } catch (error) {
      this.show({ trouble: troubleOf(error as { code?: number }) });
      return;
    }
    const { devices } = this.read();
    this.show({ devices: { ...devices, [side]: { ...devices[side], chosen: id } }, trouble: null });
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.device?.destroy();
    this.show({ state: "unavailable" });
  }

  private listen(device: SdkDevice): void {
    device.on("registered", () => this.show({ state: this.call ? this.read().state : "ready", trouble: null }));
    device.on("unregistered", () => !this.call && !this.isClosed && this.show({ state: "registering" }));
    device.on("error", ((error: { code?: number }) => this.failed(error)) as Listener);
    device.on("incoming", ((call: SdkCall) => this.ring(call)) as Listener);
    device.on("tokenWillExpire", () => void this.renew());
    device.audio?.on("deviceChange", () => this.showDevices());
    this.showDevices();
  }

  private async renew(): Promise<void> {
    clearTimeout(this.timer);
    try {
      const token = await this.line.token();
      if (this.isClosed) return;
      this.device?.updateToken(token);
      if (this.read().state === "failed") await this.register();
    } catch {
      if (!this.isClosed) this.timer = setTimeout(() => void this.renew(), retryMs);
    }
  }

  private ring(call: SdkCall): void {
    // One at a time: a second one is refused, and its caller waits for the next agent.
    if (this.call) return call.reject();
    this.call = call;
    const over = () => this.over(call);
    call.on("accept", () => {
      this.show({ state: "connected", trouble: null });
      this.showDevices();
    });
    for (const event of ["disconnect", "cancel", "reject"]) call.on(event, over);
    call.on("error", ((error: { code?: number }) => this.show({ trouble: troubleOf(error) })) as Listener);
    call.on("reconnecting", () => this.show({ trouble: "network" }));
    call.on("reconnected", () => this.show({ trouble: null }));
    this.show({ state: "ringing", isMuted: false, trouble: null });
  }

  private leaveToOther(): void {
    const { call } = this;
    if (call === null || this.read().state !== "ringing") return;
    call.ignore();
    this.over(call);
  }

  private over(call: SdkCall): void {
    if (this.call !== call) return;
    this.call = null;
    this.isAnswered = false;
    this.show({ state: "ready", isMuted: false });
  }

  private failed(error: { code?: number; name?: string }): void {
    this.show({ trouble: troubleOf(error), ...(this.call ? {} : { state: "failed" as const }) });
    if (goneToken.has(error.code ?? 0)) void this.renew();
  }

  private silence(isMuted: boolean): void {
    this.call?.mute(isMuted);
    this.show({ isMuted });
  }

  private showDevices(): void {
    const audio = this.device?.audio ?? null;
    const { devices } = this.read();
    const outputs = audio?.isOutputSelectionSupported ? audio.availableOutputDevices : null;
    this.show({
      devices: {
        input: { ...devices.input, all: soundsOf(audio?.availableInputDevices) },
        output: { ...devices.output, all: soundsOf(outputs) },
      },
    });
  }
}

/** Before the microphone was allowed, devices have no names; a list of blanks helps nobody. */
function soundsOf(found: SdkAudio["availableInputDevices"] | null | undefined): Sound[] {
  return [...(found?.values() ?? [])].filter(({ label }) => label !== "").map(({ deviceId, label }) => ({ id: deviceId, label }));
}
