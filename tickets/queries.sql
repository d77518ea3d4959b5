-- name: find_opened
-- What this sender opened with this id.
select id from ticket where opened_by = :opened_by::text and client_id = :client_id::text

-- name: insert_ticket
-- A new ticket with the next number of its kind, and with the names that a page shows.
with t as (
insert into ticket (id, kind, serial, subject, description, status_id, category, priority, type_id, requester_kind, customer_id,
                    requester_id, branch_id, queue_id, owner_id, source, is_confidential, readers, hidden_from, fields, due_at, sla,
                    opened_at, changed_at, client_id, opened_by)
values (:id::uuid, :kind::text, nextval(('ticket_' || :kind)::regclass), :subject::text, :description::text, :status_id::uuid, :category::text,
        :priority::smallint, :type_id::uuid, :requester_kind::text, :customer_id::uuid, :requester_id::uuid, :branch_id::uuid,
        :queue_id::uuid, :owner_id::uuid, :source::text, :is_confidential::boolean, :readers::uuid[], :hidden_from::uuid[], :fields::jsonb,
        :due_at::timestamptz, :sla::text, :now::timestamptz, :now::timestamptz, :client_id::text, :opened_by::text)
returning *)
select t.id, t.kind, t.serial, t.subject, t.description, t.status_id, t.category, t.priority, t.type_id, t.requester_kind,
       t.customer_id, c.name as customer_name, t.requester_id, r.name as requester_name, t.branch_id, t.queue_id, t.owner_id,
       o.name as owner_name, t.source, t.is_confidential, t.readers, t.hidden_from, t.fields, t.due_at, t.sla, t.opened_at, t.changed_at,
       t.answered_at, t.solved_at, t.closed_at, t.merged_into, t.minutes_spent, t.version
from t left join customer c on c.id = t.customer_id left join staff r on r.id = t.requester_id
     left join staff o on o.id = t.owner_id

-- name: lock_ticket
-- One ticket, held, with the loyalty tier of its customer; whoever went up in another customer has that one's.
select t.id, t.kind, t.serial, t.subject, t.description, t.status_id, t.category, t.priority, t.type_id, t.requester_kind,
       t.customer_id, t.requester_id, t.branch_id, t.queue_id, t.owner_id, t.source, t.is_confidential, t.readers, t.hidden_from,
       t.fields, t.due_at, t.sla, t.opened_at, t.changed_at, t.answered_at, t.solved_at, t.closed_at, t.merged_into, t.minutes_spent,
       t.version, case when c.merged_into is null then c.id end as tier_of, c.tier_id
from ticket t left join customer c on c.id = t.customer_id where t.id = :id::uuid for update of t

-- name: lock_tickets
-- Several, in one order, so that two who change the same ones wait for each other once.
select id from ticket where id = any(:ids::uuid[]) order by id for update

-- name: save_ticket
-- A ticket as it is now, with the names that a page shows.
with t as (
update ticket set subject = :subject::text, description = :description::text, status_id = :status_id::uuid,
    category = :category::text, priority = :priority::smallint, type_id = :type_id::uuid, customer_id = :customer_id::uuid,
    branch_id = :branch_id::uuid, queue_id = :queue_id::uuid, owner_id = :owner_id::uuid,
    is_confidential = :is_confidential::boolean, readers = :readers::uuid[], hidden_from = :hidden_from::uuid[], fields = :fields::jsonb,
    answered_at = :answered_at::timestamptz, solved_at = :solved_at::timestamptz, closed_at = :closed_at::timestamptz,
    merged_into = :merged_into::uuid, due_at = :due_at::timestamptz, sla = :sla::text, changed_at = :now::timestamptz,
    version = version + 1, stage_since = case when status_id = :status_id::uuid then stage_since else :now::timestamptz end
where id = :id::uuid
returning *)
select t.id, t.kind, t.serial, t.subject, t.description, t.status_id, t.category, t.priority, t.type_id, t.requester_kind,
       t.customer_id, c.name as customer_name, t.requester_id, r.name as requester_name, t.branch_id, t.queue_id, t.owner_id,
       o.name as owner_name, t.source, t.is_confidential, t.readers, t.hidden_from, t.fields, t.due_at, t.sla, t.opened_at, t.changed_at,
       t.answered_at, t.solved_at, t.closed_at, t.merged_into, t.minutes_spent, t.version
