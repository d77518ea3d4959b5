import type { Id } from "./protocol";
import type { Assignment, Comment, DocumentRef, Member, Notes, Notice, NoticeKind, Room, RoomMessage, Seat, TeamEvents, TeamSnapshot } from "./protocolTeam";

/** A room, and what is known of it here: messages oldest first, members once somebody looked. */
export interface RoomState {
  room: Room;
  isManager: boolean;
  fromSeq: number;
  readSeq: number;
  last: RoomMessage | null;
  messages: RoomMessage[];
  members: Member[] | null;
}

export interface TeamState {
  notifications: Notice[];
  unreadNotifications: number;
  rings: Partial<Record<NoticeKind, boolean>>;
  assigned: Assignment[];
  rooms: Record<Id, RoomState>;
  /** Documents that are open here, by kind and id. */
  notes: Record<string, Notes>;
}

export type TeamEvent = { [Type in keyof TeamEvents]: { type: Type; data: TeamEvents[Type] } }[keyof TeamEvents];

const shownInBell = 20;

export const keyOf = ({ kind, id }: DocumentRef): string => `${kind}:${id}`;

export function teamFromSnapshot(snapshot: TeamSnapshot): TeamState {
  return {
    notifications: snapshot.notifications,
    unreadNotifications: snapshot.unread_notifications,
    rings: Object.fromEntries(snapshot.notification_settings.map(({ kind, rings }) => [kind, rings])),
    assigned: snapshot.assigned,
    rooms: Object.fromEntries(snapshot.rooms.map((seat) => [seat.room.id, seated(undefined, seat)])),
    notes: {},
  };
}

/** Unread messages of a room. */
export function unreadOf({ room, readSeq, fromSeq }: RoomState): number {
  return Math.max(0, room.last_seq - Math.max(readSeq, fromSeq));
}

export function reduceTeam<S extends TeamState>(state: S, event: TeamEvent, me: Id): S {
  switch (event.type) {
    case "notification.put":
      return { ...state, notifications: newest(state.notifications, event.data.notification), unreadNotifications: event.data.unread };
    case "notification.read":
      return markRead(state, event.data);
    case "notification.settings":
      return { ...state, rings: Object.fromEntries(event.data.settings.map(({ kind, rings }) => [kind, rings])) };
    case "comment.put":
      return inNotes(state, event.data.document, (notes) => ({
        ...notes,
        count: event.data.count,
        comments: withComment(notes.comments, event.data.comment),
      }));
    case "assignment.put":
      return putAssignment(state, event.data.assignment, event.data.version, me);
    default:
      return reduceRooms(state, event, me);
  }
}

function reduceRooms<S extends TeamState>(state: S, event: TeamEvent, me: Id): S {
  switch (event.type) {
    case "seat.put": {
      const { seat } = event.data;
      return { ...state, rooms: { ...state.rooms, [seat.room.id]: seated(state.rooms[seat.room.id], seat) } };
    }
    case "room.put":
      return inRoom(state, event.data.room.id, (known) => ({ ...known, room: event.data.room }));
    case "room.removed": {
      const { [event.data.room_id]: _gone, ...rooms } = state.rooms;
      return { ...state, rooms };
    }
    case "room_member.put":
      return inRoom(state, event.data.room_id, (known) => ({ ...known, members: withMember(known.members, event.data) }));
    case "room.read":
      return inRoom(state, event.data.room_id, (known) => withReading(known, event.data.staff_id, event.data.seq, me));
    case "room_message.put":
      return inRoom(state, event.data.message.room_id, (known) => withMessage(known, event.data.message, me));
    default:
      return state;
  }
}

/** Takes what came as an answer; what the feed has said meanwhile stays. */
export function learnRoom<S extends TeamState>(state: S, id: Id, learned: { messages?: RoomMessage[]; members?: Member[] }): S {
  return inRoom(state, id, (known) => ({
    ...known,
    messages: learned.messages ? merged(learned.messages, known.messages) : known.messages,
    members: learned.members ?? known.members,
  }));
}

/** Takes the notes of a document that was opened; a comment that the feed told in a later version stays. */
export function learnNotes<S extends TeamState>(state: S, notes: Notes): S {
  const key = keyOf(notes.document);
  const known = state.notes[key];
  const comments = (known?.comments ?? []).reduce(withComment, notes.comments);
  const isNewer = known !== undefined && known.version > notes.version;
  const whole = isNewer ? { ...notes, version: known.version, assignment: known.assignment, history: known.history } : notes;
  return { ...state, notes: { ...state.notes, [key]: { ...whole, comments } } };
}

