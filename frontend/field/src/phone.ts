import { inOneTab, newId } from "../../shared/outbox";
import { call, Problem, readSession, sendBatch, signIn, type Me } from "./api";
import type { Kept } from "./kept";
import { isOver, shownOf, type Entry, type Proof, type Step, type Visit, type VisitRow } from "./model";
import { Queue } from "./queue";

export interface Kind {
  id: string;
  names: Record<string, string>;
}

/** What the page shows. */
export interface Snapshot {
  /** Undefined until the phone's own storage was read. */
  me: Me | null | undefined;
  /** Whether the server answered last time. */
  isOnline: boolean;
  /** Whether it wants a password before it answers again. */
  isOut: boolean;
  isSyncing: boolean;
  /** As the server knows them. */
  visits: Visit[];
  kinds: Kind[];
  entries: Entry[];
  readAt: number | null;
}

/** What a technician notes at a visit before it is sent. */
export interface Draft {
  checklist: Visit["checklist"];
  parts: Visit["parts"];
  outcome: string;
  minutes: string;
  signedBy: string;
}

interface Day {
  visits: Visit[];
  kinds: Kind[];
  readAt: number;
}

const dayMs = 86_400_000;
const beforeDays = 2;
const afterDays = 4;
const channelName = "markaz-field";

/** The technician's side of it: what this phone knows, what it still has to tell, and when it does. */
export class Phone {
  snapshot: Snapshot = { me: undefined, isOnline: navigator.onLine, isOut: false, isSyncing: false, visits: [], kinds: [], entries: [], readAt: null };
  private readonly listeners = new Set<() => void>();
  private readonly queue: Queue;
  /** Something was added while it was sending. */
  private isWanted = false;
  private readonly channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(channelName) : null;

  constructor(readonly kept: Kept) {
    this.queue = new Queue(kept, () => void this.reread(true));
    this.channel?.addEventListener("message", () => void this.reread(false));
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async start(): Promise<void> {
    const me = await this.kept.read<Me>("me");
    this.set({ me });
    await this.reread(false);
    await this.sync();
  }

  async enter(login: string, password: string): Promise<void> {
    await this.become(await signIn(login, password));
    await this.kept.forget("leaving");
    await this.sync();
  }

  /** What was not sent stays until the same person is back; customers' data does not. */
  async leave(): Promise<void> {
    await this.kept.write("leaving", true);
    await this.finishLeaving();
    await this.kept.forget("day:");
    await this.kept.forget("me");
    this.set({ me: null, visits: [], entries: [], readAt: null, isOut: false });
    this.channel?.postMessage("changed");
  }

  /** Notes what was done; it is on the phone when this returns, and at the server when there is a line. */
  async tell(visit: Visit, step: Omit<Step, "client_id" | "at">): Promise<void> {
    const clientId = newId();
    const whole = { ...step, client_id: clientId, at: new Date().toISOString() };
    await this.queue.add({ kind: "step", step: whole, ...this.addressed(visit, clientId) });
    if (isOver(step.state)) await this.kept.forget(this.draftName(visit.id));
    void this.sync();
  }

  async show(visit: Visit, proof: Proof, name: string, blob: Blob): Promise<void> {
    await this.queue.add({ kind: "file", proof, name, blob, at: new Date().toISOString(), ...this.addressed(visit, newId()) });
    void this.sync();
  }

  async dismiss(clientId: string): Promise<void> {
    await this.queue.dismiss(this.person, clientId);
  }

  async retry(clientId: string): Promise<void> {
    await this.queue.retry(this.person, clientId);
    void this.sync();
  }

  draft(visitId: string): Promise<Draft | null> {
    return this.kept.read<Draft>(this.draftName(visitId));
  }

  async keepDraft(visitId: string, draft: Draft): Promise<void> {
    await this.kept.write(this.draftName(visitId), draft);
  }

  /** Sends what waits, then asks for the day. Without a line nothing happens but that the page says so. */
  async sync(): Promise<void> {
    if (!this.snapshot.me) return this.finishLeaving();
    if (this.snapshot.isSyncing) {
      this.isWanted = true;
      return;
    }
    this.set({ isSyncing: true });
    try {
      await inOneTab(channelName, async () => {
        await this.become(await readSession());
        const isDone = await this.queue.flush(this.person, (batch) => sendBatch(batch, (id, visit) => this.replace(id, visit)));
        if (isDone) await this.refresh();
      });
      this.set({ isOnline: navigator.onLine });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.set(error.status === 401 ? { isOut: true, isOnline: true } : { isOnline: error.status !== 0 });
    } finally {
      this.set({ isSyncing: false });
    }
    if (!this.isWanted) return;
    this.isWanted = false;
    await this.sync();
  }

  /** A visit as it will be when everything was sent. */
  shown(visitId: string): Visit | null {
    const visit = this.snapshot.visits.find(({ id }) => id === visitId);
    return visit ? shownOf(visit, this.snapshot.entries) : null;
  }

  /** Ends the session of who signed out, also of who did so without a line: then as soon as there is one. */
  private async finishLeaving(): Promise<void> {
    if (!(await this.kept.read<boolean>("leaving"))) return;
    try {
      await readSession();
      await call("DELETE", "/api/session");
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status !== 401) return;
    }
    await this.kept.forget("leaving");
  }