from t left join customer c on c.id = t.customer_id left join staff r on r.id = t.requester_id
     left join staff o on o.id = t.owner_id

-- name: save_standing
-- When its next promise falls due.
update ticket set due_at = :due_at::timestamptz, sla = :sla::text where id = :id::uuid

-- name: get_ticket
-- One ticket with the names that a page shows.
select t.id, t.kind, t.serial, t.subject, t.description, t.status_id, t.category, t.priority, t.type_id, t.requester_kind,
       t.customer_id, c.name as customer_name, t.requester_id, r.name as requester_name, t.branch_id, t.queue_id, t.owner_id,
       o.name as owner_name, t.source, t.is_confidential, t.readers, t.hidden_from, t.fields, t.due_at, t.sla, t.opened_at, t.changed_at,
       t.answered_at, t.solved_at, t.closed_at, t.merged_into, t.minutes_spent, t.version
from ticket t left join customer c on c.id = t.customer_id left join staff r on r.id = t.requester_id
     left join staff o on o.id = t.owner_id
where t.id = :id::uuid

-- name: find_number
-- The ticket of a number.
select id from ticket where kind = :kind::text and serial = :serial::bigint

-- name: ticket_setup
-- Stages and custom fields, each as its own list has them, in one round trip.
select (select coalesce(jsonb_agg(s order by s.position, s.id), '[]') from (
           select id, names, category, kinds, position, is_active, version from ticket_status) s) as statuses,
       (select coalesce(jsonb_agg(f order by f.position, f.key), '[]') from (
           select id, key, names, kinds, type, options, is_required, is_searchable, is_for_customer, position, is_active, version
           from ticket_field) f) as fields

-- name: list_statuses
-- Stages in their order.
select id, names, category, kinds, position, is_active, version from ticket_status order by position, id

-- name: save_status
-- A new stage, or the next version of one; its category stays as it is while tickets are in it.
insert into ticket_status (id, names, category, kinds, position, is_active)
values (:id::uuid, :names::jsonb, :category::text, :kinds::text[], :position::int, :is_active::boolean)
on conflict (id) do update set names = excluded.names, category = excluded.category, kinds = excluded.kinds,
    position = excluded.position, is_active = excluded.is_active, version = ticket_status.version + 1
    where ticket_status.version = :version::int
returning version

-- name: is_status_used
-- Whether a ticket is in this stage.
select exists (select from ticket where status_id = :id::uuid)

-- name: list_types
-- Types in their order.
select id, kind, names, parent_id, position, is_active, version from ticket_type order by kind, position, id

-- name: save_type
-- A new type, or the next version of one.
insert into ticket_type (id, kind, names, parent_id, position, is_active)
values (:id::uuid, :kind::text, :names::jsonb, :parent_id::uuid, :position::int, :is_active::boolean)
on conflict (id) do update set names = excluded.names, parent_id = excluded.parent_id, position = excluded.position,
    is_active = excluded.is_active, version = ticket_type.version + 1
    where ticket_type.version = :version::int and ticket_type.kind = excluded.kind
returning version

-- name: list_fields
-- Custom fields in their order.
select id, key, names, kinds, type, options, is_required, is_searchable, is_for_customer, position, is_active, version
from ticket_field order by position, key

