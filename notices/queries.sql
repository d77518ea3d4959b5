-- name: ensure_document
-- The row that everything at a document is locked by.
insert into document (kind, id) values (:kind::text, :id::uuid) on conflict do nothing

-- name: lock_document
-- One document for the change that follows.
select version, comments from document where kind = :kind::text and id = :id::uuid for update

-- name: get_document
-- How much there is at a document.
select version, comments from document where kind = :kind::text and id = :id::uuid

-- name: count_comment
-- One comment more, or one fewer.
update document set comments = comments + :by::int where kind = :kind::text and id = :id::uuid returning comments

-- name: next_version
-- The document has another assignee.
update document set version = version + 1 where kind = :kind::text and id = :id::uuid returning version

-- name: follow
-- Whoever takes part hears of what follows, unless they left.
insert into document_follower (kind, id, staff_id, is_on)
select :kind::text, :id::uuid, staff_id, true from unnest(:staff_ids::uuid[]) as each (staff_id) on conflict do nothing

-- name: set_following
-- What somebody chose.
insert into document_follower (kind, id, staff_id, is_on) values (:kind::text, :id::uuid, :staff_id::uuid, :is_on::boolean)
on conflict (kind, id, staff_id) do update set is_on = excluded.is_on

-- name: followers
-- Who hears of what happens at a document.
select staff_id, is_on from document_follower where kind = :kind::text and id = :id::uuid

-- name: is_following
-- Whether somebody does.
select is_on from document_follower where kind = :kind::text and id = :id::uuid and staff_id = :staff_id::uuid

-- name: find_comment_by_client
-- What was written under this client id.
select c.id, c.document_kind, c.document_id, c.author_id, p.name as author_name, c.text, c.mentions, c.client_id, c.at, c.edited_at, c.deleted_at, c.version
from document_comment c join staff p on p.id = c.author_id where c.author_id = :author_id::uuid and c.client_id = :client_id::text

-- name: get_comment
-- One comment.
select c.id, c.document_kind, c.document_id, c.author_id, p.name as author_name, c.text, c.mentions, c.client_id, c.at, c.edited_at, c.deleted_at, c.version
from document_comment c join staff p on p.id = c.author_id where c.id = :id::uuid

-- name: list_comments
-- The newest comments before a place, newest first.
select c.id, c.document_kind, c.document_id, c.author_id, p.name as author_name, c.text, c.mentions, c.client_id, c.at, c.edited_at, c.deleted_at, c.version
from document_comment c join staff p on p.id = c.author_id
where c.document_kind = :kind::text and c.document_id = :id::uuid and c.id < :before::uuid
order by c.id desc limit :most::int

-- name: insert_comment
-- A new comment.
insert into document_comment (id, document_kind, document_id, author_id, text, mentions, client_id, at)
values (:id::uuid, :kind::text, :document_id::uuid, :author_id::uuid, :text::text, :mentions::uuid[], :client_id::text, :at::timestamptz)

-- name: keep_past_comment
-- What stood there before it is changed.
insert into document_comment_past (comment_id, version, text, at)
select id, version, text, coalesce(edited_at, at) from document_comment where id = :id::uuid

-- name: edit_comment
-- Another text.
update document_comment set text = :text::text, mentions = :mentions::uuid[], edited_at = :now::timestamptz, version = version + 1 where id = :id::uuid

-- name: delete_comment
-- Its place stays, its text is kept among the past ones.
update document_comment set text = '', mentions = '{}', deleted_at = :now::timestamptz, version = version + 1 where id = :id::uuid

-- name: open_assignment
-- Who looks after a document now.
select a.id, a.document_kind, a.document_id, a.title, a.link, a.assignee_id, t.name as assignee_name, a.by_id, b.name as by_name, a.note, a.state,
       a.assigned_at, a.ended_at
from assignment a join staff t on t.id = a.assignee_id join staff b on b.id = a.by_id
where a.document_kind = :kind::text and a.document_id = :id::uuid and a.state = 'open'

-- name: get_assignment
-- One assignment.
select a.id, a.document_kind, a.document_id, a.title, a.link, a.assignee_id, t.name as assignee_name, a.by_id, b.name as by_name, a.note, a.state,
       a.assigned_at, a.ended_at
from assignment a join staff t on t.id = a.assignee_id join staff b on b.id = a.by_id where a.id = :id::uuid

