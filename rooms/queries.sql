-- name: lock_room
-- One room with what the asking person has of it, for the change that follows.
select r.id, r.kind, r.name, r.posting, r.is_open, r.branch_id, r.last_seq, r.version, r.archived_at,
       m.staff_id is not null as is_member, coalesce(m.is_manager, false) as is_manager, coalesce(m.from_seq, 0) as from_seq,
       coalesce(m.read_seq, 0) as read_seq
from room r left join room_member m on m.room_id = r.id and m.staff_id = :staff_id::uuid
where r.id = :id::uuid for update of r

-- name: find_room
-- One room with what the asking person has of it.
select r.id, r.kind, r.name, r.posting, r.is_open, r.branch_id, r.last_seq, r.version, r.archived_at,
       m.staff_id is not null as is_member, coalesce(m.is_manager, false) as is_manager, coalesce(m.from_seq, 0) as from_seq,
       coalesce(m.read_seq, 0) as read_seq
from room r left join room_member m on m.room_id = r.id and m.staff_id = :staff_id::uuid
where r.id = :id::uuid

-- name: room_views
-- Rooms as all in them see them.
select r.id, r.kind, r.name, r.topic, r.posting, r.is_open, r.branch_id, r.last_seq, r.version, r.archived_at, r.created_at,
       (select count(*) from room_member m where m.room_id = r.id)::int as members,
       (select count(*) from room_member m join staff p on p.id = m.staff_id where m.room_id = r.id and p.kind = 'guest')::int as guests,
       case when r.kind = 'team' then '[]'::jsonb else
           (select jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name, 'is_guest', p.kind = 'guest', 'organisation', p.organisation) order by p.id)
            from room_member m join staff p on p.id = m.staff_id where m.room_id = r.id) end as people
from room r where r.id = any(:ids::uuid[])

-- name: rooms_of
-- Where somebody is, the most recently alive first.
select m.room_id, m.is_manager, m.from_seq, m.read_seq from room_member m join room r on r.id = m.room_id
where m.staff_id = :staff_id::uuid and r.archived_at is null order by r.last_seq desc, r.id limit :most::int

-- name: seat_of
-- What one person has of one room.
select m.room_id, m.is_manager, m.from_seq, m.read_seq from room_member m where m.room_id = :room_id::uuid and m.staff_id = :staff_id::uuid

-- name: last_of_rooms
-- What was said last in each of these.
select msg.id, msg.room_id, msg.seq, msg.author_id, p.name as author_name, p.kind = 'guest' as author_is_guest, p.organisation as author_organisation,
       msg.text, msg.attachments, msg.mentions, msg.reply_seq, msg.document, msg.reactions, msg.client_id, msg.version, msg.at, msg.edited_at, msg.deleted_at
from room r join room_message msg on msg.room_id = r.id and msg.seq = r.last_seq join staff p on p.id = msg.author_id
where r.id = any(:ids::uuid[])

-- name: insert_room
-- A new room.
insert into room (id, kind, name, topic, posting, is_open, branch_id, pair, created_by, created_at)
values (:id::uuid, :kind::text, :name::text, :topic::text, :posting::text, :is_open::boolean, :branch_id::uuid, :pair::text, :created_by::uuid, :now::timestamptz)

-- name: lock_pair
-- Two people who begin a chat with each other at once begin one.
select pg_advisory_xact_lock(hashtextextended(:pair::text, 10))

-- name: room_of_pair
-- The direct chat of two.
select id from room where pair = :pair::text

-- name: change_room
-- Another name, topic or rule.
update room set name = :name::text, topic = :topic::text, posting = :posting::text, is_open = :is_open::boolean, version = version + 1 where id = :id::uuid

-- name: archive_room
-- Over, and kept.
update room set archived_at = :now::timestamptz, version = version + 1 where id = :id::uuid

-- name: add_members
-- They are in; who was is left as he is. A guest reads from here on.
insert into room_member (room_id, staff_id, is_manager, from_seq, read_seq, joined_at)
select :room_id::uuid, p.id, :is_manager::boolean, case when p.kind = 'guest' then r.last_seq else 0 end, r.last_seq, :now::timestamptz
from staff p, room r where p.id = any(:staff_ids::uuid[]) and r.id = :room_id
on conflict (room_id, staff_id) do nothing
returning staff_id

-- name: remove_member
-- Out.
delete from room_member where room_id = :room_id::uuid and staff_id = :staff_id::uuid

-- name: set_manager
-- May change the room, or may no longer.
update room_member set is_manager = :is_manager::boolean where room_id = :room_id::uuid and staff_id = :staff_id::uuid

-- name: count_members
-- How many, and how many of them may change the room.
select count(*)::int as members, (count(*) filter (where is_manager))::int as managers from room_member where room_id = :room_id::uuid