-- name: save_field
-- A new field, or the next version of one; key and type stay, since tickets hold values of it.
insert into ticket_field (id, key, names, kinds, type, options, is_required, is_searchable, is_for_customer, position, is_active)
values (:id::uuid, :key::text, :names::jsonb, :kinds::text[], :type::text, :options::jsonb, :is_required::boolean,
        :is_searchable::boolean, :is_for_customer::boolean, :position::int, :is_active::boolean)
on conflict (id) do update set names = excluded.names, kinds = excluded.kinds, options = excluded.options,
    is_required = excluded.is_required, is_searchable = excluded.is_searchable, is_for_customer = excluded.is_for_customer,
    position = excluded.position, is_active = excluded.is_active, version = ticket_field.version + 1
    where ticket_field.version = :version::int and ticket_field.key = excluded.key and ticket_field.type = excluded.type
returning version

-- name: lock_setup
-- One change of stages, types and fields at a time.
select pg_advisory_xact_lock(hashtextextended('tickets', 7))

-- name: insert_change
-- What changed, with what stood there before.
insert into ticket_change (id, ticket_id, batch_id, at, by_label, by_name, cause, changes)
values (:id::uuid, :ticket_id::uuid, :batch_id::uuid, :at::timestamptz, :by_label::text, :by_name::text, :cause::text, :changes::jsonb)

-- name: insert_change_and_words
-- What changed, and the words by which the ticket is found from here on: whoever opens one waits for each round trip.
with change as (
    insert into ticket_change (id, ticket_id, batch_id, at, by_label, by_name, cause, changes)
    values (:id::uuid, :ticket_id::uuid, :batch_id::uuid, :at::timestamptz, :by_label::text, :by_name::text, :cause::text, :changes::jsonb))
insert into ticket_search (ticket_id, folded) values (:ticket_id, :folded::text)
on conflict (ticket_id) do update set folded = excluded.folded where ticket_search.folded <> excluded.folded

-- name: list_changes
-- The history of a ticket, newest first.
select id, at, by_name, cause, changes, batch_id, undone_at from ticket_change
where ticket_id = :ticket_id::uuid and id < :before::uuid order by id desc limit :most::int

-- name: batch_changes
-- What was done to several at once and not undone yet.
select id, ticket_id, by_label, changes from ticket_change where batch_id = :batch_id::uuid and undone_at is null order by ticket_id

-- name: mark_undone
-- It was undone.
update ticket_change set undone_at = :now::timestamptz where id = :id::uuid and undone_at is null

-- name: add_follower
-- Somebody wants to know.
insert into ticket_follower (ticket_id, staff_id) values (:ticket_id::uuid, :staff_id::uuid) on conflict do nothing

-- name: remove_follower
-- Somebody does not want to know any more.
delete from ticket_follower where ticket_id = :ticket_id::uuid and staff_id = :staff_id::uuid

-- name: list_followers
-- Who wants to know.
select staff_id from ticket_follower where ticket_id = :ticket_id::uuid order by staff_id

-- name: link_interaction
-- A conversation is about it; what was said before is no answer to it, and no question.
insert into ticket_interaction (ticket_id, interaction_id, linked_at, seen_seq)
select :ticket_id::uuid, i.id, :now::timestamptz, i.last_seq from interaction i where i.id = :interaction_id::uuid
on conflict do nothing

-- name: link_unheard
-- A conversation is about it from its first word on.
insert into ticket_interaction (ticket_id, interaction_id, linked_at)
values (:ticket_id::uuid, :interaction_id::uuid, :now::timestamptz) on conflict do nothing

-- name: unlink_interaction
-- It is not.
delete from ticket_interaction where ticket_id = :ticket_id::uuid and interaction_id = :interaction_id::uuid

-- name: move_interactions
-- The conversations of one that is merged are about the other.
with moved as (
    insert into ticket_interaction (ticket_id, interaction_id, linked_at, seen_seq)
    select :to_id::uuid, interaction_id, linked_at, seen_seq from ticket_interaction where ticket_id = :from_id::uuid
    on conflict do nothing returning interaction_id)