function newest(known: Notice[], notice: Notice): Notice[] {
  const others = known.filter(({ id }) => id !== notice.id);
  return [...others, notice].sort((a, b) => b.id.localeCompare(a.id)).slice(0, shownInBell);
}

function markRead<S extends TeamState>(state: S, { ids, read_at, unread }: TeamEvents["notification.read"]): S {
  const isMeant = (notice: Notice) => notice.read_at === null && (ids === null || ids.includes(notice.id));
  const notifications = state.notifications.map((notice) => (isMeant(notice) ? { ...notice, read_at } : notice));
  return { ...state, notifications, unreadNotifications: unread };
}

function inNotes<S extends TeamState>(state: S, document: DocumentRef, change: (notes: Notes) => Notes): S {
  const notes = state.notes[keyOf(document)];
  return notes ? { ...state, notes: { ...state.notes, [keyOf(document)]: change(notes) } } : state;
}

function withComment(comments: Comment[], comment: Comment): Comment[] {
  const known = comments.find(({ id }) => id === comment.id);
  if (known && known.version > comment.version) return comments;
  return [...comments.filter(({ id }) => id !== comment.id), comment].sort((a, b) => a.id.localeCompare(b.id));
}

function putAssignment<S extends TeamState>(state: S, assignment: Assignment, version: number, me: Id): S {
  const others = state.assigned.filter(({ id }) => id !== assignment.id);
  const isMine = assignment.assignee_id === me && assignment.state === "open";
  const assigned = isMine ? [...others, assignment].sort((a, b) => b.id.localeCompare(a.id)) : others;
  return inNotes({ ...state, assigned }, assignment.document, (notes) => {
    if (notes.version > version) return notes;
    const history = [assignment, ...notes.history.filter(({ id }) => id !== assignment.id)].sort((a, b) => b.id.localeCompare(a.id));
    return { ...notes, version, history, assignment: history.find(({ state: its }) => its === "open") ?? null };
  });
}

function inRoom<S extends TeamState>(state: S, id: Id, change: (room: RoomState) => RoomState): S {
  const known = state.rooms[id];
  return known ? { ...state, rooms: { ...state.rooms, [id]: change(known) } } : state;
}

function seated(known: RoomState | undefined, seat: Seat): RoomState {
  return {
    room: seat.room,
    isManager: seat.is_manager,
    fromSeq: seat.from_seq,
    readSeq: seat.read_seq,
    last: seat.last,
    messages: merged(known?.messages ?? [], seat.last ? [seat.last] : []),
    members: known?.members ?? null,
  };
}

function withMember(members: Member[] | null, put: TeamEvents["room_member.put"]): Member[] | null {
  if (members === null) return null;
  const others = members.filter(({ person }) => person.id !== put.staff_id);
  return put.member ? [...others, put.member].sort((a, b) => a.person.name.localeCompare(b.person.name)) : others;
}

function withReading(known: RoomState, staffId: Id, seq: number, me: Id): RoomState {
  const further = (member: Member) => ({ ...member, read_seq: Math.max(member.read_seq, seq) });
  const members = known.members?.map((member) => (member.person.id === staffId ? further(member) : member)) ?? null;
  return { ...known, members, readSeq: staffId === me ? Math.max(known.readSeq, seq) : known.readSeq };
}

function withMessage(known: RoomState, message: RoomMessage, me: Id): RoomState {
  const room = { ...known.room, last_seq: Math.max(known.room.last_seq, message.seq) };
  const last = known.last === null || message.seq >= known.last.seq ? message : known.last;
  const isHere = known.messages.length === 0 || message.seq >= known.messages[0]!.seq;
  // An old message that changed is not kept before those between it and the known ones are.
  const messages = isHere ? merged(known.messages, [message]) : known.messages;
  return withReading({ ...known, room, last, messages }, message.author.id, message.seq, me);
}

function merged(known: RoomMessage[], put: RoomMessage[]): RoomMessage[] {
  const bySeq = new Map(known.map((message) => [message.seq, message]));
  for (const message of put) bySeq.set(message.seq, message);
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}
