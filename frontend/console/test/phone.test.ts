import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Call } from "../src/protocol";
import type { Followed, Line } from "../src/phone/phone";
import { SimulatedPhone } from "../src/phone/simulated";
import { TwilioPhone, troubleOf, type SdkCall, type SdkDevice } from "../src/phone/twilio";

const call = (change: Partial<Call> = {}): Followed => ({
  id: "i1",
  call: { call_id: "CA1", status: "joined", started_at: null, answered_at: null, ended_at: null, outcome: null, is_muted: false, is_held: false, ...change },
});

/** Speaks the part of the SDK's events that a phone listens to. */
class Emitter {
  private readonly listeners = new Map<string, ((...said: unknown[]) => void)[]>();
  on = (event: string, listener: (...said: never[]) => void) => {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener as (...said: unknown[]) => void]);
  };
  emit(event: string, ...said: unknown[]) {
    this.listeners.get(event)?.forEach((listener) => listener(...said));
  }
}

class FakeCall extends Emitter implements SdkCall {
  done: string[] = [];
  accept = () => this.emit("accept");
  reject = () => { this.done.push("reject"); this.emit("reject"); };
  ignore = () => { this.done.push("ignore"); };
  disconnect = () => { this.done.push("disconnect"); this.emit("disconnect"); };
  mute = (isMuted: boolean) => { this.done.push(`mute ${isMuted}`); };
  sendDigits = (digits: string) => { this.done.push(`digits ${digits}`); };
}

class FakeDevice extends Emitter implements SdkDevice {
  tokens: string[] = [];
  registered = 0;
  refusal: object | null = null;
  audio = Object.assign(new Emitter(), {
    availableInputDevices: new Map([["m1", { deviceId: "m1", label: "Headset" }], ["m2", { deviceId: "m2", label: "" }]]),
    availableOutputDevices: new Map([["s1", { deviceId: "s1", label: "Speaker" }]]),
    isOutputSelectionSupported: true,
    setInputDevice: async (id: string) => { if (id === "gone") throw { code: 31402 }; },
    speakerDevices: { set: async () => undefined },
  });
  register = async () => {
    this.registered += 1;
    if (this.refusal) throw this.refusal;
    this.emit("registered");
  };
  destroy = () => this.emit("destroyed");
  updateToken = (token: string) => { this.tokens.push(token); };
}

function twilio(line: Partial<Line> = {}) {
  const device = new FakeDevice();
  const asked: string[] = [];
  const phone = new TwilioPhone(
    {
      token: async () => "second",
      mute: async (id, isMuted) => { asked.push(`mute ${id} ${isMuted}`); },
      hangUp: async (id) => { asked.push(`hang up ${id}`); },
      ...line,
    },
    "first",
    (token) => { device.tokens.push(token); return device; },
  );
  return { device, phone, asked };
}