select interaction_id from moved

-- name: list_interactions
-- The conversations about it, in order.
select interaction_id from ticket_interaction where ticket_id = :ticket_id::uuid order by linked_at, interaction_id

-- name: interaction_for_ticket
-- What a ticket takes over from the conversation from which it is opened.
select i.id, i.channel, i.customer_id, i.branch_id, i.queue_id, i.subject, i.agent_id from interaction i where i.id = :id::uuid

-- name: tickets_of_interactions
-- The open tickets of conversations, for what happens in those.
select l.interaction_id, l.ticket_id from ticket_interaction l join ticket t on t.id = l.ticket_id
where l.interaction_id = any(:interaction_ids::uuid[]) and t.category <> 'closed' and t.merged_into is null
order by l.ticket_id

-- name: add_link
-- One names the other.
insert into ticket_link (from_id, to_id, kind, linked_at) values (:from_id::uuid, :to_id::uuid, :kind::text, :now::timestamptz)
on conflict do nothing

-- name: remove_link
-- Whichever names the other.
delete from ticket_link where kind = :kind::text and ((from_id = :one::uuid and to_id = :other::uuid) or (from_id = :other::uuid and to_id = :one::uuid))

-- name: list_links
-- The tickets with which it is linked.
select l.kind, l.from_id = :ticket_id::uuid as is_outgoing, case when l.from_id = :ticket_id::uuid then l.to_id else l.from_id end as other_id
from ticket_link l where l.from_id = :ticket_id::uuid or l.to_id = :ticket_id::uuid order by l.linked_at, l.kind limit 200

-- name: ancestors
-- A ticket's parents all the way up.
with recursive up as (
    select to_id as id from ticket_link where from_id = :id::uuid and kind = 'parent'
    union select l.to_id from ticket_link l join up on l.from_id = up.id and l.kind = 'parent')
select id from up

-- name: add_check
-- Something to be done, behind the others.
insert into ticket_check (id, ticket_id, text, position)
select :id::uuid, :ticket_id::uuid, :text::text, coalesce(max(position), 0) + 1 from ticket_check where ticket_id = :ticket_id::uuid

-- name: save_check
-- Done or not, or said otherwise.
update ticket_check set text = coalesce(:text::text, text),
    done_at = case when :is_done::boolean is null then done_at when :is_done::boolean then coalesce(done_at, :now::timestamptz) end,
    done_by = case when :is_done::boolean is null then done_by when :is_done::boolean then coalesce(done_by, :by::uuid) end
where id = :id::uuid and ticket_id = :ticket_id::uuid

-- name: remove_check
-- Not to be done.
delete from ticket_check where id = :id::uuid and ticket_id = :ticket_id::uuid

-- name: list_checks
-- What is to be done.
select id, text, done_at, done_by from ticket_check where ticket_id = :ticket_id::uuid order by position, id

-- name: add_time
-- Time that somebody spent.
insert into ticket_time (id, ticket_id, staff_id, minutes, worked_on, note, at)
values (:id::uuid, :ticket_id::uuid, :staff_id::uuid, :minutes::int, :worked_on::date, :note::text, :now::timestamptz)

-- name: remove_time
-- It was not spent; of one's own, or of anybody.
delete from ticket_time where id = :id::uuid and ticket_id = :ticket_id::uuid and (:staff_id::uuid is null or staff_id = :staff_id::uuid)
returning minutes

-- name: sum_time
-- All time spent on it.
update ticket set minutes_spent = (select coalesce(sum(minutes), 0) from ticket_time where ticket_id = :ticket_id::uuid)
where id = :ticket_id::uuid

-- name: list_times
-- Time spent on it.
select w.id, w.staff_id, s.name as staff_name, w.minutes, w.worked_on, w.note, w.at
from ticket_time w join staff s on s.id = w.staff_id where w.ticket_id = :ticket_id::uuid order by w.at, w.id