-- name: member_ids
-- Who is in, and from where on they read.
select staff_id, from_seq, read_seq from room_member where room_id = :room_id::uuid order by staff_id

-- name: list_members
-- Who is in a room, and who of them is there now.
select p.id, p.name, p.kind = 'guest' as is_guest, p.organisation, m.is_manager, m.read_seq,
       coalesce(a.heartbeat_at > clock_timestamp() - interval '20 seconds', false) as is_present
from room_member m join staff p on p.id = m.staff_id left join agent a on a.staff_id = p.id
where m.room_id = :room_id::uuid order by p.name, p.id

-- name: get_member
-- One of a room.
select p.id, p.name, p.kind = 'guest' as is_guest, p.organisation, m.is_manager, m.read_seq,
       coalesce(a.heartbeat_at > clock_timestamp() - interval '20 seconds', false) as is_present
from room_member m join staff p on p.id = m.staff_id left join agent a on a.staff_id = p.id
where m.room_id = :room_id::uuid and m.staff_id = :staff_id::uuid

-- name: shares_room
-- Whether two are in a room together.
select exists (select from room_member a join room_member b on b.room_id = a.room_id join room r on r.id = a.room_id
               where a.staff_id = :one::uuid and b.staff_id = :other::uuid and r.archived_at is null)

-- name: people_to_talk_to
-- Colleagues in scope who may talk, and guests of rooms that are shared.
select p.id, p.name, p.kind = 'guest' as is_guest, p.organisation from staff p
where p.is_active and p.id <> :me::uuid and (p.expires_at is null or p.expires_at > clock_timestamp())
  and exists (select from staff_role sr join role r on r.id = sr.role_id where sr.staff_id = p.id and 'room.talk' = any(r.permissions))
  and ((p.kind = 'staff' and (:branches::uuid[] is null or p.branch_id is null or p.branch_id = any(:branches)))
       or exists (select from room_member a join room_member b on b.room_id = a.room_id where a.staff_id = :me and b.staff_id = p.id))
order by p.name limit 1000

-- name: branch_of_person
-- Whose data a person is, and of which kind.
select branch_id, kind from staff where id = :id::uuid and is_active

-- name: open_rooms
-- Where somebody may come in uninvited.
select r.id from room r
where r.kind = 'team' and r.is_open and r.archived_at is null
  and (:branches::uuid[] is null or r.branch_id is null or r.branch_id = any(:branches))
  and not exists (select from room_member m where m.room_id = r.id and m.staff_id = :staff_id::uuid)
order by r.name limit 200

-- name: all_rooms
-- Team rooms in scope, for who manages them.
select r.id from room r
where r.kind = 'team' and r.archived_at is null and (:branches::uuid[] is null or r.branch_id is null or r.branch_id = any(:branches))
order by r.name limit 500

-- name: rooms_as_documents
-- What these are called, and who is in them.
select r.id, r.kind, r.name, array(select m.staff_id from room_member m where m.room_id = r.id) as staff_ids,
       (select string_agg(p.name, ', ' order by p.id) from room_member m join staff p on p.id = m.staff_id where m.room_id = r.id and r.kind = 'direct') as people
from room r where r.id = any(:ids::uuid[]) and r.archived_at is null

-- name: next_seq
-- The next place in the room, under its lock.
update room set last_seq = last_seq + 1 where id = :id::uuid returning last_seq

-- name: insert_message
-- Something said.
insert into room_message (id, room_id, seq, author_id, text, search, attachments, mentions, reply_seq, document, client_id, at)
values (:id::uuid, :room_id::uuid, :seq::int, :author_id::uuid, :text::text, :search::text, :attachments::jsonb, :mentions::uuid[], :reply_seq::int,
        :document::jsonb, :client_id::text, :now::timestamptz)

-- name: find_message_by_client
-- What was said under this client id.
select msg.id, msg.room_id, msg.seq, msg.author_id, p.name as author_name, p.kind = 'guest' as author_is_guest, p.organisation as author_organisation,
       msg.text, msg.attachments, msg.mentions, msg.reply_seq, msg.document, msg.reactions, msg.client_id, msg.version, msg.at, msg.edited_at, msg.deleted_at
from room_message msg join staff p on p.id = msg.author_id where msg.author_id = :author_id::uuid and msg.client_id = :client_id::text

-- name: get_message
-- One message.
select msg.id, msg.room_id, msg.seq, msg.author_id, p.name as author_name, p.kind = 'guest' as author_is_guest, p.organisation as author_organisation,
       msg.text, msg.attachments, msg.mentions, msg.reply_seq, msg.document, msg.reactions, msg.client_id, msg.version, msg.at, msg.edited_at, msg.deleted_at
