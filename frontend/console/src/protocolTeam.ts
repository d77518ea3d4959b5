import type { Attachment, Id, Iso } from "./protocol";

/** What colleagues have among themselves, as docs/realtime.md states it: documents' notes, the bell, rooms. */

export interface DocumentRef {
  kind: string;
  id: Id;
}

export interface Titled {
  document: DocumentRef;
  title: string;
  link: string[];
}

export interface Comment {
  id: Id;
  author_id: Id;
  author_name: string;
  text: string;
  mentions: Id[];
  client_id: string;
  at: Iso;
  edited_at: Iso | null;
  deleted_at: Iso | null;
  version: number;
}

export interface Assignment {
  id: Id;
  document: DocumentRef;
  title: string;
  link: string[];
  assignee_id: Id;
  assignee_name: string;
  by_id: Id;
  by_name: string;
  note: string;
  state: "open" | "done" | "handed_on" | "withdrawn";
  assigned_at: Iso;
  ended_at: Iso | null;
}

export interface Notes {
  document: DocumentRef;
  title: string;
  version: number;
  comments: Comment[];
  count: number;
  assignment: Assignment | null;
  history: Assignment[];
  is_following: boolean;
}

export type NoticeKind = "mention" | "comment" | "assignment" | "done" | "room_mention" | "direct" | "missed_offer" | "follow_up" | "callback_failed" | "call_asked" | "customer_contact" | "low_rating" | "work_alert" | "queue_alarm" | "ticket_changed" | "ticket_due" | "ticket_late" | "ticket_rule" | "mailbox_failing" | "visit_changed" | "complaint_referred" | "complaint_review" | "complaint_late";

export interface Notice {
  id: Id;
  kind: NoticeKind;
  document: DocumentRef;
  /** Empty when it may no longer be known. */
  title: string;
  link: string[];
  by_id: Id | null;
  by_name: string;
  text: string;
  created_at: Iso;
  read_at: Iso | null;
}

export interface Ringing {
  kind: NoticeKind;
  rings: boolean;
}

export interface Colleague {
  id: Id;
  name: string;
  login: string;
}

export interface Person {
  id: Id;
  name: string;
  is_guest: boolean;
  organisation: string;
}

export interface Room {
  id: Id;
  kind: "direct" | "team";
  name: string;
  topic: string;
  posting: "members" | "managers";
  is_open: boolean;
  branch_id: Id | null;
  last_seq: number;
  version: number;
  members: number;
  guests: number;
  people: Person[];
  archived_at: Iso | null;
  created_at: Iso;
}

export const signs = ["like", "love", "laugh", "party", "done", "look"] as const;
export type Sign = (typeof signs)[number];

export interface RoomMessage {
  id: Id;
  room_id: Id;
  seq: number;
  author: Person;
  text: string;
  attachments: Attachment[];
  mentions: Id[];
  reply_seq: number | null;
  document: DocumentRef | null;
  reactions: Partial<Record<Sign, Id[]>>;
  client_id: string;
  version: number;
  at: Iso;
  edited_at: Iso | null;
  deleted_at: Iso | null;
}

export interface Seat {
  room: Room;
  is_manager: boolean;
  from_seq: number;
  read_seq: number;
  last: RoomMessage | null;
}

export interface Member {
  person: Person;
  is_manager: boolean;
  read_seq: number;
  is_present: boolean;
}

export interface RoomTyping {
  room_id: Id;
  staff_id: Id;
  name: string;
  is_typing: boolean;
}

export interface TeamSnapshot {
  notifications: Notice[];
  unread_notifications: number;
  notification_settings: Ringing[];
  assigned: Assignment[];
  rooms: Seat[];
}

