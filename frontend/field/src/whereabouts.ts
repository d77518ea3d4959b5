import { call, Problem } from "./api";
import type { Kept } from "./kept";
import { metresBetween } from "./sphere";

export interface Point {
  at: string;
  lat: number;
  lon: number;
  accuracy: number | null;
  speed: number | null;
  heading: number | null;
}

export type Standing = "off" | "on" | "denied" | "not_technician" | "revoked" | "unable";

interface Key {
  url: string;
  token: string;
}

const everyMs = 30_000;
const everyMetres = 50;
const batchMost = 500;
const keptMost = 20_000;
const shiftMostMs = 14 * 3_600_000;
const timeoutMs = 20_000;

/** Whether a point says something new: half a minute passed, or fifty metres. Pure. */
export function isNew(last: Point | null, next: Point): boolean {
  if (!last || Date.parse(next.at) - Date.parse(last.at) >= everyMs) return true;
  return metresBetween([last.lat, last.lon], [next.lat, next.lon]) >= everyMetres;
}

/** Where the technician is, while the technician wants that to be known: on shift, with this page open. */
export class Whereabouts {
  standing: Standing = "off";
  /** Where the phone was last; for the steps, which say where they were done. */
  last: Point | null = null;
  private watch: number | null = null;
  private isSending = false;

  constructor(
    private readonly kept: Kept,
    private readonly changed: () => void,
  ) {}

  /** Goes on with what was switched on before the page was closed, within the same shift. */
  async resume(personId: string): Promise<void> {
    const since = await this.kept.read<number>(`shift:${personId}`);
    if (since === null) return;
    if (Date.now() - since < shiftMostMs) this.begin(personId);
    else await this.stop(personId);
  }

  async start(personId: string): Promise<void> {
    try {
      await this.key(personId);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return this.become(error.status === 404 ? "not_technician" : "unable");
    }
    await this.kept.write(`shift:${personId}`, Date.now());
    this.begin(personId);
  }

  async stop(personId: string): Promise<void> {
    if (this.watch !== null) navigator.geolocation.clearWatch(this.watch);
    this.watch = this.last = null;
    await this.kept.forget(`shift:${personId}`);
    this.become("off");
  }

  /** Sends what was gathered; what was not answered is sent again, and the server keeps each moment once. */
  async flush(personId: string): Promise<void> {
    const key = await this.kept.read<Key>(`phone:${personId}`);
    if (!key || this.isSending) return;
    this.isSending = true;
    try {
      for (;;) {
        const { keys, points } = await this.kept.points(batchMost);
        if (points.length === 0) return;
        // Those of somebody else who had this phone before are not sent in this one's name.
        const own = points.filter(({ person_id }) => person_id === personId).map(({ point }) => point);
        const status = own.length === 0 ? 200 : await this.send(key, own);
        if (status === 403 || status === 401) {
          await this.kept.forget(`phone:${personId}`);
          await this.kept.clearPoints();
          await this.stop(personId);
          return this.become("revoked");
        }
        if (status !== 200) return;
        await this.kept.dropPoints(keys);
      }
    } finally {
      this.isSending = false;
    }
  }

  private async send(key: Key, points: unknown[]): Promise<number> {
    const headers = { Authorization: `Bearer ${key.token}`, "Content-Type": "application/json" };
    const body = JSON.stringify({ points, phone: { permission: "foreground" } });
    try {
      // Without the session: who sends is said by the key of this phone.
      const answer = await fetch("/api/positions", { method: "POST", headers, body, credentials: "omit", signal: AbortSignal.timeout(timeoutMs) });
      return answer.status;
    } catch {
      return 0;
    }
  }

  private async key(personId: string): Promise<Key> {
    const known = await this.kept.read<Key>(`phone:${personId}`);
    if (known) return known;
    const made = await call<Key>("POST", "/api/my/phone", { name: navigator.platform.slice(0, 40) || "Phone" });
    const key = { url: made.url, token: made.token };
    await this.kept.write(`phone:${personId}`, key);
    return key;
  }

  private begin(personId: string): void {
    if (!("geolocation" in navigator)) return this.become("unable");
    if (this.watch !== null) return;
    this.become("on");
    this.watch = navigator.geolocation.watchPosition(
      (found) => void this.take(personId, found),
      (error) => { if (error.code === error.PERMISSION_DENIED) void this.stop(personId).then(() => this.become("denied")); },
      { enableHighAccuracy: true, maximumAge: 10_000 },
    );
  }

  private async take(personId: string, { coords, timestamp }: GeolocationPosition): Promise<void> {
    const { latitude: lat, longitude: lon, accuracy, speed, heading } = coords;
    const point = { at: new Date(timestamp).toISOString(), lat, lon, accuracy, speed, heading };
    if (this.watch === null || !isNew(this.last, point)) return;
    this.last = point;
    this.changed();
    await this.kept.addPoint({ person_id: personId, point }, keptMost);
    const since = await this.kept.read<number>(`shift:${personId}`);
    if (since !== null && Date.now() - since >= shiftMostMs) await this.stop(personId);
    await this.flush(personId);
  }

  private become(standing: Standing): void {
    this.standing = standing;
    this.changed();
  }
}
