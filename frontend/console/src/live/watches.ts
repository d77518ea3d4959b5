import { Problem } from "../http/api";
import type { FeedEvent, Id } from "../protocol";
import { unwatch, watch } from "../watched";
import type { Live } from "./live";

/** Which conversations are looked at that are not one's own; asked for anew after every sync, since a socket forgets. */
export class Watches {
  /** How many views have it open. */
  private readonly open = new Map<Id, number>();
  /** Events that come while the answer is under way; they belong after it. */
  private readonly held = new Map<Id, FeedEvent[]>();

  constructor(private readonly live: Live) {}

  begin(id: Id): { isKnown: Promise<void>; leave: () => void } {
    const isFirst = !this.open.has(id);
    this.open.set(id, (this.open.get(id) ?? 0) + 1);
    const isKnown = isFirst ? this.ask(id) : Promise.resolve();
    let isOver = false;
    const leave = () => {
      if (!isOver) this.end(id);
      isOver = true;
    };
    return { isKnown, leave };
  }

  again(): void {
    for (const id of this.open.keys()) void this.ask(id).catch(() => this.live.change((state) => unwatch(state, id)));
  }

  hear(event: FeedEvent): void {
    const id = event.type === "interaction.put" ? event.data.interaction.id : event.type === "message.put" ? event.data.interaction_id : null;
    if (id !== null) this.held.get(id)?.push(event);
  }

  private async ask(id: Id): Promise<void> {
    const held: FeedEvent[] = [];
    this.held.set(id, held);
    try {
      const { interaction, messages, events } = await this.live.ask("interaction.watch", { interaction_id: id });
      if (this.open.has(id)) this.live.change((state) => watch(state, interaction, messages, [...events, ...held]));
    } catch (error) {
      // Without a line it is asked for again at the next sync.
      if (!(error instanceof Problem && error.isPassing)) throw error;
    } finally {
      if (this.held.get(id) === held) this.held.delete(id);
    }
  }

  private end(id: Id): void {
    const left = (this.open.get(id) ?? 1) - 1;
    if (left > 0) {
      this.open.set(id, left);
      return;
    }
    this.open.delete(id);
    this.live.change((state) => unwatch(state, id));
    this.live.ask("interaction.unwatch", { interaction_id: id }).catch(() => undefined);
  }
}