/** Type of an event and what it carries. */
export interface TeamEvents {
  "notification.put": { notification: Notice; unread: number };
  "notification.read": { ids: Id[] | null; read_at: Iso; unread: number };
  "notification.settings": { settings: Ringing[] };
  "comment.put": { document: DocumentRef; comment: Comment; count: number };
  "assignment.put": { assignment: Assignment; version: number };
  "seat.put": { seat: Seat };
  "room.put": { room: Room };
  "room.removed": { room_id: Id };
  "room_member.put": { room_id: Id; staff_id: Id; member: Member | null };
  "room.read": { room_id: Id; staff_id: Id; seq: number };
  "room_message.put": { message: RoomMessage };
}

export interface RoomSettings {
  name: string;
  topic: string;
  posting: Room["posting"];
  is_open: boolean;
}

/** What goes with the text of a message in a room. */
export interface Aside {
  mentions: Id[];
  reply_seq: number | null;
  document: DocumentRef | null;
}

export interface TeamCommands {
  "document.open": [{ document: DocumentRef }, Notes];
  "document.close": [{ document: DocumentRef }, object];
  "document.comments": [{ document: DocumentRef; before: Id }, { comments: Comment[] }];
  "document.titles": [{ documents: DocumentRef[] }, { documents: Titled[] }];
  "document.follow": [{ document: DocumentRef; is_on: boolean }, object];
  "document.assign": [
    { document: DocumentRef; version: number; assignee_id: Id | null; note: string },
    { assignment: Assignment | null },
  ];
  "document.colleagues": [{ document: DocumentRef }, { colleagues: Colleague[] }];
  "comment.write": [{ document: DocumentRef; client_id: string; text: string; mentions: Id[] }, { comment: Comment }];
  "comment.edit": [{ comment_id: Id; version: number; text: string }, { comment: Comment }];
  "comment.delete": [{ comment_id: Id }, { comment: Comment }];
  "assignment.done": [{ assignment_id: Id }, { assignment: Assignment | null }];
  "notification.read": [{ ids: Id[] | null }, { unread: number }];
  "notification.choose": [{ kind: NoticeKind; rings: boolean }, { settings: Ringing[] }];
  "room.create": [RoomSettings & { client_id: string; branch_id: Id | null; member_ids: Id[] }, { seat: Seat }];
  "room.direct": [{ staff_id: Id }, { seat: Seat }];
  "room.people": [object, { people: Person[] }];
  "room.find": [{ every: boolean }, { rooms: Room[] }];
  "room.join": [{ room_id: Id }, { seat: Seat }];
  "room.leave": [{ room_id: Id }, object];
  "room.change": [RoomSettings & { room_id: Id; version: number }, { room: Room }];
  "room.archive": [{ room_id: Id }, object];
  "room.members": [{ room_id: Id }, { members: Member[] }];
  "room.add": [{ room_id: Id; staff_ids: Id[] }, object];
  "room.remove": [{ room_id: Id; staff_id: Id }, object];
  "room.promote": [{ room_id: Id; staff_id: Id; is_manager: boolean }, object];
  "room.say": [{ room_id: Id; client_id: string; text: string; attachments: Id[] } & Aside, { message: RoomMessage }];
  "room.edit": [{ message_id: Id; version: number; text: string }, { message: RoomMessage }];
  "room.delete": [{ message_id: Id }, { message: RoomMessage }];
  "room.react": [{ message_id: Id; sign: Sign; is_on: boolean }, { message: RoomMessage }];
  "room.read": [{ room_id: Id; seq: number }, object];
  "room.messages": [{ room_id: Id; before_seq: number | null; limit: number }, { messages: RoomMessage[] }];
  "room.search": [{ room_id: Id | null; words: string }, { messages: RoomMessage[] }];
  "room.typing": [{ room_id: Id; is_typing: boolean }, object];
  "room.invite": [{ room_id: Id; email: string; days: number }, { link: string | null; expires_at: Iso | null }];
  "room.invitations": [
    { room_id: Id },
    { invitations: { id: Id; email: string; by_name: string; created_at: Iso; expires_at: Iso; guest_until: Iso }[] },
  ];
  "room.revoke": [{ room_id: Id; invitation_id: Id }, object];
}