-- name: assignments_of
-- The newest of a document.
select a.id, a.document_kind, a.document_id, a.title, a.link, a.assignee_id, t.name as assignee_name, a.by_id, b.name as by_name, a.note, a.state,
       a.assigned_at, a.ended_at
from assignment a join staff t on t.id = a.assignee_id join staff b on b.id = a.by_id
where a.document_kind = :kind::text and a.document_id = :id::uuid order by a.id desc limit 20

-- name: list_assignments
-- Newest first: to somebody, by somebody, or everybody's.
select a.id, a.document_kind, a.document_id, a.title, a.link, a.assignee_id, t.name as assignee_name, a.by_id, b.name as by_name, a.note, a.state,
       a.assigned_at, a.ended_at
from assignment a join staff t on t.id = a.assignee_id join staff b on b.id = a.by_id
where a.id < :before::uuid and (:assignee_id::uuid is null or a.assignee_id = :assignee_id) and (:by_id::uuid is null or a.by_id = :by_id)
  and (:is_open::boolean is null or (a.state = 'open') = :is_open)
  and (:kind::text is null or a.document_kind = :kind)
order by a.id desc limit :most::int

-- name: insert_assignment
-- Somebody is asked to look after a document.
insert into assignment (id, document_kind, document_id, title, link, assignee_id, by_id, note, state, assigned_at)
values (:id::uuid, :kind::text, :document_id::uuid, :title::text, :link::text[], :assignee_id::uuid, :by_id::uuid, :note::text, 'open', :now::timestamptz)

-- name: end_assignment
-- It is over, one way or another.
update assignment set state = :state::text, ended_at = :now::timestamptz where id = :id::uuid and state = 'open'

-- name: insert_notifications
-- Tell each of them once; who was told of this source before is left out of the answer.
insert into notification (id, staff_id, kind, document_kind, document_id, title, link, by_id, by_name, text, source, created_at)
select told.id, told.staff_id, told.kind, :document_kind::text, :document_id::uuid, :title::text, :link::text[], :by_id::uuid, :by_name::text, :text::text,
       :source::text, :now::timestamptz
from unnest(:ids::uuid[], :staff_ids::uuid[], :kinds::text[]) as told (id, staff_id, kind)
on conflict (staff_id, source) do nothing
returning id, staff_id, kind, document_kind, document_id, title, link, by_id, by_name, text, created_at, read_at

-- name: count_unread
-- How many each of them has not read.
select p.id as staff_id, (select count(*) from notification n where n.staff_id = p.id and n.read_at is null)::int as unread
from unnest(:staff_ids::uuid[]) as p (id)

-- name: lock_bells
-- One change of somebody's unread count at a time, always in the same order.
select id from staff where id = any(:staff_ids::uuid[]) order by id for no key update

-- name: list_notifications
-- Somebody's, newest first.
select id, staff_id, kind, document_kind, document_id, title, link, by_id, by_name, text, created_at, read_at
from notification where staff_id = :staff_id::uuid and id < :before::uuid order by id desc limit :most::int

-- name: mark_read
-- These, or all of somebody's.
update notification set read_at = :now::timestamptz
where staff_id = :staff_id::uuid and read_at is null and (:ids::uuid[] is null or id = any(:ids))
returning id

-- name: has_unread_of_document
-- Whether the bell says something of a document that was not read.
select exists (select from notification where staff_id = :staff_id::uuid and read_at is null and document_kind = :kind::text and document_id = :id::uuid)

-- name: mark_read_of_document
-- All that is about one document: it was opened.
update notification set read_at = :now::timestamptz
where staff_id = :staff_id::uuid and read_at is null and document_kind = :kind::text and document_id = :id::uuid
returning id

-- name: get_settings
-- What somebody chose to ring.
select kind, rings from notification_setting where staff_id = :staff_id::uuid

-- name: save_setting
-- Rings, or does not.
insert into notification_setting (staff_id, kind, rings) values (:staff_id::uuid, :kind::text, :rings::boolean)
on conflict (staff_id, kind) do update set rings = excluded.rings

-- name: colleagues
-- Everybody of the own organisation in scope who is there to be mentioned.
select id, name, login from staff
where is_active and kind = 'staff' and (:branches::uuid[] is null or branch_id is null or branch_id = any(:branches))
order by name limit 1000