from room_message msg join staff p on p.id = msg.author_id where msg.id = :id::uuid

-- name: list_messages
-- The newest before a place, newest first.
select msg.id, msg.room_id, msg.seq, msg.author_id, p.name as author_name, p.kind = 'guest' as author_is_guest, p.organisation as author_organisation,
       msg.text, msg.attachments, msg.mentions, msg.reply_seq, msg.document, msg.reactions, msg.client_id, msg.version, msg.at, msg.edited_at, msg.deleted_at
from room_message msg join staff p on p.id = msg.author_id
where msg.room_id = :room_id::uuid and msg.seq < :before_seq::int and msg.seq > :from_seq::int order by msg.seq desc limit :most::int

-- name: search_messages
-- Where these words were said, of what somebody may read, newest first.
select msg.id, msg.room_id, msg.seq, msg.author_id, p.name as author_name, p.kind = 'guest' as author_is_guest, p.organisation as author_organisation,
       msg.text, msg.attachments, msg.mentions, msg.reply_seq, msg.document, msg.reactions, msg.client_id, msg.version, msg.at, msg.edited_at, msg.deleted_at
from room_message msg join room_member m on m.room_id = msg.room_id and m.staff_id = :staff_id::uuid join staff p on p.id = msg.author_id
     join room r on r.id = msg.room_id
where msg.seq > m.from_seq and msg.deleted_at is null and r.archived_at is null and msg.search like :pattern::text
  and (:room_id::uuid is null or msg.room_id = :room_id)
order by msg.id desc limit :most::int

-- name: keep_past_message
-- What stood there before it is changed.
insert into room_message_past (message_id, version, text, at)
select id, version, text, coalesce(edited_at, at) from room_message where id = :id::uuid

-- name: edit_message
-- Another text.
update room_message set text = :text::text, search = :search::text, mentions = :mentions::uuid[], edited_at = :now::timestamptz, version = version + 1
where id = :id::uuid

-- name: delete_message
-- Its place stays; its text is kept among the past ones.
update room_message set text = '', search = '', attachments = '[]', mentions = '{}', document = null, reactions = '{}', deleted_at = :now::timestamptz,
    version = version + 1 where id = :id::uuid

-- name: set_reactions
-- Who liked it.
update room_message set reactions = :reactions::jsonb, version = version + 1 where id = :id::uuid

-- name: mark_read
-- Further than before.
update room_member set read_seq = :seq::int where room_id = :room_id::uuid and staff_id = :staff_id::uuid and read_seq < :seq

-- name: bind_files
-- Uploaded files go with the message; only the own ones that are not bound yet.
update attachment set room_id = :room_id::uuid
where id = any(:ids::uuid[]) and owner = :owner::text and interaction_id is null and room_id is null and ticket_id is null
returning id, sha256, name, content_type, size

-- name: get_file
-- One file of a room.
select a.id, a.sha256, a.name, a.content_type, a.size, a.owner, a.room_id from attachment a where a.id = :id::uuid
  and a.interaction_id is null and a.ticket_id is null

-- name: place_of_file
-- With which message it was sent.
select seq from room_message where room_id = :room_id::uuid and deleted_at is null
  and attachments @> jsonb_build_array(jsonb_build_object('id', :file_id::text)) limit 1

-- name: insert_invitation
-- A link for somebody from outside, by the hash of its token.
insert into room_invitation (id, token_hash, room_id, email, guest_until, by_id, created_at, expires_at)
values (:id::uuid, :token_hash::bytea, :room_id::uuid, :email::text, :guest_until::timestamptz, :by_id::uuid, :now::timestamptz, :expires_at::timestamptz)

-- name: find_invitation
-- What a link is for, as long as it works.
select i.id, i.room_id, i.email, i.guest_until, i.by_id, i.expires_at, r.name as room_name, p.name as by_name
from room_invitation i join room r on r.id = i.room_id join staff p on p.id = i.by_id
where i.token_hash = :token_hash::bytea and i.used_at is null and i.revoked_at is null and i.expires_at > :now::timestamptz and r.archived_at is null

-- name: use_invitation
-- Once.
update room_invitation set used_at = :now::timestamptz
where id = :id::uuid and used_at is null and revoked_at is null and expires_at > :now returning id

-- name: list_invitations
-- Links of a room that still work.
select i.id, i.email, p.name as by_name, i.created_at, i.expires_at, i.guest_until from room_invitation i join staff p on p.id = i.by_id
where i.room_id = :room_id::uuid and i.used_at is null and i.revoked_at is null and i.expires_at > :now::timestamptz order by i.created_at desc limit 100

-- name: revoke_invitation
-- No longer.
update room_invitation set revoked_at = :now::timestamptz
where id = :id::uuid and room_id = :room_id::uuid and used_at is null and revoked_at is null returning id