  private get person(): string {
    return this.snapshot.me?.id ?? "";
  }

  private draftName(visitId: string): string {
    return `draft:${this.person}:${visitId}`;
  }

  private addressed(visit: Visit, clientId: string) {
    return { client_id: clientId, person_id: this.person, visit_id: visit.id, title: `\u2066${visit.number}\u2069 ${visit.subject}`, refused: null };
  }

  /** Somebody else's day is not shown to who signs in here. */
  private async become(me: Me): Promise<void> {
    const isOther = this.snapshot.me?.id !== me.id;
    await this.kept.write("me", me);
    this.set({ me, isOut: false });
    if (isOther) await this.reread(true);
  }

  private async refresh(): Promise<void> {
    const midnight = new Date().setHours(0, 0, 0, 0);
    const span = new URLSearchParams({ begins_at: new Date(midnight - beforeDays * dayMs).toISOString(), ends_at: new Date(midnight + afterDays * dayMs).toISOString() });
    const { items } = await call<{ items: VisitRow[] }>("GET", `/api/my-visits?${span}`);
    const known = new Map(this.snapshot.visits.map((visit) => [visit.id, visit]));
    const visits: Visit[] = [];
    for (const row of items) {
      const before = known.get(row.id);
      visits.push(before?.version === row.version ? before : await call<Visit>("GET", `/api/visits/${row.id}`));
    }
    const { items: kinds } = await call<{ items: Kind[] }>("GET", "/api/visit-kinds");
    await this.keepDay({ visits, kinds, readAt: Date.now() });
  }

  private async replace(visitId: string, visit: Visit | null): Promise<void> {
    const { kinds, readAt, visits } = this.snapshot;
    const now = visit ? visits.map((each) => (each.id === visitId ? visit : each)) : visits.filter(({ id }) => id !== visitId);
    await this.keepDay({ visits: now, kinds, readAt: readAt ?? Date.now() });
  }

  private async keepDay(day: Day): Promise<void> {
    await this.kept.write(`day:${this.person}`, day);
    this.set(day);
    this.channel?.postMessage("changed");
  }

  /** Shows what the phone holds now: another tab, or the queue, changed it. */
  private async reread(isOurs: boolean): Promise<void> {
    const me = await this.kept.read<Me>("me");
    if (!me) return this.set({ me: null, visits: [], entries: [] });
    const entries = await this.queue.entries(me.id);
    const day = await this.kept.read<Day>(`day:${me.id}`);
    this.set({ me, entries, ...(day ?? { visits: [], kinds: [], readAt: null }) });
    if (isOurs) this.channel?.postMessage("changed");
  }

  private set(change: Partial<Snapshot>): void {
    this.snapshot = { ...this.snapshot, ...change };
    for (const listener of this.listeners) listener();
  }
}