describe("the phone of Twilio", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("registers, rings, is answered, speaks and ends", async () => {
    const { device, phone } = twilio();
    await phone.register();
    expect(phone.read().state).toBe("ready");
    const incoming = new FakeCall();
    device.emit("incoming", incoming);
    expect(phone.read().state).toBe("ringing");
    phone.answer();
    expect(phone.read().state).toBe("connected");
    phone.digits("5");
    expect(incoming.done).toEqual(["digits 5"]);
    incoming.emit("disconnect");
    expect(phone.read()).toMatchObject({ state: "ready", isMuted: false });
  });

  it("rings no longer once the agent has answered in another browser, and lets go of nothing there", async () => {
    const { device, phone, asked } = twilio();
    await phone.register();
    const incoming = new FakeCall();
    phone.follow(call({ status: "waiting" }));
    device.emit("incoming", incoming);
    phone.follow(call({ status: "waiting" }));
    expect(phone.read().state).toBe("ringing");
    phone.follow(call());
    expect(phone.read()).toMatchObject({ state: "ready", trouble: null });
    // Refused or hung up here, it would end for who answered it.
    expect(incoming.done).toEqual(["ignore"]);
    expect(asked).toEqual([]);
    incoming.emit("cancel");
    device.emit("incoming", new FakeCall());
    expect(phone.read().state).toBe("ringing");
  });

  it("keeps what is answered here, though the feed tells of it before the carrier does", async () => {
    const { device, phone } = twilio();
    await phone.register();
    const incoming = new FakeCall();
    incoming.accept = () => { incoming.done.push("accept"); };
    phone.follow(call({ status: "waiting" }));
    device.emit("incoming", incoming);
    phone.answer();
    phone.follow(call());
    expect(incoming.done).toEqual(["accept"]);
    incoming.emit("accept");
    expect(phone.read().state).toBe("connected");
    // Another call that is not joined anew rings on: somebody asks this agent into theirs.
    incoming.emit("disconnect");
    const asked = new FakeCall();
    device.emit("incoming", asked);
    phone.follow(call({ is_held: true }));
    expect([phone.read().state, asked.done]).toEqual(["ringing", []]);
  });

  it("closes the microphone before the carrier is asked, and no late news of the feed opens it", async () => {
    const { device, phone, asked } = twilio();
    await phone.register();
    const incoming = new FakeCall();
    device.emit("incoming", incoming);
    phone.answer();
    phone.follow(call());
    const muting = phone.mute(true);
    expect(incoming.done).toEqual(["mute true"]);
    phone.follow(call());
    await muting;
    expect(asked).toEqual(["mute i1 true"]);
    expect(phone.read().isMuted).toBe(true);
    phone.follow(call({ is_muted: true }));
    phone.follow(call({ is_muted: false }));
    expect(incoming.done).toEqual(["mute true", "mute true", "mute false"]);
  });

  it("opens the microphone again when muting was refused", async () => {
    const { device, phone } = twilio({ mute: () => Promise.reject(new Error("refused")) });
    await phone.register();
    const incoming = new FakeCall();
    device.emit("incoming", incoming);
    phone.answer();
    phone.follow(call());
    await expect(phone.mute(true)).rejects.toThrow("refused");
    expect(phone.read().isMuted).toBe(false);
  });

  it("leaves the call even while the server does not answer", async () => {
    const { device, phone } = twilio({ hangUp: () => Promise.reject(new Error("offline")) });
    await phone.register();
    const incoming = new FakeCall();
    device.emit("incoming", incoming);
    phone.answer();
    phone.follow(call());
    await expect(phone.hangUp()).rejects.toThrow("offline");
    expect(incoming.done).toEqual(["disconnect"]);
  });

  it("renews its token before the end, and tries again when there is none", async () => {
    let isDown = true;
    const { device, phone } = twilio({ token: () => (isDown ? Promise.reject(new Error("offline")) : Promise.resolve("second")) });
    await phone.register();
    device.emit("tokenWillExpire");
    await vi.advanceTimersByTimeAsync(5_000);
    expect(device.tokens).toEqual(["first"]);
    isDown = false;
    await vi.advanceTimersByTimeAsync(6_000);
    expect(device.tokens).toEqual(["first", "second"]);
  });

  it("comes back by itself after its token ran out", async () => {
    const { device, phone } = twilio();
    await phone.register();
    device.emit("error", { code: 20104 });
    expect(phone.read()).toMatchObject({ state: "failed", trouble: "refused" });
    await vi.advanceTimersByTimeAsync(0);
    expect(phone.read()).toMatchObject({ state: "ready", trouble: null });
    expect(device.tokens).toEqual(["first", "second"]);
  });

  it("says that it could not register, and may be tried again", async () => {
    const { device, phone } = twilio();
    device.refusal = { code: 31005 };
    await phone.register();
    expect(phone.read()).toMatchObject({ state: "failed", trouble: "network" });
    device.refusal = null;
    await phone.register();
    expect(phone.read()).toMatchObject({ state: "ready", trouble: null });
  });

  it("refuses a second call and keeps the first", async () => {
    const { device, phone } = twilio();
    await phone.register();
    const [first, second] = [new FakeCall(), new FakeCall()];
    device.emit("incoming", first);
    device.emit("incoming", second);
    expect(second.done).toEqual(["reject"]);
    phone.answer();
    expect(phone.read().state).toBe("connected");
  });

  it("shows devices that have names, remembers the choice and says when one is gone", async () => {
    const { phone } = twilio();
    await phone.register();
    expect(phone.read().devices.input.all).toEqual([{ id: "m1", label: "Headset" }]);
    await phone.chooseDevice("input", "m1");
    expect(phone.read().devices.input.chosen).toBe("m1");
    await phone.chooseDevice("input", "gone");
    expect(phone.read()).toMatchObject({ trouble: "no_device", devices: { input: { chosen: "m1" } } });
  });

  it("has a plain word for what goes wrong", () => {
    expect([31401, 31402, 53000, 20101, 1].map((code) => troubleOf({ code }))).toEqual(["microphone", "no_device", "network", "refused", "other"]);
    expect(troubleOf({ name: "NotAllowedError" })).toBe("microphone");
  });
});

describe("the phone without sound", () => {
  it("shows the agent's leg as the server tells it", () => {
    const phone = new SimulatedPhone({ mute: async () => undefined, hangUp: async () => undefined });
    phone.follow(null);
    expect(phone.read().state).toBe("ready");
    phone.follow(call({ status: "waiting" }));
    expect(phone.read().state).toBe("ringing");
    phone.answer();
    expect(phone.read().state).toBe("ringing");
    phone.follow(call({ is_muted: true }));
    expect(phone.read()).toMatchObject({ state: "connected", isMuted: true, hasSound: false });
    phone.follow(call({ status: "completed" }));
    expect(phone.read()).toMatchObject({ state: "ready", isMuted: false });
  });

  it("is muted when the carrier has done it, not when it was asked", async () => {
    const asked: string[] = [];
    const phone = new SimulatedPhone({ mute: async (id, isMuted) => { asked.push(`${id} ${isMuted}`); }, hangUp: async (id) => { asked.push(id); } });
    phone.follow(call());
    await phone.mute(true);
    expect(phone.read().isMuted).toBe(false);
    await phone.hangUp();
    expect(asked).toEqual(["i1 true", "i1"]);
  });
});