-- name: add_paper
-- A visit, a call or work carried out.
insert into ticket_paper (id, ticket_id, kind, at, minutes, staff_id, interaction_id, summary, outcome, follows_id, created_at, created_by)
values (:id::uuid, :ticket_id::uuid, :kind::text, :at::timestamptz, :minutes::int, :staff_id::uuid, :interaction_id::uuid,
        :summary::text, :outcome::text, :follows_id::uuid, :now::timestamptz, :created_by::text)

-- name: is_paper_of
-- Whether a document is on this ticket.
select exists (select from ticket_paper where id = :id::uuid and ticket_id = :ticket_id::uuid)

-- name: list_papers
-- The documents on it.
select p.id, p.kind, p.serial, p.at, p.minutes, p.staff_id, s.name as staff_name, p.interaction_id, p.summary, p.outcome,
       p.follows_id, p.version
from ticket_paper p left join staff s on s.id = p.staff_id where p.ticket_id = :ticket_id::uuid order by p.at, p.id

-- name: tickets_as_documents
-- What each is called, whose it is, and who may know of it.
select t.id, t.kind, t.serial, t.subject, t.branch_id, t.owner_id, t.is_confidential, t.readers, t.hidden_from,
       array(select f.staff_id from ticket_follower f where f.ticket_id = t.id) as followers
from ticket t where t.id = any(:ids::uuid[])

-- name: count_open
-- The board: what is to be done, by kind and stage and how it stands.
select kind, status_id, sla, count(*) as number from ticket
where category not in ('solved', 'closed') and (:branches::uuid[] is null or branch_id is null or branch_id = any(:branches))
  and (not is_confidential or :sees_confidential::boolean or (kind = 'complaint' and :sees_complaints::boolean) or :me::uuid = any(readers))
  and (:me::uuid is null or :me <> all(hidden_from))
  and (:queue_id::uuid is null or queue_id = :queue_id::uuid)
group by kind, status_id, sla

-- name: plan_by_value
-- Each list is planned for its own conditions, and ends in time.
select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('statement_timeout', :milliseconds::text, true)

-- name: list_by_change
-- Tickets in scope, the last changed first.
select t.id, t.kind, t.serial, t.subject, t.status_id, t.category, t.priority, t.type_id, t.requester_kind,
       t.customer_id, c.name as customer_name, t.requester_id, r.name as requester_name, t.branch_id, t.queue_id, t.owner_id,
       o.name as owner_name, t.source, t.is_confidential, t.due_at, t.sla, t.opened_at, t.changed_at, t.solved_at, t.closed_at,
       t.merged_into, t.version
from ticket t left join customer c on c.id = t.customer_id left join staff r on r.id = t.requester_id
     left join staff o on o.id = t.owner_id
where (t.changed_at, t.id) < (:at::timestamptz, :id::uuid)
  and (t.branch_id is null or t.branch_id = any(:branches::uuid[])) -- when branches
  and (not t.is_confidential or :sees_confidential::boolean or (t.kind = 'complaint' and :sees_complaints::boolean) or :me::uuid = any(t.readers))
  and :me::uuid <> all(t.hidden_from) -- when me
  and t.category not in ('solved', 'closed') -- when open_only
  and t.kind = any(:kinds::text[]) -- when kinds
  and t.category = any(:categories::text[]) -- when categories
  and t.status_id = :status_id::uuid -- when status_id
  and t.priority = :priority::smallint -- when priority
  and t.type_id = :type_id::uuid -- when type_id
  and t.owner_id = :owner_id::uuid -- when owner_id
  and t.owner_id is null -- when unowned
  and t.queue_id = :queue_id::uuid -- when queue_id
  and t.customer_id = :customer_id::uuid -- when customer_id
  and t.customer_id = any(:customer_ids::uuid[]) -- when customer_ids
  and t.sla = :sla::text -- when sla
  and t.id = any(:ids::uuid[]) -- when ids
  and t.id in (select s.ticket_id from ticket_search s where s.folded like :longest::text and (:second::text is null or s.folded like :second) and (:third::text is null or s.folded like :third) and s.folded like all(:others::text[])) -- when longest
  and t.opened_at >= :opened_from::timestamptz -- when opened_from
  and t.opened_at < :opened_to::timestamptz -- when opened_to
  and t.merged_into is null
