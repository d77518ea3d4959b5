import { describe, expect, it } from "vitest";
import type { Followed, Phone } from "../src/phone/phone";
import { noPhone, Shown } from "../src/phone/phone";
import { SharedPhone, type Seats, type Wire } from "../src/phone/shared";

/** Locks of one browser, as far as one name goes: one holds it, the others wait in order; it can be taken. */
class Locks implements Seats {
  private holder: { reject: (error: object) => void } | null = null;
  private readonly waiting: (() => void)[] = [];

  request(_name: string, options: { steal?: boolean; signal?: AbortSignal }, hold: () => Promise<void>): Promise<unknown> {
    return new Promise<void>((resolve, reject) => {
      const sit = () => {
        if (options.signal?.aborted) return this.next();
        const mine = { reject };
        this.holder = mine;
        const free = () => {
          if (this.holder !== mine) return;
          this.holder = null;
          this.next();
        };
        hold().then(() => { resolve(); free(); }, (error: object) => { reject(error); free(); });
      };
      options.signal?.addEventListener("abort", () => reject({ name: "AbortError" }));
      if (options.steal && this.holder) {
        const before = this.holder;
        sit();
        before.reject({ name: "AbortError" });
      } else if (this.holder) this.waiting.push(sit);
      else sit();
    });
  }

  private next(): void {
    if (this.holder === null) this.waiting.shift()?.();
  }
}

/** Everybody hears what the others say, as in a browser a moment later. */
class Air {
  private readonly all = new Set<Wire>();

  wire(): Wire {
    const mine: Wire = {
      onmessage: null,
      close: () => this.all.delete(mine),
      postMessage: (said) => {
        for (const each of this.all) if (each !== mine) queueMicrotask(() => each.onmessage?.({ data: structuredClone(said) }));
      },
    };
    this.all.add(mine);
    return mine;
  }
}

/** The carrier rings every phone that is registered. */
class Carrier {
  readonly phones = new Set<FakePhone>();
  log: string[] = [];
  ring = () => [...this.phones].forEach((each) => each.show({ state: "ringing" }));
}

class FakePhone extends Shown implements Phone {
  constructor(private readonly carrier: Carrier, readonly tab: string) {
    super({ ...noPhone, kind: "twilio", hasSound: true });
  }
  async register() { this.carrier.phones.add(this); this.carrier.log.push(`${this.tab} registers`); this.show({ state: "ready" }); }
  follow(): void {}
  answer() { this.carrier.log.push(`${this.tab} answers`); this.show({ state: "connected" }); }
  async mute(isMuted: boolean) { this.carrier.log.push(`${this.tab} mute ${isMuted}`); }
  async hangUp() { this.carrier.log.push(`${this.tab} hangs up`); this.show({ state: "ready" }); }
  digits() { this.carrier.log.push(`${this.tab} digits`); }
  async chooseDevice() { this.carrier.log.push(`${this.tab} device`); }
  close() { this.carrier.phones.delete(this); this.show({ state: "unavailable" }); }
}

const settle = async () => { for (let turn = 0; turn < 20; turn += 1) await Promise.resolve(); };
const followed = { id: "i1", call: {} } as Followed;

function browser() {
  const locks = new Locks(), air = new Air(), carrier = new Carrier();
  const tab = async (name: string) => {
    const asked = { mute: async (_id: string, on: boolean) => { carrier.log.push(`server mute ${on}`); }, hangUp: async () => { carrier.log.push("server hangs up"); } };
    const phone = new SharedPhone(async () => new FakePhone(carrier, name), asked, "phone", locks, air.wire());
    phone.follow(followed);
    await phone.register();
    await settle();
    return phone;
  };
  return { carrier, tab };
}

describe("one telephone in several tabs", () => {
  it("is registered once: one rings, all show it, and it is answered once from whichever tab", async () => {
    const { carrier, tab } = browser();
    const one = await tab("one"), two = await tab("two");
    expect(carrier.log).toEqual(["one registers"]);
    expect([one.read().isElsewhere, two.read().isElsewhere, two.read().state]).toEqual([false, true, "ready"]);
    carrier.ring();
    await settle();
    expect([one.read().state, two.read().state]).toEqual(["ringing", "ringing"]);
    two.answer();
    await settle();
    expect(carrier.log).toEqual(["one registers", "one answers"]);
    expect([one.read().state, two.read().state]).toEqual(["connected", "connected"]);
  });

  it("is muted and hung up on from another tab", async () => {
    const { carrier, tab } = browser();
    const one = await tab("one"), two = await tab("two");
    one.answer();
    await settle();
    await two.mute(true);
    two.digits("1");
    await two.hangUp();
    await settle();
    expect(carrier.log).toEqual(["one registers", "one answers", "server mute true", "server hangs up", "one digits", "one hangs up"]);
    expect(two.read().state).toBe("ready");
  });

  it("moves to the next tab when its own is closed, and never to one that is gone", async () => {
    const { carrier, tab } = browser();
    const one = await tab("one"), two = await tab("two"), three = await tab("three");
    two.close();
    one.close();
    await settle();
    expect(carrier.log).toEqual(["one registers", "three registers"]);
    expect(carrier.phones.size).toBe(1);
    expect(three.read()).toMatchObject({ isElsewhere: false, state: "ready" });
  });

  it("is brought into a tab by its reader, but not away from a call", async () => {
    const { carrier, tab } = browser();
    const one = await tab("one"), two = await tab("two");
    two.takeOver();
    await settle();
    expect([one.read().isElsewhere, two.read().isElsewhere]).toEqual([true, false]);
    expect(carrier.phones.size).toBe(1);
    carrier.ring();
    await settle();
    one.takeOver();
    await settle();
    expect(carrier.log).toEqual(["one registers", "two registers"]);
    two.close();
    await settle();
    expect(one.read()).toMatchObject({ isElsewhere: false, state: "ready" });
  });
});
