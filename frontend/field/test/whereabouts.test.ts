import { afterEach, describe, expect, it, vi } from "vitest";
import type { Kept, KeptPoint } from "../src/kept";
import { Whereabouts } from "../src/whereabouts";

/** What a phone keeps, in memory. */
class Pocket {
  readonly words = new Map<string, unknown>([["phone:me", { url: "x", token: "t" }]]);
  rows: { key: number; row: KeptPoint }[] = [];
  private last = 0;

  read = async (name: string) => this.words.get(name) ?? null;
  write = async (name: string, value: unknown) => void this.words.set(name, value);
  forget = async (prefix: string) => [...this.words.keys()].filter((name) => name.startsWith(prefix)).forEach((name) => this.words.delete(name));
  addPoint = async (row: KeptPoint) => void this.rows.push({ key: (this.last += 1), row });
  points = async (most: number) => ({ keys: this.rows.slice(0, most).map(({ key }) => key), points: this.rows.slice(0, most).map(({ row }) => row) });
  dropPoints = async (keys: number[]) => void (this.rows = this.rows.filter(({ key }) => key > keys.at(-1)!));
  clearPoints = async () => void (this.rows = []);
}

async function gathered(count: number, person = "me"): Promise<{ pocket: Pocket; where: Whereabouts }> {
  const pocket = new Pocket();
  for (let at = 0; at < count; at += 1) await pocket.addPoint({ person_id: person, point: at });
  return { pocket, where: new Whereabouts(pocket as unknown as Kept, () => undefined) };
}

/** Answers of the server, in turn; what it took. */
function server(...answers: (number | "lost")[]): unknown[][] {
  const taken: unknown[][] = [];
  vi.stubGlobal("fetch", async (_: string, { body }: { body: string }) => {
    const answer = answers.shift() ?? 200;
    taken.push((JSON.parse(body) as { points: unknown[] }).points);
    if (answer === "lost") throw new TypeError("network");
    return { status: answer };
  });
  return taken;
}

afterEach(() => void vi.unstubAllGlobals());

describe("positions", () => {
  it("go in batches, in their order, and leave when they were answered", async () => {
    const { pocket, where } = await gathered(1100);
    const taken = server();
    await where.flush("me");
    expect(taken.map(({ length }) => length)).toEqual([500, 500, 100]);
    expect(taken.flat()).toEqual(Array.from({ length: 1100 }, (_, at) => at));
    expect(pocket.rows).toEqual([]);
  });

  it("stay when nobody answered, or the server could not", async () => {
    for (const answer of ["lost", 503, 429] as const) {
      const { pocket, where } = await gathered(3);
      server(answer);
      await where.flush("me");
      expect(pocket.rows.length).toBe(3);
    }
  });

  it("end when the office took the phone's permission back", async () => {
    const { pocket, where } = await gathered(3);
    server(403);
    await where.flush("me");
    expect([where.standing, pocket.rows.length, await pocket.read("phone:me")]).toEqual(["revoked", 0, null]);
  });

  it("of somebody else are not sent in this one's name", async () => {
    const { pocket, where } = await gathered(3, "she");
    const taken = server();
    await where.flush("me");
    expect([taken, pocket.rows]).toEqual([[], []]);
  });

  it("are not asked for without a permission of the office", async () => {
    const { pocket, where } = await gathered(0);
    await pocket.forget("phone:");
    vi.stubGlobal("navigator", { platform: "x" });
    vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ detail: "no" }), { status: 404 }));
    await where.start("me");
    expect([where.standing, await pocket.read("shift:me")]).toEqual(["not_technician", null]);
  });
});