order by t.changed_at desc, t.id desc limit :most::int

-- name: list_by_due
-- Tickets in scope of which something is due, the next first.
select t.id, t.kind, t.serial, t.subject, t.status_id, t.category, t.priority, t.type_id, t.requester_kind,
       t.customer_id, c.name as customer_name, t.requester_id, r.name as requester_name, t.branch_id, t.queue_id, t.owner_id,
       o.name as owner_name, t.source, t.is_confidential, t.due_at, t.sla, t.opened_at, t.changed_at, t.solved_at, t.closed_at,
       t.merged_into, t.version
from ticket t left join customer c on c.id = t.customer_id left join staff r on r.id = t.requester_id
     left join staff o on o.id = t.owner_id
where t.due_at is not null and (t.due_at, t.id) > (:at::timestamptz, :id::uuid)
  and (t.branch_id is null or t.branch_id = any(:branches::uuid[])) -- when branches
  and (not t.is_confidential or :sees_confidential::boolean or (t.kind = 'complaint' and :sees_complaints::boolean) or :me::uuid = any(t.readers))
  and :me::uuid <> all(t.hidden_from) -- when me
  and t.category not in ('solved', 'closed') -- when open_only
  and t.kind = any(:kinds::text[]) -- when kinds
  and t.category = any(:categories::text[]) -- when categories
  and t.status_id = :status_id::uuid -- when status_id
  and t.priority = :priority::smallint -- when priority
  and t.type_id = :type_id::uuid -- when type_id
  and t.owner_id = :owner_id::uuid -- when owner_id
  and t.owner_id is null -- when unowned
  and t.queue_id = :queue_id::uuid -- when queue_id
  and t.customer_id = :customer_id::uuid -- when customer_id
  and t.customer_id = any(:customer_ids::uuid[]) -- when customer_ids
  and t.sla = :sla::text -- when sla
  and t.id = any(:ids::uuid[]) -- when ids
  and t.id in (select s.ticket_id from ticket_search s where s.folded like :longest::text and (:second::text is null or s.folded like :second) and (:third::text is null or s.folded like :third) and s.folded like all(:others::text[])) -- when longest
  and t.opened_at >= :opened_from::timestamptz -- when opened_from
  and t.opened_at < :opened_to::timestamptz -- when opened_to
  and t.merged_into is null
order by t.due_at, t.id limit :most::int

-- name: work_of_ticket
-- Where it is in routing.
select state, agent_id, queue_id from work where id = :id::uuid

-- name: due_of_ticket
-- When its next promise falls due.
select due_at from ticket where id = :id::uuid

-- name: is_agent
-- Whether somebody has a place among those who get work.
select exists (select from agent where staff_id = :id::uuid)

-- name: converted_from
-- What was made of a ticket, all the way down.
with recursive down as (
    select to_id as id from ticket_link where from_id = :id::uuid and kind in ('converted', 'split')
    union select l.to_id from ticket_link l join down on l.from_id = down.id and l.kind in ('converted', 'split'))
select id from down order by id

-- name: unseen_tickets
-- Which of these somebody may not know of; the branch is held besides.
select t.id from ticket t where t.id = any(:ids::uuid[]) and (:me::uuid = any(t.hidden_from) or (t.is_confidential
  and not :sees_confidential::boolean and not (t.kind = 'complaint' and :sees_complaints::boolean)
  and (:me::uuid is null or :me <> all(t.readers))))

