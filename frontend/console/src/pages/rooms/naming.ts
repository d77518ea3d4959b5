import type { RoomState } from "../../feedTeam";
import type { Id } from "../../protocol";
import type { Room } from "../../protocolTeam";

/** A direct chat is called by the other one. */
export function nameOf(room: Room, me: Id): string {
  if (room.kind === "team") return room.name;
  return room.people.find(({ id }) => id !== me)?.name ?? room.people[0]?.name ?? "";
}

/** Alive ones first. */
export function roomsInOrder(rooms: Record<Id, RoomState>): RoomState[] {
  const moment = ({ last, room }: RoomState) => Date.parse(last?.at ?? room.created_at);
  return Object.values(rooms).sort((a, b) => moment(b) - moment(a) || a.room.id.localeCompare(b.room.id));
}