-- name: see_message
-- A ticket knows of the conversation up to this message; no row when it did before.
update ticket_interaction set seen_seq = :seq::int
where ticket_id = :ticket_id::uuid and interaction_id = :interaction_id::uuid and seen_seq < :seq::int
returning ticket_id

-- name: newest_conversations
-- The conversations about it, the newest first.
select l.interaction_id, i.channel from ticket_interaction l join interaction i on i.id = l.interaction_id
where l.ticket_id = :ticket_id::uuid order by i.opened_at desc, i.id desc limit 20

-- name: search_tickets
-- The tickets that hold all words, in no order: few for a rare word, and then nothing else need be looked at.
select ticket_id from ticket_search where folded like :longest::text
  and (:second::text is null or folded like :second) and (:third::text is null or folded like :third)
  and folded like all(:others::text[])
limit :most::int

-- name: bind_file
-- An uploaded file is the ticket's from here on, and its uploader's no more.
update attachment set ticket_id = :ticket_id::uuid
where id = :id::uuid and owner = :owner::text and interaction_id is null and room_id is null and ticket_id is null
returning id

-- name: add_file
-- A file on a ticket.
insert into ticket_file (attachment_id, ticket_id, at, by_label, by_name)
values (:attachment_id::uuid, :ticket_id::uuid, :at::timestamptz, :by_label::text, :by_name::text)

-- name: list_files
-- The files of a ticket in their order.
select f.attachment_id as id, a.name, a.content_type, a.size, f.at, f.by_label, f.by_name
from ticket_file f join attachment a on a.id = f.attachment_id where f.ticket_id = :ticket_id::uuid order by f.attachment_id

-- name: get_file
-- One file of a ticket with its content's name.
select a.id, a.sha256, a.name, a.content_type, a.size, f.by_label
from ticket_file f join attachment a on a.id = f.attachment_id where f.ticket_id = :ticket_id::uuid and f.attachment_id = :id::uuid

-- name: remove_file
-- It is on the ticket no more; nobody gets it any more.
delete from ticket_file where ticket_id = :ticket_id::uuid and attachment_id = :id::uuid

-- name: get_unit
-- The unit of a service case.
select product, serial, place, workshop, condition, received_on, warranty, warranty_until, version
from ticket_unit where ticket_id = :ticket_id::uuid

-- name: save_unit
-- The first one, or the next version; no row when somebody else changed it first.
insert into ticket_unit (ticket_id, product, serial, folded_serial, place, workshop, condition, received_on, warranty, warranty_until)
values (:ticket_id::uuid, :product::text, :serial::text, :folded_serial::text, :place::text, :workshop::text, :condition::text,
        :received_on::date, :warranty::text, :warranty_until::date)
on conflict (ticket_id) do update set product = excluded.product, serial = excluded.serial, folded_serial = excluded.folded_serial,
    place = excluded.place, workshop = excluded.workshop, condition = excluded.condition, received_on = excluded.received_on,
    warranty = excluded.warranty, warranty_until = excluded.warranty_until, version = ticket_unit.version + 1
    where ticket_unit.version = :version::int
returning version

-- name: words_of_unit
-- By which words a case is found besides its own.
select product || ' ' || serial from ticket_unit where ticket_id = :ticket_id::uuid

-- name: cases_of_serial
-- Other cases of the same unit, the newest first.
select u.ticket_id from ticket_unit u join ticket_unit own on own.ticket_id = :ticket_id::uuid
where u.folded_serial = own.folded_serial and own.folded_serial <> '' and u.ticket_id <> own.ticket_id
order by u.ticket_id desc limit :most::int

-- name: stage_changes
-- When a ticket went from one stage to another.
select at, changes -> 'status_id' ->> 0 as before, changes -> 'status_id' ->> 1 as after from ticket_change
where ticket_id = :ticket_id::uuid and changes ? 'status_id' order by id
